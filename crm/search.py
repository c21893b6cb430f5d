"""What the customer process can find: deals, customers, and what was said and planned.

A manager finds deals and organizations. What the team writes down is found by its members.
"""

from collections.abc import Iterator

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.models import (
    Activity,
    Affiliation,
    Contact,
    Deal,
    Interaction,
    Note,
    Organization,
    Stage,
)
from crm.models.deals import IS_OPEN
from teams import search
from teams.models import Team, User
from teams.search import DO, Among, Hit, Kind, Query
from teams.templatetags.kring import short_date

DEALS = Kind("deals", gettext_lazy("Deals"), 20, letter="d")
ORGANIZATIONS = Kind("organizations", gettext_lazy("Organizations"), 30)
CONTACTS = Kind("contacts", gettext_lazy("Contacts"), 40)
SAID = Kind("said", gettext_lazy("What was said"), 50, letter="i", of_members=True)
NOTES = Kind("notes", gettext_lazy("Notes"), 55, letter="n", of_members=True)
PLANNED = Kind("planned", gettext_lazy("Planned"), 60, letter="a", of_members=True)
CUSTOMER = ("organization", "contact")
DEAL = ("deal__organization", "deal__contact")
OPEN_FIRST = models.Case(models.When(IS_OPEN, then=0), default=1)
BEGINNING = 80


@search.register(DO)
def begin_a_deal(_user: User, query: Query) -> Iterator[Hit]:
    """A new deal in any open stage; before a word is typed, in the first one alone."""
    if not query.works_here:
        return
    stages = Stage.objects.of_team(query.team).living().open().select_related("pipeline")
    for stage in stages.in_process_order()[: None if query.text else 1]:
        name = _("New deal in %(stage)s") % {"stage": stage}
        if query.fits(name):
            board = reverse("crm:board-of", args=[query.team.slug, stage.pipeline_id])
            yield Hit(name, stage.pipeline.name, "plus", f"{board}#add-{stage.pk}-customer")


@search.register(DO)
def look_otherwise(_user: User, query: Query) -> Iterator[Hit]:
    """The other ways to look at the work."""
    ways = (
        (_("List of deals"), "list", "crm:deals"),
        (_("Calendar"), "calendar", "crm:calendar"),
        (_("Contacts"), "user-round", "crm:contacts"),
    )
    for name, icon, url_name in ways:
        if query.fits(name):
            yield Hit(name, "", icon, reverse(url_name, args=[query.team.slug]))


@search.register(DEALS)
def deals(_user: User, query: Query) -> Iterator[Hit]:
    """By number, title and organization, and for members by contact; what is open first."""
    found = Deal.objects.filter(query.is_found(DEALS), team__in=query.teams)
    rows = found.select_related("stage", *CUSTOMER).order_by(ours_first(query), OPEN_FIRST, "-pk")
    for deal in rows[: query.most]:
        team = query.team_of(deal)
        customer = deal.customer if team.pk in query.inside else str(deal.organization or "")
        about = [deal.title if customer else "", deal.stage.name, _if_other(team, query)]
        yield Hit(customer or deal.title, _joined(about), "arrow-up-right", _page_of(team, deal))


@search.register(ORGANIZATIONS)
def organizations(_user: User, query: Query) -> Iterator[Hit]:
    """All of the company's, as on the page of the customers; those of the team's deals first."""
    met = query.team.deals.order_by().filter(organization__isnull=False)
    near = query.look_for("o", met.values_list("organization", flat=True).distinct())
    far = query.look_for("o") if len(near) < query.most else []
    if not (keys := {*near, *far}):
        return
    found = Organization.objects.filter(Among(keys))
    is_far = models.Case(models.When(Among(near), then=0), default=1)
    for each in found.order_by(is_far, "name_key", "pk")[: query.most]:
        url = reverse("crm:customer", args=[query.team.slug, each.pk])
        yield Hit(each.name, each.location, "building-2", url)


@search.register(CONTACTS)
def contacts(_user: User, query: Query) -> Iterator[Hit]:
    """Those whom the team may know, by name and how to reach them; for members alone."""
    for team in query.teams_inside:
        keys = query.look_for("c", Contact.objects.keys_known_to(team))
        if not keys:
            continue
        places = Affiliation.objects.filter(contact=models.OuterRef("pk"), until_on=None)
        place = places.order_by("-pk").values("organization__name")[:1]
        found = Contact.objects.filter(Among(keys))
        rows = found.annotate(works_at=models.Subquery(place)).order_by("name", "pk")
        for each in rows[: query.most]:
            url = reverse("crm:contact", args=[team.slug, each.pk])
            about = _joined([each.works_at or "", _if_other(team, query)])
            yield Hit(each.name, about, "user-round", url)


@search.register(SAID)
def said(_user: User, query: Query) -> Iterator[Hit]:
    """What members wrote down of what was said, unless it was removed; for members alone."""
    found = Interaction.objects.there().outside_the_bin().filter(team__in=query.inside)
    found = found.filter(query.is_found(SAID)).select_related(*DEAL)
    for each in found.newest_first()[: query.most]:
        team = query.team_of(each)
        day = short_date(timezone.localdate(each.occurred_at, team.zone))
        about = [each.deal.customer or each.deal.title, day, _if_other(team, query)]
        title = each.subject or Truncator(each.text).chars(BEGINNING)
        url = f"{_page_of(team, each.deal)}#interaction-{each.pk}"
        yield Hit(title, _joined(about), "messages-square", url)


@search.register(NOTES)
def notes(_user: User, query: Query) -> Iterator[Hit]:
    """What members wrote down for themselves; for members alone."""
    found = Note.objects.there().filter(team__in=query.inside)
    found = found.filter(query.is_found(NOTES)).select_related(*DEAL, *CUSTOMER)
    for each in found.order_by("-written_at", "-pk")[: query.most]:
        team = query.team_of(each)
        day = short_date(timezone.localdate(each.written_at, team.zone))
        about = [each.about, day, _if_other(team, query)]
        beginning = Truncator(each.text).chars(BEGINNING)
        yield Hit(beginning, _joined(about), "sticky-note", _page_of_note(team, each))


@search.register(PLANNED)
def planned(_user: User, query: Query) -> Iterator[Hit]:
    """What members mean to do, and what came of it; for members alone."""
    found = Activity.objects.outside_the_bin().filter(
        team__in=query.inside, dropped_at__isnull=True
    )
    found = found.filter(query.is_found(PLANNED))
    names = (*DEAL, *CUSTOMER)
    for each in found.select_related(*names).order_by("-due_on", "-pk")[: query.most]:
        team = query.team_of(each)
        about = [each.about, short_date(each.due_on), _if_other(team, query)]
        url = reverse("crm:activity", args=[team.slug, each.pk])
        yield Hit(each.title, _joined(about), "calendar", url)


def ours_first(query: Query) -> models.OrderBy:
    """The team whose page this is before the others."""
    is_ours = models.Case(models.When(team=query.team.pk, then=0), default=1)
    return models.OrderBy(is_ours)


def _page_of(team: Team, deal: Deal) -> str:
    return reverse("crm:deal", args=[team.slug, deal.number])


def _page_of_note(team: Team, note: Note) -> str:
    if note.deal:
        return f"{_page_of(team, note.deal)}#note-{note.pk}"
    name = "crm:customer" if note.organization_id else "crm:contact"
    return reverse(name, args=[team.slug, note.organization_id or note.contact_id])


def _if_other(team: Team, query: Query) -> str:
    return "" if team == query.team else team.name


def _joined(parts: list[str]) -> str:
    return " · ".join(filter(None, parts))
