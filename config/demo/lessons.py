"""The cards that teach: real deals on top of the first column, for whoever sees a board first."""

from datetime import datetime

from crm.models import Deal, Pipeline, Source
from teams.models import Membership

# From top to bottom.
LESSONS = (
    "Move me: drag me to Needs clear",
    "Now press Ctrl+Z: I am back",
    "Open me and give me a next step",
    "Press Take it, and I am yours",
    "Read the report in the Reading room",
)
SOURCE = "How Kring works"


# Typed once too often.
THROWN_AWAY = "Handhelds for the second shift, typed twice"


def throw_away(pipeline: Pipeline, *, by: Membership, at: datetime) -> None:
    """Leave a deal in the recycle bin, for whoever looks there."""
    deal = Deal.objects.add(pipeline, THROWN_AWAY, by=by, at=at)
    deal.discard(by=by, at=at)


def teach(pipeline: Pipeline, *, by: Membership, at: datetime) -> None:
    """Put the cards on the board, in nobody's hands yet."""
    for lesson in reversed(LESSONS):
        Deal.objects.add(pipeline, lesson, by=by, at=at, source=SOURCE)
    # No customer ever comes from there.
    Source.objects.get(team=pipeline.team, name=SOURCE).archive(by=by, at=at)
