"""Measurements: the figures of a team, each with every value that it ever had."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models, transaction

from dashboards.figures import WHOLE, Figure, Kpi
from dashboards.periods import Period, PeriodKind
from teams.models import Team

# The kind of job that measures a team anew, from where something changed.
MEASURE = "dashboards.measure"
KEY_LENGTH = 200
Cell = tuple[int, Period, str]


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

    def keep(self, kpi: Kpi, figures: Iterable[Figure], *, at: datetime) -> int:
        """Store what changed, and return how much that was.

        The figure of a period that was over when it was computed stays, and gets a successor;
        that of a running period is overwritten. What is known of a stage or a reason that the
        period no longer has is succeeded by nothing. Computing again changes nothing.
        """
        figures = list(figures)
        with transaction.atomic():
            known = self._known(kpi, figures)
            figures += _vanished(known, figures)
            changed = [figure for figure in figures if _differs(known.get(_cell(figure)), figure)]
            outdated = [known[_cell(figure)] for figure in changed if _cell(figure) in known]
            final = [row.pk for row in outdated if row.is_final]
            self.filter(pk__in=final).update(superseded_at=at)
            self.filter(pk__in=[row.pk for row in outdated if not row.is_final]).delete()
            Measurement.objects.bulk_create(
                self._next(kpi, figure, known.get(_cell(figure)), at) for figure in changed
            )
        return len(changed)

    def _known(self, kpi: Kpi, figures: list[Figure]) -> dict[Cell, "Measurement"]:
        rows = self.current().filter(
            kpi=kpi.slug,
            period_kind__in={figure.period.kind for figure in figures},
            team__in={figure.team_id for figure in figures},
            start_on__in={figure.period.first_day for figure in figures},
        )
        # Two computations of one team wait for each other here, and the second finds the first's.
        return {_cell(row): row for row in rows.select_for_update()}

    @staticmethod
    def _next(kpi: Kpi, figure: Figure, last: "Measurement | None", at: datetime) -> "Measurement":
        revision = 1 if last is None else last.revision + (1 if last.is_final else 0)
        return Measurement(
            team_id=figure.team_id,
            kpi=kpi.slug,
            kpi_version=kpi.version,
            period_kind=figure.period.kind,
            start_on=figure.period.first_day,
            dimension=figure.dimension,
            value=figure.value,
            numerator=figure.numerator,
            denominator=figure.denominator,
            n=figure.n,
            left_out=figure.left_out,
            is_final=figure.is_final,
            revision=revision,
            computed_at=at,
        )


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


def _cell(figure: "Figure | Measurement") -> Cell:
    return figure.team_id, figure.period, figure.dimension


def _vanished(known: "dict[Cell, Measurement]", figures: list[Figure]) -> list[Figure]:
    """Empty figures for the stages and reasons that a period had, and has no longer."""
    finality = {(figure.team_id, figure.period): figure.is_final for figure in figures}
    gone = known.keys() - {_cell(figure) for figure in figures}
    return [
        Figure(team_id, period, None, 0, finality[team_id, period], dimension=dimension)
        for team_id, period, dimension in sorted(gone)
        if dimension != WHOLE and (team_id, period) in finality
    ]


def _differs(row: Measurement | None, figure: Figure) -> bool:
    if row is None:
        return True
    stored = (row.value, row.numerator, row.denominator, row.n, row.left_out, row.is_final)
    fresh = (figure.value, figure.numerator, figure.denominator, figure.n, figure.left_out)
    return stored != (*fresh, figure.is_final)
