"""Feedback at any time: from one to another, signed, and read by the two of them."""

from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import clocks
from reviews.happenings import Happening
from reviews.refusals import ReviewError, StaleReview
from teams.models import LogEntry, Membership, Team, User
from teams.text import paragraphs

LONGEST_TEXT = 1000
# The kind of job for feedback whose year is over, and how many days that is.
PURGE, DAYS_KEPT = "reviews.feedback_purge", 365


class Kind(models.TextChoices):
    APPRECIATION = "appreciation", gettext_lazy("Appreciation")
    SUGGESTION = "suggestion", gettext_lazy("Suggestion")
    QUESTION = "question", gettext_lazy("Question")


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def concerning(self, member: Membership) -> Self:
        """What this member gave or got."""
        mine = models.Q(giver=member.user_id) | models.Q(receiver=member.user_id)
        return self.filter(mine, team=member.team_id)

    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def newest_first(self) -> Self:
        return self.select_related("giver", "receiver").order_by("-pk")

    def give(
        self,
        kind: Kind,
        text: str,
        receiver: User,
        *,
        may_be_published: bool = False,
        by: Membership,
        at: datetime,
    ) -> "Feedback":
        """Write to somebody of the team.

        Raises ReviewError without words, for who is not of the team, and for oneself.
        """
        words = _checked(text)
        if receiver.pk == by.user_id:
            raise ReviewError(_("Feedback goes to somebody else."))
        if not by.team.people().filter(pk=receiver.pk).exists():
            raise ReviewError(_("Feedback goes to somebody of the team."))
        with transaction.atomic():
            purge_on = clocks.today(by.team, at) + DAYS_KEPT * clocks.DAY
            made = self.create(
                team=by.team,
                giver=by.user,
                receiver=receiver,
                kind=kind,
                text=words,
                may_be_published=may_be_published and kind == Kind.APPRECIATION,
                given_at=at,
                purge_on=purge_on,
            )
            clocks.arm(PURGE, by.team, purge_on, feedback_id=made.pk)
        return made


class Feedback(models.Model):
    """What one wrote to another: signed, between the two of them, and deleted after a year.

    `is_read` says that it was opened; from then on its words stand. When that was is not kept.
    `may_be_published` is the giver's leave, given while writing, to show an appreciation to the
    team.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="feedback")
    giver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.CharField(max_length=LONGEST_TEXT)
    may_be_published = models.BooleanField()
    given_at = models.DateTimeField()
    is_read = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True)
    purge_on = models.DateField()

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(giver=models.F("receiver")),
                name="nobody_gives_feedback_to_themselves",
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="feedback_says_something"),
            models.CheckConstraint(
                condition=models.Q(may_be_published=False) | models.Q(kind=Kind.APPRECIATION),
                name="only_an_appreciation_may_be_published",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at=None)
                | models.Q(may_be_published=True, is_read=True),
                name="published_with_the_leave_of_the_giver",
            ),
        ]

    def __str__(self) -> str:
        return f"feedback {self.pk} in team {self.team_id}"

    # -- what the giver does ---------------------------------------------------------------------

    def change(self, text: str, *, may_be_published: bool, by: Membership, at: datetime) -> None:
        """Put it in other words while it was not read.

        Raises StaleReview once it was, and ReviewError for who did not write it or without words.
        """
        words = _checked(text)
        with transaction.atomic():
            self._hold_unread(by)
            leave = may_be_published and self.kind == Kind.APPRECIATION
            self._write(text=words, may_be_published=leave)

    def take_back(self, *, by: Membership, at: datetime) -> None:
        """Take it back while it was not read. Raises as `change`."""
        with transaction.atomic():
            self._hold_unread(by)
            Feedback.objects.filter(pk=self.pk).delete()

    # -- what the receiver does ------------------------------------------------------------------

    def open(self, *, by: Membership, at: datetime) -> None:
        """Read it; from now on its words stand. Raises ReviewError for whose it is not."""
        with transaction.atomic():
            self._hold(self.receiver_id, by)
            self._write(is_read=True)

    def publish(self, *, by: Membership, at: datetime) -> None:
        """Show an appreciation to the team.

        Raises StaleReview where that was done, and ReviewError for whose it is not, for what was
        not read yet, and where the giver gave no leave.
        """
        with transaction.atomic():
            self._hold(self.receiver_id, by)
            if not self.may_be_published:
                raise ReviewError(_("Whoever wrote this wrote it for you alone."))
            if not self.is_read:
                raise ReviewError(_("Read it first."))
            if self.published_at:
                raise StaleReview(_("The team can read this already."))
            self._write(published_at=at)
            LogEntry.record(Happening.PUBLISHED, self, by=by, at=at, team=self.team)

    # -- time ------------------------------------------------------------------------------------

    def run_out(self, *, at: datetime) -> None:
        """Delete it once its year is over."""
        if clocks.today(self.team, at) >= self.purge_on:
            Feedback.objects.filter(pk=self.pk).delete()

    # -- writing ---------------------------------------------------------------------------------

    def _hold(self, person_id: int, by: Membership) -> None:
        """Hold the row to the end of the transaction, and see it as it is now."""
        found = Feedback.objects.select_for_update(no_key=True).filter(pk=self.pk).first()
        if found is None:
            raise StaleReview(_("This was taken back a moment ago."))
        if by.user_id != person_id or by.team_id != self.team_id:
            raise ReviewError(_("This is between the two who wrote and got it."))
        self.is_read, self.published_at = found.is_read, found.published_at
        self.may_be_published = found.may_be_published

    def _hold_unread(self, by: Membership) -> None:
        self._hold(self.giver_id, by)
        if self.is_read:
            raise StaleReview(_("It was read already; now its words stand."))

    def _write(self, **changes: Any) -> None:
        Feedback.objects.filter(pk=self.pk).update(**changes)
        for name, value in changes.items():
            setattr(self, name, value)


def _checked(text: str) -> str:
    words = paragraphs(text)
    if not words:
        raise ReviewError(_("Write something first."))
    if len(words) > LONGEST_TEXT:
        raise ReviewError(_("Feedback has a thousand characters at most."))
    return words
