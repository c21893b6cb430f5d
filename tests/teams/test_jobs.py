"""A job: done once, taken over from the dead, left to the living, given up after three times."""

from datetime import timedelta
from functools import partial

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

from teams import jobs, tasks
from teams.models import Job, JobError, Team
from teams.models.job import MOST_ATTEMPTS
from tests.racing import at_once
from tests.teams.conftest import KIND, arm, run_out, traces

DONE, DUE, FAILED, RUNNING = "done", "due", "failed", "running"


class Killed(BaseException):
    """What a killed worker looks like from inside: no exception handler gets to see it."""


def state_of(job):
    job.refresh_from_db()
    return job.state


def test_a_job_is_armed_once_per_kind_and_key(job, team):
    again = arm(team)

    assert again == job
    assert Job.objects.get() == job


def test_a_job_leaves_its_effect_together_with_the_mark_that_it_is_done(job, team):
    tasks.do_job(job_id=job.pk)

    assert (state_of(job), job.attempts, job.error) == (DONE, 1, "")
    assert traces(team) == (1, 1)


def test_the_same_message_twice_has_one_effect(job, team):
    tasks.do_job(job_id=job.pk)
    tasks.do_job(job_id=job.pk)

    assert traces(team) == (1, 1)


def test_a_message_about_no_job_changes_nothing(team, kind):
    tasks.do_job(job_id=0)

    assert traces(team) == (0, 0)


def test_a_job_of_later_is_left_for_later(team, kind):
    job = arm(team, late=timedelta(hours=-1))

    tasks.do_job(job_id=job.pk)

    assert state_of(job) == DUE
    assert tasks.do_all() == 0


def test_the_oldest_job_is_taken_first(team, kind):
    young = arm(team, "young", late=timedelta(minutes=1))
    old = arm(team, "old", late=timedelta(days=1))

    assert [Job.objects.claim(), Job.objects.claim(), Job.objects.claim()] == [old, young, None]


@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_that_want_a_job_one_gets_it(job):
    claims = at_once([partial(Job.objects.claim, job.pk)] * 8)

    assert sorted(claim is not None for claim in claims) == [False] * 7 + [True]
    assert (state_of(job), job.attempts) == (RUNNING, 1)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_do_eight_jobs_once_each(team, kind):
    for number in range(8):
        arm(team, str(number))

    done = at_once([tasks.do_all] * 8)

    assert sum(done) == 8
    assert traces(team) == (8, 8)


class TestWhenAWorkerDies:
    def test_another_takes_over_when_the_lease_has_run_out(self, job, team):
        Job.objects.claim(job.pk)
        tasks.do_job(job_id=job.pk)
        assert traces(team) == (0, 0)

        run_out(job)
        tasks.do_job(job_id=job.pk)

        assert (state_of(job), job.attempts) == (DONE, 2)
        assert traces(team) == (1, 1)

    def test_whoever_comes_back_late_is_refused(self, job, team):
        slow = Job.objects.claim(job.pk)
        run_out(job)
        tasks.do_job(job_id=job.pk)

        slow.run(at=timezone.now())

        assert traces(team) == (1, 1)
        with pytest.raises(JobError, match="taken over"):
            slow._hold()

    @pytest.mark.django_db(transaction=True)
    def test_one_that_is_only_slow_is_left_alone(self, job, team, handle):
        meanwhile = []

        def slow(*, at, team_id):
            team.note_progress(1)
            run_out_elsewhere = partial(tasks.do_job, job_id=job.pk)
            meanwhile.extend(at_once([run_out_elsewhere]))

        handle(slow)
        mine = Job.objects.claim(job.pk)
        run_out(mine)

        mine.run(at=timezone.now())

        assert meanwhile == [None]
        assert (state_of(job), job.attempts) == (DONE, 1)

    @pytest.mark.django_db(transaction=True)
    def test_one_whose_connection_is_cut_leaves_nothing_behind(self, job, team, handle, kind):
        note = jobs.handler_of(kind)
        cut = []

        def cut_off(*, at, team_id):
            note(at=at, team_id=team_id)
            if not cut:
                cut.append(connection.connection.info.backend_pid)
                at_once([partial(terminate, cut[0])])

        handle(cut_off)
        mine = Job.objects.claim(job.pk)

        mine.run(at=timezone.now())

        assert traces(team) == (0, 0)
        assert (state_of(job), job.error[:16]) == (DUE, "OperationalError")
        Job.objects.update(run_at=timezone.now() - timedelta(seconds=1))
        tasks.do_job(job_id=job.pk)
        assert traces(team) == (1, 1)

    def test_at_whatever_statement_the_state_is_old_or_new(self, team, kind):
        """Kill at the first statement, then at the second, until nothing is left to kill."""
        number = 0
        killed = True
        while killed:
            number += 1
            job = arm(team, str(number))
            killed = self.die_at(number, job)
            done = state_of(job) == DONE

            assert traces(team) == (number - 1 + done, number - 1 + done)
            assert done is not killed
            run_out(job)
            tasks.do_all()
            assert state_of(job) == DONE
            assert traces(team) == (number, number)
        assert number > 8

    def die_at(self, number, job):
        count = 0

        def kill(execute, sql, params, many, context):
            nonlocal count
            count += 1
            if count == number:
                raise Killed
            return execute(sql, params, many, context)

        try:
            with transaction.atomic(), connection.execute_wrapper(kill):
                tasks.do_job(job_id=job.pk)
        except Killed:
            return True
        return False

    def test_a_job_that_kills_three_workers_is_given_up(self, job, team, caplog):
        for _ in range(MOST_ATTEMPTS):
            assert Job.objects.claim(job.pk)
            run_out(job)
        assert Job.objects.claim(job.pk) is None

        assert tasks.do_all() == 0

        assert state_of(job) == FAILED
        assert job.error == "The worker stopped in the middle, every time."
        assert caplog.messages == ["jobs that stopped their worker every time were given up: 1"]


class TestWhenAJobFails:
    @pytest.fixture(autouse=True)
    def breaks(self, handle):
        def broken(*, at, team_id):
            Team.objects.get(pk=team_id).note_progress(1)
            raise ValueError("no such figure\nDETAIL: Anna, 06 12 34 56 78")

        handle(broken)

    def test_nothing_of_it_stays_and_it_is_tried_again_later(self, job, team):
        tasks.do_job(job_id=job.pk)

        assert traces(team) == (0, 0)
        assert (state_of(job), job.attempts) == (DUE, 1)
        assert job.run_at > timezone.now()
        assert tasks.do_all() == 0

    def test_the_third_failure_is_the_last_and_its_reason_is_kept(self, job):
        for _ in range(MOST_ATTEMPTS):
            Job.objects.update(run_at=timezone.now() - timedelta(seconds=1))
            tasks.do_job(job_id=job.pk)

        assert (state_of(job), job.attempts) == (FAILED, 3)
        assert job.error == "ValueError: no such figure"
        assert tasks.do_all() == 0

    def test_the_others_go_on(self, job, team, monkeypatch):
        other = Job.objects.arm("tests.other", "one", run_at=timezone.now() - timedelta(hours=1))
        monkeypatch.setitem(jobs._handlers, "tests.other", lambda *, at: None)

        assert tasks.do_all() == 2

        assert (state_of(job), state_of(other)) == (DUE, DONE)

    def test_a_kind_that_nobody_does_fails_with_that_reason(self, team):
        job = Job.objects.arm("tests.unknown", "one", run_at=timezone.now() - timedelta(hours=1))

        tasks.do_job(job_id=job.pk)

        job.refresh_from_db()
        assert job.error == "LookupError: Nobody does jobs of the kind tests.unknown."


def terminate(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])


def test_a_job_takes_its_likes_along(job, team, other_team):
    like = arm(team, "two")
    later = arm(team, "later", late=timedelta(hours=-1))
    elsewhere = arm(other_team, "elsewhere")
    Job.objects.claim(job.pk)

    taken = Job.objects.absorb(KIND, team_id=team.pk)

    assert taken == [like]
    assert [state_of(each) for each in (job, like, later, elsewhere)] == [RUNNING, DONE, DUE, DUE]


def test_what_was_done_long_ago_is_forgotten(job, team):
    open_job = arm(team, "open", late=timedelta(hours=-1))
    tasks.do_job(job_id=job.pk)
    Job.objects.filter(pk=job.pk).update(done_at=timezone.now() - timedelta(days=8))

    tasks.tick()

    assert list(Job.objects.values_list("pk", flat=True)) == [open_job.pk]


def test_sign_ins_that_have_ended_are_forgotten(annas, brams):
    assert Session.objects.count() == 2
    ended = Session.objects.filter(pk=annas.session.session_key)
    ended.update(expire_date=timezone.now() - timedelta(seconds=1))

    tasks.tick()

    assert Session.objects.get().pk == brams.session.session_key


def test_a_job_says_what_it_is(job):
    assert str(job) == f"tests.note one ({job.pk})"
