"""A round as one of the team sees it: the one source of its page and of the API.

It holds what this member wrote, and what was written to them, and nothing that anybody else wrote
to somebody else: how many have handed in is all that is told of the others.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from reviews import questions
from reviews.models import Answer, Outcome, ReviewRound, Seat, State, Words
from reviews.models.writing import said_about
from teams.models import Membership, User
from teams.models.consent import Consents


@dataclass(frozen=True)
class Colleague:
    """Somebody to write about, and whether something was said about them."""

    person: User
    is_said: bool


@dataclass(frozen=True)
class Read:
    """A text that is shown, with the other's name where it is signed."""

    key: str
    text: str
    name: str


@dataclass(frozen=True)
class Group:
    """A question, and what stands under it."""

    question: str
    texts: list[Read]


class Sight:
    """How a round looks to this member at this moment."""

    def __init__(self, review: ReviewRound, member: Membership, at: datetime) -> None:
        self.review, self.member, self.at = review, member, at

    @property
    def pk(self) -> int:
        return self.review.pk

    @cached_property
    def is_late(self) -> bool:
        """Whether its days are over, and the job that moves it on has yet to come."""
        return self.review.is_late(self.at)

    @cached_property
    def seat(self) -> Seat | None:
        """The member's own; None for who came later, or where it has not begun."""
        return self.review.roster.filter(person=self.member.user_id).first()

    @cached_property
    def asked(self) -> int:
        return self.review.roster.count()

    @cached_property
    def have_done(self) -> int:
        return self.review.roster.done().count()

    @cached_property
    def consents(self) -> Consents:
        return self.review.consents()

    @cached_property
    def acts(self) -> list[str]:
        """What this member can do now, by the noun of its address."""
        if self.is_late:
            return []
        if self.review.state == State.PROPOSED:
            has_said = self.review.has_answered(self.member)
            return ["end"] if has_said else ["consent", "objection", "end"]
        if self.review.state == State.OPEN:
            return ["end"]
        is_unread = self.seat and self.seat.outcome == Outcome.RESULTS and not self.seat.has_read
        return ["reading"] if self.review.is_readable and is_unread else []

    @property
    def can_write(self) -> bool:
        return self.review.state == State.OPEN and self.seat is not None and not self.is_late

    # -- what one writes -------------------------------------------------------------------------

    @cached_property
    def words(self) -> dict[int, Words]:
        """What this member has written, by about whom."""
        return self.review.words_by(self.member.user) if self.can_write else {}

    @cached_property
    def colleagues(self) -> list[Colleague]:
        """About whom this member writes, by name."""
        if not self.can_write:
            return []
        people = self.review.colleagues_of(self.member.user)
        return [Colleague(person, said_about(person, self.words)) for person in people]

    @property
    def said(self) -> int:
        """About how many of them something was said."""
        return sum(each.is_said for each in self.colleagues)

    def next_after(self, person: User) -> User | None:
        """The next one about whom nothing was said: after this one, or else the first."""
        people = [each.person for each in self.colleagues]
        place = people.index(person) + 1
        turned = self.colleagues[place:] + self.colleagues[:place]
        left = (each.person for each in turned if not each.is_said)
        return next(left, None)

    # -- what one reads --------------------------------------------------------------------------

    @property
    def outcome(self) -> str:
        """What this member is shown; blank before the end, and for who took no part."""
        return self.seat.outcome if self.seat and self.review.is_readable else ""

    @cached_property
    def results(self) -> list[Group]:
        """What was written to this member, grouped by question."""
        if not self.review.is_readable:
            return []
        mine = self.review.answers.filter(about=self.member.user_id).select_related("author")
        texts = [(one.question, _read(one, one.author)) for one in mine]
        return _grouped(questions.read(self.review.mode), texts)

    @cached_property
    def given(self) -> list[Group]:
        """What this member wrote and signed; of what was sealed nobody knows any more."""
        if not self.review.is_readable:
            return []
        mine = self.review.answers.filter(author=self.member.user_id).select_related("about")
        texts = [(one.question, _read(one, one.about)) for one in mine]
        return _grouped(questions.given(self.review.mode), texts)


def _read(answer: Answer, other: User | None) -> Read:
    return Read(str(answer.pk), answer.text, other.name if other else "")


def _grouped(asked: list[str], texts: list[tuple[int, Read]]) -> list[Group]:
    """The texts under their questions, in an order that only the words themselves decide."""
    return [
        Group(question, sorted((read for to, read in texts if to == number), key=_by_its_words))
        for number, question in enumerate(asked, start=1)
        if any(to == number for to, _read in texts)
    ]


def _by_its_words(read: Read) -> str:
    return sha256(f"{read.name}{read.text}".encode()).hexdigest()
