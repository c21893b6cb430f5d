"""When a team works, as it agreed from one moment on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Self

from django.db import models, transaction
from django.utils.translation import gettext as _

from teams.happenings import Happening
from teams.models.person import User
from teams.models.team import Membership, Team, TeamError
from teams.refusals import Stale
from teams.worktime import OFFICE_WEEK, WorkHours


class StaleHours(TeamError, Stale):  # noqa: N818
    """Somebody else changed the hours first; nothing was written."""


class WorkCalendarQuerySet(models.QuerySet["WorkCalendar"]):
    def in_force_at(self, moment: datetime) -> Self:
        """The calendar that held at this moment alone; the first holds for all that was before."""
        begun = self.filter(models.Q(since_at__lte=moment) | models.Q(number=1))
        return begun.order_by("-number")[:1]

    def begin(
        self, team: Team, hours: WorkHours | None = None, *, by: User | None, at: datetime
    ) -> WorkCalendar:
        """Write the calendar that a team begins with; office hours from Monday to Friday where
        nothing else is said.
        """
        hours = hours or WorkHours(team.zone, team.country, OFFICE_WEEK)
        return WorkCalendar(team=team, number=0).followed_by(hours, by=by, at=at)

    def agree(
        self, hours: WorkHours, *, seen: int, by: Membership, at: datetime
    ) -> WorkCalendar | None:
        """Let the team work by these hours from now on; what was counted before stays.

        `seen` is the number of the calendar that the person had on screen. What holds already is
        no change, and gives None. Raises StaleHours when somebody was faster, TeamError for a
        week without an hour of work.
        """
        team = by.team
        if not hours.minutes_a_week:
            raise TeamError(_("A team works at least some time of the week."))
        with transaction.atomic():
            # Whoever changes the hours waits here for the one before them.
            Team.objects.select_for_update().get(pk=team.pk)
            now = team.work_calendar
            if now.number != seen:
                raise StaleHours(_("Someone changed the working hours a moment ago."))
            if now.hours == hours:
                return None
            Team.objects.filter(pk=team.pk).update(country=hours.country)
            team.country = hours.country
            new = now.followed_by(hours, by=by.user, at=at)
            team.tell(Happening.HOURS_AGREED, new, by=by.user, at=at, minutes=hours.minutes_a_week)
        return new


class WorkCalendar(models.Model):
    """The working hours of a team since some moment; written once, and followed by the next.

    `week` and `closed_days` are those of WorkHours in JSON: seven lists of pairs of minutes, and
    days as ISO 8601 writes them. The first holds for all that was before, too.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="calendars", db_index=False
    )
    number = models.PositiveIntegerField()
    since_at = models.DateTimeField()
    country = models.CharField(max_length=2)
    week = models.JSONField()
    closed_days = models.JSONField(default=list)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = WorkCalendarQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="calendars_are_numbered"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="calendars_are_numbered_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"calendar {self.number} of team {self.team_id}"

    @property
    def hours(self) -> WorkHours:
        return WorkHours(
            self.team.zone,
            self.country,
            tuple(tuple((begin, end) for begin, end in ranges) for ranges in self.week),
            frozenset(map(date.fromisoformat, self.closed_days)),
        )

    def followed_by(self, hours: WorkHours, *, by: User | None, at: datetime) -> WorkCalendar:
        """Write the next calendar of the team."""
        return WorkCalendar.objects.create(
            team=self.team, number=self.number + 1, since_at=at, by=by, **_written(hours)
        )

    def with_country(self, country: str, *, by: User | None, at: datetime) -> WorkCalendar:
        """Write the next calendar, with the public holidays of another country."""
        return self.followed_by(replace(self.hours, country=country), by=by, at=at)


def _written(hours: WorkHours) -> dict[str, Any]:
    return {
        "country": hours.country,
        "week": hours.week,
        "closed_days": sorted(day.isoformat() for day in hours.closed),
    }
