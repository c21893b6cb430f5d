"""The contacts whom a team knows, as a list: where they work and how to reach them.

Each stands there once, at the customer where they began to work last. How to reach them is for
members alone, and so is looking for an address.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext as _

from crm.cards import Reader
from crm.customers import NAME, PAGE, points_of
from crm.listing import Heading, heading
from crm.models import Affiliation, Contact, ContactPoint, Deal

SORTS: dict[str, models.F | models.Func] = {
    "name": Lower("name"),
    "customer": models.F("place_key"),
    "open": models.F("open_deals"),
}


@dataclass(frozen=True)
class ContactWish:
    """Which contacts, and in which order."""

    q: str = ""
    sort: str = NAME

    def address(self, *, page: int = 1, **changes: Any) -> str:
        """This wish, with changes, as the end of an address; what is usual is left out."""
        told = replace(self, **changes)
        asked = {
            "q": told.q,
            "sort": "" if told.sort == NAME else told.sort,
            "page": "" if page == 1 else str(page),
        }
        return f"?{urlencode({name: value for name, value in asked.items() if value})}"


@dataclass(frozen=True)
class Person:
    """A contact in the list; of whom nothing can be told, the words are empty."""

    contact: Contact
    organization: int | None
    place: str
    open_deals: int
    email: ContactPoint | None
    phone: ContactPoint | None


def listed(reader: Reader, wish: ContactWish, *, page: Any) -> Page:
    """A page of these contacts, each with the number of the team's open deals with them.

    Of who was anonymised there is nothing to look for.
    """
    known = Contact.objects.filter(
        pk__in=Contact.objects.keys_known_to(reader.team), anonymised_at=None
    )
    if wish.q:
        known = known.telling_of(wish.q, reached=reader.sees_people)
    ours = Deal.objects.open().filter(team=reader.team, contact=models.OuterRef("pk"))
    counted = ours.order_by().values("contact").annotate(n=models.Count("pk")).values("n")
    places = Affiliation.objects.filter(contact=models.OuterRef("pk"), until_on=None)
    place = places.order_by("-pk")
    rows = known.annotate(
        open_deals=Coalesce(models.Subquery(counted), 0),
        organization=models.Subquery(place.values("organization")[:1]),
        place=Coalesce(models.Subquery(place.values("organization__name")[:1]), models.Value("")),
        place_key=Coalesce(
            models.Subquery(place.values("organization__name_key")[:1]), models.Value("")
        ),
    )
    key = SORTS[wish.sort.removeprefix("-")]
    order = models.OrderBy(key, descending=wish.sort.startswith("-"))
    return Paginator(rows.order_by(order, Lower("name"), "pk"), PAGE).get_page(page)


def people_on(page: Page, reader: Reader) -> Iterator[Person]:
    """The contacts of this page, and how to reach each first."""
    points = points_of([contact.pk for contact in page], reader)
    for contact in page:
        # The first of each kind is the one to use first.
        first = {point.kind: point for point in reversed(points.get(contact.pk, []))}
        yield Person(
            contact,
            contact.organization,
            contact.place,
            contact.open_deals,
            first.get(ContactPoint.Kind.EMAIL),
            first.get(ContactPoint.Kind.PHONE),
        )


def headings(wish: ContactWish, reader: Reader) -> list[Heading]:
    """The heads of the columns; nobody sorts by an address or a number."""
    reached = [("email", _("E-mail")), ("phone", _("Phone"))] if reader.sees_people else []
    return [
        heading(wish, "name", _("Name")),
        heading(wish, "customer", _("Customer")),
        *(heading(wish, key, name, sorts=False) for key, name in reached),
        heading(wish, "open", _("Our deals")),
    ]
