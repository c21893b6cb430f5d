"""What came and went between two texts, word by word."""

import random

import pytest

from teams.differences import Became, compared


def told(old, new):
    marks = {Became.SAME: "{}", Became.GONE: "[-{}]", Became.NEW: "[+{}]"}
    return "".join(marks[piece.became].format(piece.text) for piece in compared(old, new))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", ""),
        ("", "all new", "[+all new]"),
        ("all gone", "", "[-all gone]"),
        ("we call back", "we call back", "we call back"),
        ("we call back soon", "we call back", "we call back[-soon]"),
        ("lines and phones", "lines and Wi-Fi", "lines and [-phones][+Wi-Fi]"),
        ("one two", "one\ntwo", "one\ntwo"),
        (" first", "first", "[- ]first"),
    ],
)
def test_words_that_came_and_went(old, new, said):
    assert told(old, new) == said


def test_each_of_the_two_can_be_read_out_of_it():
    chance = random.Random(7)  # noqa: S311
    for _ in range(200):
        old, new = (" ".join(chance.choices("abcd", k=chance.randint(0, 30))) for _ in range(2))
        pieces = compared(old, new)

        assert "".join(each.text for each in pieces if each.became != Became.GONE) == new
        words = [w for each in pieces if each.became != Became.NEW for w in each.text.split()]
        assert words == old.split()
