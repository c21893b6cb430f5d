"""Where a debate stands, and how it ends."""

from django.db import models
from django.utils.translation import gettext_lazy


class State(models.TextChoices):
    REQUESTED = "requested", gettext_lazy("Asked for")
    GATHERING = "gathering", gettext_lazy("Points")
    CHALLENGING = "challenging", gettext_lazy("Challenge")
    PROPOSING = "proposing", gettext_lazy("Proposals")
    CONSENTING = "consenting", gettext_lazy("Consent")
    INTEGRATING = "integrating", gettext_lazy("An objection to work in")
    DECIDED = "decided", gettext_lazy("Decided")
    EVALUATED = "evaluated", gettext_lazy("Evaluated")
    NO_CHANGE = "no_change", gettext_lazy("Nothing changes")
    LAPSED = "lapsed", gettext_lazy("Lapsed")
    DISMISSED = "dismissed", gettext_lazy("Not debated")


OPEN = (
    State.REQUESTED,
    State.GATHERING,
    State.CHALLENGING,
    State.PROPOSING,
    State.CONSENTING,
    State.INTEGRATING,
)
ANSWERING = (State.CONSENTING, State.INTEGRATING)
# Everybody reads no more than they wrote themselves.
HIDDEN = (State.REQUESTED, State.GATHERING)


class End(models.TextChoices):
    """How a debate came to its end."""

    DECIDED = "decided", gettext_lazy("It was decided.")
    DISMISSED = "dismissed", gettext_lazy("The team did not want to debate this.")
    NOT_DATED = "not_dated", gettext_lazy("Nobody of the team took it up within five working days.")
    NOT_GATHERED = "not_gathered", gettext_lazy("Too few took part, also in the days added.")
    NOTHING_PROPOSED = "nothing_proposed", gettext_lazy("Nobody proposed anything.")
    NOT_ANSWERED = "not_answered", gettext_lazy("Too few said yes or no.")
    NOBODY_LEFT = "nobody_left", gettext_lazy("Nobody was left to promise it.")
    OBJECTED = "objected", gettext_lazy("Objections were left at the end.")
