"""One line of characters that can be seen."""

import pytest

from teams.text import is_readable, one_line


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("  two  scanners ", "two scanners"),
        ("two\nscanners\tand\u2028one\u2029more", "two scanners and one more"),
        ("two\x00scanners\x07", "two scanners"),
        ("se\u00adcret\u202e\ufeff", "secret"),
        ("a\u200bb\u2060c", "abc"),
        ("half \ud800 pair", "half pair"),
        ("Zoe\u0308", "Zo\xeb"),
        ("e\u200b\u0301t", "\xe9t"),
        ("x" + 9 * "\u0302" + "y" + 5 * "\u0303", "x" + 4 * "\u0302" + "\u1ef9" + 4 * "\u0303"),
        ("Zoë & Ünal 北京", "Zoë & Ünal 北京"),
        ("👩\u200d🔧 می\u200cخواهم", "👩\u200d🔧 می\u200cخواهم"),
    ],
)
def test_keeps_what_can_be_seen(typed, line):
    assert one_line(typed) == line


@pytest.mark.parametrize(
    "typed",
    ["", " \n", "\u200b", "\u200d\u200c", "\u3164", "\u2800\u115f", "\u0301", "\u00a0", "\ufe0f"],
    ids=ascii,
)
def test_a_text_of_which_nothing_can_be_seen_is_empty(typed):
    assert one_line(typed) == ""


@pytest.mark.parametrize(
    ("text", "readable"),
    [("", True), ("Zoë 👩\u200d🔧", True), ("a\0", False), ("\ud800", False), ("a\udfffb", False)],
    ids=ascii,
)
def test_knows_what_the_database_can_keep(text, readable):
    assert is_readable(text) is readable
