"""Baselines: the limits that a team signed as its normal range."""

from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.utils.translation import gettext as _

from dashboards import words
from dashboards.figures import Kpi
from dashboards.happenings import Happening
from dashboards.models.measurement import Measurement
from dashboards.periods import Period, PeriodKind
from dashboards.spc import BASELINE_FROM, Limits, LockedBaseline, Reason, baseline_of
from dashboards.xmr import MANAGER
from teams.models import LogEntry, Membership, Team
from teams.refusals import Refusal


class BaselineError(Refusal):
    """The baseline cannot be signed; the message is fit to show the person who asked."""


class BaselineQuerySet(models.QuerySet["Baseline"]):
    def current(self) -> Self:
        return self.filter(ended_at__isnull=True)


class Baseline(models.Model):
    """The normal range of one KPI of one team, locked on a stretch of its own history.

    Who signed it stands in the logbook; this table points to no person. `profile` names the
    constants that were used. A new baseline ends the one before it, which stays readable.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="baselines")
    kpi = models.SlugField(max_length=60, db_index=False)
    period_kind = models.CharField(max_length=5)
    first_on = models.DateField()
    last_on = models.DateField()
    profile = models.CharField(max_length=20)
    centre = models.FloatField()
    lower = models.FloatField()
    upper = models.FloatField()
    mean_range = models.FloatField()
    n = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    signed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = BaselineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "period_kind", "kpi"],
                condition=models.Q(ended_at__isnull=True),
                name="one_baseline_per_figure",
            ),
            models.CheckConstraint(
                condition=models.Q(n__gte=BASELINE_FROM), name="baseline_rests_on_twenty"
            ),
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")),
                name="baseline_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"baseline {self.pk} of {self.kpi} of team {self.team_id}"

    @classmethod
    def sign(
        cls, kpi: Kpi, first: Period, last: Period, *, by: Membership, at: datetime, reason: str
    ) -> "Baseline":
        """Lock the normal range of this KPI on the stretch from the first to the last period.

        Raises BaselineError when the stretch rests on fewer than 20 figures, when its figures
        bear no limits, or when no reason is given.
        """
        if not reason.strip():
            raise BaselineError(_("Say why this stretch is normal for us."))
        limits = _limits_of(kpi, by.team, first, last)
        with transaction.atomic():
            cls.objects.current().filter(team=by.team, kpi=kpi.slug, period_kind=first.kind).update(
                ended_at=at
            )
            baseline = Baseline.objects.create(
                team=by.team,
                kpi=kpi.slug,
                period_kind=first.kind,
                first_on=first.first_day,
                last_on=last.first_day,
                profile=MANAGER.name,
                centre=limits.centre,
                lower=limits.lower,
                upper=limits.upper,
                mean_range=limits.mean_range,
                n=limits.n,
                reason=reason.strip(),
                signed_at=at,
            )
            LogEntry.record(
                Happening.BASELINE_SIGNED,
                baseline,
                by=by,
                at=at,
                kpi=kpi.slug,
                slug=kpi.slug,
                first=str(first),
                last=str(last),
                reason=reason.strip(),
            )
        return baseline

    @property
    def first(self) -> Period:
        return Period(PeriodKind(self.period_kind), self.first_on)

    @property
    def last(self) -> Period:
        return Period(PeriodKind(self.period_kind), self.last_on)

    @property
    def limits(self) -> Limits:
        return Limits(self.centre, self.lower, self.upper, self.mean_range, self.n)

    def locked_from(self, start: int) -> LockedBaseline:
        """The baseline for a series whose period at this index is the baseline's first."""
        return LockedBaseline(self.limits, start)


def _limits_of(kpi: Kpi, team: Team, first: Period, last: Period) -> Limits:
    rows = (
        Measurement.objects.current()
        .whole()
        .of(kpi, first.kind)
        .filter(team=team, is_final=True, start_on__range=(first.first_day, last.first_day))
    )
    figures = {row.period: row for row in rows}
    stretch = [figures.get(period) for period in first.through(last)]
    limits = baseline_of(
        [None if row is None or row.value is None else float(row.value) for row in stretch],
        denominators=[row.n if row else None for row in stretch],
        kind=kpi.kind,
    )
    if isinstance(limits, Reason):
        raise BaselineError(str(words.REASONS[limits]))
    if limits.n < BASELINE_FROM:
        raise BaselineError(
            _("A normal range needs %(least)d figures; this stretch has %(n)d.")
            % {"least": BASELINE_FROM, "n": limits.n}
        )
    return limits
