"""Spells: what an open deal was worth, and whether its next step was known, from when to when."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import connection, models

from teams.models import Team

if TYPE_CHECKING:
    from crm.models.deal import Deal

WRITE = """
INSERT INTO crm_openspell (deal_id, team_id, began_at, ended_at, amount, has_step)
SELECT deal_id, team_id, began_at, ended_at, amount, has_step FROM crm_told_spells(%(deals)s)
"""
MISTOLD = """
WITH told AS (
    SELECT deal_id, team_id, began_at, ended_at, amount, has_step FROM crm_told_spells(%(deals)s)
), written AS (
    SELECT deal_id, team_id, began_at, ended_at, amount, has_step FROM crm_openspell
    WHERE deal_id = ANY(%(deals)s)
)
SELECT deal_id FROM (TABLE told EXCEPT TABLE written) AS missing
UNION SELECT deal_id FROM (TABLE written EXCEPT TABLE told) AS untold
"""


class OpenSpellQuerySet(models.QuerySet["OpenSpell"]):
    def running(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def tell(self, deals: Iterable["Deal"]) -> None:
        """Write the spells of these deals anew, as their visits and the logbook tell them.

        For whoever opens, closes or changes a deal, after the line in the logbook: the same
        spells come out whenever this is done.
        """
        self.tell_of([deal.pk for deal in deals])

    def tell_of(self, keys: list[int]) -> None:
        """The same for deals by their keys."""
        self.filter(deal__in=keys).delete()
        with connection.cursor() as cursor:
            cursor.execute(WRITE, {"deals": keys})

    def mistold(self, keys: Iterable[int]) -> list[int]:
        """The deals among these whose spells are not as their visits and the logbook tell them."""
        with connection.cursor() as cursor:
            cursor.execute(MISTOLD, {"deals": list(keys)})
            return [key for (key,) in cursor.fetchall()]


class OpenSpell(models.Model):
    """A stretch of time in which a deal was open and nothing of this changed.

    `amount` is what the deal was thought to be worth then, `has_step` whether somebody had said
    what happens next. The spells of a deal cover the time in which it was open, each part once.
    The database itself tells them (`crm_told_spells`), from the visits and the logbook.
    """

    deal = models.ForeignKey("crm.Deal", on_delete=models.CASCADE, related_name="spells")
    # Without an index of its own, for one below begins with it.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    has_step = models.BooleanField()

    objects = OpenSpellQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deal"],
                condition=models.Q(ended_at__isnull=True),
                name="one_running_spell_per_deal",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True)
                | models.Q(ended_at__gt=models.F("began_at")),
                name="spell_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["team", "began_at"], name="spells_of_a_team")]

    def __str__(self) -> str:
        return f"spell of deal {self.deal_id} from {self.began_at}"
