"""A published report as a mail: what changed, each with its picture, and the way to the rest.

It is written out of the report alone, so it says the same to everybody and names no person. The
team's own words stay in the reading room: a mail leaves the house.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any, cast
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.staticfiles.finders import find
from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dashboards import png, reading, writing
from dashboards.models import Report
from dashboards.reading import Panel

STYLESHEET = "css/mail.css"
# As wide as a picture is drawn, in points: on a phone its letters can still be read.
WIDTH = 380
# So much of the seal is compared at a glance.
SHORT = 12
KEPT = timedelta(hours=1).total_seconds()


@dataclass(frozen=True)
class Signal:
    """A figure that changed: what is said of it, and the name and words of its picture."""

    panel: Panel
    picture: str
    alt: str


@dataclass(frozen=True)
class Letter:
    """A mail, as the outbox takes it."""

    subject: str
    text: str
    html: str
    pictures: dict[str, bytes]
    settings_url: str


def letter_about(report: Report) -> Letter:
    """The mail in the language and with the clock that hold now.

    What was published does not change: for all who read one language it is written once.
    """
    key = f"letter:{report.sha256}:{get_language()}"
    return cast("Letter", cache.get_or_set(key, lambda: _written(report), KEPT))


def _written(report: Report) -> Letter:
    read, team = reading.read(report), report.team
    signals = [_signal(panel, report) for panel in read.changed]
    link = _absolute("dashboards:report", team.slug, str(report.period))
    settings_url = _absolute("dashboards:by-mail", team.slug)
    period, lede = writing.period_name(report.period), _lede(read, link)
    told = {
        "report": report,
        "team": team,
        "period_name": period,
        "headline": read.headline,
        "signals": signals,
        "effects": [told.says for told in read.effects],
        "link": link,
        "settings_url": settings_url,
        "short_seal": report.sha256[:SHORT],
    }
    drawn = {"lede": lede, "width": WIDTH, "style": _style()}
    return Letter(
        subject=_("Team %(team)s: the report of %(period)s")
        % {"team": team.name, "period": period},
        text=render_to_string("mail/report.txt", {**told, "lede": _plain(lede)}),
        html=render_to_string("mail/report.html", {**told, **drawn}),
        pictures={one.picture: _drawn(one.panel) for one in signals},
        settings_url=settings_url,
    )


def _signal(panel: Panel, report: Report) -> Signal:
    words = (f"{panel.name}: {panel.label}.", panel.why, f"{panel.expectation}.")
    return Signal(panel, f"{panel.slug}.{report.sha256[:SHORT]}@kring", " ".join(words))


def _drawn(panel: Panel) -> bytes:
    # What the team called its changes are words of its own too.
    return png.png_of(replace(panel.chart, markers=()), width=WIDTH)


def _lede(read: reading.Reading, link: str) -> SafeString:
    """The sentence below the headline; what changed leads to where it stands in the report."""
    context: dict[str, Any] = {
        "lede": [change._replace(href=link + change.href) for change in read.lede],
        "calm_count": len(read.calm),
        "unjudged": read.unjudged,
    }
    return render_to_string("dashboards/_lede.html", context)


def _plain(html: SafeString) -> str:
    return " ".join(unescape(strip_tags(html)).split())


def _absolute(name: str, *parts: str) -> str:
    return urljoin(settings.SITE_URL, reverse(name, args=parts))


def _style() -> SafeString:
    # A mail program fetches no stylesheet; this one is a file of our own.
    found = find(STYLESHEET)
    assert isinstance(found, str)
    return format_html("<style>{}</style>", mark_safe(Path(found).read_text()))  # noqa: S308
