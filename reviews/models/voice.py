"""What each of the team said to a proposed round."""

from django.db import models

from teams.models.consent import ConsentVoice, Says


class Voice(ConsentVoice):
    """What somebody said to a proposed round; written once, and read by the team alone."""

    round = models.ForeignKey(
        "reviews.ReviewRound", on_delete=models.PROTECT, related_name="+", db_index=False
    )

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
