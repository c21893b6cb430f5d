"""Two customers side by side, as the page shows them that lets them become one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.alike import Likely, contacts_named, customers_named
from crm.customers import deals_elsewhere
from crm.models import Contact, Organization, OwnFacts
from crm.models.merging import differing, links_to
from teams.models import Membership, Team
from teams.refusals import Refusal

One = TypeVar("One", Organization, Contact)


@dataclass(frozen=True)
class Kind(Generic[One]):
    """What organizations and contacts have of their own on the pages about merging.

    `elsewhere` counts the deals of other teams, which move along.
    """

    page: str
    choosing: str
    merging: str
    named: Callable[[models.QuerySet[One], Team], list[Likely]]
    known: Callable[[Team], models.QuerySet[One]]
    elsewhere: Callable[[One, Team], int]

    def likely(self, one: One, team: Team, q: str) -> list[Likely]:
        """Who may be the same: of this name, or of another that somebody looks for."""
        others = self.known(team).exclude(pk=one.pk)
        if q:
            return self.named(others.filter(name__icontains=q).order_by("name", "pk"), team)
        return self.named(others.resembling(one.name), team)  # type: ignore[attr-defined]

    def page_of(self, one: One, team: Team) -> str:
        return reverse(self.page, args=[team.slug, one.pk])

    def merging_of(self, one: One, other: int, team: Team) -> str:
        return reverse(self.merging, args=[team.slug, one.pk, other])


CUSTOMERS = Kind(
    page="crm:customer",
    choosing="crm:customer-merger",
    merging="crm:customer-merging",
    named=customers_named,
    known=lambda _team: Organization.objects.all(),
    elsewhere=lambda one, team: len(deals_elsewhere(one, team)),
)
CONTACTS = Kind(
    page="crm:contact",
    choosing="crm:contact-merger",
    merging="crm:contact-merging",
    named=contacts_named,
    known=Contact.objects.known_to,
    elsewhere=lambda _one, _team: 0,
)


@dataclass(frozen=True)
class Fact:
    """What both say of one thing. `is_choice`: not the same, so somebody chooses."""

    name: str
    label: str
    ours: str
    theirs: str
    is_choice: bool


def facts_of(one: One, other: One) -> list[Fact]:
    """All of which at least one of them says something."""
    choices = differing(one, other)
    facts = []
    for name in one.FACTS:
        label = str(one._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        ours, theirs = (_in_words(getattr(each, name)) for each in (one, other))
        if ours or theirs:
            facts.append(Fact(name, label, ours, theirs, name in choices))
    return facts


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else ""
    return "" if value is None else str(value)


def refusal_of(one: One, other: One, member: Membership) -> str:
    """Why these two cannot become one; empty when they can."""
    try:
        one.refuse_merging(other, by=member)
    except Refusal as refusal:
        return str(refusal)
    return ""


def moves_of(kind: Kind[One], one: One, other: One, team: Team) -> list[str]:
    """How much of the other moves along: of this team, and the deals of other teams."""
    found = []
    for link in links_to(type(one)):
        if link.model is OwnFacts:
            continue  # its rows stay, and fill gaps
        rows = link.movable(other, one)
        if any(field.name == "team" for field in link.model._meta.get_fields()):
            rows = rows.filter(team=team)
        if n := rows.count():
            found.append(_counted(link.label, n))
    if n := len(OwnFacts.objects.gaps(team, one, other)):
        found.append(ngettext("%(n)d field of our own", "%(n)d fields of our own", n) % {"n": n})
    if n := kind.elsewhere(other, team):
        of_others = ngettext("%(n)d deal of other teams", "%(n)d deals of other teams", n)
        found.append(of_others % {"n": n})
    return found


def _counted(label: str, n: int) -> str:
    words = {
        "deal": ngettext("%(n)d deal", "%(n)d deals", n),
        "affiliation": ngettext("%(n)d place of work", "%(n)d places of work", n),
        "contactpoint": ngettext("%(n)d way to reach them", "%(n)d ways to reach them", n),
        "activity": ngettext("%(n)d activity", "%(n)d activities", n),
        "note": ngettext("%(n)d note", "%(n)d notes", n),
        "interaction": ngettext("%(n)d conversation", "%(n)d conversations", n),
    }
    other = ngettext("%(n)d thing more", "%(n)d things more", n)
    return words.get(label.split(".")[1], other) % {"n": n}
