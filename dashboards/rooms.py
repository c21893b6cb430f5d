"""The reading rooms of all teams that somebody reads: where something changed, and where nothing.

Each with its latest published report. Teams stand by name; none is before another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from django.http import HttpRequest
from django.urls import reverse

from dashboards import reading, writing
from dashboards.models import Report
from dashboards.periods import PeriodKind
from dashboards.reading import Change
from teams import panels
from teams.models import Team, User
from teams.panels import Panel


@dataclass(frozen=True)
class Room:
    """A team's latest report at a glance: its headline and what changed, with no report neither."""

    team: str
    url: str
    headline: str = ""
    changes: list[Change] = field(default_factory=list)
    period: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True)
class Rooms:
    """Those in which something changed, the calm ones, and those that wait for a first report."""

    changed: list[Room]
    calm: list[Room]
    waiting: list[Room]

    @classmethod
    def of(cls, user: User, kind: PeriodKind = PeriodKind.WEEK) -> Self:
        """All teams that this person reads; two queries, however many there are."""
        teams = list(Team.objects.read_by(user).by_name())
        reports = Report.objects.of(kind).newest_of_each(teams)
        latest = {report.team_id: report for report in reports}
        rooms = [_room(team, latest.get(team.pk), kind) for team in teams]
        told = [room for room in rooms if room.published_at]
        return cls(
            changed=[room for room in told if room.changes],
            calm=[room for room in told if not room.changes],
            waiting=[room for room in rooms if not room.published_at],
        )

    @property
    def all(self) -> Iterable[Room]:
        return [*self.changed, *self.calm, *self.waiting]


def _room(team: Team, report: Report | None, kind: PeriodKind) -> Room:
    name = "dashboards:reading" if kind is PeriodKind.WEEK else "dashboards:reading-months"
    url = reverse(name, args=[team.slug])
    if report is None:
        return Room(team.name, url)
    read = reading.at_a_glance(report.payload)
    return Room(
        team.name,
        url,
        read.headline,
        read.lede,
        writing.period_name(report.period),
        report.published_at,
    )


@panels.register("followed")
def what_changed_in_my_teams(_request: HttpRequest, person: User) -> Panel | None:
    """Where somebody chooses among several teams: the way to all of their reports at once."""
    return Panel("dashboards/_all_rooms.html") if Team.objects.read_by(person).count() > 1 else None


@panels.register("profile")
def mail_of_my_teams(_request: HttpRequest, person: User) -> Panel | None:
    """On one's own page: the way to what of each team comes by mail."""
    teams = list(Team.objects.read_by(person).by_name())
    return Panel("dashboards/_mail_of_my_teams.html", {"teams": teams}) if teams else None
