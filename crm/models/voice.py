"""The customer's voice: one question after a closing, answered by whoever has its link."""

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.happenings import Happening
from crm.models.visit import StageVisit
from crm.refusals import VoiceError
from teams.models import Job, LogEntry, Membership, Team
from teams.text import paragraphs

if TYPE_CHECKING:
    from crm.models.deal import Deal

MAIL = "crm.question.mail"
# Somebody may have moved the card by mistake: until then a closing can be undone unseen.
WAITS = timedelta(hours=1)
LASTS = timedelta(days=30)
KEPT = timedelta(days=730)
LONGEST_WORDS = 500


class Score(models.IntegerChoices):
    """The answers to “How well did we help you?”."""

    NOT_AT_ALL = 1, gettext_lazy("Not at all")
    POORLY = 2, gettext_lazy("Poorly")
    SO_SO = 3, gettext_lazy("So-so")
    WELL = 4, gettext_lazy("Well")
    VERY_WELL = 5, gettext_lazy("Very well")


class State(models.TextChoices):
    """How a question stands, and what is said to whoever opens its link."""

    OPEN = "open", gettext_lazy("This question waits for an answer.")
    ANSWERED = "answered", gettext_lazy("Thank you. Your answer has come in.")
    EXPIRED = "expired", gettext_lazy("This question could be answered for 30 days.")
    WITHDRAWN = "withdrawn", gettext_lazy("This question was withdrawn.")


def hashed(link: str) -> str:
    """What is kept of a link: whoever reads the table cannot open it."""
    return hashlib.sha256(link.encode()).hexdigest()


class QuestionQuerySet(models.QuerySet["Question"]):
    def open(self, at: datetime) -> Self:
        """Those that can be answered now."""
        return self.filter(answered_at=None, withdrawn_at=None, expires_at__gt=at)

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)

    def standing(self) -> Self:
        """Those that nobody withdrew."""
        return self.filter(withdrawn_at=None)

    def of_link(self, link: str) -> Self:
        return self.filter(token_hash=hashed(link))

    def latest_answer_first(self) -> Self:
        return self.order_by("-answered_at", "-pk")

    def ask(self, deal: "Deal", *, by: Membership, at: datetime) -> "Question":
        """Ask about a closing that came before the team's process asked.

        Raises VoiceError while the deal is open, where the process asks nothing, and for what
        was asked or answered already.
        """
        with transaction.atomic():
            # Of two who ask at once the second waits here, and finds the question.
            deal.pipeline.deals.select_for_update(no_key=True).get(pk=deal.pk)
            closing = deal.visits.running().get()
            if deal.outcome == deal.Outcome.OPEN:
                raise VoiceError(_("This deal is open. The customer is asked once it is closed."))
            if not deal.pipeline.asks_about(deal.outcome):
                raise VoiceError(_("Our process does not ask the customer about this."))
            if not self._is_new(deal, closing):
                raise VoiceError(_("The customer was asked about this already."))
            return self._ask(deal, closing, by=by, at=at)

    def follow(self, deal: "Deal", visit: StageVisit, *, at: datetime) -> None:
        """Ask about a closing, where the process asks, and withdraw what is over.

        `visit` is where the deal stands now. A closing that was undone, or a deal that was opened
        again, leaves nothing to ask; a closing that is back is asked about as before. For Deal's
        verbs.
        """
        of_deal = self.filter(deal=deal)
        for question in of_deal.open(at).exclude(closing=visit).select_related("team"):
            question.withdraw(at=at)
        of_closing = of_deal.filter(closing=visit, answered_at=None, expires_at__gt=at)
        if of_closing.update(withdrawn_at=None):
            LogEntry.record(
                Happening.QUESTION_ASKED, deal, by=None, at=at, team=deal.team, **deal.naming()
            )
        elif deal.pipeline.asks_about(deal.outcome) and self._is_new(deal, visit):
            self._ask(deal, visit, by=None, at=at)

    def _is_new(self, deal: "Deal", closing: StageVisit) -> bool:
        known = models.Q(closing=closing) | models.Q(answered_at__isnull=False)
        if self.filter(known, deal=deal).exists():
            return False
        # Whoever answered the team that it came from is not asked again.
        return not type(deal).objects.filter(pk=deal.pk, arrival__was_answered=True).exists()

    def _ask(
        self, deal: "Deal", closing: StageVisit, *, by: Membership | None, at: datetime
    ) -> "Question":
        question = Question(deal=deal, team_id=deal.team_id, closing=closing)
        question.asked_at, question.expires_at = at, at + LASTS
        question.token_hash = hashed(question.link)
        question.save()
        Job.objects.arm(
            MAIL,
            str(question.pk),
            run_at=at + WAITS,
            payload={"question_id": question.pk, "team_id": question.team_id},
        )
        LogEntry.record(
            Happening.QUESTION_ASKED, deal, by=by, at=at, team=deal.team, **deal.naming()
        )
        return question

    def forget_words(self, at: datetime) -> int:
        """Remove what customers wrote two years ago; their scores stay. Returns how many."""
        return self.filter(answered_at__lte=at - KEPT).exclude(words="").update(words="")


class Question(models.Model):
    """“How well did we help you?”, asked once about a closing and open for 30 days.

    Whoever has the link answers, once. The link is signed: it is made of `seed` with the secret
    key of the installation, so that the team can copy it again, and nobody who reads the table
    can. `closing` is None where the closing was undone. Nobody of the team is named: it is the
    team that asks. `words` are plain text, and are removed after two years; `language` is the
    one in which the customer read the question.
    """

    deal = models.ForeignKey("crm.Deal", on_delete=models.CASCADE, related_name="questions")
    # Without an index of its own, for two below begin with it.
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="questions", db_index=False
    )
    closing = models.OneToOneField(
        StageVisit, on_delete=models.SET_NULL, null=True, related_name="question"
    )
    seed = models.UUIDField(default=uuid.uuid4)
    token_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True, choices=Score)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True)
    language = models.CharField(max_length=8, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("question to the customer")
        verbose_name_plural = gettext_lazy("questions to customers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at=None, score=None, words="", language="")
                | models.Q(answered_at__isnull=False, score__in=Score.values),
                name="an_answer_has_a_score",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at=None) | models.Q(withdrawn_at=None),
                name="question_ends_once",
            ),
            models.UniqueConstraint(
                fields=["deal"],
                condition=models.Q(answered_at__isnull=False),
                name="one_answer_per_deal",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "-answered_at"], name="answers_of_a_team"),
            models.Index(fields=["team", "expires_at"], name="questions_of_a_team"),
        ]

    def __str__(self) -> str:
        return f"question {self.pk} about deal {self.deal_id}"

    @property
    def link(self) -> str:
        """The secret by which the customer's page is found."""
        return salted_hmac("crm.question", self.seed.hex, algorithm="sha256").hexdigest()

    def state(self, at: datetime) -> State:
        """How it stands at this moment; of a deal in the recycle bin nothing is asked."""
        if self.answered_at:
            return State.ANSWERED
        if self.withdrawn_at or self.deal.deleted_at:
            return State.WITHDRAWN
        return State.OPEN if self.expires_at > at else State.EXPIRED

    def answer(self, score: int, words: str = "", *, language: str = "", at: datetime) -> None:
        """Keep what the customer says, once. Raises VoiceError when it is over.

        The words stand here alone: the logbook says only that an answer came in.
        """
        said = {"score": score, "words": paragraphs(words), "language": language}
        with transaction.atomic():
            mine = Question.objects.open(at).filter(pk=self.pk)
            if self.state(at) != State.OPEN or not mine.update(answered_at=at, **said):
                self.refresh_from_db()
                raise VoiceError(self.state(at).label)
            LogEntry.record(
                Happening.QUESTION_ANSWERED,
                self,
                by=None,
                at=at,
                team=self.team,
                **self.deal.naming(),
            )
        self.refresh_from_db()

    def withdraw(self, *, at: datetime) -> None:
        """Let nobody answer it any more. For what the deal's verbs take back."""
        if Question.objects.open(at).filter(pk=self.pk).update(withdrawn_at=at):
            LogEntry.record(
                Happening.QUESTION_WITHDRAWN,
                self.deal,
                by=None,
                at=at,
                team=self.team,
                **self.deal.naming(),
            )
