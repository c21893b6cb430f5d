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
from agreements.models.states import CAME_TO_NOTHING
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


class Tally(NamedTuple):
    """Of how many days that are settled how many were kept."""

    kept: int
    cases: int


def contest_of(promise: Occurrence | None) -> Contest | None:
    """Whether it is contested that this was broken; it is fetched already."""
    return getattr(promise, "contest_of", None)


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
    def days(self) -> list[Occurrence]:
        """The days for which it was promised, oldest first: one, or as often as it came round."""
        return list(self.agreement.occurrences.all())

    @property
    def promise(self) -> Occurrence | None:
        """The latest of them: what is to come, and at the end the last."""
        return self.days[-1] if self.days else None

    @property
    def contest(self) -> Contest | None:
        return contest_of(self.promise)

    @property
    def waiting(self) -> list[Occurrence]:
        """The days that are to come no longer, and about which something can be said yet."""
        return [day for day in self.days if day.state != Fate.UPCOMING and not day.is_final]

    @property
    def comes_round(self) -> bool:
        return bool(self.words.every)

    @property
    def due_name(self) -> str:
        """What the day is called beside which that of what comes round stands."""
        if self.promise is None:
            return _("For the first time on")
        return _("Next on") if self.promise.state == Fate.UPCOMING else _("Last on")

    @property
    def tally(self) -> Tally:
        """What became of its days; what was let go is none."""
        fates = [day.state for day in self.days]
        kept = fates.count(Fate.KEPT)
        return Tally(kept, kept + fates.count(Fate.BROKEN))

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
        """How it stands: what is in force by its promise, once nothing of that is to come."""
        promise = self.promise
        if promise is None or promise.state == Fate.UPCOMING:
            return standing_of(State(self.agreement.state), promise)
        if self.comes_round and self.tally.cases:
            return self._standing_of_all()
        return standing_of(Fate(promise.state), promise)

    @property
    def each_time(self) -> list[tuple[Occurrence, Standing]]:
        """How it stands with each of its days."""
        return [(day, standing_of(Fate(day.state), day)) for day in self.days]

    def _standing_of_all(self) -> Standing:
        """How it stands with what came round, when nothing of it is to come."""
        fate = Fate.KEPT if self.tally.kept == self.tally.cases else Fate.BROKEN
        word = _("%(kept)s of %(cases)s kept") % self.tally._asdict()
        return Standing(word, COLOURS[fate], ICONS[fate])

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
    def open_acts(self) -> dict[str, Occurrence | None]:
        """What they can do, as it stands in the addresses, and about which day; likeliest first.

        What can be done about several days is done about the oldest first.
        """
        acts: dict[str, Occurrence | None] = {}
        if self.me:
            acts |= dict.fromkeys(self._about_the_table(self.me))
        for day in self.days:
            for act in self._about(day):
                acts.setdefault(act, day)
        if self.me and (broken := self._to_be_made_good()):
            acts["repair"] = broken
        return acts

    def _to_be_made_good(self) -> Occurrence | None:
        """The latest day that was broken, and that nobody has proposed to make good."""
        days = (day for day in reversed(self.days) if day.state == Fate.BROKEN)
        return next((day for day in days if all(map(_came_to_nothing, day.repairs.all()))), None)

    @property
    def repaired(self) -> list[tuple[Occurrence, Agreement, str]]:
        """What was broken, by which agreement it is made good, and how that stands."""
        return [
            (day, repair, str(State(repair.state).label))
            for day in self.days
            for repair in day.repairs.all()
            if not _came_to_nothing(repair)
        ]

    @property
    def acts(self) -> list[str]:
        return list(self.open_acts)

    def _about_the_table(self, me: Party) -> Iterator[str]:
        agreement = self.agreement
        number = agreement.on_table
        if number is None or agreement.answer_by is None or self.day > agreement.answer_by:
            return
        answered = {one.party_id for one in agreement.answers.all() if one.number == number}
        if me.pk not in answered:
            yield from ("acceptance", "counter-proposal", "refusal")
        is_proposed = agreement.state == State.PROPOSED
        if self.versions[number].by_id == me.person_id or (is_proposed and Side(me.side).promises):
            yield "withdrawal"

    def _about(self, promise: Occurrence) -> Iterator[str]:
        if self.me and promise.clock_on and self.day <= promise.clock_on:
            yield from self._as_a_party(promise, self.me)
        if self._is_witness_of(promise):
            yield "ruling"

    def _as_a_party(self, promise: Occurrence, me: Party) -> Iterator[str]:
        side, contest = Side(me.side), contest_of(promise)
        match promise.state:
            case Fate.UPCOMING:
                yield from self._before_it_is_done(promise, side)
            case Fate.DECLARED if side.judges and not _has_judged(promise, me):
                yield "judgement"
            case Fate.BROKEN if side == Side.PROMISOR and contest is None:
                yield "contest"
            case Fate.CONTESTED if contest and contest.witness is None:
                yield "witness"

    def _before_it_is_done(self, promise: Occurrence, side: Side) -> Iterator[str]:
        if side.promises and self._can_be_done(promise):
            yield "completion"
        if self.day < promise.due_on and self.agreement.on_table is None:
            yield "renegotiation"
        if side == Side.COUNTERPARTY and not self.agreement.is_with_all:
            yield "release"
        is_renewed = not all(map(_came_to_nothing, self.agreement.renewals.all()))
        if self.agreement.state == State.EXPIRING and not is_renewed:
            yield "renewal"

    def _can_be_done(self, promise: Occurrence) -> bool:
        """Whether its time has come: of a contract the last day, of what comes round its turn."""
        if self.agreement.is_contract:
            return self.day >= promise.due_on
        before = self.days[self.days.index(promise) - 1] if promise.number > 1 else None
        return before is None or self.day > before.due_on

    def _is_witness_of(self, promise: Occurrence) -> bool:
        contest = contest_of(promise)
        witness = contest.witness if contest else None
        is_open = promise.state == Fate.CONTESTED
        return is_open and witness is not None and witness.pk == self.place.user_id


def standing_of(state: State | Fate, promise: Occurrence | None) -> Standing:
    return Standing(_word(state, promise), COLOURS.get(state, ""), ICONS.get(state, ""))


def _word(state: State | Fate, promise: Occurrence | None) -> str:
    if state == Fate.KEPT and promise and promise.is_tacit:
        return _("Kept, nobody said otherwise")
    if state == Fate.BROKEN and promise and promise.is_automatic:
        return _("Broken, nobody said a word")
    return str(state.label)


def _came_to_nothing(agreement: Agreement) -> bool:
    return agreement.state in CAME_TO_NOTHING


def _has_judged(promise: Occurrence, party: Party) -> bool:
    return any(one.party_id == party.pk for one in promise.judgements.all())
