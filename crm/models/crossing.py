"""What of a divided team went where: customers that go, and deals under their two numbers."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.models.contact import Contact
from crm.models.customer import Organization
from crm.models.deal import Deal
from crm.refusals import CrossingError
from teams.models import Division, Membership, Team

# Of which kind, organization or contact, and its key.
Customer = tuple[str, int]


def customers_of(team: Team, among: Collection[Customer]) -> set[Customer]:
    """Those of these customers with whom the team has an open deal."""
    ours = Deal.objects.open().filter(team=team)
    keys = {
        kind: [key for what, key in among if what == kind] for kind in ("organization", "contact")
    }
    served = ours.filter(organization__in=keys["organization"]).values_list(
        "organization", flat=True
    )
    alone = ours.filter(organization=None, contact__in=keys["contact"])
    return {
        *(("organization", key) for key in served.order_by().distinct()),
        *(
            ("contact", key)
            for key in alone.order_by().values_list("contact", flat=True).distinct()
        ),
    }


class GoingCustomerQuerySet(models.QuerySet["GoingCustomer"]):
    def of(self, division: Division) -> Self:
        return self.filter(team=division.team_id, division=division.pk)

    def choose(
        self,
        division: Division,
        goes: Iterable[Customer],
        stays: Iterable[Customer] = (),
        *,
        by: Membership,
        at: datetime,
    ) -> None:
        """Let these customers go, and those stay; of all others it is as it was.

        Raises StaleDivision where the plan changes no more, CrossingError for a customer with whom
        the team has no open deal.
        """
        goes, stays = set(goes), set(stays)
        with transaction.atomic():
            division.hold_plan(by=by, at=at)
            if not goes <= customers_of(division.team, goes):
                raise CrossingError(_("We have no open deal with one of these customers."))
            chosen = self.of(division)
            for kind in ("organization", "contact"):
                named = {key for what, key in stays - goes if what == kind}
                chosen.filter(**{f"{kind}__in": named}).delete()
                known = set(chosen.values_list(kind, flat=True))
                GoingCustomer.objects.bulk_create(
                    GoingCustomer(team=division.team, division=division, **{f"{kind}_id": key})
                    for what, key in sorted(goes)
                    if what == kind and key not in known
                )


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
