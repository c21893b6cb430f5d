"""What time does to reviews: a state is over, a year is."""

from datetime import datetime
from typing import Any

from reviews.models import Feedback, ReviewRound
from reviews.models.course import CLOCK
from reviews.models.feedback import PURGE
from teams import wall
from teams.jobs import handles


@handles(CLOCK)
def look_at_the_clock(*, at: datetime, round_id: int, **_: Any) -> None:
    """Let time do what it does by this moment; a day that was moved finds nothing to do."""
    ReviewRound.objects.select_related("team").get(pk=round_id).run_out(at=at)


@handles(PURGE)
def look_at_feedback(*, at: datetime, feedback_id: int, **_: Any) -> None:
    """Delete feedback whose year is over; what was taken back is gone already."""
    with wall.opened_to_everybody():
        for feedback in Feedback.objects.filter(pk=feedback_id).select_related("team"):
            feedback.run_out(at=at)
