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
from dashboards.rebasing import Answers
from dashboards.spc import BASELINE_FROM, Limits, LockedBaseline, Reason, baseline_of
from dashboards.xmr import MANAGER
from teams.models import LogEntry, Membership, Team
from teams.refusals import Refusal, Stale
from teams.text import one_line

LONGEST_WORDS = 300


class BaselineError(Refusal):
    """The baseline cannot be signed; the message is fit to show the person who asked."""


class StaleBaseline(BaselineError, Stale):  # noqa: N818
    """Somebody else signed a range first; nothing was written."""


class BaselineQuerySet(models.QuerySet["Baseline"]):
    def current(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def of(self, kpi: Kpi, kind: PeriodKind) -> Self:
        return self.filter(kpi=kpi.slug, period_kind=kind)

    def newest_first(self) -> Self:
        return self.order_by("-signed_at", "-pk")


class Baseline(models.Model):
    """The normal range of one KPI of one team, locked on a stretch of its own history.

    Who signed it stands in the logbook; this table points to no person. `profile` names the
    constants that were used. `cases` is that of `Limits`: null where one range holds for any number
    of cases, as all do that were signed before there were others. `reason` says why the stretch is
    normal; of a range that `replaces` another one, why the work changed, and `lasting` why that
    will stay. The database keeps a range as it was signed, but for the moment at which it ended.
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
    cases = models.FloatField(null=True)
    reason = models.CharField(max_length=LONGEST_WORDS)
    lasting = models.CharField(max_length=LONGEST_WORDS, blank=True, default="")
    replaces = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, related_name="replaced_by"
    )
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
                condition=models.Q(cases=None) | models.Q(cases__gt=0),
                name="a_range_is_of_some_cases",
            ),
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")),
                name="baseline_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(replaces=None, lasting="")
                | models.Q(replaces__isnull=False) & ~models.Q(lasting=""),
                name="a_new_range_is_answered_for",
            ),
        ]

    def __str__(self) -> str:
        return f"baseline {self.pk} of {self.kpi} of team {self.team_id}"

    @classmethod
    def sign(
        cls, kpi: Kpi, first: Period, last: Period, *, by: Membership, at: datetime, reason: str
    ) -> "Baseline":
        """Lock the first normal range of this KPI, on the stretch from first to last period.

        Raises StaleBaseline where a range holds already, and BaselineError when the stretch rests
        on fewer than 20 figures, when its figures bear no limits, or when no reason is given.
        """
        if not (reason := one_line(reason)[:LONGEST_WORDS]):
            raise BaselineError(_("Say why this stretch is normal for us."))
        with transaction.atomic():
            _in_force(kpi, by.team, first.kind, seen=0)
            limits = cls.limits_of(kpi, by.team, first, last)
            return cls._lock(
                kpi, (first, last), limits, Happening.BASELINE_SIGNED, by=by, at=at, reason=reason
            )

    @classmethod
    def rebase(
        cls,
        kpi: Kpi,
        first: Period,
        last: Period,
        *,
        answers: Answers,
        seen: int,
        by: Membership,
        at: datetime,
    ) -> "Baseline":
        """Lock another normal range on a later stretch, because the team's work changed for good.

        `seen` is the id of the range that the person had on screen. Its signals end with it, and it
        stays on the charts as it was. Raises StaleBaseline when somebody was faster, and
        BaselineError where the answers or the figures forbid it.
        """
        for _question, objection in answers.objections():
            raise BaselineError(str(objection))
        reason, lasting = (
            one_line(words)[:LONGEST_WORDS] for words in (answers.reason, answers.lasting)
        )
        if not (reason and lasting):
            raise BaselineError(_("Say why it changed, and why we expect it to last."))
        with transaction.atomic():
            old = _in_force(kpi, by.team, first.kind, seen=seen)
            if old is None:
                raise BaselineError(_("No normal range holds yet: sign the first one."))
            if first <= old.first:
                raise BaselineError(_("A new range begins later than the one before it."))
            limits = cls.limits_of(kpi, by.team, first, last)
            cls.objects.filter(pk=old.pk).update(ended_at=at)
            old.signals.lasting().update(is_over=True)
            return cls._lock(
                kpi,
                (first, last),
                limits,
                Happening.BASELINE_REBASED,
                by=by,
                at=at,
                reason=reason,
                lasting=lasting,
                replaces=old,
            )

    @staticmethod
    def limits_of(kpi: Kpi, team: Team, first: Period, last: Period) -> Limits:
        """The range that this stretch gives. Raises BaselineError where it gives none."""
        if first.kind is not last.kind or last < first:
            raise BaselineError(_("A stretch begins before it ends."))
        rows = (
            Measurement.objects.current()
            .whole()
            .of(kpi, first.kind)
            .filter(team=team, is_final=True, start_on__range=(first.first_day, last.first_day))
        )
        figures = {row.period: row for row in rows}
        if len(figures) < BASELINE_FROM:
            raise BaselineError(_too_few(len(figures)))
        stretch = [figures.get(period) for period in first.through(last)]
        limits = baseline_of(
            [None if row is None or row.value is None else float(row.value) for row in stretch],
            denominators=[row.n if row else None for row in stretch],
            kind=kpi.kind,
            is_share=kpi.is_share,
        )
        if isinstance(limits, Reason):
            raise BaselineError(str(words.REASONS[limits]))
        if limits.n < BASELINE_FROM:
            raise BaselineError(_too_few(limits.n))
        return limits

    @classmethod
    def _lock(
        cls,
        kpi: Kpi,
        stretch: tuple[Period, Period],
        limits: Limits,
        happening: Happening,
        *,
        by: Membership,
        at: datetime,
        replaces: "Baseline | None" = None,
        reason: str,
        lasting: str = "",
    ) -> "Baseline":
        first, last = stretch
        baseline = cls.objects.create(
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
            cases=limits.cases,
            signed_at=at,
            replaces=replaces,
            reason=reason,
            lasting=lasting,
        )
        LogEntry.record(
            happening,
            baseline,
            by=by,
            at=at,
            kpi=kpi.slug,
            slug=kpi.slug,
            first=str(first),
            last=str(last),
            reason=reason,
            lasting=lasting,
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
        return Limits(self.centre, self.lower, self.upper, self.mean_range, self.n, self.cases)

    def locked_from(self, start: int) -> LockedBaseline:
        """The baseline for a series whose period at this index is the baseline's first."""
        return LockedBaseline(self.limits, start)


def _in_force(kpi: Kpi, team: Team, kind: PeriodKind, *, seen: int) -> Baseline | None:
    """The range that holds, locked against others who sign. Raises StaleBaseline for another."""
    # Whoever signs a range of the team waits here for the one before them.
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    found = team.baselines.current().of(kpi, kind).first()
    if (found.pk if found else 0) != seen:
        raise StaleBaseline(_("Someone signed a normal range a moment ago."))
    return found


def _too_few(n: int) -> str:
    return _("A normal range needs %(least)d figures; this stretch has %(n)d.") % {
        "least": BASELINE_FROM,
        "n": n,
    }
