"""The reviews of a team as somebody sees them: a member what they take part in, a manager that a
round was held.
"""

from dataclasses import dataclass

from reviews.models import ReviewRound
from reviews.models.box import SMALLEST_SEALED
from teams.models import Membership, Team
from teams.paging import Page, page_of

PERCENT = 100


@dataclass(frozen=True)
class Row:
    """A round in a list. `share` is how many of a hundred took part, told of a larger team only."""

    review: ReviewRound
    share: int | None


def shelf_of(team: Team, member: Membership | None, page: str | None) -> Page:
    """A page of rounds, the newest first; for whoever reads along those that were held."""
    rounds = ReviewRound.objects.filter(team=team).newest_first()
    found = page_of(rounds if member else rounds.held(), page)
    return Page(found.number, [Row(one, share_of(one)) for one in found.rows], found.has_more)


def share_of(review: ReviewRound) -> int | None:
    """How many of a hundred took part, where the team is large enough to say so."""
    if review.asked is None or review.took_part is None or review.asked < SMALLEST_SEALED:
        return None
    return round(PERCENT * review.took_part / review.asked)
