"""What each of the team said to an objective."""

from django.db import models

from teams.models.consent import ConsentVoice


class Voice(ConsentVoice):
    """What somebody of the team said to an objective."""

    objective = models.ForeignKey(
        "dashboards.Objective", on_delete=models.PROTECT, related_name="voices", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["objective", "person"], name="somebody_answers_an_objective_once"
            ),
        ]

    def __str__(self) -> str:
        return f"voice {self.pk} about objective {self.objective_id}"
