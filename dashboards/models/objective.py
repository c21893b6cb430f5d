"""Objectives: what the team wants one of its figures to be, agreed by all of it.

They are the group's. An objective names no person, and nothing about it is counted per person.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from statistics import median
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.happenings import Happening
from dashboards.models.aim import (
    DIGITS,
    LONGEST,
    PLACES,
    Aim,
    ObjectiveError,
    Reference,
    Sense,
    StaleObjective,
)
from dashboards.periods import Period, PeriodKind
from teams.models import Membership, Team
from teams.models.consent import TO_ANSWER, ByConsent, ConsentQuerySet, Told, reason_of

# The kinds of jobs: for a proposal that nobody answers any more, for one whose last period is over.
SILENCE, JUDGE = "dashboards.objective_silence", "dashboards.objective_judge"


class State(models.TextChoices):
    PROPOSED = "proposed", gettext_lazy("Proposed")
    ACTIVE = "active", gettext_lazy("Agreed")
    REACHED = "reached", gettext_lazy("Reached")
    MISSED = "missed", gettext_lazy("Missed")
    UNJUDGED = "unjudged", gettext_lazy("Too few figures to judge")
    DROPPED = "dropped", gettext_lazy("Dropped")
    LAPSED = "lapsed", gettext_lazy("Not agreed: fewer than half of us answered")


OPEN = (State.PROPOSED, State.ACTIVE)
JUDGED = (State.REACHED, State.MISSED)


class ObjectiveQuerySet(ConsentQuerySet["Objective"]):
    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def visible_to(self, member: Membership | None) -> Self:
        """What somebody may read: all of their team; whoever reads along, what was agreed on."""
        return self if member else self.filter(agreed_on__isnull=False)

    def wanted_in(self, period: Period) -> Self:
        """Those that the team agreed on for this period, and did not drop."""
        return self.filter(
            ~models.Q(state=State.DROPPED),
            agreed_on__isnull=False,
            period_kind=period.kind,
            first_on__lte=period.first_day,
            last_on__gte=period.first_day,
        )

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def propose(self, aim: Aim, *, by: Membership, at: datetime) -> "Objective":
        """Put an aim before the team; who proposes it has consented.

        Raises StaleObjective where one for this figure is open, and ObjectiveError for an aim that
        says no reason, lies out of reach of the figure, or whose periods are over or too many.
        """
        team = by.team
        why = reason_of(aim.why, _("Say why we want this."), ObjectiveError)
        aim.refuse_out_of_reach()
        today = timezone.localdate(at, team.zone)
        answer_by = team.work_calendar.hours.add_days(today, TO_ANSWER)
        aim.refuse_out_of_time(answer_by)
        with transaction.atomic():
            # Whoever proposes something to the team waits here for the one before them.
            Team.objects.select_for_update(no_key=True).get(pk=team.pk)
            there = self.open().filter(team=team, kpi=aim.kpi.slug, period_kind=aim.first.kind)
            if there.exists():
                raise StaleObjective(_("An objective for this figure is open already."))
            objective = self.create(
                team=team,
                kpi=aim.kpi.slug,
                period_kind=aim.first.kind,
                first_on=aim.first.first_day,
                last_on=aim.last.first_day,
                sense=aim.sense,
                target=aim.target,
                reference=aim.reference,
                why=why,
                state=State.PROPOSED,
                answer_by=answer_by,
            )
            objective.ask_all(by=by, at=at)
        return objective


class Objective(ByConsent):
    """What the team wants one of its figures to be, from a first to a last period.

    What it came to is the middle of the figures of its periods (`outcome`, of `n` figures), since
    one figure alone is as much chance as work.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="objectives", db_index=False
    )
    kpi = models.SlugField(max_length=60, db_index=False)
    period_kind = models.CharField(max_length=5)
    first_on = models.DateField()
    last_on = models.DateField()
    sense = models.CharField(max_length=5, choices=Sense)
    target = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES)
    reference = models.CharField(max_length=8, choices=Reference)
    why = models.CharField(max_length=LONGEST)
    state = models.CharField(max_length=10, choices=State)
    outcome = models.DecimalField(max_digits=20, decimal_places=PLACES, null=True)
    n = models.PositiveSmallIntegerField(default=0)

    objects = ObjectiveQuerySet.as_manager()

    refusal = ObjectiveError
    stale = StaleObjective
    told: ClassVar[Told] = Told(
        Happening.OBJECTIVE_PROPOSED,
        Happening.OBJECTIVE_AGREED,
        Happening.OBJECTIVE_OBJECTED,
        Happening.OBJECTIVE_DROPPED,
        Happening.OBJECTIVE_LAPSED,
    )
    silence = SILENCE
    droppable = OPEN

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "kpi", "period_kind"],
                condition=models.Q(state__in=OPEN),
                name="one_open_objective_per_figure",
            ),
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")),
                name="objective_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=JUDGED, outcome__isnull=False)
                | models.Q(~models.Q(state__in=JUDGED), outcome=None),
                name="what_was_judged_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[State.PROPOSED, State.LAPSED], agreed_on__isnull=True)
                | models.Q(
                    state__in=[State.ACTIVE, *JUDGED, State.UNJUDGED], agreed_on__isnull=False
                )
                | models.Q(state=State.DROPPED),
                name="what_holds_was_agreed_on_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(~models.Q(ended_why=""), state=State.DROPPED)
                | models.Q(~models.Q(state=State.DROPPED), ended_why=""),
                name="what_was_dropped_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["team", "state"], name="objectives_of_a_team")]

    def __str__(self) -> str:
        return f"objective {self.pk} of team {self.team_id}"

    # -- what time does --------------------------------------------------------------------------

    def judge(self, figures: Sequence[Decimal], *, at: datetime) -> None:
        """Once its last period is published, say what these figures of its periods come to.

        That happens once, however often it is asked.
        """
        with transaction.atomic():
            self._hold()
            if self.state != State.ACTIVE or at < self._judged_at():
                return
            state, outcome = State.UNJUDGED, None
            if 2 * len(figures) >= len(list(self.first.through(self.last))):
                outcome = middle(figures)
                state = State.REACHED if self.is_met_by(outcome) else State.MISSED
            self._become(state, outcome=outcome, n=len(figures))
            self._tell(
                Happening.OBJECTIVE_JUDGED,
                by=None,
                at=at,
                state=state,
                outcome=None if outcome is None else str(outcome),
            )

    # -- looking ---------------------------------------------------------------------------------

    @property
    def first(self) -> Period:
        return Period(PeriodKind(self.period_kind), self.first_on)

    @property
    def last(self) -> Period:
        return Period(PeriodKind(self.period_kind), self.last_on)

    @property
    def terms(self) -> dict[str, str]:
        """What is wanted, as a report writes it."""
        return {
            "sense": self.sense,
            "target": f"{self.target.normalize():f}",
            "first": str(self.first),
            "last": str(self.last),
        }

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def is_met_by(self, value: Decimal) -> bool:
        """Whether this is what was wanted."""
        return value >= self.target if self.sense == Sense.LEAST else value <= self.target

    # -- writing ---------------------------------------------------------------------------------

    def _judged_at(self) -> datetime:
        return self.last.published_at(self.team.zone, self.team.workdays)

    def _begin_to_hold(self, *, at: datetime) -> dict[str, Any]:
        self._arm(JUDGE, self._judged_at())
        return {}

    def _naming(self) -> dict[str, Any]:
        return {"slug": self.kpi, "kpi": self.kpi}


def middle(figures: Sequence[Decimal]) -> Decimal:
    """The median of figures, as exactly as an outcome is kept."""
    return median(figures).quantize(Decimal(10) ** -PLACES)
