"""A figure, or a whole report, as it was known on some day.

A figure from what had been measured and signed by then, a report as it was published.

What is counted from the facts of today knows what was written down late; this does not. Every
figure of a whole period keeps each value that it ever had (`Measurement`), so it can be asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Q

from dashboards import following, kpis, reading, reports, series, writing
from dashboards.figures import Figure, Kpi
from dashboards.models import Measurement, Report
from dashboards.periods import Period, PeriodKind, last_closed
from dashboards.reach import FIRST_YEAR, LAST_YEAR
from dashboards.reading import Panel, Reading
from dashboards.series import Series
from teams.models import Membership, Team
from teams.workdays import end_of_day


@dataclass(frozen=True)
class Correction:
    """A period whose figure was another one then."""

    period: str
    key: str
    then: str
    now: str


@dataclass(frozen=True)
class CorrectionOf(Correction):
    """The same of one of the figures in a report."""

    kpi: str
    name: str


@dataclass(frozen=True)
class KnownRoom:
    """The newest report by the end of a day, and which of its figures are known otherwise now."""

    day: date
    report: Report
    corrections: list[CorrectionOf]

    @property
    def period(self) -> str:
        return writing.period_name(self.report.period)

    @cached_property
    def read(self) -> Reading:
        return reading.read(self.report)


@dataclass(frozen=True)
class Known:
    """What was known of a figure by the end of a day, and what is known otherwise now.

    `entry` is what a report of that moment would have said of it.
    """

    day: date
    last: Period
    entry: dict[str, Any]
    panel: Panel
    corrections: list[Correction]

    @property
    def period(self) -> str:
        return writing.period_name(self.last)


def day_of(text: str) -> date | None:
    """The day that somebody asks for, written like 2026-03-01; None where it is none of ours."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def known_on(
    kpi: Kpi, team: Team, kind: PeriodKind, day: date, *, member: Membership | None
) -> Known | None:
    """The figure as this reader could have read it then; None where nothing was to be read yet."""
    moment = end_of_day(day, team.zone)
    last = _last_shown(team, kind, member, moment)
    if last is None:
        return None
    then = _Then(kpi, team, last, moment)
    one = then.series()
    entry = reports.entry(one)
    panel = reading.panel(entry, reports.frame(team, last, [one]))
    # The facts that lie behind a number are listed as they are known now.
    rows = tuple(replace(row, key="") for row in panel.rows)
    corrections = then.corrections(one)
    return Known(day, last, entry, replace(panel, rows=rows), corrections)


def room_on(team: Team, kind: PeriodKind, day: date) -> KnownRoom | None:
    """The report that all could read then as the newest; None where none was published yet."""
    published = team.reports.of(kind).filter(published_at__lt=end_of_day(day, team.zone))
    report = published.newest_first().first()
    return KnownRoom(day, report, list(_corrected(report))) if report else None


def _corrected(report: Report) -> Iterator[CorrectionOf]:
    """The figures that a report shows and that are others now, the newest of each first.

    What is counted by another definition now is another figure, and no correction.
    """
    rows = (
        Measurement.objects.current()
        .whole()
        .filter(team=report.team_id, period_kind=report.period_kind, is_final=True)
        .filter(start_on__lte=report.start_on)
        .values_list("kpi", "kpi_version", "start_on", "value")
    )
    now = {row[:3]: reports.text(row[3]) for row in rows}
    for entry in following.shown(report.payload):
        kpi = kpis.get(entry["slug"])
        for point in [] if kpi.is_detail else reversed(entry["series"]):
            period = Period.parse(point["period"])
            cell = (kpi.slug, entry["version"], period.first_day)
            if cell in now and now[cell] != point["value"]:
                yield CorrectionOf(
                    writing.dated(period),
                    str(period),
                    reading.figure_text(point["value"], entry["unit"]),
                    reading.figure_text(now[cell], entry["unit"]),
                    kpi.slug,
                    str(kpi.name),
                )


def _last_shown(
    team: Team, kind: PeriodKind, member: Membership | None, moment: datetime
) -> Period | None:
    published = team.reports.of(kind).filter(published_at__lt=moment)
    report = published.newest_first().first()
    if report:
        return report.period
    return last_closed(kind, moment, team.zone) if member else None


@dataclass(frozen=True)
class _Then:
    kpi: Kpi
    team: Team
    last: Period
    moment: datetime

    def series(self) -> Series:
        """The figure through time, with the normal range that held then."""
        held = Q(signed_at__lt=self.moment) & _not_yet("ended_at", self.moment)
        signed = self.team.baselines.of(self.kpi, self.last.kind).filter(held)
        baseline = signed.select_related("replaces").newest_first().first()
        periods = series.span_of(self.last, [baseline] if baseline else [])
        known = Q(computed_at__lt=self.moment) & _not_yet("superseded_at", self.moment)
        figures = self._measured(periods, known)
        return Series.of(self.kpi, self.team, periods, figures, baseline)

    def corrections(self, one: Series) -> list[Correction]:
        """The periods of which something else is known now, the newest first."""
        now = {
            figure.period: figure
            for figure in self._measured(list(one.periods), Q(superseded_at=None))
        }
        known = zip(one.periods, one.figures, strict=True)
        otherwise = [
            (period, then, found)
            for period, then in known
            if then and (found := now.get(period)) and found.value != then.value
        ]
        return [
            Correction(writing.period_name(period), str(period), *map(self._text, (then, found)))
            for period, then, found in reversed(otherwise)
        ]

    def _measured(self, periods: list[Period], which: Q) -> list[Figure]:
        days = (periods[0].first_day, periods[-1].first_day)
        rows = Measurement.objects.whole().of(self.kpi, self.last.kind).filter(which)
        found = rows.filter(team=self.team, start_on__range=days, is_final=True)
        return [row.as_figure() for row in found.in_order()]

    def _text(self, figure: Figure) -> str:
        return writing.value_text(self.kpi, self.kpi.unit_for(self.team), figure.value, figure)


def _not_yet(column: str, moment: datetime) -> Q:
    return Q(**{column: None}) | Q(**{f"{column}__gte": moment})
