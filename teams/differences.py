"""What came and went between two texts, word by word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

# A word with the space behind it; a space in front of all stands alone.
WORD = re.compile(r"\S+\s*|\s+")


class Became(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


class Piece(NamedTuple):
    """A part of a text, and whether it stayed, is gone or is new."""

    became: Became
    text: str


def compared(old: str, new: str) -> list[Piece]:
    """One text turned into the other: what stayed, what is gone and what is new, in order."""
    return [piece for piece in _pieces(WORD.findall(old), WORD.findall(new)) if piece.text]


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    # By their letters: a word is the same with a line break behind it.
    matcher = SequenceMatcher(None, list(map(str.strip, old)), list(map(str.strip, new)), False)  # noqa: FBT003
    for what, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if what == "equal":
            yield Piece(Became.SAME, "".join(new[new_from:new_to]))
        else:
            yield Piece(Became.GONE, "".join(old[old_from:old_to]))
            yield Piece(Became.NEW, "".join(new[new_from:new_to]))
