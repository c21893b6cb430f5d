"""A KPI through time, with the normal range that the team signed for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboards import kpis, spc
from dashboards.engine import measure
from dashboards.figures import WHOLE, Figure, Kpi, Unit
from dashboards.fitting import ChartKind, chart_of, is_seldom
from dashboards.models import Baseline, Measurement
from dashboards.periods import Period, PeriodKind
from dashboards.spc import Assessment
from teams.models import Team

# How far a report looks back where no baseline reaches further.
HISTORY = {PeriodKind.WEEK: 26, PeriodKind.MONTH: 24}


@dataclass(frozen=True)
class Series:
    """The figures of one KPI of one team, oldest first, one per period; None where there is none.

    `baseline` is the range in force, and holds from its own first period on. `breakdown` has the
    figures of the last period for every value of the KPI's dimension.
    """

    kpi: Kpi
    team: Team
    periods: Sequence[Period]
    figures: Sequence[Figure | None]
    baseline: Baseline | None
    breakdown: Sequence[Figure] = ()

    @classmethod
    def of(
        cls,
        kpi: Kpi,
        team: Team,
        periods: Sequence[Period],
        figures: Iterable[Figure],
        baseline: Baseline | None,
    ) -> Series:
        """Put the figures of one KPI of the team in their places."""
        places = {(figure.period, figure.dimension): figure for figure in figures}
        return cls(
            kpi,
            team,
            periods,
            [places.get((period, WHOLE)) for period in periods],
            baseline,
            [
                figure
                for (period, dimension), figure in places.items()
                if period == periods[-1] and dimension != WHOLE
            ],
        )

    @property
    def values(self) -> list[float | None]:
        return [
            None if figure is None or figure.value is None else float(figure.value)
            for figure in self.figures
        ]

    @property
    def cases(self) -> list[int | None]:
        return [figure.n if figure else None for figure in self.figures]

    def assess(self, audience: spc.Audience) -> Assessment:
        """What the whole series says to this audience."""
        locked = None
        if self.baseline and self.baseline.first in self.periods:
            locked = self.baseline.locked_from(self.periods.index(self.baseline.first))
        return spc.assess(
            self.values,
            baseline=locked,
            denominators=self.cases,
            kind=self.kpi.kind,
            is_share=self.kpi.is_share,
            audience=audience,
        )

    def fitting_chart(self, seen: Assessment) -> ChartKind:
        """The chart that fits this figure, by what was seen in it."""
        return chart_of(
            self.kpi.kind,
            seen.reason,
            seen.limits,
            counts=self.kpi.unit in {Unit.COUNT, Unit.SHARE},
            is_seldom=is_seldom(self.values),
        )


def baselines_of(team: Team, kind: PeriodKind) -> dict[str, Baseline]:
    """The baselines in force, by the slug of their KPI."""
    rows = team.baselines.current().filter(period_kind=kind).select_related("replaces")
    return {row.kpi: row for row in rows}


def span_of(last: Period, baselines: Iterable[Baseline]) -> list[Period]:
    """The periods a report up to `last` must know: its own history, and every baseline's."""
    first = last
    for _ in range(HISTORY[last.kind] - 1):
        first = first.previous
    first = min([first, *(baseline.first for baseline in baselines)])
    return list(first.through(last))


def from_facts(team: Team, last: Period, *, until: datetime) -> list[Series]:
    """Every KPI of the team up to this period, counted anew from the facts before `until`."""
    baselines = baselines_of(team, last.kind)
    periods = span_of(last, baselines.values())
    return [
        Series.of(
            kpi,
            team,
            periods,
            measure(kpi, [team], periods, until=until),
            baselines.get(kpi.slug),
        )
        for kpi in kpis.all_kpis()
    ]


def from_measurements(team: Team, last: Period, which: Sequence[Kpi] | None = None) -> list[Series]:
    """These KPIs of the team, or all, up to this period, as it was measured; two queries in all."""
    baselines = baselines_of(team, last.kind)
    return _from_measurements(team, last, which or kpis.all_kpis(), baselines)


def with_a_range(team: Team, last: Period, which: Iterable[Kpi]) -> list[Series]:
    """Those of these KPIs for which the team signed a normal range, as they were measured."""
    baselines = baselines_of(team, last.kind)
    signed = [kpi for kpi in which if kpi.slug in baselines]
    return _from_measurements(team, last, signed, baselines) if signed else []


def _from_measurements(
    team: Team, last: Period, which: Sequence[Kpi], baselines: Mapping[str, Baseline]
) -> list[Series]:
    periods = span_of(last, baselines.values())
    rows = Measurement.objects.current().filter(
        team=team,
        kpi__in=[kpi.slug for kpi in which],
        period_kind=last.kind,
        start_on__range=(periods[0].first_day, last.first_day),
        dimension=WHOLE,
    )
    known: dict[str, list[Figure]] = defaultdict(list)
    for slug, figure in rows.figures():
        known[slug].append(figure)
    return [
        Series.of(kpi, team, periods, known[kpi.slug], baselines.get(kpi.slug)) for kpi in which
    ]


def of_one(
    kpi: Kpi,
    team: Team,
    last: Period,
    baselines: Sequence[Baseline],
    *,
    since: Period | None = None,
) -> Series:
    """One KPI up to this period, as it was measured, back to the oldest of these baselines."""
    first = min([*span_of(last, baselines), *([since] if since else [])])
    rows = (
        Measurement.objects.current()
        .whole()
        .of(kpi, last.kind)
        .filter(team=team, start_on__range=(first.first_day, last.first_day))
    )
    current = next((one for one in baselines if one.ended_at is None), None)
    figures = [row.as_figure() for row in rows]
    return Series.of(kpi, team, list(first.through(last)), figures, current)
