"""Whoever changes what was published is found out, each way by its own sentence."""

import hashlib
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from config import health
from dashboards import reading
from dashboards.jobs import VERIFY, plan_verifications, publish_period, update_figures
from dashboards.models import Measurement, Report, Verification
from dashboards.models.measurement import MEASURE
from dashboards.periods import Period
from dashboards.verifying import verify
from teams.models import Job
from teams.tasks import do_all
from tests import builders

W45, W46, W47 = (Period.parse(f"2026-W{week}") for week in (45, 46, 47))
WITH_THE_KEYS = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


@pytest.fixture
def reports(team, pipeline, now):
    """Three weeks, published, with three, two and one deals won."""
    for week, count in ((W45, 3), (W46, 2), (W47, 1)):
        moment = week.start(team.zone) + timedelta(days=1)
        builders.many_won(pipeline, [moment] * count)
    return [publish_period(team, week, at=now) for week in (W45, W46, W47)]


def tamper(sql, *values):
    """What somebody with the keys of the tables' owner can do."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('kring.readable', '*', false),"
            " set_config('kring.writable', '*', false)"
        )
        cursor.execute("ALTER TABLE dashboards_report DISABLE TRIGGER written_once")
        cursor.execute(sql, values)
        assert cursor.rowcount == 1
        cursor.execute("ALTER TABLE dashboards_report ENABLE TRIGGER written_once")


def sentences(team, now):
    return [reading.fault_text(fault) for fault in verify(team, at=now)]


def test_what_nobody_touched_is_well(team, reports, now):
    assert verify(team, at=now) == []
    assert Verification.objects.get(team=team).reports == 3


def test_a_team_without_reports_is_well(team, now):
    assert verify(team, at=now) == []


@WITH_THE_KEYS
def test_a_changed_byte_is_found(team, reports, now):
    tamper(
        "UPDATE dashboards_report SET content = replace(content, '\"n\":3', '\"n\":4')"
        " WHERE id = %s",
        reports[0].pk,
    )

    assert sentences(team, now) == [
        "The report of week 45 is no longer what was published: its seal does not fit."
    ]


@WITH_THE_KEYS
@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_removed_report_is_found(team, reports, now, gone):
    tamper("DELETE FROM dashboards_report WHERE id = %s", reports[gone].pk)

    said = sentences(team, now)

    assert f"The report of week {45 + gone} was published and is gone." in said
    follows = f"The report of week {46 + gone} does not follow on the one before it"
    assert [sentence.startswith(follows) for sentence in said] == [True, False][gone == 2 :]


@WITH_THE_KEYS
def test_a_report_that_was_sealed_anew_is_found(team, reports, now):
    last = reports[2]
    content = last.content.replace('"n":1,', '"n":2,')
    seal = hashlib.sha256(content.encode()).hexdigest()

    tamper(
        "UPDATE dashboards_report SET content = %s, sha256 = %s WHERE id = %s",
        content,
        seal,
        last.pk,
    )

    said = sentences(team, now)
    assert said
    assert all("what was measured then is" in sentence for sentence in said)
    assert (
        "Deals won, week 47: published as 1 (n = 2); what was measured then is 1 (n = 1)." in said
    )


def test_a_figure_that_is_not_what_the_facts_give_is_found(team, reports, now):
    Measurement.objects.current().whole().filter(kpi="deals-won", start_on=W46.first_day).update(
        value=9, numerator=9
    )

    assert (
        "Deals won, week 46: kept as 9 (n = 2); counted anew from the facts it is 2 (n = 2)."
        in sentences(team, now)
    )


def test_figures_that_are_about_to_be_measured_are_no_fault(team, pipeline, reports, now):
    builders.many_won(pipeline, [W46.start(team.zone) + timedelta(days=1)])
    assert sentences(team, now)

    payload = {"team_id": team.pk, "since": W46.start(team.zone).isoformat()}
    Job.objects.arm(MEASURE, "late", run_at=timezone.now(), payload=payload)

    assert sentences(team, now) == []


def test_a_late_fact_that_was_measured_is_no_fault(team, pipeline, reports, now):
    builders.many_won(pipeline, [W46.start(team.zone) + timedelta(days=1)])
    assert sentences(team, now)

    update_figures(team, since=W45.start(team.zone), at=now + timedelta(hours=1))

    assert sentences(team, now + timedelta(hours=2)) == []


def test_what_is_published_without_having_been_measured_is_measured_then(team, pipeline, now):
    builders.many_won(pipeline, [W45.start(team.zone) + timedelta(days=1)])

    publish_period(team, W45, at=now)

    assert verify(team, at=now) == []
    assert Measurement.objects.filter(kpi="deals-won", value=1).count() == 1


class TestEveryNight:
    def test_every_team_with_reports_once(self, team, carla, reports, now):
        for hour in range(3):
            plan_verifications(now + timedelta(hours=hour))

        jobs = Job.objects.filter(kind=VERIFY)
        assert [job.payload for job in jobs] == [{"team_id": team.pk}]

    def test_the_next_night_again(self, team, reports, now):
        plan_verifications(now)
        plan_verifications(now + timedelta(days=1))

        assert Job.objects.filter(kind=VERIFY).count() == 2

    def test_the_job_keeps_what_it_found(self, team, reports):
        Job.objects.filter(kind=MEASURE).delete()
        plan_verifications(timezone.now() - timedelta(days=1))

        do_all()

        assert Verification.objects.get(team=team).faults == []


class TestThePage:
    @pytest.fixture
    def room(self, team):
        return reverse("dashboards:reading", args=[team.slug])

    def test_says_nothing_before_the_first_look(self, mias, reports, room):
        assert "Checked on" not in mias.get(room).content.decode()

    def test_says_that_all_is_well(self, mias, team, reports, room, now):
        verify(team, at=now)

        assert "all 3 reports are as they were published" in mias.get(room).content.decode()

    def test_tells_the_faults_to_all_who_read(self, annas, mias, team, reports, room, now):
        do_all()
        Measurement.objects.current().filter(kpi="deals-won").update(value=9)
        verify(team, at=now)

        for client in (annas, mias):
            page = client.get(room).content.decode()
            assert "Deals won, week 46: kept as 9 (n = 2); counted anew" in page
            assert "as they were published" not in page


class TestTheCommand:
    def test_tells_each_team(self, team, reports):
        out = StringIO()
        call_command("verify_reports", stdout=out)
        assert out.getvalue() == "rijnmond: 3 reports, 0 faults\n"

    def test_fails_for_a_fault(self, team, reports):
        Measurement.objects.current().filter(kpi="deals-won").update(value=9)
        out = StringIO()

        with pytest.raises(CommandError, match="faults in all"):
            call_command("verify_reports", "rijnmond", stdout=out)

        assert (
            "  Deals won, week 45: kept as 9 (n = 3); counted anew from the facts it is 3 (n = 3)."
            in (out.getvalue())
        )

    @pytest.mark.parametrize("name", ["elsewhere", ""])
    def test_knows_no_other_team(self, team, name):
        with pytest.raises(CommandError, match="rijnmond"):
            call_command("verify_reports", name)


class TestHealth:
    def state(self, at):
        return {line.name: line for line in health.lines(at)}["Published reports"]

    def test_after_a_look(self, team, reports, now):
        verify(team, at=now)

        line = self.state(now + timedelta(minutes=5))
        assert (line.state, line.is_well) == (
            "0 of 1 teams with faults; looked at 5 min ago",
            True,
        )

    def test_a_fault(self, team, reports, now):
        Measurement.objects.current().filter(kpi="deals-won").update(value=9)
        verify(team, at=now)

        assert not self.state(now).is_well

    def test_a_look_grows_old(self, team, reports, now):
        verify(team, at=now)

        assert not self.state(now + timedelta(days=2)).is_well


def test_it_introduces_itself(team, reports, now):
    verify(team, at=now)

    assert str(Verification.objects.get()) == f"0 faults in 3 reports of team {team.pk}"
    assert Report.objects.count() == 3
