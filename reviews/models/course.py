"""What every part of a round shares: its row, who sits in it, and how time has its turn."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from agreements.models import clocks
from reviews.happenings import Happening
from reviews.locking import Lock
from reviews.models.answer import Answer
from reviews.models.draft import Draft, Words
from reviews.models.rounds import ReviewRoundQuerySet
from reviews.models.seat import Seat, SeatQuerySet
from reviews.models.states import READABLE, RUNNING, Mode, State
from reviews.refusals import ReviewError, StaleReview
from teams import wall
from teams.models import Job, LogEntry, Membership, Team, User
from teams.models.consent import LONGEST_REASON

# The kinds of jobs: for days that are over, for the morning of the last day on which somebody can
# write, for who can read.
CLOCK, REMIND, TELL = "reviews.clock", "reviews.reminder", "reviews.telling"
MORNING = timedelta(hours=8)
# Why a round was dropped that nobody dropped.
TOO_FEW = "@too_few"


class Course(models.Model):
    """The row of a round, and what its verbs do with it.

    Whoever changes anything about a round holds its row first, and time has its turn before them:
    so a word that comes too late is refused, whether the job ran or not.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="review_rounds", db_index=False
    )
    mode = models.CharField(max_length=12, choices=Mode)
    days = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State)
    answer_by = models.DateField()
    write_until = models.DateField(null=True)
    is_extended = models.BooleanField(default=False)
    salt = models.BinaryField(default=bytes)
    released_at = models.DateTimeField(null=True)
    asked = models.PositiveSmallIntegerField(null=True)
    took_part = models.PositiveSmallIntegerField(null=True)
    talk_until = models.DateField(null=True)
    keep_until = models.DateField(null=True)
    ended_why = models.CharField(max_length=LONGEST_REASON, blank=True, default="")

    objects = ReviewRoundQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_readable(self) -> bool:
        """Whether everybody reads what was written to them."""
        return self.state in READABLE

    @property
    def is_signed(self) -> bool:
        return self.mode != Mode.SEALED

    @property
    def until(self) -> date | None:
        """The last day of how it stands now; None for what moves no more."""
        ends = {
            State.PROPOSED: self.answer_by,
            State.OPEN: self.write_until,
            State.RELEASED: self.talk_until,
            State.CLOSED: self.keep_until,
        }
        return ends.get(State(self.state))

    @property
    def why(self) -> str:
        """Why it was not held, in the reader's words."""
        if self.ended_why == TOO_FEW:
            return _("The team had become too small for it before all had answered.")
        return self.ended_why

    @property
    def roster(self) -> SeatQuerySet:
        """Who takes part: the team as it was when it began."""
        return Seat.objects.filter(round=self.pk)

    @property
    def drafts(self) -> "models.QuerySet[Draft]":
        return Draft.objects.filter(round=self.pk)

    @property
    def answers(self) -> "models.QuerySet[Answer]":
        return Answer.objects.filter(round=self.pk)

    def _opened(self, **which: Any) -> Iterator[tuple[Draft, Words]]:
        """Some of the drafts with their words; what can be opened no more is as if not there."""
        lock = Lock(self.salt)
        for draft in self.drafts.filter(**which):
            parts = lock.open(draft.locked)
            if parts:
                yield draft, Words.unpacked(parts)

    # -- holding ---------------------------------------------------------------------------------

    def _hold(self, at: datetime) -> None:
        """Hold the row to the end of the transaction, see how it is, and let time have its turn."""
        rows = type(self).objects.select_for_update(no_key=True)
        fields = [field.attname for field in self._meta.concrete_fields]
        self.refresh_from_db(fields=fields, from_queryset=rows)
        while self.is_late(at):
            self._move_on(at)

    def is_late(self, at: datetime) -> bool:
        """Whether its days are over, and what comes then has yet to come."""
        return self.until is not None and clocks.today(self.team, at) > self.until

    def _move_on(self, at: datetime) -> None:
        """Leave a state whose days are over."""
        raise NotImplementedError

    def _refuse_others(self, by: Membership) -> None:
        if by.team_id != self.team_id:
            raise ReviewError(_("This round is of another team."))

    def _refuse_unless(self, *states: State) -> None:
        if self.state not in states:
            raise StaleReview(_("The round is at another point by now. Look once more."))

    def _take_seat(self, by: Membership) -> Seat:
        seat = self.roster.filter(person=by.user_id).first() if by.team_id == self.team_id else None
        if seat is None:
            raise ReviewError(_("This round began without you."))
        return seat

    def colleagues_of(self, person: User) -> list[User]:
        """About whom somebody writes: who takes part and is of the team still, by name."""
        here = self.team.people().values("pk")
        seats = self.roster.filter(person__in=here).exclude(person=person)
        return [seat.person for seat in seats.in_order()]

    # -- writing ---------------------------------------------------------------------------------

    def _arm(self, day: date) -> None:
        """Let a job look once this day is over."""
        clocks.arm(CLOCK, self.team, day + clocks.DAY, round_id=self.pk)

    def _arm_reminder(self, day: date) -> None:
        """Let a job mail, on the morning of this day, who has yet to hand in."""
        payload = {"team_id": self.team_id, "round_id": self.pk, "day": str(day)}
        morning = clocks.start_of(self.team, day) + MORNING
        Job.objects.arm(REMIND, f"{self.pk}:{day}", run_at=morning, payload=payload)

    def _become(self, state: State, **changes: Any) -> None:
        changes = {"state": state, **changes}
        type(self).objects.filter(pk=self.pk).update(**changes)
        for name, value in changes.items():
            setattr(self, name, value)
        if self.until:
            self._arm(self.until)
        if self.state == State.OPEN and self.until:
            self._arm_reminder(self.until)

    def _forget_drafts(self) -> None:
        with wall.opened_to_everybody():
            self.drafts.all().delete()

    def _tell(self, happening: Happening, *, by: Membership | None, at: datetime) -> None:
        """Write it in the logbook, without a word of what was said and about whom."""
        LogEntry.record(happening, self, by=by, at=at, team=self.team)
