"""Which figures a report shows: those that the team steers by, and what belongs beside them.

Every figure is measured and published all the same, and anybody who reads finds it among all
figures; a choice says only what the team and its management look at first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dashboards import kpis
from dashboards.models import FigureChoice
from teams.models import Team

# The key under which a report holds the choice; one of a team that steers by all has none.
KEY = "followed"


class Chosen(NamedTuple):
    """A choice as it is read."""

    number: int
    since_at: datetime
    names: list[str]
    reason: str


def published(team: Team, wanted: Collection[str], *, at: datetime) -> dict[str, Any]:
    """What a report holds of the choice in force: nothing where the team steers by all figures.

    Beside each chosen figure stands the one that keeps it honest, and beside them what the team
    has an objective for (`wanted`).
    """
    choice = team.figure_choices.filter(since_at__lte=at).newest_first().first()
    if choice is None:
        return {}
    chosen = {slug for slug in choice.kpis if slug in {kpi.slug for kpi in kpis.standing_alone()}}
    beside = {kpis.get(slug).counter for slug in chosen}
    since = choice.since_at.astimezone(UTC).isoformat()
    return {
        KEY: {
            "kpis": sorted(chosen | beside | set(wanted)),
            "since": since,
            "reason": choice.reason,
        }
    }


def shown(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figures of a report that its team steered by: all where it had chosen none."""
    entries: list[dict[str, Any]] = payload["kpis"]
    choice = payload.get(KEY)
    if choice is None:
        return entries
    return [entry for entry in entries if entry["slug"] in choice["kpis"]]


def sentence(payload: Mapping[str, Any], panels: int, of: int) -> str:
    """How many figures of a report are shown, since when and why; "" where all are."""
    choice = payload.get(KEY)
    if choice is None:
        return ""
    since = datetime.fromisoformat(choice["since"]).astimezone(ZoneInfo(payload["timezone"]))
    return _("We steer by %(n)d of %(of)d figures since %(day)s: “%(reason)s”") % {
        "n": panels,
        "of": of,
        "day": date_format(since, "j F Y"),
        "reason": choice["reason"],
    }


def told(choices: Iterable[FigureChoice]) -> list[Chosen]:
    """These choices in words."""
    names = {kpi.slug: str(kpi.name) for kpi in kpis.standing_alone()}
    return [
        Chosen(
            one.number,
            one.since_at,
            [names[slug] for slug in names if slug in one.kpis],
            one.reason,
        )
        for one in choices
    ]
