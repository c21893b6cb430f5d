"""The colours can be read: every text on what it stands on, in both themes."""

import pytest

from config.tokens import FACE_HUES, STYLESHEET, TOKENS, Oklch, contrast, face, palette, stylesheet

BODY_TEXT, TEXT, MARK = 7, 4.5, 3

# What stands on what, and the contrast that it needs (WCAG 2.2: 1.4.3, 1.4.6, 1.4.11).
PAIRS = [
    ("ink", "canvas", BODY_TEXT),
    ("ink", "surface", BODY_TEXT),
    ("ink", "sunken", BODY_TEXT),
    ("ink", "brand-soft", BODY_TEXT),
    ("ink-2", "canvas", TEXT),
    ("ink-2", "surface", TEXT),
    ("ink-2", "sunken", TEXT),
    ("ink-2", "hover", TEXT),
    ("ink-2", "warn-soft", TEXT),
    ("ink-2", "good-soft", TEXT),
    ("ink", "bad-soft", TEXT),
    ("ink-3", "canvas", TEXT),
    ("ink-3", "surface", TEXT),
    ("ink-3", "sunken", TEXT),
    ("ink-3", "hover", TEXT),
    ("ink-3", "raised", TEXT),
    ("on-brand", "brand", TEXT),
    ("on-brand", "brand-2", TEXT),
    ("brand", "canvas", TEXT),
    ("brand", "surface", TEXT),
    ("brand", "brand-soft", TEXT),
    ("link", "surface", TEXT),
    ("link", "canvas", TEXT),
    ("good", "surface", TEXT),
    ("good", "canvas", TEXT),
    ("good", "good-soft", TEXT),
    ("warn", "surface", TEXT),
    ("warn", "canvas", TEXT),
    ("warn", "warn-soft", TEXT),
    ("bad", "surface", TEXT),
    ("bad", "raised", TEXT),
    ("bad", "bad-soft", TEXT),
    ("kept", "surface", TEXT),
    ("kept", "kept-soft", TEXT),
    ("on-toast", "toast", BODY_TEXT),
    ("on-toast", "toast-bad", TEXT),
    ("toast-action", "toast", TEXT),
    ("toast-action", "toast-bad", TEXT),
    ("field", "surface", MARK),
    ("field", "canvas", MARK),
    ("noise", "surface", MARK),
    ("brand", "sunken", MARK),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("above", "below", "needed"), PAIRS)
def test_text_can_be_read(above: str, below: str, needed: float, theme: str) -> None:
    ratio = contrast(getattr(TOKENS[above], theme), getattr(TOKENS[below], theme))

    assert ratio >= needed


@pytest.mark.parametrize("hue", FACE_HUES)
def test_the_letters_of_a_face_can_be_read_in_both_themes(hue: int) -> None:
    fill, letters = face(hue)

    assert contrast(fill.light, letters.light) >= TEXT
    assert contrast(fill.dark, letters.dark) >= TEXT


def test_the_stylesheet_is_the_one_that_the_tokens_write() -> None:
    assert STYLESHEET.read_text() == stylesheet()


def test_the_palette_for_mail_and_pdf_has_the_same_colours_as_hex() -> None:
    light = palette("light")

    assert light.keys() == TOKENS.keys()
    assert light["canvas"] == "#fbfaf6"
    assert light["brand"] == "#095644"
    assert palette("dark")["brand"] == "#6dcdab"


def test_contrast_is_that_of_wcag() -> None:
    white, black = Oklch(100, 0, 0), Oklch(0, 0, 0)

    assert contrast(white, black) == pytest.approx(21)
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(white, white) == 1
