"""Whether what was published is still what was published, and what the facts give.

Three looks, each at what the others cannot see. The seals: the bytes of every report, and the hash
of the one before it that it carries. The logbook: every report that was published is there. The
figures: a report shows what had been measured when it was published, and what is kept as measured
is what the facts give now, and the distances between rare events are as many as their figure
counts. So whoever changes one of them would have to change all the others.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import transaction

from dashboards import kpis, spacing
from dashboards.engine import measure
from dashboards.faults import Fault, FaultKind
from dashboards.figures import WHOLE, Figure, Kpi
from dashboards.happenings import Happening
from dashboards.models import Measurement, Report, Verification
from dashboards.models.measurement import MEASURE
from dashboards.periods import Period, PeriodKind
from dashboards.reports import text
from dashboards.series import HISTORY
from teams.models import Job, LogEntry, Team

Cell = tuple[str, str]  # KPI and period, as a report writes them
Shown = tuple[str | None, int]  # value and number of facts


def verify(team: Team, *, at: datetime) -> list[Fault]:
    """Look at all reports of the team, and keep what was found.

    While its figures are about to be measured anew, they are not held against the facts.
    """
    with transaction.atomic():
        reports = list(team.reports.order_by("pk"))
        intact = [report for report in reports if _fits(report)]
        faults = [
            *_seals(reports),
            *_removed(team, reports),
            *_differing(team, intact),
            *misspaced(intact),
        ]
        if not Job.objects.to_do(MEASURE, team_id=team.pk).exists():
            faults += _miscounted(team, reports, at)
        Verification.objects.keep(team, len(reports), faults, at=at)
    return faults


def _fits(report: Report) -> bool:
    return hashlib.sha256(report.content.encode()).hexdigest() == report.sha256


def _seals(reports: Iterable[Report]) -> Iterator[Fault]:
    before: str | None = None
    for report in reports:
        if not _fits(report):
            yield Fault(FaultKind.CHANGED, str(report.period))
        elif report.payload["previous_sha256"] != before:
            yield Fault(FaultKind.UNCHAINED, str(report.period))
        before = report.sha256


def _removed(team: Team, reports: Iterable[Report]) -> Iterator[Fault]:
    there = {report.pk for report in reports}
    lines = LogEntry.objects.filter(team=team, kind=Happening.REPORT_PUBLISHED)
    for line in lines.order_by("pk"):
        if line.subject_id not in there:
            yield Fault(FaultKind.REMOVED, line.details["period"])


def _differing(team: Team, reports: Iterable[Report]) -> Iterator[Fault]:
    """What a report shows of its own period that had not been measured when it was published."""
    measured: dict[Cell, list[tuple[datetime, Shown]]] = defaultdict(list)
    for row in Measurement.objects.whole().filter(team=team, is_final=True).order_by("revision"):
        measured[row.kpi, str(row.period)].append((row.computed_at, _shown(row)))
    for report in reports:
        for entry in report.payload["kpis"]:
            known = measured[entry["slug"], str(report.period)]
            then = [shown for computed_at, shown in known if computed_at <= report.published_at]
            told = (entry["value"], entry["n"])
            if told not in then:
                now = then[-1] if then else (None, None)
                where = str(report.period), entry["slug"], entry["unit"]
                yield Fault(FaultKind.DIFFERS, *where, *told, *now)


def misspaced(reports: Iterable[Report]) -> Iterator[Fault]:
    """Distances between rare events that fit neither their range nor the figure beside them."""
    for report in reports:
        for entry in report.payload["kpis"]:
            held = entry.get("between")
            if held and not spacing.fits(held, entry, report.period):
                where = str(report.period), entry["slug"], entry["unit"]
                yield Fault(FaultKind.MISSPACED, *where)


def _miscounted(team: Team, reports: Iterable[Report], at: datetime) -> Iterator[Fault]:
    """What is kept as measured of the periods that a report looks back on, and is not so."""
    for kind in PeriodKind:
        days = [report.start_on for report in reports if report.period_kind == kind]
        periods = list(Period(kind, min(days)).through(Period(kind, max(days)))) if days else []
        if periods := periods[-HISTORY[kind] :]:
            for kpi in kpis.all_kpis():
                yield from _miscounted_of(kpi, team, periods, at)


def _miscounted_of(
    kpi: Kpi, team: Team, periods: Sequence[Period], at: datetime
) -> Iterator[Fault]:
    rows = Measurement.objects.current().whole().of(kpi, periods[0].kind)
    kept = {
        row.period: row for row in rows.filter(team=team, is_final=True, kpi_version=kpi.version)
    }
    for figure in measure(kpi, [team], periods, until=at):
        row = kept.get(figure.period) if figure.dimension == WHOLE else None
        if row and _shown(row) != _shown(figure):
            where = str(figure.period), kpi.slug, kpi.unit_for(team)
            yield Fault(FaultKind.MISCOUNTED, *where, *_shown(row), *_shown(figure))


def _shown(figure: Figure | Measurement) -> Shown:
    return text(figure.value), figure.n
