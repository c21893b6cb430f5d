"""Debates: how the team and its management decide together on what a figure shows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from agreements.models import Place, clocks
from dashboards.engine import measure
from dashboards.figures import WHOLE
from debates import cards
from debates.happenings import Happening
from debates.models import box
from debates.models.box import Box, Fallback
from debates.models.challenging import Challenging
from debates.models.consenting import Consenting
from debates.models.experiment import Experiment
from debates.models.frozen import Frozen
from debates.models.gathering import Gathering
from debates.models.proposal import Offer, Response, Says
from debates.models.seat import LEFT, LONGEST, Seat, Side
from debates.models.states import ANSWERING, OPEN, End, State
from debates.refusals import DebateError
from teams.models import ManagerLink, Membership, User
from teams.text import one_line


class Debate(Gathering, Challenging, Consenting):
    """One question about one figure, from being asked to what came of the decision.

    Each state ends on a day: `date_by`, then the last days of the box. `onset_on` and `side` tell
    of the signal that it comes from. `frozen` is what was normal before (`normal`). The days for
    points were over at `gathered_at`. `rounds` counts how often a proposal was put in other words
    because of an objection. `end` says how it ended, at `over_at`, and `ended_why` is the reason of
    whoever dismissed it.
    """

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "kpi"],
                condition=models.Q(state__in=OPEN),
                name="one_open_debate_per_figure",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN, end="", over_at=None)
                | models.Q(~models.Q(state__in=OPEN), ~models.Q(end=""), over_at__isnull=False),
                name="a_debate_ends_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[State.REQUESTED, State.DISMISSED, State.LAPSED])
                | models.Q(~models.Q(fallback=""), opened_at__isnull=False, ends_on__isnull=False),
                name="an_open_debate_has_a_box_and_a_way_out",
            ),
            models.CheckConstraint(
                condition=models.Q(rounds__lte=box.MOST_ROUNDS), name="a_debate_has_two_rounds"
            ),
            models.CheckConstraint(
                condition=models.Q(side__in=["", "up", "down"]), name="side_of_a_debate_is_known"
            ),
        ]
        indexes = [models.Index(fields=["team", "-id"], name="debates_of_a_team")]

    def __str__(self) -> str:
        return f"debate {self.pk} of team {self.team_id}"

    def take_up(self, days: int, fallback: Fallback, *, by: Place, at: datetime) -> None:
        """Take it up, for so many working days: everybody is asked for their points now.

        Raises StaleDebate where it is asked for no longer, and DebateError for a box that is too
        short or too long, or for who is not of the team.
        """
        if not box.SHORTEST <= days <= box.LONGEST:
            raise DebateError(_("A debate takes between four and twenty working days."))
        with transaction.atomic():
            self._hold(at)
            self.refuse_all_but_members(by)
            self._refuse_unless(State.REQUESTED)
            dates = Box.of(self.team, clocks.today(self.team, at), days)
            self._open(dates, fallback, at=at, state=State.GATHERING, card=cards.drawn(self.pk))
            self.tell(Happening.DATED, by=by, at=at, until=dates.ends_on.isoformat())

    def dismiss(self, why: str, *, by: Place, at: datetime) -> None:
        """Say why the team does not debate this. Raises as `take_up`, and without a reason."""
        why = one_line(why)[:LONGEST]
        if not why:
            raise DebateError(_("Say why we do not debate this."))
        with transaction.atomic():
            self._hold(at)
            self.refuse_all_but_members(by)
            self._refuse_unless(State.REQUESTED)
            self._finish(State.DISMISSED, End.DISMISSED, by=by, at=at, ended_why=why)

    def ask_for_quick_consent(self, offer: Offer, *, by: Place, at: datetime) -> None:
        """Lay one proposal before all for two working days; what is contested then is dropped.

        Raises as `take_up`, and DebateError as `Offer.checked`.
        """
        with transaction.atomic():
            self._hold(at)
            self.refuse_all_but_members(by)
            self._refuse_unless(State.REQUESTED)
            today = clocks.today(self.team, at)
            ends_on = clocks.workdays_after(self.team, today, box.QUICK)
            dates = Box(today, today, today, ends_on)
            self._open(dates, Fallback.DROP, at=at, state=State.CONSENTING, is_quick=True)
            seat = self._take_seat(by)
            version = self._put_forward(offer, seat, at=at)
            self._keep(Response(version=version, seat=seat, says=Says.CONSENTS, at=at))
            self.tell(Happening.QUICK, by=by, at=at, until=ends_on.isoformat())
            self._conclude_when_all_is_said(at)

    def excuse(self, seat: Seat, why: str, *, by: Place, at: datetime) -> None:
        """Ask nothing of somebody, for a reason: oneself, or a team mate who is away.

        Raises StaleDebate where the debate is over, and DebateError without a reason, for a
        manager who excuses somebody else, and for a member who excuses a manager.
        """
        why = one_line(why)[:LONGEST]
        if not why:
            raise DebateError(_("Say why nothing is asked of them."))
        with transaction.atomic():
            self._hold(at)
            self._refuse_others(by)
            self._refuse_unless(*OPEN[1:])
            is_mate = isinstance(by, Membership) and not seat.is_of_management
            if seat.person_id != by.user_id and not is_mate:
                raise DebateError(_("Somebody is excused by themselves or by a team mate."))
            if seat.responses.filter(version__in=self._latest_words()).exists():
                raise DebateError(_("They have answered, and what they said counts."))
            self._excuse(seat, why, by=by, at=at)

    def let_go(self, person: User, *, at: datetime) -> None:
        """Ask nothing any more of somebody who has left. It happens once, however often asked."""
        with transaction.atomic():
            self._hold(at)
            seat = self.roster.asked().filter(person=person).first()
            if seat and self.state in OPEN:
                self._excuse(seat, LEFT, by=None, at=at)

    # -- time ------------------------------------------------------------------------------------

    def run_out(self, *, at: datetime) -> None:
        """Do what time has done by now; however often it is asked, each thing happens once."""
        with transaction.atomic():
            self._hold(at)

    def evaluate(self, *, at: datetime) -> None:
        """Give every verdict whose day has come, from the facts as they are known by now."""
        with transaction.atomic():
            self._hold(at)
            if self.state != State.DECIDED:
                return
            for experiment in self.experiments.select_related("version", "team", "agreement"):
                experiment.debate = self
                experiment.judge(self.figures_of(experiment, at), at=at)
            if not self.experiments.filter(verdict="").exists():
                self._become(State.EVALUATED)
                verdicts = list(self.experiments.order_by("pk").values_list("verdict", flat=True))
                self.tell(Happening.EVALUATED, by=None, at=at, verdicts=verdicts)

    def figures_of(self, experiment: Experiment, at: datetime) -> list[float]:
        """The figures of the weeks of an experiment, from the facts known at this moment."""
        weeks = experiment.weeks
        if not weeks:
            return []
        found = measure(self.figure, [self.team], weeks, until=at)
        return [
            float(one.value)
            for one in found
            if one.dimension == WHOLE and one.is_final and one.value is not None
        ]

    # -- writing ---------------------------------------------------------------------------------

    def _move_on(self, at: datetime) -> None:
        """Leave a state whose days are over."""
        match self.state:
            case State.REQUESTED:
                self._finish(State.LAPSED, End.NOT_DATED, at=at)
            case State.GATHERING:
                self._end_gathering(at)
            case State.CHALLENGING:
                self._become(State.PROPOSING)
                self.tell(Happening.WEIGHED, by=None, at=at)
            case State.PROPOSING:
                self._end_proposing(at)
            case _:
                self._conclude(at)

    def _open(
        self, dates: Box, fallback: Fallback, *, at: datetime, state: State, **more: Any
    ) -> None:
        """Freeze who is asked, and what was normal before."""
        day = self.onset_on or clocks.today(self.team, at)
        normal = Frozen.before(self.figure, self.team, day)
        self._write(
            state=state,
            fallback=fallback,
            opened_at=at,
            frozen=normal.as_json(),
            **vars(dates),
            **more,
        )
        seats = list(self._everybody())
        if len(seats) < 2:  # noqa: PLR2004 -- nobody debates alone
            raise DebateError(_("A debate needs two people at least."))
        Seat.objects.bulk_create(seats)
        self._arm_all()

    def _everybody(self) -> Iterable[Seat]:
        sides = {Side.TEAM: Membership.objects, Side.MANAGEMENT: ManagerLink.objects}
        for side, places in sides.items():
            here = places.current().filter(team=self.team_id).order_by("pk")
            for person in here.values_list("user_id", flat=True):
                yield Seat(team_id=self.team_id, debate=self, person_id=person, side=side)

    def _excuse(self, seat: Seat, why: str, *, by: Place | None, at: datetime) -> None:
        Seat.objects.filter(pk=seat.pk).update(excused_why=why)
        self.tell(Happening.EXCUSED, by=by, at=at)
        if self.state == State.GATHERING:
            self._reveal_when_all_are_in(at)
        elif self.state in ANSWERING:
            self._weigh_objections()
            self._conclude_when_all_is_said(at)
