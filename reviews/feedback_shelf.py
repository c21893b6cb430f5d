"""The feedback that somebody gave and got, and what was shown to the team."""

from reviews.models import Feedback
from teams.models import Membership, Team
from teams.paging import Page, page_of

MOST_SHOWN = 20


def feedback_of(member: Membership, page: str | None) -> Page:
    """A page of what this member gave and got, the newest first."""
    return page_of(Feedback.objects.concerning(member).newest_first(), page)


def shown_to(team: Team) -> list[Feedback]:
    """The appreciations that the team was shown last."""
    shown = Feedback.objects.filter(team=team).published().select_related("giver", "receiver")
    return list(shown.order_by("-published_at", "-pk")[:MOST_SHOWN])
