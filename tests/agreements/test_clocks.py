"""What time does, by jobs: in the working days of the team, over moved clocks, and once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection

from agreements.models import Agreement, Fate, State, clocks
from teams.models import Job
from teams.worktime import OFFICE_WEEK, WorkHours
from tests import builders
from tests.agreements.conftest import CALL_BACK


def jobs(kind, **about):
    told = {f"payload__{name}": value for name, value in about.items()}
    return Job.objects.filter(kind=f"agreements.{kind}", **told).order_by("run_at")


def run(job, *, at=None):
    """As a worker does it once its moment has come, and once more after a crash."""
    at = at or job.run_at
    Job.objects.filter(pk=job.pk).update(run_at=datetime(2020, 1, 1, tzinfo=UTC), state="due")
    Job.objects.claim(job.pk).run(at=at)
    done = Job.objects.get(pk=job.pk)
    assert (done.state, done.error) == ("done", "")


def agreed_for(due_on, anna, bram, *, at):
    agreement = builders.proposed(anna, bram, replace(CALL_BACK, due_on=due_on), at=at)
    agreement.accept(1, by=bram, at=at)
    return agreement


def test_grace_is_over_two_working_days_after_the_day(agreed, team):
    (job,) = jobs("grace")

    assert job.run_at == datetime(2026, 12, 1, 23, tzinfo=UTC)  # Wednesday begins in Rotterdam
    run(job)

    promise = agreed.promise()
    assert (promise.state, promise.is_automatic) == (Fate.BROKEN, True)


def test_an_agreement_and_a_day_of_the_same_number_have_each_their_job(team, now):
    day = date(2026, 12, 1)

    clocks.arm(clocks.SILENCE, team, day, agreement_id=7)
    clocks.arm(clocks.SILENCE, team, day, occurrence_id=7)

    assert jobs("silence").count() == 2


def test_every_clock_that_runs_has_its_job_again(done, anna, bram, now):
    proposed = builders.proposed(anna, bram, CALL_BACK, at=now)
    Job.objects.all().delete()

    with connection.cursor() as cursor:
        cursor.execute(import_module("agreements.migrations.0009_every_clock_has_its_job").REARM)

    waiting = {tuple(job.payload.items())[-1]: job.run_at for job in jobs("silence")}
    assert waiting[("occurrence_id", done.promise().pk)] == clocks.start_of(
        done.team, done.promise().clock_on + clocks.DAY
    )
    assert ("agreement_id", proposed.pk) in waiting


def test_a_job_that_runs_twice_has_one_effect(agreed):
    (job,) = jobs("grace")
    run(job)
    lines = agreed.team.logbook.count()

    run(job)

    assert agreed.team.logbook.count() == lines
    assert agreed.promise().clock_on == date(2026, 12, 9)


def test_a_job_for_a_day_that_holds_no_longer_does_nothing(agreed, anna, bram, now):
    (old,) = jobs("grace")
    agreed.renegotiate(1, replace(CALL_BACK, due_on=date(2026, 12, 24)), by=anna, at=now)
    agreed.accept(2, by=bram, at=now)

    run(old)

    assert agreed.promise().state == Fate.UPCOMING
    assert agreed.promise().clock_on == date(2026, 12, 29)  # Friday and Saturday are Christmas


def test_silence_is_counted_from_the_word(done):
    job = jobs("silence", occurrence_id=done.promise().pk).get()

    run(job)

    assert (done.promise().state, done.promise().is_tacit) == (Fate.KEPT, True)


def test_a_broken_promise_is_closed_by_silence_too(agreed):
    run(jobs("grace").get())
    job = jobs("silence", occurrence_id=agreed.promise().pk).get()

    run(job)

    agreed.refresh_from_db()
    assert (agreed.promise().is_final, agreed.state) == (True, State.RETIRED)


def test_a_proposal_dies_of_silence(proposal):
    (job,) = jobs("silence")

    run(job)

    proposal.refresh_from_db()
    assert proposal.state == State.LAPSED


def test_what_is_far_off_ends_soon_thirty_days_before(anna, bram, now):
    long = agreed_for(date(2027, 3, 31), anna, bram, at=now)
    (job,) = jobs("expiry")

    assert job.run_at == datetime(2027, 2, 28, 23, tzinfo=UTC)
    run(job)

    long.refresh_from_db()
    assert long.state == State.EXPIRING


class TestWorkingDays:
    """Two working days of grace: after which day, for whom."""

    def grace_after(self, due_on, anna, bram, now):
        return agreed_for(due_on, anna, bram, at=now).promise().clock_on

    @pytest.mark.parametrize(
        ("due_on", "until"),
        [
            (date(2027, 3, 25), date(2027, 3, 31)),  # over Easter
            (date(2027, 4, 26), date(2027, 4, 29)),  # over King's Day
            (date(2026, 12, 24), date(2026, 12, 29)),
            (date(2027, 10, 30), date(2027, 11, 2)),  # due on a Saturday; the clock is put back
        ],
    )
    def test_of_the_country(self, anna, bram, now, due_on, until):
        assert self.grace_after(due_on, anna, bram, now) == until

    def test_of_the_team_itself(self, team, anna, bram, now):
        week = (*OFFICE_WEEK[:3], (), ((540, 1020),), ((540, 600),), ())  # off on Thursdays
        hours = WorkHours(team.zone, "NL", week, frozenset({date(2026, 12, 7)}))
        team.calendars.agree(hours, seen=1, by=anna, at=now)

        assert self.grace_after(date(2026, 12, 2), anna, bram, now) == date(2026, 12, 5)
        assert self.grace_after(date(2026, 12, 5), anna, bram, now) == date(2026, 12, 9)

    def test_other_hours_move_no_clock_that_runs(self, agreed, team, anna, now):
        hours = WorkHours(team.zone, "NL", OFFICE_WEEK, frozenset({date(2026, 11, 30)}))
        team.calendars.agree(hours, seen=1, by=anna, at=now)

        assert agreed.promise().clock_on == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("zone", "due_on", "moment"),
    [
        # The clock is moved in the night before the job: it looks when the day begins there.
        ("Europe/Amsterdam", date(2027, 3, 25), datetime(2027, 3, 31, 22, tzinfo=UTC)),
        ("Europe/Amsterdam", date(2026, 10, 22), datetime(2026, 10, 26, 23, tzinfo=UTC)),
        ("America/New_York", date(2026, 10, 30), datetime(2026, 11, 4, 5, tzinfo=UTC)),
        ("Pacific/Auckland", date(2027, 4, 1), datetime(2027, 4, 5, 12, tzinfo=UTC)),
    ],
)
def test_the_day_begins_by_the_clock_of_the_team(team, anna, bram, now, zone, due_on, moment):
    team.timezone = zone
    team.save(update_fields=["timezone"])
    begun = datetime(2026, 10, 20, 9, tzinfo=UTC)
    agreed = agreed_for(due_on, *refreshed(anna, bram), at=begun)
    (job,) = jobs("grace")

    assert job.run_at == moment
    run(job, at=moment - timedelta(seconds=1))
    assert agreed.promise().state == Fate.UPCOMING
    run(job)
    assert agreed.promise().state == Fate.BROKEN


def refreshed(*places):
    for place in places:
        place.team.refresh_from_db()
    return places


def test_a_job_of_another_team_is_shown_no_other(agreed, carla):
    (job,) = jobs("grace")
    Job.objects.filter(pk=job.pk).update(payload={**job.payload, "team_id": carla.team_id})

    run(job)

    assert Agreement.objects.get(pk=agreed.pk).promise().state == Fate.UPCOMING
