"""Customers as their pages show them: the list, and all that is known of one.

An organization is the company's. Who works there and how to reach them is read by teams that have
a deal there; of the deals of other teams the titles alone.
"""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext as _

from crm.cards import Reader
from crm.filters import EVERYTHING, Filter
from crm.happenings import Happening
from crm.listing import Heading, Row, heading
from crm.models import Affiliation, Contact, ContactPoint, Deal, Organization
from crm.own_facts import Own
from crm.stream import ICONS, Stream, Told, undo_url
from teams import story, wall
from teams.models import LogEntry, Team
from teams.paging import page_of

MERGED = {Happening.ORGANIZATION_MERGED, Happening.CONTACT_MERGED}
PAGE = 50
MOST_DEALS = 100
MOST_PEOPLE = 100
NAME = "name"
SORTS: dict[str, models.F | models.Func] = {
    "name": models.F("name_key"),
    "place": Lower("location"),
    "sector": Lower("sector"),
    "open": models.F("open_deals"),
}


# Fewer letters than these say nothing yet.
FEWEST_LETTERS = 2
MOST_NAMES = 8


def names_like(words: str) -> list[str]:
    """The customers that somebody who types this may mean."""
    if len(words) < FEWEST_LETTERS:
        return []
    return list(Organization.objects.like(words).values_list("name", flat=True)[:MOST_NAMES])


class Elsewhere(NamedTuple):
    """A deal of another team: whose, what, and what became of it."""

    team: str
    title: str
    outcome: str


@dataclass(frozen=True)
class CustomerWish:
    """Which organizations, and in which order."""

    q: str = ""
    sort: str = NAME
    filter: Filter = EVERYTHING

    def address(self, *, page: int = 1, **changes: Any) -> str:
        """This wish, with changes, as the end of an address; what is usual is left out."""
        told = replace(self, **changes)
        asked = {
            "q": told.q,
            "sort": "" if told.sort == NAME else told.sort,
            "filter": told.filter.texts,
            "page": "" if page == 1 else str(page),
        }
        known = {name: value for name, value in asked.items() if value}
        return f"?{urlencode(known, doseq=True, safe=':')}"


def listed(team: Team, wish: CustomerWish, *, page: Any) -> Page:
    """A page of these organizations, each with the number of the team's open deals there."""
    ours = Deal.objects.open().filter(team=team, organization=models.OuterRef("pk"))
    counted = ours.order_by().values("organization").annotate(n=models.Count("pk")).values("n")
    known = Organization.objects.filter(wish.filter.q)
    known = known.annotate(open_deals=Coalesce(models.Subquery(counted), 0))
    if wish.q:
        known = known.telling_of(wish.q)
    key = SORTS[wish.sort.removeprefix("-")]
    order = models.OrderBy(key, descending=wish.sort.startswith("-"))
    return Paginator(known.order_by(order, "pk"), PAGE).get_page(page)


def headings(wish: CustomerWish) -> list[Heading]:
    """The heads of the columns; the one that sorts now turns the order around."""
    names = {"name": _("Name"), "place": _("Place"), "sector": _("Sector"), "open": _("Our deals")}
    return [heading(wish, key, name) for key, name in names.items()]


def absorbed_by(organization: Organization) -> list[str]:
    """The names under which it was written down too."""
    merged = Organization.everything.filter(merged_into=organization).order_by("name_key")
    return list(merged.values_list("name", flat=True)[:MOST_PEOPLE])


def deals_of(organization: Organization, reader: Reader) -> list[Row]:
    """The team's own deals there, the newest first."""
    names = ["pipeline", "stage", "organization", "contact"]
    names += ["owner"] if reader.sees_people else []
    found = reader.team.deals.filter(organization=organization).select_related(*names)
    deals = found.with_tags()
    return [Row.of(deal, reader) for deal in deals.order_by("-opened_at", "-pk")[:MOST_DEALS]]


def deals_elsewhere(organization: Organization, team: Team) -> list[Elsewhere]:
    """What other teams do there: titles, and nothing else leaves their side of the wall."""
    others = Deal.objects.filter(organization=organization).exclude(team=team)
    told = others.order_by("-opened_at", "-pk").values_list("team__name", "title", "outcome")
    with wall.opened():
        return [Elsewhere(*row) for row in told[:MOST_DEALS]]


@dataclass(frozen=True)
class Worker:
    """Somebody who works there. A manager sees no way to reach them."""

    affiliation: Affiliation
    contact: Contact
    points: list[ContactPoint]


def people_of(organization: Organization, reader: Reader) -> list[Worker]:
    """Who works there, as far as this team may know of them."""
    running = organization.affiliations.filter(
        until_on=None, contact__in=Contact.objects.known_to(reader.team)
    ).select_related("contact")
    affiliations = list(running.order_by("contact__name", "pk")[:MOST_PEOPLE])
    points = points_of([one.contact_id for one in affiliations], reader)
    return [Worker(one, one.contact, points.get(one.contact_id, [])) for one in affiliations]


def points_of(contacts: list[int], reader: Reader) -> dict[int, list[ContactPoint]]:
    """How to reach these contacts, for members only."""
    found: dict[int, list[ContactPoint]] = {}
    if reader.sees_people:
        for point in ContactPoint.objects.living().filter(contact__in=contacts).in_order():
            found.setdefault(point.contact_id, []).append(point)
    return found


def stream_of(
    subject: Organization | Contact, reader: Reader, own: Own | None, *, page: str | None
) -> Stream:
    """What happened in the team with this customer: to the record itself, and to its deals."""
    kind = "organization" if isinstance(subject, Organization) else "contact"
    deals = reader.team.deals.filter(**{kind: subject}).values("pk")
    # What was merged into it lives on in its story.
    same = type(subject).everything.filter(models.Q(pk=subject.pk) | models.Q(merged_into=subject))
    about = models.Q(subject_label=subject._meta.label_lower, subject_id__in=same.values("pk"))
    about |= models.Q(subject_label=Deal._meta.label_lower, subject_id__in=deals)
    told = reader.team.logbook.filter(about).exclude(kind=Happening.DEAL_PLACED)
    index = page_of(told.newest_first().select_related("actor", "taken_back"), page)
    lines = [_told(entry, reader, own) for entry in index.rows]
    return Stream(lines, index.newer_url, index.older_url)


def _told(entry: LogEntry, reader: Reader, own: Own | None) -> Told:
    # What was done to a deal is taken back on the page of the deal.
    stands = entry.kind in MERGED or (own is not None and own.was_made_so_by(entry))
    can_undo = stands and reader.sees_people and not hasattr(entry, "taken_back")
    return Told(
        icon=ICONS.get(entry.kind, "history"),
        line=story.line(entry),
        who=entry.actor if reader.sees_people else None,
        at=entry.at,
        undo_url=undo_url(entry, reader.team.slug) if can_undo else "",
        is_undo=bool(entry.details.get("is_undo")),
    )
