"""How rounds of review, feedback and evaluations say no."""

from teams.refusals import Refusal, Stale


class ReviewError(Refusal):
    """The round, or the feedback, refuses; the message is fit to show the person who asked."""


class StaleReview(ReviewError, Stale):  # noqa: N818
    """Somebody else, or the clock, was faster; nothing changed."""


class EvaluationError(Refusal):
    """The evaluation refuses; the message is fit to show the person who asked."""


class StaleEvaluation(EvaluationError, Stale):  # noqa: N818
    """Somebody else was faster; nothing changed."""
