"""What of a divided team went where: customers that go, and deals under their two numbers."""

from typing import Self

from django.db import models

from crm.models.contact import Contact
from crm.models.customer import Organization
from teams.models import Division, Team


class GoingCustomerQuerySet(models.QuerySet["GoingCustomer"]):
    def of(self, division: Division) -> Self:
        return self.filter(team=division.team_id, division=division.pk)


class GoingCustomer(models.Model):
    """That a customer goes with the new team: an organization, or a contact who stands alone.

    Part of a plan, so it changes while that is planned and never afterwards.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    division = models.ForeignKey(
        Division, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, related_name="+")

    objects = GoingCustomerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organization__isnull=True, contact__isnull=False)
                | models.Q(organization__isnull=False, contact__isnull=True),
                name="who_goes_is_one_customer",
            ),
            *(
                models.UniqueConstraint(
                    fields=["division", kind], name=f"{kind}_goes_once_with_a_division"
                )
                for kind in ("organization", "contact")
            ),
        ]

    def __str__(self) -> str:
        return f"customer {self.pk} of division {self.division_id}"


class Crossing(models.Model):
    """One side of the way of a deal from one team to another, behind the wall of that team.

    `number` is by which the other team calls the deal.
    """

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Departure(Crossing):
    """That a deal went on in another team; what this team counted of it stays."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="departures")
    deal = models.OneToOneField("crm.Deal", on_delete=models.CASCADE, related_name="departure")
    to = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"deal {self.deal_id} to team {self.to_id}"


class Arrival(Crossing):
    """That a deal came from another team, and what figures must know of its time there.

    `was_done` and `was_closed` say that it had been won, or closed and opened again; `was_answered`
    that its customer said how well they were helped.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="arrivals")
    deal = models.OneToOneField("crm.Deal", on_delete=models.CASCADE, related_name="arrival")
    origin = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    was_done = models.BooleanField()
    was_closed = models.BooleanField()
    was_answered = models.BooleanField()

    def __str__(self) -> str:
        return f"deal {self.deal_id} from team {self.origin_id}"
