"""How debates say no."""

from teams.refusals import Refusal, Stale


class DebateError(Refusal):
    """The debate refuses; the message is fit to show the person who asked."""


class StaleDebate(DebateError, Stale):  # noqa: N818
    """Somebody else, or the clock, was faster; nothing changed."""
