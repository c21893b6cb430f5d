"""An agreement as somebody sees it on a day: how it stands, and what they can do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext as _

from agreements.models import (
    Agreement,
    AgreementVersion,
    Contest,
    Fate,
    Occurrence,
    Party,
    Place,
    Says,
    Side,
    State,
)
from agreements.models.agreement import CAME_TO_NOTHING
from teams.models import User

# What says in which colour a state stands; it always stands in words too.
COLOURS: dict[State | Fate, str] = {
    Fate.KEPT: "won",
    Fate.BROKEN: "lost",
    Fate.CONTESTED: "lost",
    Fate.DECLARED: "good",
    State.ACTIVE: "good",
    State.EXPIRING: "good",
}
ICONS: dict[State | Fate, str] = {
    Fate.KEPT: "circle-check",
    Fate.BROKEN: "circle-x",
    Fate.CONTESTED: "circle-alert",
}


class Standing(NamedTuple):
    """How it stands, in a word, with its colour and sign."""

    word: str
    colour: str
    icon: str


class Answered(NamedTuple):
    """A party, and what they said to the version on the table; blank for nothing yet."""

    party: Party
    says: str


@dataclass(frozen=True)
class Sight:
    """What `place` sees of an agreement on this day; all of it is prefetched."""

    agreement: Agreement
    place: Place
    day: date

    @cached_property
    def versions(self) -> dict[int, AgreementVersion]:
        return {version.number: version for version in self.agreement.versions.all()}

    @property
    def words(self) -> AgreementVersion:
        """The terms that hold, or the latest where none do."""
        return self.versions[self.agreement.in_force or max(self.versions)]

    @property
    def asked(self) -> AgreementVersion | None:
        """Other terms than those that hold, while they are talked about."""
        number = self.agreement.on_table if self.agreement.in_force else None
        return self.versions[number] if number else None

    @cached_property
    def parties(self) -> list[Party]:
        return list(self.agreement.parties.all())

    @property
    def promisors(self) -> list[User]:
        return [party.person for party in self.parties if Side(party.side).promises]

    @property
    def others(self) -> list[User]:
        """To whom it is promised; none where all promise each other."""
        return [party.person for party in self.parties if not Side(party.side).promises]

    @cached_property
    def me(self) -> Party | None:
        return next((one for one in self.parties if one.person_id == self.place.user_id), None)

    @cached_property
    def promise(self) -> Occurrence | None:
        days = list(self.agreement.occurrences.all())
        return days[-1] if days else None

    @cached_property
    def contest(self) -> Contest | None:
        return getattr(self.promise, "contest_of", None)

    @property
    def due_on(self) -> date:
        return self.promise.due_on if self.promise else self.words.due_on

    @property
    def is_late(self) -> bool:
        return self.promise is not None and self.promise.is_late(self.day)

    @property
    def moved_from(self) -> date | None:
        """The day that was agreed at first, where another holds now."""
        is_moved = self.promise and self.promise.first_due_on != self.promise.due_on
        return self.promise.first_due_on if self.promise and is_moved else None

    @property
    def standing(self) -> Standing:
        state = self._state()
        return Standing(self._word(state), COLOURS.get(state, ""), ICONS.get(state, ""))

    def _state(self) -> State | Fate:
        if self.promise is None or self.promise.state == Fate.UPCOMING:
            return State(self.agreement.state)
        return Fate(self.promise.state)

    def _word(self, state: State | Fate) -> str:
        if state == Fate.KEPT and self.promise and self.promise.is_tacit:
            return _("Kept, nobody said otherwise")
        if state == Fate.BROKEN and self.promise and self.promise.is_automatic:
            return _("Broken, nobody said a word")
        return str(state.label)

    @property
    def answers(self) -> list[Answered]:
        """Who has said what to the version on the table."""
        number = self.agreement.on_table
        said = {
            answer.party_id: str(Says(answer.says).label)
            for answer in self.agreement.answers.all()
            if answer.number == number
        }
        return [Answered(party, said.get(party.pk, "")) for party in self.parties]

    # -- what they can do -----------------------------------------------------------------------

    @cached_property
    def acts(self) -> list[str]:
        """The acts that are open to them, as they stand in the addresses; the likeliest first."""
        mine = [*self._about_the_table(), *self._about_the_promise()] if self.me else []
        return [*mine, *(["ruling"] if self._is_the_witness else [])]

    def _about_the_table(self) -> Iterator[str]:
        agreement, me = self.agreement, self.me
        assert me is not None
        number = agreement.on_table
        if number is None or agreement.answer_by is None or self.day > agreement.answer_by:
            return
        answered = {one.party_id for one in agreement.answers.all() if one.number == number}
        if me.pk not in answered:
            yield from ("acceptance", "counter-proposal", "refusal")
        is_proposed = agreement.state == State.PROPOSED
        if self.versions[number].by_id == me.person_id or (is_proposed and Side(me.side).promises):
            yield "withdrawal"

    def _about_the_promise(self) -> Iterator[str]:
        promise, me = self.promise, self.me
        assert me is not None
        if promise is None or promise.clock_on is None or self.day > promise.clock_on:
            return
        side = Side(me.side)
        match promise.state:
            case Fate.UPCOMING:
                yield from self._before_it_is_done(promise, side)
            case Fate.DECLARED if side.judges and not self._judged_by(me):
                yield "judgement"
            case Fate.BROKEN if side == Side.PROMISOR and self.contest is None:
                yield "contest"
            case Fate.CONTESTED if self.contest and self.contest.witness is None:
                yield "witness"

    def _before_it_is_done(self, promise: Occurrence, side: Side) -> Iterator[str]:
        if side.promises:
            yield "completion"
        if self.day < promise.due_on and self.agreement.on_table is None:
            yield "renegotiation"
        if side == Side.COUNTERPARTY:
            yield "release"
        renewed = any(one.state not in CAME_TO_NOTHING for one in self.agreement.renewals.all())
        if self.agreement.state == State.EXPIRING and not renewed:
            yield "renewal"

    def _judged_by(self, party: Party) -> bool:
        assert self.promise is not None
        return any(one.party_id == party.pk for one in self.promise.judgements.all())

    @property
    def _is_the_witness(self) -> bool:
        contest = self.contest
        is_open = self.promise is not None and self.promise.state == Fate.CONTESTED
        witness = contest.witness if contest else None
        return is_open and witness is not None and witness.pk == self.place.user_id
