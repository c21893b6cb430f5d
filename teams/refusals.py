"""The one way in which a rule says no."""


class Refusal(Exception):  # noqa: N818
    """A rule refuses; the message is a translated sentence fit to show the person who asked."""


class Stale(Refusal):
    """Somebody else, or the clock, was faster; nothing changed."""
