"""The figures: a period closed for all teams, one team after a late fact, a report published."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import perf_counter

from django.db import connection

from bench.pages import Desk
from bench.results import Floor, Times, Work
from crm.models import Category
from crm.pace import learn_usual_days
from dashboards import kpis
from dashboards.engine import measure
from dashboards.figures import Figure, Kpi
from dashboards.jobs import publish_period, update_figures
from dashboards.models import Baseline, Measurement
from dashboards.models.baseline import BaselineError
from dashboards.models.measurement import MEASURE
from dashboards.periods import Period, PeriodKind, last_closed
from teams.models import Job, Membership, Team
from teams.models.job import State

SCANS_PER_KPI = 5
FEWEST_MS = 20  # of a scan, for its number to mean anything
CLOSINGS = 3  # how often a period is closed; it takes a while with many teams
HISTORY = timedelta(weeks=26)
LATE = timedelta(days=10)


def unlimited() -> None:
    """Let a statement take longer than a page may: a slow one is to be measured, not stopped."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")


def nightly(now: datetime, scan: Floor) -> Work:
    """What is learned of every stage each night; the boards show it."""
    return _work("usual days of all stages", scan, [_timed(lambda: learn_usual_days(at=now))])


def close(kind: PeriodKind, now: datetime, scan: Floor) -> list[Work]:
    """Measure the last week or month for all teams at once, KPI by KPI, and store the figures."""
    teams = list(Team.objects.by_name())
    period, what = last_closed(kind, now, teams[0].zone), f"close a {kind}"
    measured, kept = [], 0.0
    for kpi in kpis.all_kpis():
        figures, times = _measured(kpi, teams, period, now)
        measured.append(_work(f"{what}: {kpi.slug}", scan, times, aim=SCANS_PER_KPI))
        kept += _timed(lambda: Measurement.objects.keep([(kpi, figures)], at=now))  # noqa: B023
    storing = _work(f"{what}: store the figures of all KPIs", scan, [kept])
    together = sum(each.p50_ms for each in measured)
    aim = SCANS_PER_KPI * len(measured)
    return [*measured, _work(f"{what}: all KPIs", scan, [together], aim=aim), storing]


def _measured(
    kpi: Kpi, teams: list[Team], period: Period, now: datetime
) -> tuple[list[Figure], list[float]]:
    figures: list[Figure] = []
    times = []
    for _ in range(CLOSINGS):
        start = perf_counter()
        figures = measure(kpi, teams, [period], until=now)
        times.append(1000 * (perf_counter() - start))
    return figures, times


def know_the_past(desks: list[Desk], now: datetime) -> None:
    """Measure half a year of these teams, and sign every normal range that the figures bear."""
    for desk in desks:
        update_figures(desk.team, since=now - HISTORY, at=now)
        week = last_closed(PeriodKind.WEEK, now - timedelta(weeks=4), desk.team.zone)
        first = Period.containing(PeriodKind.WEEK, (now - HISTORY).date())
        member = Membership.objects.get(team=desk.team, user=desk.user)
        for kpi in kpis.all_kpis():
            _sign(kpi, first, week, member, now)


def _sign(kpi: Kpi, first: Period, last: Period, member: Membership, now: datetime) -> None:
    try:
        Baseline.sign(kpi, first, last, by=member, at=now, reason="Our usual half year")
    except BaselineError:
        return  # this figure bears no limits here; its chart is drawn without


def late_facts(desks: list[Desk], now: datetime, scan: Floor, *, repeats: int) -> Work:
    """Win a deal that was won ten days ago, and do the job that this leaves."""
    times = []
    for nth in range(repeats):
        desk = desks[nth % len(desks)]
        # What the pages left to do is not what is measured.
        Job.objects.filter(kind=MEASURE, state=State.DUE).update(state=State.DONE)
        _win_the_oldest(desk, now - LATE)
        [due] = Job.objects.filter(kind=MEASURE, state=State.DUE)
        job = Job.objects.claim(due.pk)
        assert job is not None
        times.append(_timed(lambda: job.run(at=now)))  # noqa: B023
        assert Job.objects.get(pk=job.pk).state == State.DONE
    return _work("measure a team after one late fact", scan, times)


def _win_the_oldest(desk: Desk, at: datetime) -> None:
    deal = desk.team.deals.open().order_by("entered_stage_at").first()
    assert deal is not None
    won = deal.pipeline.stages.get(category=Category.WON)
    member = Membership.objects.get(team=desk.team, user=desk.user)
    deal.move_to(won, seen_in=deal.stage, by=member, at=at)


def reports(desks: list[Desk], now: datetime, scan: Floor, *, repeats: int) -> Work:
    """Compose and publish the last weeks of these teams from the facts, the oldest first."""
    weeks = [last_closed(PeriodKind.WEEK, now, desks[0].team.zone)]
    while len(weeks) * len(desks) < repeats:
        weeks.insert(0, weeks[0].previous)
    times = [
        _timed(lambda: publish_period(desk.team, week, at=now))  # noqa: B023
        for week in weeks
        for desk in desks
    ]
    return _work("compose and publish a report", scan, times)


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return 1000 * (perf_counter() - start)


def _work(what: str, scan: Floor, times: list[float], aim: float | None = None) -> Work:
    times_ms = Times(times)
    return Work(
        what=what,
        times=len(times),
        p50_ms=round(times_ms.p50, 1),
        p95_ms=round(times_ms.p95, 1),
        times_the_floor=round(times_ms.p50 / scan.value, 2),
        aim=aim if scan.value >= FEWEST_MS else None,
    )
