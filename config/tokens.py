"""The colours, and the one place where they are decided.

Each token is a pair of OKLCH colours, for the light and the dark theme. `python -m config.tokens`
writes them as CSS custom properties; mail and PDF, which know no custom properties, take the same
colours as hex. The tests ask `contrast` whether every text can be read on what it stands on.
"""

import math
from pathlib import Path
from typing import NamedTuple

STYLESHEET = Path(__file__).resolve().parent / "static" / "css" / "tokens.css"


class Oklch(NamedTuple):
    """A colour: lightness in percent, chroma, hue in degrees."""

    lightness: float
    chroma: float
    hue: float

    def css(self) -> str:
        return f"oklch({self.lightness:g}% {self.chroma:g} {self.hue:g})"

    def hex(self) -> str:
        return "#" + "".join(f"{round(255 * part):02x}" for part in self.srgb())

    def srgb(self) -> list[float]:
        """Red, green and blue from 0 to 1 as a screen takes them, clipped to what it can show."""
        return [_gamma(min(1.0, max(0.0, part))) for part in self.linear()]

    def linear(self) -> tuple[float, float, float]:
        """Red, green and blue in linear light (Björn Ottosson, Oklab, 2020)."""
        level = self.lightness / 100
        a = self.chroma * math.cos(math.radians(self.hue))
        b = self.chroma * math.sin(math.radians(self.hue))
        long = (level + 0.3963377774 * a + 0.2158037573 * b) ** 3
        medium = (level - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (level - 0.0894841775 * a - 1.2914855480 * b) ** 3
        return (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        )

    def luminance(self) -> float:
        """Relative luminance of the shown colour, 0 to 1 (WCAG 2.2)."""
        red, green, blue = (_degamma(round(255 * part) / 255) for part in self.srgb())
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class Token(NamedTuple):
    light: Oklch
    dark: Oklch

    def css(self) -> str:
        return f"light-dark({self.light.css()}, {self.dark.css()})"


def contrast(one: Oklch, other: Oklch) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted([one.luminance(), other.luminance()])
    return (lighter + 0.05) / (darker + 0.05)


# Under these parts of the light, sRGB is a straight line (IEC 61966-2-1).
LINEAR_BELOW = 0.0031308
STRAIGHT_BELOW = 0.04045


def _gamma(part: float) -> float:
    return 12.92 * part if part <= LINEAR_BELOW else 1.055 * part ** (1 / 2.4) - 0.055


def _degamma(part: float) -> float:
    return part / 12.92 if part <= STRAIGHT_BELOW else ((part + 0.055) / 1.055) ** 2.4


def _token(light: tuple[float, float, float], dark: tuple[float, float, float]) -> Token:
    return Token(Oklch(*light), Oklch(*dark))


# Blue is improvement and orange is concern; neither is ever a button. Buttons are green alone.
TOKENS = {
    "canvas": _token((98.4, 0.0045, 90), (19.5, 0.010, 250)),
    "sunken": _token((95.9, 0.0065, 90), (16.5, 0.010, 250)),
    "surface": _token((100, 0, 0), (23.5, 0.012, 250)),
    "raised": _token((100, 0, 0), (27.5, 0.013, 250)),
    "hover": _token((94.6, 0.007, 90), (29.5, 0.014, 250)),
    "line": _token((90.6, 0.007, 90), (32.0, 0.014, 250)),
    "line-2": _token((84.5, 0.008, 90), (40.0, 0.016, 250)),
    "field": _token((64.0, 0.012, 90), (56.0, 0.018, 250)),
    "ink": _token((24.5, 0.018, 250), (95.5, 0.005, 90)),
    "ink-2": _token((42.5, 0.016, 250), (80.0, 0.010, 250)),
    "ink-3": _token((50.5, 0.014, 250), (70.5, 0.014, 250)),
    "brand": _token((40.5, 0.075, 172), (78.0, 0.105, 168)),
    "brand-2": _token((34.0, 0.066, 172), (84.0, 0.095, 168)),
    "brand-soft": _token((95.2, 0.022, 170), (30.0, 0.040, 175)),
    "on-brand": _token((100, 0, 0), (18.0, 0.020, 175)),
    "link": _token((45.0, 0.125, 256), (79.0, 0.095, 250)),
    "good": _token((50.0, 0.150, 256), (74.0, 0.125, 252)),
    "good-soft": _token((95.3, 0.022, 252), (29.5, 0.050, 255)),
    "warn": _token((51.5, 0.140, 48), (77.0, 0.140, 60)),
    "warn-soft": _token((96.0, 0.030, 70), (29.5, 0.045, 58)),
    "bad": _token((48.5, 0.185, 25), (74.0, 0.150, 24)),
    "bad-soft": _token((95.8, 0.020, 20), (29.0, 0.060, 22)),
    "kept": _token((46.0, 0.105, 155), (77.5, 0.130, 155)),
    "kept-soft": _token((95.4, 0.030, 155), (29.0, 0.045, 158)),
    "noise": _token((60.0, 0.014, 250), (63.0, 0.014, 250)),
    # A message floats over the page in the other theme's colours, so that it stands out.
    "toast": _token((25.0, 0.018, 250), (92.0, 0.006, 90)),
    "on-toast": _token((100, 0, 0), (20.0, 0.015, 250)),
    "toast-action": _token((86.0, 0.100, 168), (38.0, 0.085, 172)),
    "toast-bad": _token((42.0, 0.150, 25), (88.0, 0.060, 22)),
    "spark": _token((68.0, 0.150, 52), (76.0, 0.140, 58)),
}

# A face takes one of eight hues; the lightness is the same for all, so none stands out.
FACE_HUES = (30, 75, 125, 165, 205, 250, 295, 345)


def face(hue: int) -> tuple[Token, Token]:
    """The fill of a face of this hue, and the letters on it."""
    fill = _token((91, 0.045, hue), (38, 0.06, hue))
    letters = _token((36, 0.09, hue), (92, 0.04, hue))
    return fill, letters


def palette(theme: str) -> dict[str, str]:
    """Every token as hex for one theme, "light" or "dark": for mail and PDF."""
    return {name: getattr(token, theme).hex() for name, token in TOKENS.items()}


def stylesheet() -> str:
    """The tokens as CSS; it is linked first, so the order of the layers is set here."""
    colours = "\n".join(f"    --{name}: {token.css()};" for name, token in TOKENS.items())
    faces = "\n\n".join(_face_rule(number, hue) for number, hue in enumerate(FACE_HUES))
    return f"""\
/* Written by config/tokens.py; change the colours there. */
@layer reset, tokens, base, shell, parts, forms, page, last;

@layer tokens {{
  :root {{
{colours}
  }}

{faces}
}}
"""


def _face_rule(number: int, hue: int) -> str:
    fill, letters = face(hue)
    return f"""\
  .h{number} {{
    background: {fill.css()};
    color: {letters.css()};
  }}"""


if __name__ == "__main__":
    STYLESHEET.write_text(stylesheet())
