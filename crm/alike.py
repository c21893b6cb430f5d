"""What may be there already, for whoever is about to write it down once more."""

from dataclasses import dataclass

from django.db import models
from django.urls import reverse

from crm.models import Affiliation, Contact, Organization
from crm.models.naming import name_key
from teams.models import Team

MOST = 5


@dataclass(frozen=True)
class Likely:
    """A customer or a contact that may be meant: the name, the place, and its page."""

    pk: int
    name: str
    place: str
    url: str


def customers_named(found: models.QuerySet[Organization], team: Team) -> list[Likely]:
    """The first of these organizations."""
    return [
        Likely(one.pk, one.name, one.location, reverse("crm:customer", args=[team.slug, one.pk]))
        for one in found[:MOST]
    ]


def customers_like(name: str, team: Team) -> list[Likely]:
    """The organizations that may be meant by this name."""
    return customers_named(Organization.objects.resembling(name), team)


def customers_but_for_a_letter(name: str, team: Team) -> list[Likely]:
    """The same, and none where the name is known as it was typed: then that one is meant."""
    found = customers_like(name, team)
    is_known = any(name_key(one.name) == name_key(name) for one in found)
    return [] if is_known else found


def contacts_like(name: str, team: Team) -> list[Likely]:
    """The people whom this team knows and who may be meant by this name."""
    return contacts_named(Contact.objects.known_to(team).resembling(name), team)


def contacts_reached_at(value: str, team: Team, *, besides: Contact | None = None) -> list[Likely]:
    """The people whom this team knows and who have this address or number already."""
    others = Contact.objects.exclude(pk=besides.pk) if besides else Contact.objects.all()
    return contacts_named(others.known_to(team).reached_at(value), team)


def contacts_named(found: models.QuerySet[Contact], team: Team) -> list[Likely]:
    """The first of these people, and where they work."""
    places = Affiliation.objects.filter(contact=models.OuterRef("pk"), until_on=None)
    place = models.Subquery(places.order_by("-pk").values("organization__name")[:1])
    named = found.annotate(place=place).values_list("pk", "name", "place")[:MOST]
    return [
        Likely(pk, name, place or "", reverse("crm:contact", args=[team.slug, pk]))
        for pk, name, place in named
    ]
