"""How evaluations come about, and are found."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy

from agreements.models import clocks
from dashboards.periods import Period
from teams.models import Membership, Team

if TYPE_CHECKING:
    from reviews.models.evaluation import Evaluation

# Working days in which a team looks back at a month.
TO_LOOK_BACK = 10


class Stage(models.TextChoices):
    """How far a team is with looking back at a month."""

    ASKED = "asked", gettext_lazy("Not begun")
    OPEN = "open", gettext_lazy("We look back")
    CONCLUDED = "concluded", gettext_lazy("Concluded")


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def ask(self, team: Team, month: Period, *, at: datetime) -> "Evaluation":
        """Let the team look back at a month; asked twice it is the same."""
        due_on = clocks.workdays_after(team, clocks.today(team, at), TO_LOOK_BACK)
        asked, _is_new = self.get_or_create(
            team=team,
            month_on=month.first_day,
            defaults={"stage": Stage.ASKED, "due_on": due_on},
        )
        return asked

    def unfinished(self) -> Self:
        return self.exclude(stage=Stage.CONCLUDED)

    def concluded(self) -> Self:
        return self.filter(stage=Stage.CONCLUDED)

    def visible_to(self, member: Membership | None) -> Self:
        """What somebody may read: all of their team; whoever reads along, what was concluded."""
        return self if member else self.concluded()

    def newest_first(self) -> Self:
        return self.order_by("-month_on")
