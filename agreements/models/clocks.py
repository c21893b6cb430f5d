"""By when something must be said: days on the team's calendar, counted in its working days.

A deadline is kept with the thing as a day, so other hours of the team move none that runs already.
It is the last day on which something can be said; a job looks when that day is over.
"""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from teams.models import Job, Team

# Working days.
TO_ANSWER, GRACE, TO_JUDGE, TO_CONTEST, TO_WITNESS = 10, 2, 5, 5, 5
ENDS_SOON = timedelta(days=30)
DAY = timedelta(days=1)
# The kinds of jobs: for a proposal or a party that keeps silent, for a promise whose day is over,
# for an agreement that comes to its end.
SILENCE, OVERDUE, EXPIRY = "agreements.silence", "agreements.grace", "agreements.expiry"


def today(team: Team, at: datetime) -> date:
    """The day on the calendar of the team."""
    return timezone.localdate(at, team.zone)


def workdays_after(team: Team, day: date, count: int) -> date:
    """The day so many working days of the team later."""
    return team.work_calendar.hours.add_days(day, count)


def start_of(team: Team, day: date) -> datetime:
    """The moment at which this day begins for the team, in UTC."""
    return datetime.combine(day, time.min, team.zone).astimezone(UTC)


def arm(kind: str, team: Team, day: date, **about: int) -> None:
    """Let a job look when this day begins; one for a day that holds no longer finds nothing."""
    # What it is about stands in the key: an agreement and a day may have the same number.
    key = ":".join([*(f"{name}={pk}" for name, pk in about.items()), day.isoformat()])
    payload = {"team_id": team.pk, **about}
    Job.objects.arm(kind, key, run_at=start_of(team, day), payload=payload)
