"""How debates are asked for, and found."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agreements.models import Place, clocks
from dashboards.figures import Kpi
from dashboards.models import Signal
from dashboards.reach import signals_to_name
from debates.happenings import Happening
from debates.models import box
from debates.models.box import Fallback
from debates.models.proposal import Offer
from debates.models.seat import LONGEST
from debates.models.states import OPEN, State
from debates.refusals import DebateError, StaleDebate
from teams.models import ManagerLink, Team
from teams.text import one_line

if TYPE_CHECKING:
    from debates.models.debate import Debate

A_MONTH = timedelta(days=30)


class DebateQuerySet(models.QuerySet["Debate"]):
    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def ended(self) -> Self:
        return self.exclude(state__in=OPEN)

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def request(self, kpi: Kpi, question: str, *, by: Place, at: datetime) -> "Debate":
        """Ask for a debate on this figure; the team dates it within five working days.

        Raises StaleDebate where one is open, and DebateError without a question, for a figure
        that is read in its parts, and for a manager's second without a signal in a month.
        """
        question = one_line(question)[:LONGEST]
        if not question:
            raise DebateError(_("Say what the question is."))
        if kpi.is_detail:
            raise DebateError(_("This figure is read in its parts; choose another one."))
        with transaction.atomic():
            signal = _signal_of(kpi, by, at)
            if signal is None and isinstance(by, ManagerLink):
                self._refuse_a_second(by, at)
            return self._ask(kpi, question, signal, by=by, at=at)

    def request_after_intervening(self, kpi: Kpi, *, by: ManagerLink, at: datetime) -> None:
        """Ask for a debate on why a manager had to act; the one that is open on it will do."""
        question = _("What made an intervention necessary, and what keeps the next one away?")
        self._ask_unless_open(kpi, question, by=by, at=at)

    def request_about_the_frame(self, kpi: Kpi, *, by: ManagerLink, at: datetime) -> None:
        """Ask for a debate on a frame that was announced; the one that is open on it will do."""
        question = _("The frame of our work changes: what does that do to our goal?")
        self._ask_unless_open(kpi, question, by=by, at=at)

    def _ask_unless_open(self, kpi: Kpi, question: str, *, by: ManagerLink, at: datetime) -> None:
        with transaction.atomic(), suppress(StaleDebate):
            self._ask(kpi, question, _lasting(kpi, by).first(), by=by, at=at)

    def _ask(
        self, kpi: Kpi, question: str, signal: Signal | None, *, by: Place, at: datetime
    ) -> "Debate":
        # Whoever asks for a debate waits here for the one before them.
        Team.objects.select_for_update(no_key=True).get(pk=by.team_id)
        if self.open().filter(team=by.team, kpi=kpi.slug).exists():
            raise StaleDebate(_("A debate on this figure is open already."))
        debate = self.create(
            team=by.team,
            kpi=kpi.slug,
            question=question,
            asked_by=by.user,
            is_asked_by_management=isinstance(by, ManagerLink),
            onset_on=signal.onset_on if signal else None,
            side=signal.side if signal else "",
            state=State.REQUESTED,
            asked_at=at,
            date_by=clocks.workdays_after(by.team, clocks.today(by.team, at), box.TO_DATE),
            frozen={},
        )
        debate.arm(debate.date_by)
        debate.tell(Happening.REQUESTED, by=by, at=at)
        return debate

    def begin(
        self,
        kpi: Kpi,
        question: str,
        *,
        days: int,
        fallback: Fallback,
        by: Place,
        at: datetime,
    ) -> "Debate":
        """Ask for a debate and date it at once. Raises as `request` and `Debate.take_up`."""
        with transaction.atomic():
            debate = self.request(kpi, question, by=by, at=at)
            debate.take_up(days, fallback, by=by, at=at)
        return debate

    def decide_quickly(
        self,
        kpi: Kpi,
        offer: Offer,
        *,
        is_reversible: bool,
        by: Place,
        at: datetime,
    ) -> "Debate":
        """Propose something that can be taken back, for two working days' consent.

        What shall be done is the question. Raises as `request` and `Debate.ask_for_quick_consent`,
        and DebateError for what is for good.
        """
        if not is_reversible:
            raise DebateError(_("What cannot be taken back needs a whole debate."))
        with transaction.atomic():
            debate = self.request(kpi, capfirst(one_line(offer.terms.then)), by=by, at=at)
            debate.ask_for_quick_consent(offer, by=by, at=at)
        return debate

    def _refuse_a_second(self, by: ManagerLink, at: datetime) -> None:
        earlier = self.filter(
            team=by.team,
            asked_by=by.user,
            is_asked_by_management=True,
            onset_on=None,
            asked_at__gt=at - A_MONTH,
        )
        if earlier.exists():
            raise DebateError(
                _("Without a signal you can ask for one debate a month. The team decides.")
            )


def _signal_of(kpi: Kpi, by: Place, at: datetime) -> Signal | None:
    """The signal that lasts in this figure, the one that began first; a manager's was published."""
    found = _lasting(kpi, by)
    if isinstance(by, ManagerLink):
        found = found.filter(pk__in=signals_to_name(by.team, at=at).values("pk"))
    return found.first()


def _lasting(kpi: Kpi, by: Place) -> models.QuerySet[Signal]:
    found = Signal.objects.lasting().filter(team=by.team_id, kpi=kpi.slug)
    return found.order_by("onset_on", "pk")
