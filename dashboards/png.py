"""A chart as a picture, for mail: mail programs show no SVG.

It is drawn with the project's own font and with no other, so it looks the same on a machine that
has none.
"""

from functools import cache

import resvg_py
from django.contrib.staticfiles.finders import find

from dashboards import svg
from dashboards.charts import Chart

FONTS = ("vendor/inter/inter-latin.ttf", "vendor/inter/inter-latin-ext.ttf")
PAPER = "#ffffff"
# Pixels for each point, so that it is sharp on a good screen.
SHARPNESS = 2


def png_of(chart: Chart, *, width: int) -> bytes:
    """The chart on white paper, to be shown so many points wide."""
    return resvg_py.svg_to_bytes(
        svg_string=svg.fixed(chart, width=width),
        background=PAPER,
        zoom=SHARPNESS,
        skip_system_fonts=True,
        font_files=_fonts(),
    )


@cache
def _fonts() -> list[str]:
    found = [find(font) for font in FONTS]
    assert all(found)
    return [str(font) for font in found]
