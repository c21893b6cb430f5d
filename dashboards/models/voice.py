"""What each of the team said to an objective."""

from django.db import models
from django.utils.translation import gettext_lazy

from dashboards.models.aim import LONGEST
from teams.models import Team, User


class Says(models.TextChoices):
    CONSENTS = "consents", gettext_lazy("consents")
    OBJECTS = "objects", gettext_lazy("objects")


class Voice(models.Model):
    """What somebody of the team said to an objective; written once, and read by the team alone."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    objective = models.ForeignKey(
        "dashboards.Objective", on_delete=models.PROTECT, related_name="voices", db_index=False
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    says = models.CharField(max_length=8, choices=Says)
    why = models.CharField(max_length=LONGEST, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["objective", "person"], name="somebody_answers_an_objective_once"
            ),
        ]

    def __str__(self) -> str:
        return f"voice {self.pk} about objective {self.objective_id}"
