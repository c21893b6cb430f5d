"""Measurements: the figures of a team, each with every value that it ever had."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple, Self

from django.db import models, transaction

from dashboards.figures import WHOLE, Figure, Kpi
from dashboards.periods import Period, PeriodKind
from teams.models import Team

# The kind of job that measures a team anew, from where something changed.
MEASURE = "dashboards.measure"
KEY_LENGTH = 200
FIGURE = (
    *("team_id", "period_kind", "start_on", "value", "n", "is_final"),
    *("numerator", "denominator", "left_out", "dimension"),
)


class Cell(NamedTuple):
    """Where a figure belongs; a blank dimension is the whole."""

    kpi: str
    team_id: int
    period: Period
    dimension: str


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def current(self) -> Self:
        """The figures as they are known now."""
        return self.filter(superseded_at__isnull=True)

    def whole(self) -> Self:
        """The figures of KPIs as a whole, without those of single stages or reasons."""
        return self.filter(dimension=WHOLE)

    def broken_down(self) -> Self:
        """The figures of single stages or reasons, where there are facts behind them."""
        return self.exclude(dimension=WHOLE).exclude(n=0, left_out=0)

    def of(self, kpi: Kpi, kind: PeriodKind) -> Self:
        return self.filter(kpi=kpi.slug, period_kind=kind)

    def in_order(self) -> Self:
        return self.order_by("start_on", "revision")

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """Each as the engine gave it, after the slug of its KPI."""
        for slug, team, kind, start_on, *numbers in self.values_list("kpi", *FIGURE).iterator():
            yield slug, Figure(team, Period(PeriodKind(kind), start_on), *numbers)

    def keep(self, counted: Iterable[tuple[Kpi, Iterable[Figure]]], *, at: datetime) -> int:
        """Store what changed of the figures of these KPIs, and return how much that was.

        The figure of a period that was over when it was computed stays, and gets a successor;
        that of a running period is overwritten. What is known of a stage or a reason that the
        period no longer has is succeeded by nothing. Computing again changes nothing.
        """
        versions: dict[str, int] = {}
        figures: dict[Cell, Figure] = {}
        for kpi, found in counted:
            versions[kpi.slug] = kpi.version
            figures |= {_cell(kpi.slug, figure): figure for figure in found}
        with transaction.atomic():
            known = self._known(figures)
            figures |= _vanished(known, figures)
            changed = {
                cell: figure
                for cell, figure in figures.items()
                if _differs(known.get(cell), figure)
            }
            outdated = [known[cell] for cell in changed if cell in known]
            final = [row.pk for row in outdated if row.is_final]
            self.filter(pk__in=final).update(superseded_at=at)
            self.filter(pk__in=[row.pk for row in outdated if not row.is_final]).delete()
            Measurement.objects.bulk_create(
                _next(cell, figure, versions[cell.kpi], known.get(cell), at)
                for cell, figure in changed.items()
            )
        return len(changed)

    def _known(self, cells: Collection[Cell]) -> dict[Cell, "Measurement"]:
        rows = self.current().filter(
            kpi__in={cell.kpi for cell in cells},
            period_kind__in={cell.period.kind for cell in cells},
            team__in={cell.team_id for cell in cells},
            start_on__in={cell.period.first_day for cell in cells},
        )
        # Two computations of one team wait for each other here, and the second finds the first's.
        return {
            _cell(row.kpi, row): row for row in rows.order_by("pk").select_for_update(no_key=True)
        }


class Measurement(models.Model):
    """One figure of one team, KPI and period.

    `value` is None where there is nothing to compute it from. `n` counts the facts behind it.
    `dimension` is the key of the stage or reason that it is about, blank for the whole.
    `is_final` says that the period was over when it was computed. A later correction is a new
    row with the next `revision`; the old one keeps its value and gets `superseded_at`.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="measurements")
    kpi = models.SlugField(max_length=60, db_index=False)
    kpi_version = models.PositiveSmallIntegerField()
    period_kind = models.CharField(max_length=5)
    start_on = models.DateField()
    dimension = models.CharField(max_length=KEY_LENGTH, blank=True, default=WHOLE)
    value = models.DecimalField(max_digits=26, decimal_places=10, null=True)
    numerator = models.DecimalField(max_digits=26, decimal_places=10, null=True)
    denominator = models.DecimalField(max_digits=26, decimal_places=10, null=True)
    n = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField(default=0)
    is_final = models.BooleanField()
    revision = models.PositiveIntegerField()
    computed_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "kpi", "period_kind", "start_on", "dimension", "revision"],
                name="revisions_of_a_figure_are_numbered",
            ),
            models.UniqueConstraint(
                fields=["team", "period_kind", "kpi", "start_on", "dimension"],
                condition=models.Q(superseded_at__isnull=True),
                name="one_current_figure",
            ),
            models.CheckConstraint(
                condition=models.Q(period_kind__in=["week", "month"]),
                name="measured_per_week_or_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} of team {self.team_id} in {self.period}, revision {self.revision}"

    @property
    def period(self) -> Period:
        return Period(PeriodKind(self.period_kind), self.start_on)

    def as_figure(self) -> Figure:
        """The figure as the engine gave it."""
        return Figure(
            self.team_id,
            self.period,
            self.value,
            self.n,
            self.is_final,
            self.numerator,
            self.denominator,
            self.left_out,
            self.dimension,
        )


def _cell(kpi: str, figure: "Figure | Measurement") -> Cell:
    return Cell(kpi, figure.team_id, figure.period, figure.dimension)


def _vanished(
    known: "Mapping[Cell, Measurement]", figures: Mapping[Cell, Figure]
) -> dict[Cell, Figure]:
    """Empty figures for the stages and reasons that a period had, and has no longer."""
    finality = {cell._replace(dimension=WHOLE): one.is_final for cell, one in figures.items()}
    gone = sorted(cell for cell in known.keys() - figures.keys() if cell.dimension != WHOLE)
    return {
        cell: Figure(cell.team_id, cell.period, None, 0, finality[whole], dimension=cell.dimension)
        for cell in gone
        if (whole := cell._replace(dimension=WHOLE)) in finality
    }


def _next(
    cell: Cell, figure: Figure, version: int, last: Measurement | None, at: datetime
) -> Measurement:
    revision = 1 if last is None else last.revision + (1 if last.is_final else 0)
    return Measurement(
        team_id=cell.team_id,
        kpi=cell.kpi,
        kpi_version=version,
        period_kind=cell.period.kind,
        start_on=cell.period.first_day,
        dimension=cell.dimension,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        n=figure.n,
        left_out=figure.left_out,
        is_final=figure.is_final,
        revision=revision,
        computed_at=at,
    )


def _differs(row: Measurement | None, figure: Figure) -> bool:
    if row is None:
        return True
    stored = (row.value, row.numerator, row.denominator, row.n, row.left_out, row.is_final)
    fresh = (figure.value, figure.numerator, figure.denominator, figure.n, figure.left_out)
    return stored != (*fresh, figure.is_final)
