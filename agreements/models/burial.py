"""How long each procedure lay in its grave, so that digging it up moves no figure of before."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models

from teams.models import Team

if TYPE_CHECKING:
    from agreements.models.procedure import Procedure


class Burial(models.Model):
    """One stay of a procedure in its grave. `hours` is what it gives back in a month.

    `raised_at` is when it was taken out again, None while it lies there.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    procedure = models.ForeignKey(
        "agreements.Procedure", on_delete=models.PROTECT, related_name="burials"
    )
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    buried_at = models.DateTimeField()
    raised_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["procedure"],
                condition=models.Q(raised_at=None),
                name="a_procedure_lies_in_one_grave",
            ),
            models.CheckConstraint(
                condition=models.Q(raised_at=None) | models.Q(raised_at__gte=models.F("buried_at")),
                name="a_procedure_is_raised_after_its_burial",
            ),
        ]
        indexes = [models.Index(fields=["team", "buried_at"], name="burials_of_a_team")]

    def __str__(self) -> str:
        return f"burial {self.pk} of procedure {self.procedure_id}"

    @classmethod
    def begin(cls, procedure: "Procedure", hours: Decimal, *, at: datetime) -> None:
        cls.objects.create(
            team_id=procedure.team_id, procedure=procedure, hours=hours, buried_at=at
        )

    @classmethod
    def end(cls, procedure: "Procedure", *, at: datetime) -> None:
        cls.objects.filter(procedure=procedure, raised_at=None).update(raised_at=at)
