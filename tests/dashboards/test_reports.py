"""Reports: composed from the facts, published once, never changed."""

import hashlib
import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction

from dashboards import kpis
from dashboards.jobs import draft, measure_team, plan_reports, publish_period, update_figures
from dashboards.models import Baseline, BaselineError, Measurement, Report, ReportError, Signal
from dashboards.periods import Period
from dashboards.reports import compose
from dashboards.series import from_measurements
from teams.models import Job, LogEntry, Team
from teams.tasks import do_all
from tests import builders

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
W40 = Period.parse("2026-W40")


def wins_per_week(pipeline, counts, first):
    """So many deals won in each week from the first one on, on Tuesday at noon."""
    builders.many_won(
        pipeline,
        [
            start + timedelta(days=1, hours=12)
            for start, count in zip(first, counts, strict=True)
            for _ in range(count)
        ],
    )


@pytest.fixture
def half_a_year(pipeline):
    """Twenty-six weeks of ordinary wins, then two weeks without any."""
    counts = [3, 5, 4, 4, 6, 5, 2, 3, 4, 6, 3, 5, 5, 4, 2, 3, 5, 6, 4, 4, 3, 5, 3, 4, 6, 4, 0, 0]
    weeks = list(Period.parse("2026-W12").through(Period.parse("2026-W39")))
    wins_per_week(pipeline, counts, [week.start(AMSTERDAM) for week in weeks])
    return weeks


def test_a_report_is_published_once(team, half_a_year, now):
    first = publish_period(team, half_a_year[0], at=now)
    again = publish_period(team, half_a_year[0], at=now + timedelta(days=1))

    assert again == first
    assert Report.objects.count() == 1
    assert LogEntry.objects.filter(kind="dashboards.report.published").count() == 1


def test_reports_form_a_chain_of_hashes(team, half_a_year, now):
    first = publish_period(team, half_a_year[0], at=now)
    second = publish_period(team, half_a_year[1], at=now)

    assert first.payload["previous_sha256"] is None
    assert second.payload["previous_sha256"] == first.sha256
    assert second.sha256 == hashlib.sha256(second.content.encode()).hexdigest()


def test_a_running_period_is_not_published(team, pipeline, now):
    with pytest.raises(ReportError, match="not over"):
        publish_period(team, Period.parse("2026-W48"), at=now)


@pytest.mark.parametrize("alias", ["default", "owner"])
@pytest.mark.parametrize(
    "sql", ["UPDATE dashboards_report SET content = ''", "DELETE FROM dashboards_report"]
)
@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_the_database_refuses_to_change_what_was_published(alias, sql, team, pipeline, now):
    publish_period(team, W40, at=now)

    with pytest.raises(DatabaseError), transaction.atomic(using=alias):
        connections[alias].cursor().execute(sql)

    assert Report.objects.count() == 1


def test_a_late_fact_is_restated_in_the_next_report(team, half_a_year, pipeline, anna, now):
    week, following = half_a_year[3], half_a_year[4]
    publish_period(team, week, at=now)
    deal = builders.deal(pipeline, by=anna, at=week.start(AMSTERDAM))
    builders.won(deal, by=anna, at=week.start(AMSTERDAM) + timedelta(days=2))

    report = publish_period(team, following, at=now)

    restated = {"kpi": "deals-won", "unit": "count", "published": "4", "now": "5"}
    assert restated | {"period": str(week)} in report.payload["restated"]


def test_a_signed_baseline_gives_the_manager_a_signal(team, half_a_year, anna, now):
    update_figures(team, since=half_a_year[0].start(AMSTERDAM), at=now)
    won = kpis.get("deals-won")
    Baseline.sign(won, half_a_year[0], half_a_year[25], by=anna, at=now, reason="A calm half year")

    report = publish_period(team, half_a_year[-1], at=now)

    entry = next(kpi for kpi in report.payload["kpis"] if kpi["slug"] == "deals-won")
    assert (entry["value"], entry["status"], entry["reason"]) == ("0", "full", None)
    assert (entry["signal"]["side"], entry["signal"]["rule"]) == ("down", "outside")
    assert entry["signal"]["onset"] == str(half_a_year[26])
    assert entry["limits"]["lower"] == "0.2170461538"


def test_without_a_baseline_there_is_a_reason_and_no_signal(team, half_a_year, now):
    report = publish_period(team, half_a_year[-1], at=now)

    entry = next(kpi for kpi in report.payload["kpis"] if kpi["slug"] == "deals-won")
    assert (entry["signal"], entry["reason"]) == (None, "no-locked-baseline")


def test_a_baseline_needs_twenty_figures_and_a_reason(team, half_a_year, anna, now):
    update_figures(team, since=half_a_year[0].start(AMSTERDAM), at=now)
    won = kpis.get("deals-won")

    with pytest.raises(BaselineError, match="20"):
        Baseline.sign(won, half_a_year[0], half_a_year[18], by=anna, at=now, reason="Calm")
    with pytest.raises(BaselineError, match="why"):
        Baseline.sign(won, half_a_year[0], half_a_year[25], by=anna, at=now, reason=" ")
    assert not Baseline.objects.exists()


def test_a_signal_is_written_once_and_ends(team, half_a_year, pipeline, anna, now):
    update_figures(team, since=half_a_year[0].start(AMSTERDAM), at=now)
    won = kpis.get("deals-won")
    Baseline.sign(won, half_a_year[0], half_a_year[25], by=anna, at=now, reason="Calm")
    busy = half_a_year[-1].next.start(AMSTERDAM)
    wins_per_week(pipeline, [30], [busy])

    for _ in range(2):
        update_figures(team, since=busy, at=busy + timedelta(days=8))
    signal = Signal.objects.get(kpi="deals-won", side="up")
    assert (signal.onset_on, signal.is_over) == (busy.date(), False)

    update_figures(team, since=busy, at=busy + timedelta(days=15))
    signal.refresh_from_db()
    assert signal.is_over


def test_measuring_again_changes_nothing(team, half_a_year, now):
    update_figures(team, since=half_a_year[0].start(AMSTERDAM), at=now)
    before = list(Measurement.objects.order_by("pk").values())

    update_figures(team, since=half_a_year[0].start(AMSTERDAM), at=now)

    assert list(Measurement.objects.order_by("pk").values()) == before


def test_a_corrected_figure_keeps_the_value_it_had(team, half_a_year, pipeline, anna, now):
    week = half_a_year[3]
    update_figures(team, since=week.start(AMSTERDAM), at=now)
    deal = builders.deal(pipeline, by=anna, at=week.start(AMSTERDAM))
    builders.won(deal, by=anna, at=week.start(AMSTERDAM) + timedelta(days=2))
    update_figures(team, since=week.start(AMSTERDAM), at=now)

    rows = Measurement.objects.filter(
        kpi="deals-won", period_kind="week", start_on=week.first_day
    ).in_order()
    assert [(row.revision, row.value, row.superseded_at is None) for row in rows] == [
        (1, 4, False),
        (2, 5, True),
    ]


def test_a_win_marks_the_figures_in_its_own_transaction(deal, anna, now):
    Job.objects.all().delete()

    with transaction.atomic():
        builders.won(deal, by=anna, at=now)
        transaction.set_rollback(True)
    assert not Job.objects.exists()

    deal.refresh_from_db()
    builders.won(deal, by=anna, at=now)
    job = Job.objects.get()
    assert (job.kind, job.payload["since"]) == ("dashboards.measure", now.isoformat())


def test_a_line_moves_the_figures_that_it_may_change_and_no_others(deal, anna, team, now):
    Job.objects.all().delete()
    builders.won(deal, by=anna, at=now)
    line = Job.objects.get().payload

    measure_team(at=now + timedelta(hours=1), **line)
    measured = set(Measurement.objects.values_list("kpi", flat=True))
    assert {"deals-won", "pipeline-value"} <= measured
    assert not measured & {"first-response", "customer-score"}

    # What an earlier version put in the book does not say what happened.
    measure_team(at=now + timedelta(hours=1), team_id=team.pk, since=line["since"])
    measured = set(Measurement.objects.values_list("kpi", flat=True))
    assert measured == {kpi.slug for kpi in kpis.all_kpis()}


def test_lines_that_wait_together_move_what_each_of_them_moves(deal, anna, team, now):
    Job.objects.all().delete()
    builders.said(deal, by=anna, at=now - timedelta(days=40))
    builders.won(deal, by=anna, at=now)
    first, *others = Job.objects.filter(kind="dashboards.measure").order_by("-pk")
    Job.objects.filter(pk=first.pk).update(state="running")

    measure_team(at=now + timedelta(hours=1), **first.payload)

    assert others
    for kpi in ("deals-won", "first-response"):
        weeks = Measurement.objects.filter(kpi=kpi, period_kind="week", dimension="")
        assert weeks.order_by("start_on")[0].start_on == date(2026, 10, 12)


@pytest.mark.django_db(transaction=True)
def test_a_win_is_in_the_running_figures_after_its_job(deal, anna, team):
    at = datetime.now(AMSTERDAM)
    builders.won(deal, by=anna, at=at)

    do_all()

    current = Measurement.objects.current().get(
        kpi="deals-won", period_kind="month", start_on=at.date().replace(day=1)
    )
    assert (current.value, current.is_final) == (1, False)


def test_every_closed_period_is_planned_once(team, pipeline, now):
    at = now + timedelta(days=21)
    plan_reports(at)
    plan_reports(at)

    armed = Job.objects.filter(kind="dashboards.publish").order_by("key")
    assert [job.key.partition(":")[2] for job in armed] == [
        "2026-11",
        "2026-W48",
        "2026-W49",
        "2026-W50",
    ]
    wednesday = armed[1].run_at.astimezone(AMSTERDAM)
    assert (wednesday.weekday(), wednesday.hour) == (2, 12)


def test_after_a_report_only_later_periods_are_planned(team, pipeline, now):
    at = now + timedelta(days=21)
    publish_period(team, Period.parse("2026-W49"), at=at)

    plan_reports(at)

    weeks = Job.objects.filter(kind="dashboards.publish", key__contains="W")
    assert [job.payload["period"] for job in weeks] == ["2026-W50"]


def test_the_draft_measures_a_closed_period(team, half_a_year, now):
    draft(at=now, team_id=team.pk, period=str(half_a_year[3]))

    kept = Measurement.objects.get(
        kpi="deals-won", period_kind="week", start_on=half_a_year[3].first_day
    )
    assert (kept.value, kept.is_final, str(kept.period)) == (4, True, "2026-W15")


def test_the_goal_follows_from_its_first_day(team, half_a_year, now):
    Team.objects.filter(pk=team.pk).update(
        goal_kpi="deals-won", goal_from_on=half_a_year[1].first_day + timedelta(days=1)
    )
    team.refresh_from_db()

    update_figures(team, since=now, at=half_a_year[3].start(AMSTERDAM))

    team.refresh_from_db()
    assert team.goal_now == 5 + 4


def test_a_process_revision_marks_every_chart(team, half_a_year, pipeline, now):
    moment = half_a_year[20].start(AMSTERDAM) + timedelta(days=2)
    pipeline.revise("One-page proposals agreed", by=None, at=moment)

    report = publish_period(team, half_a_year[-1], at=now)

    assert report.payload["markers"] == [
        {
            "kind": "crm.pipeline.revised",
            "period": str(half_a_year[20]),
            "text": "One-page proposals agreed",
        }
    ]


def test_a_stretch_that_bears_no_limits_is_no_baseline(team, half_a_year, anna, now):
    update_figures(team, since=half_a_year[0].start(AMSTERDAM), at=now)

    with pytest.raises(BaselineError, match="too few for a share"):
        Baseline.sign(
            kpis.get("win-rate"), half_a_year[0], half_a_year[25], by=anna, at=now, reason="Calm"
        )


def test_a_period_that_was_never_measured_has_no_figures(team, half_a_year, now):
    content = compose(team, W40, from_measurements(team, W40), as_of=now)

    assert {(kpi["value"], kpi["n"]) for kpi in content["kpis"]} == {(None, 0)}


def test_records_introduce_themselves(team, half_a_year, anna, now):
    update_figures(team, since=half_a_year[0].start(AMSTERDAM), at=now)
    won = kpis.get("deals-won")
    Baseline.sign(won, half_a_year[0], half_a_year[25], by=anna, at=now, reason="Calm")
    update_figures(team, since=half_a_year[26].start(AMSTERDAM), at=now)
    report = publish_period(team, half_a_year[-1], at=now)

    kept = Measurement.objects.filter(kpi="deals-won", start_on=half_a_year[0].first_day).first()
    assert str(kept) == f"deals-won of team {team.pk} in 2026-W12, revision 1"
    assert str(report) == f"report of team {team.pk} on 2026-W39, revision 1"
    assert str(Baseline.objects.get()).endswith(f"of deals-won of team {team.pk}")
    assert str(Signal.objects.get(onset_on=half_a_year[26].first_day)).endswith(
        "went down from 2026-09-14"
    )


def test_the_command_prints_a_draft_and_publishes_when_asked(team, half_a_year, capsys):
    arguments = ["report", team.slug, "--period", "2026-W38", "--as-of", "2026-10-01", "--json"]
    call_command(*arguments)
    not_yet = json.loads(capsys.readouterr().out)
    assert not_yet["published"] is None
    assert not Report.objects.exists()

    call_command(*arguments, "--publish")
    published = json.loads(capsys.readouterr().out)
    assert published["published"]["sha256"] == Report.objects.get().sha256
    assert {kpi["slug"]: kpi["value"] for kpi in published["kpis"]}["deals-won"] == "0"
