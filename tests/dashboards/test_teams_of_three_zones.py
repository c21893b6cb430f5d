"""Teams in three time zones: each of their periods once, as long as it was where they are."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboards import kpis
from dashboards.engine import measure
from dashboards.jobs import plan_reports
from dashboards.periods import Period, PeriodKind
from teams.models import Job
from tests import builders

pytestmark = pytest.mark.django_db

ZONES = ("Europe/Amsterdam", "America/New_York", "Pacific/Auckland")
# Clocks go forward and back, the year of the ISO week is not that of the day, a leap day. In the
# north and in the south they change in other weeks, and the other way round.
TIMES = [
    pytest.param(datetime(2027, 3, 5, tzinfo=UTC), id="spring"),
    pytest.param(datetime(2026, 10, 16, tzinfo=UTC), id="autumn"),
    pytest.param(datetime(2026, 12, 18, tzinfo=UTC), id="week 53"),
    pytest.param(datetime(2028, 2, 18, tzinfo=UTC), id="leap day"),
]
DAYS = 32


@pytest.fixture(params=TIMES)
def began(request):
    return request.param


@pytest.fixture
def teams(began):
    return [builders.team(zone, at=began, timezone=zone) for zone in ZONES]


def name_of(kind, moment, zone):
    """The period of a moment as a calendar on that wall says."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}" if kind == PeriodKind.WEEK else f"{day:%Y-%m}"


@pytest.mark.parametrize("kind", PeriodKind)
def test_every_win_counts_once_in_the_period_of_the_team(began, teams, kind):
    # Seven hours apart: at every hour of the clock, also of those that come twice.
    wins = [began + timedelta(hours=hours) for hours in range(0, DAYS * 24, 7)]
    for team in teams:
        builders.many_won(builders.pipeline(team, at=began), wins, days=0)
    until = began + timedelta(days=DAYS + 40)
    periods = list(
        Period.containing(kind, began.date() - timedelta(days=1)).through(
            Period.containing(kind, until.date())
        )
    )

    figures = measure(kpis.get("deals-won"), teams, periods, until=until)

    found = {
        (figure.team_id, str(figure.period)): int(figure.value) for figure in figures if figure.n
    }
    wanted = Counter((team.pk, name_of(kind, win, team.timezone)) for team in teams for win in wins)
    assert found == wanted


def test_every_period_is_drafted_and_published_once_by_the_clock_of_the_team(began, teams):
    Job.objects.all().delete()

    # A tick every five hours, as if the worker had been away in between.
    for hours in range(0, DAYS * 24, 5):
        plan_reports(began + timedelta(hours=hours))

    armed = Counter((job.payload["team_id"], job.payload["period"], job.kind) for job in jobs())
    last = began + timedelta(hours=(DAYS * 24 - 1) // 5 * 5)
    assert armed == {
        (team.pk, str(period), kind): 1
        for team in teams
        for period in closed(team, began, last)
        for kind in ("dashboards.draft", "dashboards.publish")
    }
    zones = {team.pk: team.zone for team in teams}
    for job in jobs().filter(kind="dashboards.draft"):
        drafted = job.run_at.astimezone(zones[job.payload["team_id"]])
        assert (drafted.hour, drafted.minute) == (6, 0)
        after = Period.parse(job.payload["period"]).last_day + timedelta(days=1)
        assert drafted.date() == after


def jobs():
    return Job.objects.filter(kind__startswith="dashboards.")


def closed(team, began, last):
    """The weeks and months that are over at the last tick, from the one in which a team began."""
    for kind in PeriodKind:
        period = Period.containing(kind, began.astimezone(team.zone).date())
        while datetime.combine(
            period.last_day + timedelta(days=1), datetime.min.time(), team.zone
        ) <= last.astimezone(UTC):
            yield period
            period = period.next
