"""Who takes part in a round: everybody of the team, frozen when it begins."""

from typing import Self

from django.db import models

from reviews.models.states import Outcome
from teams.models import Team, User


class SeatQuerySet(models.QuerySet["Seat"]):
    def done(self) -> Self:
        return self.filter(is_done=True)

    def in_order(self) -> Self:
        return self.select_related("person").order_by("person__name", "pk")


class Seat(models.Model):
    """The place of one person in one round: they write about the others, the others about them.

    `is_done` says that they have handed in; it is forgotten when the words are sealed. `outcome` is
    what they were shown then, and `has_read` that they have looked at it, for their own list of
    what to do alone.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    round = models.ForeignKey(
        "reviews.ReviewRound", on_delete=models.PROTECT, related_name="seats", db_index=False
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_done = models.BooleanField(null=True, default=False)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default="")
    has_read = models.BooleanField(default=False)

    objects = SeatQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "person"], name="somebody_has_one_seat_in_a_round"
            ),
            models.CheckConstraint(
                condition=models.Q(is_done__isnull=False, outcome="")
                | models.Q(is_done=None, outcome__in=Outcome.values),
                name="who_handed_in_is_forgotten_with_the_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"seat {self.pk} in round {self.round_id}"
