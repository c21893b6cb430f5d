"""The files made by others are the files that were published, with their licences."""

import hashlib
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / "config/static/vendor", ROOT / "tests/browser/vendor"]
VENDORED = tomllib.loads((FOLDERS[0] / "vendor.toml").read_text())["file"]


@pytest.mark.parametrize("entry", VENDORED, ids=lambda entry: entry["file"])
def test_a_vendored_file_is_the_one_that_is_listed(entry: dict[str, str]) -> None:
    content = (ROOT / entry["file"]).read_bytes()

    assert hashlib.sha512(content).hexdigest() == entry["sha512"]


@pytest.mark.parametrize("entry", VENDORED, ids=lambda entry: entry["file"])
def test_a_vendored_file_has_its_licence_beside_it(entry: dict[str, str]) -> None:
    licence = ROOT / entry["licence_file"]

    assert licence.parent == (ROOT / entry["file"]).parent
    assert "copyright" in licence.read_text().lower() or entry["licence"] in {"0BSD", "MPL-2.0"}


def test_every_vendored_file_is_listed() -> None:
    listed = {entry["file"] for entry in VENDORED}

    found = {
        str(path.relative_to(ROOT))
        for folder in FOLDERS
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("LICENSE") and path.name != "vendor.toml"
    }

    assert found == listed
