"""What kinds of agreements there are, and how one stands."""

from django.db import models
from django.utils.translation import gettext_lazy


class Kind(models.TextChoices):
    BILATERAL = "bilateral", gettext_lazy("between people of the team")
    TEAM = "team", gettext_lazy("of the whole team")
    MANAGER = "manager", gettext_lazy("with the manager")
    CONTRACT = "non-intervention", gettext_lazy("on what the manager keeps off")


class State(models.TextChoices):
    PROPOSED = "proposed", gettext_lazy("Proposed")
    ACTIVE = "active", gettext_lazy("Agreed")
    EXPIRING = "expiring", gettext_lazy("Ends soon")
    RENEWED = "renewed", gettext_lazy("Renewed")
    RETIRED = "retired", gettext_lazy("Ended")
    DECLINED = "declined", gettext_lazy("Declined")
    WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")
    LAPSED = "lapsed", gettext_lazy("Never answered")


IN_FORCE = (State.ACTIVE, State.EXPIRING)
OPEN = (State.PROPOSED, *IN_FORCE)
CAME_TO_NOTHING = (State.DECLINED, State.WITHDRAWN, State.LAPSED)
