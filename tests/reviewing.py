"""Rounds of review and feedback with real verbs: the shortest way to each of their states."""

from datetime import datetime, timedelta
from typing import Any

from reviews.models import Feedback, Kind, Mode, ReviewRound, Words
from teams.models import Membership, Team
from tests import builders

# Of a round that begins on a Monday and takes five working days: when its words are released, and
# when where some got too little and two days were added; when it is closed, and when it is purged.
RELEASED, RELEASED_LATE = timedelta(days=8), timedelta(days=10)
CLOSED, PURGED = timedelta(days=30), timedelta(days=400)
NAMES = ("Carin", "Daan", "Eva", "Finn", "Guus")


def members(team: Team) -> list[Membership]:
    """Who is of the team, by name."""
    here = team.memberships.current().select_related("user", "team")
    return list(here.order_by("user__name", "pk"))


def grown(team: Team, count: int, *, at: datetime) -> list[Membership]:
    """The team with so many people in it."""
    missing = max(0, count - team.memberships.current().count())
    for name in NAMES[:missing]:
        builders.member(name, team, at=at)
    return members(team)


def words(*texts: str) -> Words:
    """An answer to the first questions, and none to the others."""
    first, second, third = (*texts, "", "", "")[:3]
    return Words((first, second, third))


def proposed(*, by: Membership, at: datetime, mode: Mode = Mode.SEALED) -> ReviewRound:
    """The team is asked for a round of five working days."""
    return ReviewRound.objects.propose(mode, 5, by=by, at=at)


def opened(*, by: Membership, at: datetime, mode: Mode = Mode.SEALED) -> ReviewRound:
    """All of the team have consented."""
    made = proposed(by=by, at=at, mode=mode)
    for member in members(by.team):
        if not made.has_answered(member):
            made.consent(by=member, at=at)
    return made


def written(
    made: ReviewRound, by: Membership, *, at: datetime, text: str = "{by} to {about}: {question}"
) -> None:
    """Somebody has written to each of the others, to each question, and handed in."""
    for one in made.colleagues_of(by.user):
        names = {"by": by.user.name, "about": one.name}
        texts = (text.format(**names, question=question) for question in (1, 2, 3))
        made.write(one, words(*texts), by=by, at=at)
    made.hand_in(by=by, at=at)


def released(*, by: Membership, at: datetime, mode: Mode = Mode.SEALED, **how: str) -> ReviewRound:
    """All have written, and read what was written to them."""
    made = opened(by=by, at=at, mode=mode)
    for member in members(by.team):
        written(made, member, at=at, **how)
    made.run_out(at=at + RELEASED)
    return made


def given(
    by: Membership,
    to: Membership,
    text: str = "You listen well",
    *,
    at: datetime,
    kind: Kind = Kind.APPRECIATION,
    may_be_published: bool = True,
) -> Feedback:
    return Feedback.objects.give(
        kind, text, to.user, may_be_published=may_be_published, by=by, at=at
    )


def traces_of_reviews(by: Membership, hidden: str, *, at: datetime) -> None:
    """A row in each table: a round that was held, one in which somebody writes, and feedback."""
    other = builders.member(f"Beside {hidden}", by.team, at=at)
    released(by=by, at=at, mode=Mode.OPEN, text=f"{hidden} {{question}}")
    again = opened(by=by, at=at + RELEASED, mode=Mode.OPEN)
    again.write(other.user, words(hidden), by=by, at=at + RELEASED)
    given(by, other, hidden, at=at)


def parts(*, by: Membership, at: datetime) -> dict[str, Any]:
    """What fills in the addresses of reviews: a round that was held, and feedback on its way."""
    other = builders.member("Beside", by.team, at=at)
    held = ReviewRound.objects.held().filter(team=by.team).first()
    made = held or released(by=by, at=at - RELEASED, mode=Mode.OPEN)
    answer = made.answers.filter(about=by.user).first()
    assert answer is not None
    return {
        "review": made.pk,
        "person": other.user_id,
        "letter": answer.pk,
        "feedback": given(by, other, at=at).pk,
    }
