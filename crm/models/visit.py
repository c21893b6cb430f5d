"""Stage visits: when a deal stood where. The source of every figure about the process."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from crm.models.pipeline import PipelineRevision
from crm.models.stage import Category, Stage
from teams.models import Membership, Team, User

if TYPE_CHECKING:
    from crm.models.deal import Deal


class Precision(models.TextChoices):
    """How well the beginning of a visit is known."""

    MOMENT = "moment", _("to the minute")
    DAY = "day", _("a date without a time")
    NONE = "none", _("no date at all")


END = """
UPDATE crm_stagevisit SET left_at = %(at)s
WHERE deal_id = %(deal)s AND left_at IS NULL
RETURNING number
"""


class StageVisitQuerySet(models.QuerySet["StageVisit"]):
    def running(self) -> Self:
        return self.filter(left_at__isnull=True)

    def in_order(self) -> Self:
        return self.order_by("deal_id", "number")

    def begin(self, deal: "Deal", stage: Stage, *, by: Membership, at: datetime) -> "StageVisit":
        """End the deal's running visit, if it has one, and begin the next. For Deal's verbs."""
        return self.create(
            deal=deal,
            team_id=deal.team_id,
            number=_end(deal, at) + 1,
            stage=stage,
            category=stage.category,
            revision=deal.pipeline.current_revision(),
            entered_at=at,
            by=by.user,
        )


def _end(deal: "Deal", at: datetime) -> int:
    """End the deal's running visit. Returns its number, 0 for a deal that has none yet."""
    # In one statement, because every move asks it.
    with connection.cursor() as cursor:
        cursor.execute(END, {"deal": deal.pk, "at": at})
        ended: tuple[int] | None = cursor.fetchone()
    return ended[0] if ended else 0


class StageVisit(models.Model):
    """One stay of a deal in a stage, from `entered_at` up to `left_at`; open while it lasts.

    The category is kept as it was on entering, so that a later change of the process changes no
    past figure. `estimated` marks a visit that an import reconstructed.
    """

    deal = models.ForeignKey("crm.Deal", on_delete=models.CASCADE, related_name="visits")
    # Without an index of its own, for one below begins with it.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="visits")
    category = models.CharField(max_length=10, choices=Category)
    revision = models.ForeignKey(PipelineRevision, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    precision = models.CharField(max_length=10, choices=Precision, default=Precision.MOMENT)
    estimated = models.BooleanField(default=False)

    objects = StageVisitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deal", "number"], name="visits_are_numbered"),
            models.UniqueConstraint(
                fields=["deal"],
                condition=models.Q(left_at__isnull=True),
                name="one_open_visit_per_deal",
            ),
            models.CheckConstraint(
                condition=models.Q(left_at__isnull=True)
                | models.Q(left_at__gte=models.F("entered_at")),
                name="visit_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(category__in=Category.values), name="visit_category_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(precision__in=Precision.values),
                name="visit_precision_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "entered_at"], name="visits_of_a_team"),
        ]

    def __str__(self) -> str:
        return f"visit {self.number} of deal {self.deal_id}"
