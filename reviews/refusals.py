"""How rounds of review and feedback say no."""

from teams.refusals import Refusal


class ReviewError(Refusal):
    """The round, or the feedback, refuses; the message is fit to show the person who asked."""


class StaleReview(ReviewError):  # noqa: N818
    """Somebody else, or the clock, was faster; nothing changed."""
