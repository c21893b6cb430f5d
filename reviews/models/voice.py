"""What each of the team said to a proposed round."""

from django.db import models
from django.utils.translation import gettext_lazy

from teams.models import Team, User

LONGEST_REASON = 300


class Says(models.TextChoices):
    CONSENTS = "consents", gettext_lazy("consents")
    OBJECTS = "objects", gettext_lazy("objects")


class Voice(models.Model):
    """What somebody said to a proposed round; written once, and read by the team alone."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    round = models.ForeignKey(
        "reviews.ReviewRound", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    says = models.CharField(max_length=8, choices=Says)
    why = models.CharField(max_length=LONGEST_REASON, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "person"], name="somebody_answers_a_proposed_round_once"
            ),
            models.CheckConstraint(
                condition=models.Q(says=Says.CONSENTS, why="")
                | models.Q(~models.Q(why=""), says=Says.OBJECTS),
                name="who_objects_to_a_round_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"voice {self.pk} about round {self.round_id}"
