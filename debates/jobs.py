"""What time does to debates: a state is over, a review is due."""

from datetime import datetime
from typing import Any

from debates.models import Debate
from debates.models.course import CLOCK, REVIEW
from teams.jobs import handles


@handles(CLOCK)
def look_at_the_clock(*, at: datetime, debate_id: int, **_: Any) -> None:
    """Let time do what it does by this moment; a day that was moved finds nothing to do."""
    Debate.objects.select_related("team").get(pk=debate_id).run_out(at=at)


@handles(REVIEW)
def look_at_the_figure(*, at: datetime, debate_id: int, **_: Any) -> None:
    """Give the verdicts that are due."""
    Debate.objects.select_related("team").get(pk=debate_id).evaluate(at=at)
