"""Names and titles as people mean them: one line of characters that can be seen."""

import re
import unicodedata
from collections.abc import Iterator

# Joiners hold an emoji or a Persian word together; alone they show nothing.
JOINERS = frozenset("\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}")
# Letters and symbols by their category, empty space to the eye.
BLANKS = frozenset(
    "\N{HANGUL FILLER}\N{HANGUL CHOSEONG FILLER}\N{HANGUL JUNGSEONG FILLER}"
    "\N{HALFWIDTH HANGUL FILLER}\N{BRAILLE PATTERN BLANK}"
)
CONTROLS = frozenset({"Cc", "Zl", "Zp"})
HIDDEN = frozenset({"Cf", "Cs", "Cn", "Co"})
# What only changes the character before it: accents, variation selectors.
CLINGING = frozenset({"Mn", "Me", "Zs"})
# The database keeps no NUL and no half of a surrogate pair.
UNREADABLE = re.compile("[\0\ud800-\udfff]")
# A letter of any living script carries fewer; more of them run over the lines around it.
MOST_MARKS = 4


def one_line(text: str) -> str:
    """Put the text on one line: no control, direction or invisible characters, single spaces.

    Letters and their accents are composed (NFC), with a few accents each. A text of which
    nothing can be seen becomes the empty text.
    """
    line = " ".join(_seen(text).split())
    return line if any(map(_is_visible, line)) else ""


def paragraphs(text: str) -> str:
    """Keep the lines of a text, each without control, direction or invisible characters.

    A line keeps the spaces it begins with. A text of which nothing can be seen becomes empty.
    """
    lines = [_seen(line.expandtabs(4)).rstrip() for line in text.splitlines()]
    return "\n".join(lines).strip("\n") if any(map(_is_visible, "".join(lines))) else ""


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: without case, accents and what stands between.

    As `kring_words` in the database, for the few names that stand in the program itself.
    """
    letters = (char for char in unicodedata.normalize("NFKD", text) if not _is_accent(char))
    return "".join(char if char.isalnum() else " " for char in letters).lower().split()


def is_readable(text: str) -> bool:
    """Whether the database can keep this text: no NUL and no half of a surrogate pair."""
    return not UNREADABLE.search(text)


def _is_accent(char: str) -> bool:
    return "\u0300" <= char <= "\u036f"


def _seen(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    # Character by character only where it matters: a text may be long, its letters are few.
    shown = text.translate({ord(char): _shown(char) for char in set(text)})
    composed = unicodedata.normalize("NFC", shown)
    has_marks = any(map(unicodedata.combining, set(composed)))
    return "".join(_few_marks(composed)) if has_marks else composed


def _few_marks(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= MOST_MARKS:
            yield char


def _shown(char: str) -> str:
    category = unicodedata.category(char)
    if category in CONTROLS:
        return " "
    return "" if category in HIDDEN and char not in JOINERS else char


def _is_visible(char: str) -> bool:
    if char in JOINERS or char in BLANKS:
        return False
    return unicodedata.category(char) not in CLINGING
