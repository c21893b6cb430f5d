"""What people of the demo's teams look after, for a while."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from config.demo.rhythm import DAYS, Calendar
from teams.models import Job, Membership, Role
from teams.models.role import SILENCE


class Duty(NamedTuple):
    """A role, and why the one who holds it was asked."""

    name: str
    purpose: str
    accountabilities: str
    why: str
    # So many weeks ago it was given, for so many months.
    weeks: int
    months: int


BOARD = Duty(
    "Keeps the board true",
    "So that whoever stands in for a colleague finds everything",
    "The stages and what they ask.\nDeals that lie still: says so, to whoever looks after them.",
    "She sees within a minute what lies still",
    20,
    12,
)
FIGURES = Duty(
    "Reads the figures first",
    "So that we talk about signals on Thursday, and not about noise",
    "The draft of the week on Monday.\nOur own words below what changed.",
    "He asks what a figure means before he says what we should do",
    7,
    2,
)
NEW_PEOPLE = Duty(
    "Shows new people around",
    "So that nobody asks the same thing five times",
    "The first two weeks of somebody new.\nWhat they found odd: brings it to us.",
    "Whoever came last knows best what is odd here",
    0,
    6,
)
PARTS = ("Keeps the store room", "So that a visit never waits for a cable", "What lies in stock.")


def give_roles(people: Sequence[Membership], calendar: Calendar) -> None:
    """Let one be held, one end soon, one be proposed to the first of the team, and one be free."""
    first, second, third = people[:3]
    _given(BOARD, third, people, calendar)
    _given(FIGURES, second, people, calendar)
    yesterday = calendar.moment(calendar.now - 1)
    asked = _begun(NEW_PEOPLE, second, yesterday)
    asked.nominate(first.user, NEW_PEOPLE.months, NEW_PEOPLE.why, by=third, at=yesterday)
    Role.objects.begin(*PARTS, by=second, at=yesterday)
    # What time did to them is done.
    Job.objects.filter(kind=SILENCE, run_at__lte=calendar.at).delete()


def _begun(duty: Duty, by: Membership, at: datetime) -> Role:
    return Role.objects.begin(duty.name, duty.purpose, duty.accountabilities, by=by, at=at)


def _given(duty: Duty, who: Membership, people: Sequence[Membership], calendar: Calendar) -> None:
    at = max(calendar.moment(-duty.weeks * DAYS), who.team.started_at)
    by = next(member for member in people if member != who)
    nomination = _begun(duty, by, at).nominate(who.user, duty.months, duty.why, by=by, at=at)
    for number, member in enumerate(people, start=1):
        if member != by:
            nomination.consent(by=member, at=at + timedelta(hours=number))
