"""How a round of review is held, where it stands, and what it came to for one person."""

from django.db import models
from django.utils.translation import gettext_lazy


class Mode(models.TextChoices):
    """Whether what is written is signed, chosen by the team before it begins."""

    OPEN = "open", gettext_lazy("open: signed")
    SEALED = "sealed", gettext_lazy("sealed: unsigned")
    APPRECIATION = "appreciation", gettext_lazy("appreciation: signed, and only what is good")


class State(models.TextChoices):
    PROPOSED = "proposed", gettext_lazy("Proposed")
    OPEN = "open", gettext_lazy("Everybody writes")
    RELEASED = "released", gettext_lazy("Released")
    CLOSED = "closed", gettext_lazy("Closed")
    PURGED = "purged", gettext_lazy("Its words are deleted")
    DROPPED = "dropped", gettext_lazy("Not held")
    LAPSED = "lapsed", gettext_lazy("Not agreed: fewer than half of us answered")


RUNNING = (State.PROPOSED, State.OPEN)
HELD = (State.RELEASED, State.CLOSED, State.PURGED)
READABLE = (State.RELEASED, State.CLOSED)


class Outcome(models.TextChoices):
    """What one person is shown when the round is over."""

    RESULTS = "results", gettext_lazy("Colleagues wrote to you.")
    WITHHELD = "withheld", gettext_lazy("Fewer than four colleagues wrote to you.")
    NOTHING = "nothing", gettext_lazy("Nobody wrote to you this time.")
