"""How the words of a proposal stand at the end, and the promise that they become."""

from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from agreements.models import Agreement, Place, clocks
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
        return not self.objections and self._is_quorate and self._has_doers

    @property
    def can_be_tried(self) -> bool:
        """Whether two thirds of those who answered want it, and neither law nor frame bar it."""
        is_barred = any(each.bars_a_trial for each in self.responses)
        is_wanted = 3 * len(self.consents) >= 2 * len(self.responses)
        return self._is_quorate and self._has_doers and is_wanted and not is_barred

    @property
    def _is_quorate(self) -> bool:
        return is_quorate(len(self.responses), self.debate.roster.asked().count())

    @property
    def _has_doers(self) -> bool:
        return self.version.is_everybody or bool(self.doers)

    def become_an_agreement(self, *, at: datetime, until: date | None) -> None:
        """Propose it to everybody who promises it or consented; their consent is their yes.

        Whoever promises it and kept silent has to accept it themselves.
        """
        agreement = self._proposed(at, until)
        day = clocks.today(self.team, at)
        Experiment.objects.create(
            team=self.team,
            debate_id=self.debate.pk,
            version=self.version,
            agreement=agreement,
            is_trial=until is not None,
            decided_on=day,
            review_on=max(day, self.version.reviewed_on(until=until)),
        )
        Proposal.objects.filter(pk=self.version.proposal_id).update(is_decided=True)
        self.debate.arm_review(max(day, self.version.reviewed_on(until=until)))

    def _proposed(self, at: datetime, until: date | None) -> Agreement:
        terms = self.version.promised(until=until, not_before=clocks.today(self.team, at))
        yes = [each.seat.person for each in self.consents]
        others = [person for person in yes if person not in self.doers]
        if self.version.is_everybody or not others:
            by = self._first_of(yes, Membership)
            agreement = Agreement.objects.propose_to_all(terms, by=by, at=at)
        else:
            by = self._first_of([*others, *self.doers])
            agreement = Agreement.objects.propose(
                terms, promisors=self.doers, counterparties=others, by=by, at=at
            )
        for person in yes:
            place = self._places.get(person.pk)
            is_party = agreement.parties.filter(person=person).exists()
            if place and is_party and place.user_id != by.user_id and agreement.on_table:
                agreement.accept(1, by=place, at=at)
        return agreement

    @cached_property
    def _places(self) -> dict[int, Place]:
        found: dict[int, Place] = {}
        for places in (ManagerLink.objects, Membership.objects):
            here = places.current().filter(team=self.team).select_related("team", "user")
            found |= {place.user_id: place for place in here}
        return found

    def _first_of(
        self, people: list[User], kind: type[Membership] | type[ManagerLink] | None = None
    ) -> Place:
        """Who puts it on the table: the author where they can, else the first of these."""
        author = self.version.seat.person_id
        keys = sorted((person.pk for person in people), key=lambda pk: pk != author)
        here = [self._places[pk] for pk in keys if pk in self._places]
        return next(place for place in here if kind is None or isinstance(place, kind))
