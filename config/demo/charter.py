"""What the teams of the demo say of themselves, and the frame that their manager set."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from config.demo.rhythm import DAYS, Calendar
from teams.models import (
    CharterVersion,
    CharterWords,
    Frame,
    FrameWords,
    ManagerLink,
    Membership,
)

# So many weeks ago they put it in other words.
REWORDED = 30
WORDS = CharterWords(
    purpose="Shops and workshops that never lose a customer to a line that fails",
    customers="Small businesses in our region, up to fifty people",
    offer="Lines, phones and Wi-Fi, with somebody who comes by",
    ways=(
        "Whoever takes a call sees it through.\n"
        "We look at our figures on Thursday, before we look at the week."
    ),
    domains=(
        "Alone: any offer to a customer.\nTwo of us: a discount, and what we give back.\n"
        "All of us: who comes to work here, and what we no longer do."
    ),
)
LATER = replace(
    WORDS,
    offer="Lines, phones and Wi-Fi, and somebody who comes by within two days",
    ways=f"{WORDS.ways}\nWhoever is away says who stands in for them.",
)
NOW = replace(
    LATER,
    domains=LATER.domains.replace("Two of us: a discount", "Two of us: a discount of over a tenth"),
)
BEGIN = "So that we can say no to what is not ours"
AFTER_COMPLAINTS = "Three customers waited a week for somebody to come by"
SMALL_DISCOUNTS = "A small discount waited for a second of us for days, and so did the customer"
FRAME = FrameWords(
    law="Work on masts and roofs: two people, both with the certificate.",
    budget="The region buys its own parts. No order without an offer from two suppliers.",
    brand="Our name stays out of political campaigns.",
    limit=Decimal(500),
)
TIGHTER = replace(
    FRAME,
    budget="The region buys its own parts. Above €1,000 no order without two offers.",
    limit=Decimal(750),
)
YEAR = "The frame for all regions of the company"
PRICES = "Parts cost half as much again as two years ago"


def write_charter(people: Sequence[Membership], calendar: Calendar) -> None:
    """Let the team agree on what it says of itself when it begins, and once more later."""
    second = people[1]
    begins = second.team.started_at + timedelta(days=1)
    _agree(WORDS, BEGIN, people, begins)
    reworded = calendar.moment(-REWORDED * DAYS + 1)
    if reworded > begins + timedelta(days=14):
        others = [person for person in people if person != second]
        _agree(LATER, AFTER_COMPLAINTS, [second, *others], reworded)


def set_frame(manager: ManagerLink) -> None:
    """Let the manager say on the first day what she asks of the team."""
    at = manager.team.started_at
    Frame.objects.announce(FRAME, YEAR, seen=0, by=manager, at=at)


def propose_now(people: Sequence[Membership], calendar: Calendar) -> None:
    """Let somebody propose other words since yesterday; the first of the team has not answered."""
    at = calendar.moment(calendar.now - 1)
    seen = people[0].team.charter_versions.filter(number__isnull=False).count()
    words = NOW if seen > 1 else LATER
    charter = CharterVersion.objects.propose(words, SMALL_DISCOUNTS, seen=seen, by=people[1], at=at)
    charter.consent(by=people[2], at=at + timedelta(hours=2))


def announce_now(manager: ManagerLink, calendar: Calendar) -> None:
    """Let the manager announce another frame since yesterday: the team is being told."""
    at = calendar.moment(calendar.now - 1)
    Frame.objects.announce(TIGHTER, PRICES, seen=1, by=manager, at=at)


def _agree(words: CharterWords, why: str, people: Sequence[Membership], at: datetime) -> None:
    seen = people[0].team.charter_versions.filter(number__isnull=False).count()
    charter = CharterVersion.objects.propose(words, why, seen=seen, by=people[0], at=at)
    for number, member in enumerate(people[1:], start=1):
        charter.consent(by=member, at=at + timedelta(hours=3 * number))
