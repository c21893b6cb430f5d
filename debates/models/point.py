"""What people bring to a debate: points, arguments, weights, and the answer to a card."""

from dataclasses import dataclass, replace
from typing import Any, Self

from django.db import models
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards import kpis
from debates.models.packed import packed
from debates.models.seat import Seat
from debates.refusals import DebateError
from teams.models import Team
from teams.text import one_line

LONGEST_TEXT, LONGEST_WORDS = 500, 300
HEAVIEST = 4
# So many of the heaviest points each get an argument against them.
TOP = 5


@dataclass(frozen=True)
class Brought:
    """A point as somebody writes it, with what it rests on; all but the text may be blank.

    `figure` is the slug of a figure, `deals` the question of an address that lists a set of
    deals, `words` what a customer said.
    """

    text: str
    figure: str = ""
    deals: str = ""
    words: str = ""

    def checked(self) -> "Brought":
        """The same, tidy. Raises DebateError for a point that says nothing."""
        tidy = replace(
            self,
            text=one_line(self.text)[:LONGEST_TEXT],
            words=one_line(self.words)[:LONGEST_WORDS],
        )
        if not tidy.text:
            raise DebateError(_("Say what your point is."))
        if tidy.figure and kpis.get(tidy.figure).is_detail:
            raise DebateError(_("This figure is read in its parts; choose another one."))
        return tidy


class PointQuerySet(models.QuerySet["Point"]):
    def by_weight(self) -> Self:
        """The heaviest first: the mean of the weights, as if one of 2 had been given besides.

        So one single 4 does not outweigh five people's 3 (Laplace's rule of succession).
        """
        votes = Weight.objects.filter(point=models.OuterRef("pk")).order_by().values("point")
        count, middle = models.Count("pk"), HEAVIEST / 2
        mean = (Cast(models.Sum("value"), models.FloatField()) + middle) / (count + 1)
        return self.annotate(
            weighed=Coalesce(models.Subquery(votes.annotate(n=count).values("n")), 0),
            mean=Coalesce(models.Subquery(votes.annotate(mean=mean).values("mean")), middle),
        ).order_by("-mean", "place")

    def with_arguments(self) -> Self:
        """With what was said about each, in `said`: what speaks for it first."""
        about = Argument.objects.filter(point=models.OuterRef("pk"))
        return self.annotate(said=packed(about.order_by("-speaks", "pk")))

    def with_weights_of(self, seat: Seat | None) -> Self:
        """With how much each matters to this person, in `my_weight`; None before they said so."""
        mine = Weight.objects.filter(point=models.OuterRef("pk"), seat=seat and seat.pk)
        return self.annotate(my_weight=models.Subquery(mine.values("value")))


class Point(models.Model):
    """What somebody brings to a debate, written while nobody reads what the others write.

    `place` is where it stands once all are revealed, in an order of chance; None before.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    debate = models.ForeignKey(
        "debates.Debate", on_delete=models.PROTECT, related_name="points", db_index=False
    )
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="points")
    text = models.CharField(max_length=LONGEST_TEXT)
    figure = models.SlugField(max_length=60, blank=True, default="", db_index=False)
    deals = models.CharField(max_length=LONGEST_WORDS, blank=True, default="")
    words = models.CharField(max_length=LONGEST_WORDS, blank=True, default="")
    place = models.PositiveSmallIntegerField(null=True)

    # Known of points that were asked for `with_arguments` and `with_weights_of`.
    said: list[dict[str, Any]]
    my_weight: int | None

    objects = PointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="a_point_says_something"),
            models.UniqueConstraint(
                fields=["debate", "place"], name="points_of_a_debate_stand_in_places"
            ),
        ]

    def __str__(self) -> str:
        return f"point {self.pk} of debate {self.debate_id}"


class Speaks(models.TextChoices):
    FOR = "for", gettext_lazy("for it")
    AGAINST = "against", gettext_lazy("against it")


class Argument(models.Model):
    """What speaks for a point or against it, written once."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    debate = models.ForeignKey("debates.Debate", on_delete=models.PROTECT, related_name="arguments")
    point = models.ForeignKey(Point, on_delete=models.PROTECT, related_name="arguments")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    speaks = models.CharField(max_length=8, choices=Speaks)
    text = models.CharField(max_length=LONGEST_TEXT)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="an_argument_says_something"),
            models.CheckConstraint(
                condition=models.Q(speaks__in=Speaks.values), name="an_argument_takes_a_side"
            ),
        ]

    def __str__(self) -> str:
        return f"argument {self.pk} about point {self.point_id}"


class Weight(models.Model):
    """How much a point matters to one person: 0 not at all, 4 most. Told only all together."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    debate = models.ForeignKey(
        "debates.Debate", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    point = models.ForeignKey(
        Point, on_delete=models.PROTECT, related_name="weights", db_index=False
    )
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="weights")
    value = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["point", "seat"], name="a_point_is_weighed_once_each"),
            models.CheckConstraint(
                condition=models.Q(value__lte=HEAVIEST), name="a_weight_is_four_at_most"
            ),
        ]

    def __str__(self) -> str:
        return f"weight of point {self.point_id}"


class Reply(models.Model):
    """What somebody answers to the card of the debate, which asks for another way of looking."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    debate = models.ForeignKey("debates.Debate", on_delete=models.PROTECT, related_name="replies")
    seat = models.OneToOneField(Seat, on_delete=models.PROTECT, related_name="reply")
    text = models.CharField(max_length=LONGEST_TEXT)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="a_reply_says_something"),
        ]

    def __str__(self) -> str:
        return f"reply {self.pk} in debate {self.debate_id}"
