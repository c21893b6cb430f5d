"""Who takes part in a debate: everybody of the team and its managers, frozen when it begins."""

from typing import Self

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from debates.models.box import is_quorate
from teams.models import Team, User

LONGEST = 300
# Why nothing is asked of somebody who is not here any more.
LEFT = "@left"


class Side(models.TextChoices):
    TEAM = "team", gettext_lazy("of the team")
    MANAGEMENT = "management", gettext_lazy("of the management")


class SeatQuerySet(models.QuerySet["Seat"]):
    def asked(self) -> Self:
        """Those who owe something: all who are not excused."""
        return self.filter(excused_why="")

    def did_their_part(self) -> Self:
        """Those who have brought a point, or have read the figures and have nothing to add."""
        return self.filter(
            models.Q(nothing_to_add=True) | models.Q(points__isnull=False)
        ).distinct()

    def write_down_who_took_part(self) -> None:
        """Keep who did their part, as it is when the days for points are over."""
        did = list(self.did_their_part().values_list("pk", flat=True))
        self.asked().update(
            took_part=models.Case(models.When(pk__in=did, then=True), default=False)
        )

    def in_order(self) -> Self:
        return self.select_related("person").order_by("-side", "person__name", "pk")

    def have_gathered(self) -> bool:
        """Whether four of five took part, of the team somebody, and of management if asked."""
        asked = self.asked()
        did = asked.did_their_part()
        sides = set(did.values_list("side", flat=True))
        wanted = {Side.TEAM.value}
        if asked.filter(side=Side.MANAGEMENT).exists():
            wanted.add(Side.MANAGEMENT.value)
        return wanted <= sides and is_quorate(did.count(), asked.count())


class Seat(models.Model):
    """The place of one person in one debate.

    `nothing_to_add` says that they have read the figures and add nothing; `excused_why` why
    nothing is asked of them. Who leaves the team is excused. `took_part` is written when the days
    for points are over; None stays for who was excused then.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    debate = models.ForeignKey(
        "debates.Debate", on_delete=models.PROTECT, related_name="seats", db_index=False
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side)
    nothing_to_add = models.BooleanField(default=False)
    excused_why = models.CharField(max_length=LONGEST, blank=True, default="")
    took_part = models.BooleanField(null=True)

    # Known of the seats of a room.
    has_brought: bool
    has_weighed: bool

    objects = SeatQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["debate", "person"], name="somebody_has_one_seat_in_a_debate"
            ),
            models.CheckConstraint(
                condition=models.Q(side__in=Side.values), name="side_of_a_seat_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"seat {self.pk} in debate {self.debate_id}"

    @property
    def is_of_management(self) -> bool:
        return self.side == Side.MANAGEMENT

    @property
    def why(self) -> str:
        """Why nothing is asked of them, in the reader's words."""
        return _("has left the team") if self.excused_why == LEFT else self.excused_why

    @property
    def is_excused(self) -> bool:
        return bool(self.excused_why)
