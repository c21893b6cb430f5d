"""Which customers go with a part of the team: our part of the plan, and the list to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, Q, Sum, When
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.crossing import Going, hindered
from crm.kpis.facts import currency_of, in_another_currency
from crm.models.crossing import Customer
from teams import dividing
from teams.dividing import Part
from teams.models import Division, Team
from teams.templatetags.kring import money

PAGE = 50


@dataclass(frozen=True)
class Row:
    """A customer with open deals: how many, for how much together, and whether they go.

    `key` is how a form names them.
    """

    key: str
    name: str
    deals: int
    amount: str
    goes: bool


def key_of(customer: Customer) -> str:
    """How a customer is named in a form: o5 for an organization, c7 for a contact."""
    kind, pk = customer
    return f"{kind[0]}{pk}"


@dividing.register
def customers_that_go(division: Division) -> Part:
    """What will become of our customers, as the plan says it."""
    going = Going.with_division(division)
    customers = len(going.organizations) + len(going.contacts)
    url = reverse("crm:going", args=[division.team.slug, division.pk])
    return Part(
        _("Which customers go"), _sentence(customers, going), url, hinders=hindered(division.team)
    )


def _sentence(customers: int, going: Going) -> str:
    if not customers:
        return _("No customer goes along. The new team begins with our process and without deals.")
    who = ngettext("%(n)d customer goes along", "%(n)d customers go along", customers)
    count = going.deals().count()
    what = ngettext("with %(n)d open deal.", "with %(n)d open deals.", count)
    rest = _("Closed deals, and those of nobody, stay. The new team begins with our process.")
    return f"{who % {'n': customers}} {what % {'n': count}} {rest}"


def page_of_customers(division: Division, *, q: str = "", page: Any = 1) -> Page:
    """A page of those with whom the team has open deals; once it is proposed, of those that go."""
    team = division.team
    found = _with_deals(team)
    going = Going.with_division(division)
    if not division.is_planned:
        found = found.filter(_those(going))
    if q:
        found = found.filter(name__icontains=q)
    listed: Page = Paginator(found.order_by("sorted", "organization", "person"), PAGE).get_page(
        page
    )
    chosen = {("organization", key) for key in going.organizations}
    chosen |= {("contact", key) for key in going.contacts}
    currency = currency_of(team)
    listed.object_list = [_row(row, chosen, currency) for row in listed.object_list]
    return listed


def _with_deals(team: Team) -> Any:
    """The customers of the open deals, each once: the organization, or who stands alone."""
    ours = team.deals.open().exclude(organization=None, contact=None).order_by()
    summed = ~Q(pipeline__in=in_another_currency([team]))
    return (
        ours.annotate(
            person=Case(When(organization=None, then=F("contact"))),
            name=Coalesce("organization__name", "contact__name"),
            sorted=Lower(F("name")),
        )
        .values("organization", "person", "name", "sorted")
        .annotate(n=Count("pk"), total=Sum("amount", filter=summed))
    )


def _those(going: Going) -> Q:
    return Q(organization__in=going.organizations) | Q(person__in=going.contacts)


def _who(row: dict[str, Any]) -> Customer:
    if row["organization"] is None:
        return "contact", row["person"]
    return "organization", row["organization"]


def _row(row: dict[str, Any], chosen: set[Customer], currency: str) -> Row:
    customer = _who(row)
    amount = money(row["total"], currency)
    return Row(key_of(customer), row["name"], row["n"], amount, customer in chosen)


def looked_after_by_who_goes(division: Division) -> set[Customer]:
    """The customers all of whose open deals are looked after by people who go."""
    people = list(division.who_goes().values_list("pk", flat=True))
    theirs = Count("pk", filter=Q(owner__in=people))
    found = _with_deals(division.team).annotate(theirs=theirs).filter(theirs=F("n"))
    return {_who(row) for row in found}


def address(division: Division, *, q: str = "", page: int | str = 1) -> str:
    """Where this page of the list is."""
    asked = {"q": q, "page": "" if str(page) == "1" else page}
    told = urlencode({name: value for name, value in asked.items() if value})
    url = reverse("crm:going", args=[division.team.slug, division.pk])
    return f"{url}?{told}" if told else url
