"""Evaluations: a team looks back at a month of its own work, and agrees on what follows."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from agreements.models import Agreement, Terms, clocks
from dashboards.periods import Period, PeriodKind
from reviews.happenings import Happening
from reviews.models.evaluations import EvaluationQuerySet, Stage
from reviews.models.reflection import LONGEST_REFLECTION, Question, Reflection, Said
from reviews.refusals import EvaluationError, StaleEvaluation
from teams.models import LogEntry, Membership, Team, User
from teams.text import paragraphs

# Whoever promises everything keeps nothing.
MOST_AGREEMENTS = 3


class Evaluation(models.Model):
    """A month of its own work at which a team looks back, by six questions and its own figures.

    One member leads it; the words are the team's. It ends in three agreements of the whole team at
    most. Whoever reads along sees of it what the team publishes, once it is concluded. It was in
    time where it was concluded by the end of the day `due_on`.

    Whoever changes anything about it holds its row first, so all of it happens in order.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="evaluations", db_index=False
    )
    month_on = models.DateField()
    stage = models.CharField(max_length=9, choices=Stage)
    due_on = models.DateField()
    led_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    begun_at = models.DateTimeField(null=True)
    concluded_at = models.DateTimeField(null=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "month_on"], name="a_team_looks_back_at_a_month_once"
            ),
            models.CheckConstraint(
                condition=models.Q(stage=Stage.ASKED, led_by=None, begun_at=None, concluded_at=None)
                | models.Q(
                    stage=Stage.OPEN,
                    led_by__isnull=False,
                    begun_at__isnull=False,
                    concluded_at=None,
                )
                | models.Q(
                    stage=Stage.CONCLUDED,
                    led_by__isnull=False,
                    begun_at__isnull=False,
                    concluded_at__isnull=False,
                ),
                name="an_evaluation_is_begun_and_then_concluded",
            ),
        ]

    def __str__(self) -> str:
        return f"evaluation of {self.month} by team {self.team_id}"

    # -- what people do --------------------------------------------------------------------------

    def begin(self, *, by: Membership, at: datetime) -> None:
        """Begin to look back, and lead it. Raises StaleEvaluation where it was begun already."""
        with transaction.atomic():
            self._hold(by)
            if self.stage != Stage.ASKED:
                raise StaleEvaluation(_("Somebody has begun this a moment ago."))
            Reflection.objects.bulk_create(
                Reflection(team=self.team, evaluation=self, question=question)
                for question in Question
            )
            self._write(stage=Stage.OPEN, led_by=by.user, begun_at=at)
            self._tell(Happening.EVALUATION_BEGUN, by=by, at=at)

    def lead(self, *, by: Membership, at: datetime) -> None:
        """Take the lead over. Raises StaleEvaluation where it is not going on, or led by them."""
        with transaction.atomic():
            self._hold_open(by)
            if self.led_by_id == by.user_id:
                raise StaleEvaluation(_("You lead this already."))
            self._write(led_by=by.user)
            self._tell(Happening.EVALUATION_LED, by=by, at=at)

    def write(self, said: Mapping[Question, Said], *, by: Membership) -> int:
        """Keep what the team says to these questions; all of it, or nothing.

        Returns how many changed: what stands there already is no change. Raises StaleEvaluation
        where somebody was faster or it is not going on, and EvaluationError for words that are too
        long.
        """
        tidy = {question: paragraphs(one.text) for question, one in said.items()}
        if any(len(text) > LONGEST_REFLECTION for text in tidy.values()):
            raise EvaluationError(_("An answer has two thousand characters at most."))
        with transaction.atomic():
            self._hold_open(by)
            there = self.reflections.filter(question__in=tidy)
            changed = [one for one in there if one.text != tidy[Question(one.question)]]
            if any(one.version != said[Question(one.question)].version for one in changed):
                raise StaleEvaluation(
                    _("Somebody of the team wrote here a moment ago. Look at it once more.")
                )
            for one in changed:
                one.text, one.version = tidy[Question(one.question)], one.version + 1
                one.save(update_fields=["text", "version"])
        return len(changed)

    def agree(self, terms: Terms, *, by: Membership, at: datetime) -> Agreement:
        """Propose to all of the team what follows from it; who does so has accepted.

        Raises StaleEvaluation where it is not going on, EvaluationError for a fourth, and
        AgreementError as `Agreement.objects.propose_to_all`.
        """
        with transaction.atomic():
            self._hold_open(by)
            number = self.follow_ups.count() + 1
            if number > MOST_AGREEMENTS:
                raise EvaluationError(_("Three agreements are enough: choose what matters most."))
            agreement = Agreement.objects.propose_to_all(terms, by=by, at=at)
            FollowUp.objects.create(
                team=self.team, evaluation=self, agreement=agreement, number=number
            )
        return agreement

    def conclude(self, published: Collection[Question], *, by: Membership, at: datetime) -> None:
        """End it, and let whoever reads along see the answers to these questions.

        Raises StaleEvaluation where it is not going on, and EvaluationError for somebody who does
        not lead it, and while a question has no answer.
        """
        with transaction.atomic():
            self._hold_open(by)
            if self.led_by_id != by.user_id:
                raise EvaluationError(_("Whoever leads it concludes it. You can take the lead."))
            if self.reflections.filter(text="").exists():
                raise EvaluationError(
                    _("Answer all six questions first. “Nothing” is an answer too.")
                )
            self.reflections.filter(question__in=published).update(is_published=True)
            self._write(stage=Stage.CONCLUDED, concluded_at=at)
            # Its figure is that of the day by which it was due.
            since = min(at, clocks.start_of(self.team, self.due_on))
            self._tell(Happening.EVALUATION_CONCLUDED, by=by, at=at, since=since)

    # -- looking ---------------------------------------------------------------------------------

    @property
    def month(self) -> Period:
        return Period(PeriodKind.MONTH, self.month_on)

    @property
    def is_open(self) -> bool:
        return self.stage == Stage.OPEN

    # -- writing ---------------------------------------------------------------------------------

    def _hold(self, by: Membership) -> None:
        """Hold the row to the end of the transaction, and see it as it is now."""
        if by.team_id != self.team_id:
            raise EvaluationError(_("Only the team looks back at its work."))
        rows = Evaluation.objects.select_for_update(no_key=True)
        self.refresh_from_db(fields=["stage", "led_by"], from_queryset=rows)

    def _hold_open(self, by: Membership) -> None:
        self._hold(by)
        if self.stage != Stage.OPEN:
            raise StaleEvaluation(_("We are not looking back at this month now."))

    def _write(self, **changes: Any) -> None:
        Evaluation.objects.filter(pk=self.pk).update(**changes)
        for name, value in changes.items():
            setattr(self, name, value)

    def _tell(self, happening: Happening, *, by: Membership, at: datetime, **details: Any) -> None:
        """Write it in the logbook, without a word of what was said."""
        LogEntry.record(
            happening, self, by=by, at=at, team=self.team, month=str(self.month), **details
        )


class FollowUp(models.Model):
    """An agreement in which an evaluation ends, the first to the third."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.PROTECT, related_name="follow_ups", db_index=False
    )
    agreement = models.OneToOneField(
        Agreement, on_delete=models.PROTECT, related_name="follows_from"
    )
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "number"], name="follow_ups_of_an_evaluation_are_numbered"
            ),
            models.CheckConstraint(
                condition=models.Q(number__range=(1, MOST_AGREEMENTS)),
                name="an_evaluation_ends_in_three_agreements_at_most",
            ),
        ]

    def __str__(self) -> str:
        return f"follow-up {self.number} of evaluation {self.evaluation_id}"
