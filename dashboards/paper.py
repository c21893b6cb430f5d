"""A published report as PDF, where WeasyPrint is installed (the extra `pdf`).

Nothing is fetched from anywhere: the stylesheet and the fonts are files of the project, and
whatever else a page would ask for is refused.
"""

import logging
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from django.contrib.staticfiles.finders import find
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.translation import get_language

from dashboards import reading, writing
from dashboards.models import Report

STYLESHEET = "css/paper.css"
KEPT = timedelta(days=1).total_seconds()
# It tells of every table of every font that it reads.
logging.getLogger("fontTools").setLevel(logging.WARNING)


def is_installed() -> bool:
    """Whether reports can be made into PDF here."""
    return find_spec("weasyprint") is not None


def pdf_of(report: Report) -> bytes:
    """The report on A4, in the reader's language, with its seal at the foot of every page.

    What was published does not change, so it is drawn once a day: that takes some seconds.
    """
    key = f"paper:{report.sha256}:{get_language()}"
    return cast("bytes", cache.get_or_set(key, lambda: _drawn(report), KEPT))


def _drawn(report: Report) -> bytes:
    # An extra, and slow to import.
    from weasyprint import CSS, HTML  # noqa: PLC0415
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    fonts, page = FontConfiguration(), render_to_string("dashboards/paper.html", told(report))
    style = CSS(
        filename=_stylesheet(),
        font_config=fonts,
        url_fetcher=URLFetcher(allowed_protocols=["file"]),
    )
    pages = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=[]))
    document: bytes = pages.write_pdf(stylesheets=[style], font_config=fonts)
    return document


def told(report: Report) -> dict[str, Any]:
    """What the page on paper says."""
    return {
        "report": report,
        "team": report.team,
        "period_name": writing.period_name(report.period),
        "read": reading.read(report),
    }


def _stylesheet() -> Path:
    found = find(STYLESHEET)
    assert isinstance(found, str)
    return Path(found)
