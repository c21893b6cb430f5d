"""The work of the instruments: figures follow the facts, periods report themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from dashboards import kpis, reports, series
from dashboards.engine import measure, total
from dashboards.figures import Kpi
from dashboards.mailing import arm_mails
from dashboards.models import Measurement, Objective, Report, Signal
from dashboards.models.measurement import MEASURE
from dashboards.models.objective import JUDGE, SILENCE
from dashboards.objectives import figures_of
from dashboards.periods import Period, PeriodKind, last_closed
from dashboards.spc import Finding
from dashboards.verifying import verify
from teams.jobs import handles, plans
from teams.models import Job, Team

DRAFT = "dashboards.draft"
PUBLISH = "dashboards.publish"
VERIFY = "dashboards.verify"
VERIFIED_AT = time(2, 30)
# A team that was away for longer than this many periods does not report them all at once.
MOST_OVERDUE = 12


@handles(MEASURE)
def measure_team(*, at: datetime, team_id: int, **line: Any) -> None:
    """Compute what a line moves of the team's figures anew, from where it may until now."""
    team = Team.objects.get(pk=team_id)
    if team.dissolved_at:
        return
    lines = [line, *(job.payload for job in Job.objects.absorb(MEASURE, team_id=team_id))]
    since = min(datetime.fromisoformat(each["since"]) for each in lines)
    if team.divided_from_id:
        # What its deals were before, the team counted that it was a part of.
        since = max(since, team.started_at)
    # A job that an earlier version left does not say of what kind its line was.
    known = all("kind" in each for each in lines)
    which = kpis.moved_by(*(each["kind"] for each in lines)) if known else None
    update_figures(team, since=since, at=at, which=which)


def update_figures(
    team: Team, *, since: datetime, at: datetime, which: Sequence[Kpi] | None = None
) -> None:
    """Measure KPIs of the team per week and month, from this moment's period up to now.

    All of them, unless it is said which.
    """
    which = kpis.all_kpis() if which is None else which
    first, now = (moment.astimezone(team.zone).date() for moment in (min(since, at), at))
    running = [Period.containing(kind, now) for kind in PeriodKind]
    periods = [
        period for last in running for period in Period.containing(last.kind, first).through(last)
    ]
    counted = [(kpi, measure(kpi, [team], periods, until=at)) for kpi in which]
    Measurement.objects.keep(counted, at=at)
    for last in running:
        look_for_signals(team, last.previous, which)
    note_progress(team, at=at)


def look_for_signals(team: Team, last: Period, which: Sequence[Kpi] | None = None) -> None:
    """Write down the signals of the manager's profile up to this period, each at its onset."""
    ranged = series.with_a_range(team, last, kpis.all_kpis() if which is None else which)
    known = {
        (row.baseline_id, row.onset_on, row.side): row
        for row in Signal.objects.filter(baseline__in=[one.baseline for one in ranged])
    }
    found = {
        _onset(one, finding): (one, finding)
        for one in ranged
        for finding in one.assess("manager").findings
    }
    for onset, (one, finding) in found.items():
        _note_signal(one, finding, known.pop(onset, None))
    # What a corrected figure took away is over.
    gone = [row.pk for row in known.values() if not row.is_over]
    Signal.objects.filter(pk__in=gone).update(is_over=True)


def _onset(one: series.Series, finding: Finding) -> tuple[int, date, str]:
    assert one.baseline
    return one.baseline.pk, one.periods[finding.onset].first_day, finding.side


def _note_signal(one: series.Series, finding: Finding, known: Signal | None) -> None:
    latest = one.periods[finding.end]
    lasts = {
        "rule": finding.rule,
        "latest_on": latest.first_day,
        "is_over": latest != one.periods[-1],
    }
    if known and lasts == {name: getattr(known, name) for name in lasts}:
        return
    Signal.objects.update_or_create(
        baseline=one.baseline,
        onset_on=one.periods[finding.onset].first_day,
        side=finding.side,
        defaults=lasts,
        create_defaults={
            **lasts,
            "team": one.team,
            "kpi": one.kpi.slug,
            "period_kind": latest.kind,
        },
    )


def note_progress(team: Team, *, at: datetime) -> None:
    """Say how far the team's goal is, where it is a number to reach of one of its flows."""
    if not team.goal_kpi or team.goal_from_on is None:
        return
    since = datetime.combine(team.goal_from_on, time.min, team.zone)
    team.note_progress(total(kpis.get(team.goal_kpi), team, since=since, until=at))


@handles(DRAFT)
def draft(*, at: datetime, team_id: int, period: str, **_: Any) -> None:
    """Measure a period that has just closed, so that the team sees it first."""
    team = Team.objects.get(pk=team_id)
    if team.dissolved_at:
        return
    update_figures(team, since=Period.parse(period).start(team.zone), at=at)


@handles(PUBLISH)
def publish(*, at: datetime, team_id: int, period: str, **_: Any) -> None:
    """Publish the report of a period; when it is there already, nothing happens."""
    team = Team.objects.get(pk=team_id)
    if not team.dissolved_at:
        publish_period(team, Period.parse(period), at=at)


def publish_period(
    team: Team, period: Period, *, at: datetime, as_of: datetime | None = None
) -> Report:
    """Compose the report of a period from the facts and publish it.

    `as_of` is up to where the facts count, the moment of publishing unless said otherwise.
    Raises ReportError for a period that was not over then.
    """
    known = as_of or at
    figures = series.from_facts(team, period, until=known)
    # What is published has been measured: that is what a report is held against later.
    latest = [(one.kpi, [one.figures[-1], *one.breakdown]) for one in figures]
    Measurement.objects.keep(
        [(kpi, [each for each in found if each]) for kpi, found in latest], at=at
    )
    content = reports.compose(team, period, figures, as_of=known)
    with transaction.atomic():
        report = Report.publish(team, period, content, at=at)
        arm_mails(report, at=at)
    return report


@plans
def plan_reports(at: datetime) -> None:
    """Arm the draft and the report of every closed period that is not reported yet."""
    for kind in PeriodKind:
        reported = dict(
            Report.objects.of(kind).order_by("start_on").values_list("team_id", "start_on")
        )
        armed = set(
            Job.objects.filter(kind=PUBLISH, run_at__gt=at - timedelta(days=90)).values_list(
                "key", flat=True
            )
        )
        for team in Team.objects.living().by_name():
            for period in _overdue(team, kind, reported.get(team.pk), at):
                if _key(team, period) not in armed:
                    _arm(team, period)


@handles(SILENCE)
@handles(JUDGE)
def look_at_an_objective(*, at: datetime, objective_id: int, **_: Any) -> None:
    """Let time do what it does to an objective; whatever was done before is not done again."""
    objective = Objective.objects.select_related("team").get(pk=objective_id)
    objective.run_out(at=at)
    objective.judge(figures_of(objective, until=at), at=at)


@handles(VERIFY)
def verify_team(*, at: datetime, team_id: int, **_: Any) -> None:
    """Look whether the team's reports are as they were published."""
    verify(Team.objects.get(pk=team_id), at=at)


@plans
def plan_verifications(at: datetime) -> None:
    """Arm tonight's look at the reports of every team that has any."""
    night = datetime.combine(at.astimezone(UTC).date(), VERIFIED_AT, UTC)
    armed = set(Job.objects.filter(kind=VERIFY, run_at=night).values_list("key", flat=True))
    for pk in Report.objects.order_by().values_list("team_id", flat=True).distinct():
        if (key := f"{pk}:{night:%Y-%m-%d}") not in armed:
            Job.objects.arm(VERIFY, key, run_at=night, payload={"team_id": pk})


def _overdue(team: Team, kind: PeriodKind, last: date | None, at: datetime) -> list[Period]:
    closed = last_closed(kind, at, team.zone)
    first = Period.containing(kind, team.started_at.astimezone(team.zone).date())
    if last:
        first = max(first, Period(kind, last).next)
    return list(first.through(closed))[-MOST_OVERDUE:]


def _key(team: Team, period: Period) -> str:
    return f"{team.pk}:{period}"


def _arm(team: Team, period: Period) -> None:
    payload = {"team_id": team.pk, "period": str(period)}
    key = _key(team, period)
    Job.objects.arm(DRAFT, key, run_at=period.drafted_at(team.zone), payload=payload)
    published_at = period.published_at(team.zone, team.workdays)
    Job.objects.arm(PUBLISH, key, run_at=published_at, payload=payload)
