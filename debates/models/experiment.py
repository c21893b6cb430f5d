"""What was decided, beside what it shall do to the figure, and what it did."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Agreement, Place, clocks
from agreements.models.states import CAME_TO_NOTHING
from agreements.models.terms import LONGEST
from dashboards import verdict as told
from dashboards.periods import Period, PeriodKind
from debates.happenings import Happening
from debates.models.proposal import ProposalVersion
from debates.refusals import DebateError, StaleDebate
from teams.models import Team
from teams.text import one_line


class Verdict(models.TextChoices):
    IMPROVED = told.Verdict.IMPROVED.value, gettext_lazy("Improved")
    WORSENED = told.Verdict.WORSENED.value, gettext_lazy("Worsened")
    NO_CHANGE = told.Verdict.NO_CHANGE.value, gettext_lazy("No change that can be told from chance")
    INSUFFICIENT = told.Verdict.INSUFFICIENT.value, gettext_lazy("Too few figures to tell")
    CONFOUNDED = told.Verdict.CONFOUNDED.value, gettext_lazy("Not to be told apart")


class Next(models.TextChoices):
    """What the team does about it, once it has read the verdict."""

    KEEP = "keep", gettext_lazy("we keep it")
    ADAPT = "adapt", gettext_lazy("we adapt it")
    STOP = "stop", gettext_lazy("we stop it")


class ExperimentQuerySet(models.QuerySet["Experiment"]):
    def judged(self) -> Self:
        return self.exclude(verdict="")

    def taken_by(self, team: Team, day: date) -> Self:
        """What the team had decided by this day, the newest first."""
        found = self.filter(team=team, decided_on__lte=day)
        return found.select_related("debate", "version").order_by("-decided_on", "-pk")

    def running_beside(self, other: "Experiment") -> Self:
        """Those of other debates that were to change the same figure at the same time."""
        return self.filter(
            team=other.team_id,
            debate__kpi=other.debate.kpi,
            decided_on__lt=other.review_on,
            review_on__gt=other.decided_on,
        ).exclude(debate=other.debate_id)


class Experiment(models.Model):
    """A decision as a question to the figure: what will be different by the day of the review?

    Its `agreement` is the promise that was made. `before` and `after` are means in the unit of
    the figure, of `n` weeks before the debate and `m` weeks between decision and review.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    debate = models.ForeignKey(
        "debates.Debate", on_delete=models.PROTECT, related_name="experiments"
    )
    version = models.OneToOneField(
        ProposalVersion, on_delete=models.PROTECT, related_name="experiment"
    )
    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="decided_in")
    is_trial = models.BooleanField()
    decided_on = models.DateField()
    review_on = models.DateField()
    verdict = models.CharField(max_length=12, choices=Verdict, blank=True, default="")
    n = models.PositiveSmallIntegerField(default=0)
    m = models.PositiveSmallIntegerField(default=0)
    before = models.FloatField(null=True)
    after = models.FloatField(null=True)
    z = models.FloatField(null=True)
    judged_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=5, choices=Next, blank=True, default="")
    answer_why = models.CharField(max_length=LONGEST, blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    objects = ExperimentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict="", judged_at=None)
                | models.Q(verdict__in=Verdict.values, judged_at__isnull=False),
                name="a_verdict_is_given_at_a_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at=None)
                | models.Q(~models.Q(verdict=""), ~models.Q(answer=""), answered_at__isnull=False),
                name="a_verdict_is_answered_once_it_is_there",
            ),
            models.CheckConstraint(
                condition=models.Q(review_on__gte=models.F("decided_on")),
                name="a_review_comes_after_the_decision",
            ),
        ]
        indexes = [models.Index(fields=["team", "review_on"], name="experiments_of_a_team")]

    def __str__(self) -> str:
        return f"experiment {self.pk} of debate {self.debate_id}"

    @property
    def weeks(self) -> list[Period]:
        """The whole weeks between the decision and the day of the review."""
        first = Period.containing(PeriodKind.WEEK, self.decided_on).next
        last = Period.containing(PeriodKind.WEEK, self.review_on)
        if last.last_day > self.review_on:
            last = last.previous
        return list(first.through(last))

    def judge(self, figures: Sequence[float], *, at: datetime) -> None:
        """Say what these figures of its weeks tell; it happens once, however often it is asked."""
        if self.verdict or clocks.today(self.team, at) <= self.review_on:
            return
        seen = told.effect(self.debate.normal.limits, figures, self.version.wanted)
        found = Verdict(seen.verdict)
        if self.agreement.state in CAME_TO_NOTHING:
            found = Verdict.INSUFFICIENT  # nothing was done that could be told from chance
        elif found != Verdict.INSUFFICIENT and Experiment.objects.running_beside(self).exists():
            found = Verdict.CONFOUNDED
        self.verdict, self.judged_at, self.n, self.m = found, at, seen.n, seen.m
        self.before, self.after, self.z = seen.before, seen.after, seen.z
        self.save(update_fields=["verdict", "judged_at", "n", "m", "before", "after", "z"])

    def answer_with(self, answer: Next, why: str, *, by: Place, at: datetime) -> None:
        """Say what the team does about it now.

        Raises StaleDebate where that was said, and DebateError before the verdict, without a
        reason, or for who is not of the team.
        """
        why = one_line(why)[:LONGEST]
        with transaction.atomic():
            now = Experiment.objects.select_for_update(no_key=True).get(pk=self.pk)
            self.debate.refuse_all_but_members(by)
            if not now.verdict:
                raise DebateError(_("There is no verdict yet."))
            if now.answer:
                raise StaleDebate(_("This was answered already."))
            if not why:
                raise DebateError(_("Say in one line what we learn from it."))
            self.answer, self.answer_why, self.answered_at = answer, why, at
            self.save(update_fields=["answer", "answer_why", "answered_at"])
            # The figure of whoever looks again is that of the day of the review.
            since = clocks.start_of(self.team, self.review_on)
            self.debate.tell(Happening.ANSWERED, by=by, at=at, answer=answer, since=since)
