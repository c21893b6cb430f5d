"""The icons that the pages ask for are in the sprite."""

import io
import re
import zipfile
from pathlib import Path

import pytest

from config.icons import NAMES, SPRITE, sprite

ROOT = Path(__file__).resolve().parents[2]
ASKED = re.compile(r"""\{% icon "([a-z0-9-]+)\"|icon=["']([a-z0-9-]+)["']""")


def archive(**drawings: str) -> zipfile.ZipFile:
    file = zipfile.ZipFile(io.BytesIO(), "w")
    for name, svg in drawings.items():
        file.writestr(f"{name}.svg", svg)
    return file


def test_every_icon_of_a_template_is_in_the_sprite() -> None:
    templates = (ROOT / "templates").rglob("*.html")
    asked = {one or other for path in templates for one, other in ASKED.findall(path.read_text())}

    assert asked
    assert asked <= set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE.read_text()))


def test_the_sprite_holds_the_named_icons() -> None:
    assert re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE.read_text()) == list(NAMES)


def test_a_sprite_has_a_symbol_per_icon() -> None:
    icons = archive(check='<svg width="24">\n  <path d="M0 0"/>\n</svg>', minus="<svg><b/></svg>")

    made = sprite(icons, ["check"])

    assert '<symbol id="check" viewBox="0 0 24 24"' in made
    assert '><path d="M0 0"/></symbol>' in made
    assert "minus" not in made


def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(KeyError, match="trophy"):
        sprite(archive(), ["trophy"])


def test_a_file_without_a_drawing_is_refused() -> None:
    with pytest.raises(ValueError, match="check is not an SVG drawing"):
        sprite(archive(check="nothing"), ["check"])
