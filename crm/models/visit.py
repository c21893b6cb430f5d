"""Stage visits: when a deal stood where. The source of every figure about the process."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

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
TELL = """
UPDATE crm_stagevisit visit
SET is_first = told.is_first, went_on_at = told.went_on_at, left_precision = told.left_precision
FROM crm_told_visits(%(deals)s) told
WHERE told.id = visit.id AND (visit.is_first, visit.went_on_at, visit.left_precision)
    IS DISTINCT FROM (told.is_first, told.went_on_at, told.left_precision)
"""
MISTOLD = """
SELECT DISTINCT told.deal_id
FROM crm_told_visits(%(deals)s) told JOIN crm_stagevisit visit USING (id)
WHERE (visit.is_first, visit.went_on_at, visit.left_precision)
    IS DISTINCT FROM (told.is_first, told.went_on_at, told.left_precision)
"""


class StageVisitQuerySet(models.QuerySet["StageVisit"]):
    def running(self) -> Self:
        return self.filter(left_at__isnull=True)

    def in_order(self) -> Self:
        return self.order_by("deal_id", "number")

    def begin(self, deal: "Deal", stage: Stage, *, by: Membership, at: datetime) -> "StageVisit":
        """End the deal's running visit, if it has one, and begin the next. For Deal's verbs."""
        ended = _end(deal, at)
        visit = self.create(
            deal=deal,
            team_id=deal.team_id,
            number=ended + 1,
            stage=stage,
            category=stage.category,
            revision=deal.pipeline.current_revision(),
            entered_at=at,
            by=by.user,
        )
        if ended:
            self.tell([deal.pk])
        return visit

    def tell(self, deals: Iterable[int]) -> None:
        """Write of all visits of these deals anew what follows from the others.

        For whoever begins a visit, takes one back or puts the stages in another order.
        """
        with connection.cursor() as cursor:
            cursor.execute(TELL, {"deals": list(deals)})

    def mistold(self, deals: Iterable[int]) -> list[int]:
        """The deals among these of whose visits something else is written than follows."""
        with connection.cursor() as cursor:
            cursor.execute(MISTOLD, {"deals": list(deals)})
            return [deal for (deal,) in cursor.fetchall()]


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
    past figure. `estimated` marks a visit that an import reconstructed. `gone_at` is when the deal
    went on in another team: the visit ended for that, and the next is one of the other team.

    Figures of all teams read each visit by itself, so what follows from the deal's other visits is
    written down too (`crm_told_visits`): whether it is the first to its stage, how well its end is
    known, and `went_on_at`, when the deal entered a stage that stands later in the same process
    today, or was won.
    """

    deal = models.ForeignKey("crm.Deal", on_delete=models.CASCADE, related_name="visits")
    # Without an index of its own, for one below begins with it.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="visits")
    category = models.CharField(max_length=10, choices=Category)
    revision = models.ForeignKey("crm.PipelineRevision", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    precision = models.CharField(max_length=10, choices=Precision, default=Precision.MOMENT)
    estimated = models.BooleanField(default=False)
    gone_at = models.DateTimeField(null=True)
    is_first = models.BooleanField(default=True)
    went_on_at = models.DateTimeField(null=True)
    left_precision = models.CharField(max_length=10, choices=Precision, default="")

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
                condition=models.Q(gone_at__isnull=True) | models.Q(gone_at=models.F("left_at")),
                name="visit_ends_when_its_deal_goes",
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
