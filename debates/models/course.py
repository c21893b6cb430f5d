"""What every part of a debate shares: its row, who sits in it, and how time has its turn."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from agreements.models import Place, clocks
from dashboards import kpis
from dashboards.figures import Kpi
from debates.happenings import Happening
from debates.models.box import Box, Fallback
from debates.models.debates import DebateQuerySet
from debates.models.frozen import Frozen
from debates.models.seat import LONGEST, Seat, SeatQuerySet
from debates.models.states import HIDDEN, OPEN, End, State
from debates.refusals import DebateError, StaleDebate
from teams.models import LogEntry, Membership, Team, User

CLOCK, REVIEW = "debates.clock", "debates.review"


class Course(models.Model):
    """The row of a debate, and what its verbs do with it.

    Whoever changes anything about a debate holds its row first, and time has its turn before them:
    so a word that comes too late is refused, whether the job ran or not.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="debates", db_index=False)
    kpi = models.SlugField(max_length=60, db_index=False)
    question = models.CharField(max_length=LONGEST)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_asked_by_management = models.BooleanField()
    asked_at = models.DateTimeField()
    onset_on = models.DateField(null=True)
    side = models.CharField(max_length=4, blank=True, default="")
    is_quick = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=State)
    date_by = models.DateField()
    gather_until = models.DateField(null=True)
    challenge_until = models.DateField(null=True)
    propose_until = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    fallback = models.CharField(max_length=5, choices=Fallback, blank=True, default="")
    is_extended = models.BooleanField(default=False)
    rounds = models.PositiveSmallIntegerField(default=0)
    card = models.CharField(max_length=30, blank=True, default="")
    frozen = models.JSONField()
    opened_at = models.DateTimeField(null=True)
    gathered_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=16, choices=End, blank=True, default="")
    ended_why = models.CharField(max_length=LONGEST, blank=True, default="")

    objects = DebateQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_hidden(self) -> bool:
        """Whether everybody reads only what they wrote; for ever, where none was revealed."""
        return self.state in HIDDEN or self.end == End.NOT_GATHERED

    @property
    def normal(self) -> Frozen:
        """What was normal for the figure before."""
        return Frozen.of_json(self.frozen)

    @property
    def figure(self) -> Kpi:
        return kpis.get(self.kpi)

    @property
    def until(self) -> date | None:
        """The last day of how it stands now; None for what is over."""
        ends = {
            State.REQUESTED: self.date_by,
            State.GATHERING: self.gather_until,
            State.CHALLENGING: self.challenge_until,
            State.PROPOSING: self.propose_until,
            State.CONSENTING: self.ends_on,
            State.INTEGRATING: self.ends_on,
        }
        return ends.get(State(self.state))

    def is_past_on(self, day: date) -> bool:
        """Whether the days of how it stands now are over on this day."""
        return self.until is not None and day > self.until

    @property
    def roster(self) -> SeatQuerySet:
        """Who was asked to take part when it began."""
        return Seat.objects.filter(debate=self.pk)

    def seat_of(self, place: Place) -> Seat | None:
        return self.roster.filter(person=place.user_id).first()

    # -- holding ---------------------------------------------------------------------------------

    def _hold(self, at: datetime) -> None:
        """Hold the row to the end of the transaction, see how it is, and let time have its turn."""
        rows = type(self).objects.select_for_update(no_key=True)
        fields = [field.attname for field in self._meta.concrete_fields]
        self.refresh_from_db(fields=fields, from_queryset=rows)
        while self.is_past_on(clocks.today(self.team, at)):
            self._move_on(at)

    def _move_on(self, at: datetime) -> None:
        """Leave a state whose days are over."""
        raise NotImplementedError

    def _in_state(self, by: Place, at: datetime, *states: State) -> Seat:
        self._hold(at)
        self._refuse_unless(*states)
        return self._take_seat(by)

    def _take_seat(self, by: Place) -> Seat:
        """The seat of this person; whoever speaks is excused no longer."""
        seat = self.seat_of(by) if by.team_id == self.team_id else None
        if seat is None:
            raise DebateError(_("This debate began without you. You can read along."))
        if seat.is_excused:
            seat.excused_why = ""
            seat.save(update_fields=["excused_why"])
        return seat

    def _refuse_others(self, by: Place) -> None:
        if by.team_id != self.team_id:
            raise DebateError(_("This debate is of another team."))

    def refuse_all_but_members(self, by: Place) -> None:
        """Raises DebateError for who reads along, and for everybody of another team."""
        if not isinstance(by, Membership) or by.team_id != self.team_id:
            raise DebateError(_("Only the team decides this."))

    def _refuse_unless(self, *states: State) -> None:
        if self.state not in states:
            raise StaleDebate(_("The debate is at another point by now. Look once more."))

    # -- writing ---------------------------------------------------------------------------------

    def _finish(
        self,
        state: State,
        end: End,
        *,
        at: datetime,
        by: Place | None = None,
        ended_why: str = "",
        **details: Any,
    ) -> None:
        self._write(state=state, end=end, over_at=at, ended_why=ended_why)
        self.tell(_TOLD[state], by=by, at=at, end=end, since=self.asked_at, **details)

    @property
    def _box(self) -> Box:
        ends = (self.gather_until, self.challenge_until, self.propose_until, self.ends_on)
        return Box(*(day for day in ends if day is not None))

    def _arm_all(self) -> None:
        for day in vars(self._box).values():
            self.arm(day)

    def arm(self, day: date) -> None:
        """Let a job look once this day is over."""
        clocks.arm(CLOCK, self.team, day + clocks.DAY, debate_id=self.pk)

    def arm_review(self, day: date) -> None:
        """Let a job give the verdict once this day is over."""
        clocks.arm(REVIEW, self.team, day + clocks.DAY, debate_id=self.pk)

    def _become(self, state: State) -> None:
        self._write(state=state)

    def _write(self, **changes: Any) -> None:
        type(self).objects.filter(pk=self.pk).update(**changes)
        for name, value in changes.items():
            setattr(self, name, value)

    def tell(
        self, happening: Happening, *, by: Place | None, at: datetime, **details: Any
    ) -> LogEntry:
        """Write it in the logbook, without a word of what was said."""
        return LogEntry.record(
            happening,
            self,
            by=by.user if by else None,
            at=at,
            team=self.team,
            kpi=self.kpi,
            slug=self.kpi,
            **details,
        )


_TOLD = {
    State.DECIDED: Happening.DECIDED,
    State.NO_CHANGE: Happening.NO_CHANGE,
    State.LAPSED: Happening.LAPSED,
    State.DISMISSED: Happening.DISMISSED,
}
