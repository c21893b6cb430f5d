"""How the words of a proposal stand at the end, and the promise that they become."""

from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agreements.models import Agreement, Place, clocks
from agreements.refusals import AgreementError
from debates.models.box import is_quorate
from debates.models.experiment import Experiment
from debates.models.proposal import Proposal, ProposalVersion, Response
from teams.models import ManagerLink, Membership, User

if TYPE_CHECKING:
    from debates.models.course import Course


class Vote:
    """What those who are asked said to one version, in whatever order they did."""

    def __init__(self, version: ProposalVersion, debate: "Course") -> None:
        self.version, self.debate, self.team = version, debate, debate.team

    @cached_property
    def responses(self) -> list[Response]:
        said = self.version.responses.of_those_asked().select_related("seat__person")
        return list(said.order_by("seat__person__name", "pk"))

    @property
    def objections(self) -> list[Response]:
        return [each for each in self.responses if each.is_open_objection]

    @property
    def consents(self) -> list[Response]:
        return [each for each in self.responses if not each.is_open_objection]

    @cached_property
    def doers(self) -> list[User]:
        """Who promises it, of those who are still here."""
        asked = self.debate.roster.asked().values("person")
        return [
            each.person
            for each in self.version.doers.filter(person__in=asked).select_related("person")
        ]

    @property
    def passes(self) -> bool:
        return not self.objections and self._is_quorate

    @property
    def can_be_tried(self) -> bool:
        """Whether two thirds of those who answered want it, and neither law nor frame bar it."""
        is_barred = any(each.bars_a_trial for each in self.responses)
        is_wanted = 3 * len(self.consents) >= 2 * len(self.responses)
        return self._is_quorate and is_wanted and not is_barred

    @property
    def _is_quorate(self) -> bool:
        return is_quorate(len(self.responses), self.debate.roster.asked().count())

    def become_an_agreement(self, *, at: datetime, until: date | None) -> None:
        """Propose it to everybody who promises it or consented; their consent is their yes.

        Whoever promises it and kept silent has to accept it themselves; who objected is no party.
        Raises AgreementError where nobody is left to promise it, or to be promised.
        """
        day = clocks.today(self.team, at)
        review_on = max(day, self.version.reviewed_on(until=until))
        agreement = self._proposed(at, until)
        for person in self._yes:
            self._accept(agreement, person, at)
        Experiment.objects.create(
            team=self.team,
            debate_id=self.debate.pk,
            version=self.version,
            agreement=agreement,
            is_trial=until is not None,
            decided_on=day,
            review_on=review_on,
        )
        Proposal.objects.filter(pk=self.version.proposal_id).update(is_decided=True)
        self.debate.arm_review(review_on)

    def _proposed(self, at: datetime, until: date | None) -> Agreement:
        terms = self.version.promised(until=until, not_before=clocks.today(self.team, at))
        if self._is_of_all:
            against = [each.seat.person for each in self.objections]
            by = self._first_of(Membership)
            return Agreement.objects.propose_to_all(terms, by=by, at=at, but=against)
        return Agreement.objects.propose(
            terms,
            promisors=self.doers,
            counterparties=self._others,
            by=self._first_of(Membership, ManagerLink),
            at=at,
        )

    @property
    def _yes(self) -> list[User]:
        return [each.seat.person for each in self.consents]

    @cached_property
    def _others(self) -> list[User]:
        """To whom it is promised: who consented, or where all of them promise it the silent."""
        consented = [person for person in self._yes if person not in self.doers]
        if consented:
            return consented
        asked = self.debate.roster.asked().in_order()
        against = {each.seat_id for each in self.objections}
        return [
            seat.person
            for seat in asked
            if seat.pk not in against and seat.person not in self.doers
        ]

    @property
    def _is_of_all(self) -> bool:
        """Whether the whole team promises it, each to all; also where it was named one by one."""
        return self.version.is_everybody or bool(self.doers and not self._others)

    def _accept(self, agreement: Agreement, person: User, at: datetime) -> None:
        place = self._places.get(person.pk)
        waits = agreement.parties.without_answer_to(1).filter(person=person)
        if place and agreement.on_table and waits.exists():
            agreement.accept(1, by=place, at=at)

    @cached_property
    def _places(self) -> dict[int, Place]:
        found: dict[int, Place] = {}
        for places in (ManagerLink.objects, Membership.objects):
            here = places.current().filter(team=self.team).select_related("team", "user")
            found |= {place.user_id: place for place in here}
        return found

    def _first_of(self, *kinds: type[Membership] | type[ManagerLink]) -> Place:
        """Who puts it on the table: the author where they consented, else the first who did."""
        author = self.version.seat.person_id
        keys = sorted((person.pk for person in self._yes), key=lambda pk: pk != author)
        for pk in keys:
            place = self._places.get(pk)
            if place and isinstance(place, kinds):
                return place
        raise AgreementError(_("Nobody is left to promise it."))
