"""The draft of a report: the team sees it first, and adds its own words until it is published.

It is composed from what was measured whenever somebody looks, so that it holds what the facts of
this moment give. Nothing of it is kept but the words.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from dashboards import kpis, reports, series
from dashboards.models import Commentary
from dashboards.periods import Period, PeriodKind, last_closed
from teams.models import Team


def drafted(team: Team, kind: PeriodKind, newest: Period | None, *, at: datetime) -> Period | None:
    """The period whose report is a draft at this moment, given the newest that was published."""
    last = last_closed(kind, at, team.zone)
    first = Period.containing(kind, team.started_at.astimezone(team.zone).date())
    is_published = newest is not None and newest >= last
    return None if is_published or last < first or at < last.drafted_at(team.zone) else last


def reported() -> list[str]:
    """The figures that a report shows, so that the team may say something of them."""
    return [one.slug for one in kpis.standing_alone()]


@dataclass(frozen=True)
class Draft:
    """The report of a period as it would be published at this moment, or was meanwhile."""

    team: Team
    period: Period
    at: datetime
    is_published: bool = False

    @property
    def published_at(self) -> datetime:
        """Until when the team may add its words."""
        return self.period.published_at(self.team.zone, self.team.workdays)

    @cached_property
    def payload(self) -> dict[str, Any]:
        """What the report says, without the team's words: those still change."""
        measured = series.from_measurements(self.team, self.period)
        return reports.compose(self.team, self.period, measured, as_of=self.at)

    @cached_property
    def commentaries(self) -> dict[str, Commentary]:
        """What was written so far, by the KPI it is about."""
        return {one.kpi: one for one in self.team.commentaries.about(self.period)}

    def commentary(self, kpi: str) -> Commentary:
        """The words about one KPI; in version 0 where nothing was written yet."""
        return self.commentaries.get(kpi) or Commentary(team=self.team, kpi=kpi, version=0)
