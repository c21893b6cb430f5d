"""Objectives: what the team wants one of its figures to be, agreed by all of it.

They are the group's. An objective names no person, and nothing about it is counted per person.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from statistics import median
from typing import Any, Self

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
    reason_of,
)
from dashboards.models.voice import Says, Voice
from dashboards.periods import Period, PeriodKind, end_of_day
from teams.models import Job, LogEntry, Membership, Team

# Working days of the team.
TO_ANSWER = 5
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


class ObjectiveQuerySet(models.QuerySet["Objective"]):
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
        why = reason_of(aim.why, _("Say why we want this."))
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


class Objective(models.Model):
    """What the team wants one of its figures to be, from a first to a last period.

    It holds once everybody of the team has consented, or half of it has when the days to answer
    are over and nobody objected; silence is no consent. What it came to is the middle of the
    figures of its periods (`outcome`, of `n` figures), since one figure alone is as much chance
    as work. `ended_why` is the reason of whoever dropped it, or objected.
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
    answer_by = models.DateField()
    agreed_on = models.DateField(null=True)
    outcome = models.DecimalField(max_digits=20, decimal_places=PLACES, null=True)
    n = models.PositiveSmallIntegerField(default=0)
    ended_why = models.CharField(max_length=LONGEST, blank=True, default="")

    objects = ObjectiveQuerySet.as_manager()

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

    # -- what people do --------------------------------------------------------------------------

    def ask_all(self, *, by: Membership, at: datetime) -> None:
        """Lay a new one before the team; whoever does so has said yes."""
        self._tell(Happening.OBJECTIVE_PROPOSED, by=by, at=at)
        self._arm(SILENCE, end_of_day(self.answer_by, self.team.zone))
        self._keep(Says.CONSENTS, "", by=by, at=at)
        self._agree_if_all_have(by=by, at=at)

    def consent(self, *, by: Membership, at: datetime) -> None:
        """Say yes. It holds once all of the team have.

        Raises StaleObjective for who has answered, or where it is open no longer; ObjectiveError
        when the days to answer are over.
        """
        with transaction.atomic():
            self._hold()
            self._refuse_unless_to_answer(by, at)
            self._keep(Says.CONSENTS, "", by=by, at=at)
            self._agree_if_all_have(by=by, at=at)

    def object(self, why: str, *, by: Membership, at: datetime) -> None:
        """Say what harm it would do; that takes it off the table, for a better one to be proposed.

        Raises as `consent`, and ObjectiveError without a reason.
        """
        reason = reason_of(why, _("Say what harm it would do."))
        with transaction.atomic():
            self._hold()
            self._refuse_unless_to_answer(by, at)
            self._keep(Says.OBJECTS, reason, by=by, at=at)
            self._become(State.DROPPED, ended_why=reason)
            self._tell(Happening.OBJECTIVE_OBJECTED, by=by, at=at)

    def drop(self, why: str, *, by: Membership, at: datetime) -> None:
        """Want this no longer.

        Raises StaleObjective where it is over, and ObjectiveError without a reason.
        """
        reason = reason_of(why, _("Say why we want this no longer."))
        with transaction.atomic():
            self._hold()
            self._refuse_others(by)
            if self.state not in OPEN:
                raise StaleObjective(_("This objective is over."))
            self._become(State.DROPPED, ended_why=reason)
            self._tell(Happening.OBJECTIVE_DROPPED, by=by, at=at)

    # -- what time does --------------------------------------------------------------------------

    def run_out(self, *, at: datetime) -> None:
        """When the days to answer are over: half of the team is enough, silence is not."""
        with transaction.atomic():
            self._hold()
            if self.state != State.PROPOSED or not self._is_past_answering(at):
                return
            yes, of = self.consents()
            if yes and 2 * yes >= of:
                self._agree(by=None, at=at)
            else:
                self._become(State.LAPSED)
                self._tell(Happening.OBJECTIVE_LAPSED, by=None, at=at)

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

    def consents(self) -> tuple[int, int]:
        """How many of those who are of the team have consented, and how many these are."""
        people = self.team.people()
        yes = self.voices.filter(says=Says.CONSENTS, person__in=people)
        return yes.count(), people.count()

    def voice_of(self, member: Membership) -> "Voice | None":
        """What this member has said to it."""
        return self.voices.filter(person=member.user_id).first()

    def can_be_answered(self, member: Membership, at: datetime) -> bool:
        """Whether this member has something to say to it yet."""
        is_asked = self.state == State.PROPOSED and not self._is_past_answering(at)
        return is_asked and self.voice_of(member) is None

    # -- writing ---------------------------------------------------------------------------------

    def _hold(self) -> None:
        """Hold the row to the end of the transaction, and see it as it is now."""
        rows = Objective.objects.select_for_update(no_key=True)
        self.refresh_from_db(fields=["state"], from_queryset=rows)

    def _refuse_unless_to_answer(self, member: Membership, at: datetime) -> None:
        self._refuse_others(member)
        if self.state != State.PROPOSED:
            raise StaleObjective(_("This was decided a moment ago."))
        if self._is_past_answering(at):
            raise ObjectiveError(_("The days to answer this are over."))
        if self.voice_of(member):
            raise StaleObjective(_("You have answered this already."))

    def _refuse_others(self, member: Membership) -> None:
        if member.team_id != self.team_id:
            raise ObjectiveError(_("Only the team decides what it wants."))

    def _is_past_answering(self, at: datetime) -> bool:
        return timezone.localdate(at, self.team.zone) > self.answer_by

    def _judged_at(self) -> datetime:
        return self.last.published_at(self.team.zone, self.team.workdays)

    def _keep(self, says: Says, why: str, *, by: Membership, at: datetime) -> None:
        Voice.objects.create(
            team=self.team, objective=self, person=by.user, says=says, why=why, at=at
        )

    def _agree_if_all_have(self, *, by: Membership, at: datetime) -> None:
        yes, of = self.consents()
        if yes == of:
            self._agree(by=by, at=at)

    def _agree(self, *, by: Membership | None, at: datetime) -> None:
        self._become(State.ACTIVE, agreed_on=timezone.localdate(at, self.team.zone))
        self._arm(JUDGE, self._judged_at())
        self._tell(Happening.OBJECTIVE_AGREED, by=by, at=at)

    def _become(self, state: State, **told: Any) -> None:
        self.state = state
        for name, value in told.items():
            setattr(self, name, value)
        self.save(update_fields=["state", *told])

    def _arm(self, kind: str, at: datetime) -> None:
        payload = {"team_id": self.team_id, "objective_id": self.pk}
        Job.objects.arm(kind, str(self.pk), run_at=at, payload=payload)

    def _tell(
        self, happening: Happening, *, by: Membership | None, at: datetime, **details: Any
    ) -> None:
        LogEntry.record(
            happening, self, by=by, at=at, team=self.team, slug=self.kpi, kpi=self.kpi, **details
        )


def middle(figures: Sequence[Decimal]) -> Decimal:
    """The median of figures, as exactly as an outcome is kept."""
    return median(figures).quantize(Decimal(10) ** -PLACES)
