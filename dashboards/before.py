"""What a team that came of a division reads of the team it was a part of: the reports until then.

It is the one place where the second wall is opened for another team: for published reports alone,
to read them, and for no longer than it takes to fetch them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from dashboards import writing
from dashboards.models import Report
from dashboards.models.report import ReportQuerySet
from dashboards.periods import Period
from teams import panels, wall
from teams.models import Team
from teams.panels import Panel


@dataclass(frozen=True)
class Before:
    """A report of the team that this one was a part of, in a list."""

    period: Period
    published_at: datetime

    @property
    def name(self) -> str:
        return writing.period_name(self.period)


def listed(team: Team) -> list[Before]:
    """All that were published until the team began, the newest first; none where it is no part."""
    with wall.opened_to_read(_old(team)):
        found = _until_then(team).newest_first().only("period_kind", "start_on", "published_at")
        return [Before(report.period, report.published_at) for report in found]


def found(team: Team, period: Period) -> Report | None:
    """The one about this period, where it was published until the team began."""
    with wall.opened_to_read(_old(team)):
        reports = _until_then(team).of(period.kind).filter(start_on=period.first_day)
        return reports.newest_first().first()


def _old(team: Team) -> list[int]:
    return [team.divided_from_id] if team.divided_from_id else []


def _until_then(team: Team) -> ReportQuerySet:
    return Report.objects.filter(team__in=_old(team), published_at__lte=team.started_at)


@panels.register("today")
def where_we_come_from(_request: HttpRequest, team: Team) -> Panel | None:
    """Of which team we were a part until when, and the way to what was reported of it."""
    return Panel("dashboards/_before.html") if team.divided_from_id else None
