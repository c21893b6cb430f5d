"""The icon sprite: one file with the icons that the pages use, cached once by the browser.

A developer's tool. The icons come as single SVG files in the archive that the package `lucide`
carries (ISC licence): `python -m config.icons lucide.zip`.
"""

import re
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

SPRITE = Path(__file__).resolve().parent / "static" / "vendor" / "lucide" / "icons.svg"
INSIDE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
PEN = (
    'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
    'stroke-linecap="round" stroke-linejoin="round"'
)
# fmt: off
NAMES = (
    "activity", "arrow-down", "arrow-left", "arrow-right", "arrow-up", "arrow-up-right",
    "building-2", "calendar", "check", "chevron-down", "chevron-right", "chevrons-up-down",
    "circle-alert", "circle-check", "circle-question-mark", "circle-x", "clock", "download",
    "ellipsis", "eye", "flag", "hand", "handshake", "history", "house", "inbox", "keyboard",
    "languages", "layout-list", "list", "log-out", "mail", "message-square-plus",
    "messages-square", "minus", "monitor", "moon", "newspaper", "paperclip", "pencil", "phone",
    "pin", "plus", "printer", "rotate-ccw", "search", "square-kanban", "sticky-note", "sun",
    "trash-2", "trending-up", "triangle-alert", "undo-2", "user-round", "users-round", "x",
)
# fmt: on


def sprite(archive: zipfile.ZipFile, names: Iterable[str]) -> str:
    """One SVG with a symbol per name; raises KeyError for an icon the archive does not hold."""
    symbols = [_symbol(name, archive.read(f"{name}.svg").decode()) for name in names]
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""])


def _symbol(name: str, svg: str) -> str:
    drawing = INSIDE.search(svg)
    if drawing is None:
        raise ValueError(f"{name} is not an SVG drawing")
    return f'<symbol id="{name}" {PEN}>{" ".join(drawing[1].split())}</symbol>'


if __name__ == "__main__":
    with zipfile.ZipFile(sys.argv[1]) as lucide:
        SPRITE.write_text(sprite(lucide, NAMES))
