"""Customers: the list, an organization, and the people there."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from crm import customers as shown
from crm.alike import (
    Likely,
    contacts_like,
    contacts_reached_at,
    customers_but_for_a_letter,
    customers_like,
)
from crm.customer_forms import (
    AddContact,
    AddCustomer,
    AddPoint,
    EditContact,
    EditCustomer,
    EditOwnFacts,
    FindCustomers,
    LookAround,
    TypeCustomer,
)
from crm.filters import EVERYTHING, CustomerVocabulary
from crm.listing import pages
from crm.models import Contact, CustomerError, Organization, StaleCustomer
from crm.own_facts import Own
from crm.stream import undo_url
from crm.web import find_affiliation, find_contact, find_organization, reader_of
from teams import panels, story
from teams.models import LogEntry
from teams.web import MemberRequest, TeamRequest, by_method, member_page, reader_page


@require_safe
@reader_page
def read(request: TeamRequest) -> HttpResponse:
    """The organizations of the company, as the address asks for them."""
    return _list(request)


@require_POST
@member_page
def add(request: MemberRequest) -> HttpResponse:
    """A customer that nobody knew yet."""
    form = AddCustomer(request.POST, team=request.team)
    if not form.is_valid():
        return _list(request, added=form, status=422)
    if not form.is_new():
        return _list(request, added=form, status=409)
    try:
        made = Organization.objects.add(**form.facts(), by=request.member, at=timezone.now())
    except CustomerError as refusal:
        form.add_error("name", str(refusal))
        return _list(request, added=form, status=422)
    return redirect("crm:customer", request.team.slug, made.pk)


customers = by_method(read=read, write=add)


@require_safe
@reader_page
def names(request: TeamRequest) -> HttpResponse:
    """The customers that somebody may mean who is typing a name."""
    form = TypeCustomer(request.GET)
    form.is_valid()
    context: dict[str, Any] = {"names": shown.names_like(form.words())}
    if typed := form.cleaned_data.get("customer"):
        context |= {"likely": customers_but_for_a_letter(typed, request.team), "typed": typed}
        return render(request, "crm/_customer_typed.html", context)
    return render(request, "crm/_customer_names.html", context)


@require_safe
@member_page
def customers_alike(request: MemberRequest) -> HttpResponse:
    """The customers that are there already and may be meant by what somebody is typing."""
    typed = _typed(request)["name"]
    return _alike(request, customers_like(typed, request.team), typed)


@require_safe
@member_page
def contacts_alike(request: MemberRequest) -> HttpResponse:
    """The same of the people whom the team knows, by their name or by how to reach them."""
    typed = _typed(request)
    if value := typed["value"]:
        return _alike(request, contacts_reached_at(value, request.team), value)
    return _alike(request, contacts_like(typed["name"], request.team), typed["name"])


def _typed(request: MemberRequest) -> dict[str, str]:
    form = LookAround(request.GET)
    form.is_valid()
    return form.cleaned_data


def _alike(request: MemberRequest, likely: Sequence[Likely], typed: str) -> HttpResponse:
    return render(request, "crm/_alike.html", {"likely": likely, "typed": typed})


@require_safe
@reader_page
def customer(request: TeamRequest, organization: int) -> HttpResponse:
    """All that this team may know of an organization."""
    found = find_organization(organization)
    if found.pk != organization:
        return redirect("crm:customer", request.team.slug, found.pk)
    return customer_page(request, found)


@require_POST
@member_page
def customer_details(request: MemberRequest, organization: int) -> HttpResponse:
    """Change what all teams know of it. Who comes second sees both versions."""
    found = find_organization(organization)
    form = EditCustomer(request.POST)
    if not form.is_valid():
        return customer_page(request, found, edit_form=form, status=422)
    version = form.cleaned_data["version"]
    try:
        found.edit(form.changes(), version=version, by=request.member, at=timezone.now())
    except StaleCustomer as refusal:
        form = form.beside(found, str(refusal))
        return customer_page(request, found, edit_form=form, status=409)
    except CustomerError as refusal:
        form.add_error("name", str(refusal))
        return customer_page(request, found, edit_form=form, status=422)
    return redirect("crm:customer", request.team.slug, found.pk)


@require_POST
@member_page
def customer_contacts(request: MemberRequest, organization: int) -> HttpResponse:
    """Somebody who works there."""
    found = find_organization(organization)
    form = AddContact(request.POST, team=request.team)
    if not form.is_valid():
        return customer_page(request, found, contact_form=form, status=422)
    if not form.is_new():
        return customer_page(request, found, contact_form=form, status=409)
    name, role = form.cleaned_data["name"], form.cleaned_data["role"]
    try:
        made = Contact.objects.add(name, found, role, by=request.member, at=timezone.now())
    except CustomerError as refusal:
        form.add_error("name", str(refusal))
        return customer_page(request, found, contact_form=form, status=422)
    return redirect("crm:contact", request.team.slug, made.pk)


@require_POST
@member_page
def affiliation_ending(request: MemberRequest, affiliation: int) -> HttpResponse:
    """They work there no more."""
    found = find_affiliation(request.team, affiliation)
    _say(request, found.end)
    return redirect("crm:customer", request.team.slug, found.organization_id)


@require_safe
@reader_page
def contact(request: TeamRequest, contact: int) -> HttpResponse:
    """A person at a customer; how to reach them is for the team alone."""
    found = find_contact(request.team, contact)
    if found.pk != contact:
        return redirect("crm:contact", request.team.slug, found.pk)
    return contact_page(request, found)


@require_POST
@member_page
def contact_details(request: MemberRequest, contact: int) -> HttpResponse:
    """Change who somebody is. Who comes second sees both versions."""
    found = find_contact(request.team, contact)
    form = EditContact(request.POST)
    if not form.is_valid():
        return contact_page(request, found, edit_form=form, status=422)
    version = form.cleaned_data["version"]
    try:
        found.edit(form.changes(), version=version, by=request.member, at=timezone.now())
    except StaleCustomer as refusal:
        form = form.beside(found, str(refusal))
        return contact_page(request, found, edit_form=form, status=409)
    return redirect("crm:contact", request.team.slug, found.pk)


@require_POST
@member_page
def contact_points(request: MemberRequest, contact: int) -> HttpResponse:
    """A new way to reach somebody."""
    found = find_contact(request.team, contact)
    form = AddPoint(request.POST, team=request.team, besides=found)
    if form.is_valid():
        if not form.is_new():
            return contact_page(request, found, point_form=form, status=409)
        try:
            found.add_point(**form.facts(), by=request.member, at=timezone.now())
        except CustomerError as refusal:
            form.add_error("value", str(refusal))
    if not form.is_valid():
        return contact_page(request, found, point_form=form, status=422)
    return redirect("crm:contact", request.team.slug, found.pk)


@require_POST
@member_page
def contact_point_removal(request: MemberRequest, contact: int, point: int) -> HttpResponse:
    """Strike out a way to reach somebody."""
    found = find_contact(request.team, contact)
    _say(request, found.remove_point, get_object_or_404(found.points, pk=point))
    return redirect("crm:contact", request.team.slug, found.pk)


def _say(request: MemberRequest, verb: Callable[..., LogEntry], *words: Any) -> None:
    try:
        entry = verb(*words, by=request.member, at=timezone.now())
    except CustomerError as refusal:
        messages.error(request, str(refusal))
    else:
        undo = undo_url(entry, request.team.slug)
        messages.success(request, story.line(entry), extra_tags=f"undo:{undo}")


def _list(
    request: TeamRequest, *, added: AddCustomer | None = None, status: int = 200
) -> HttpResponse:
    form = FindCustomers(request.GET, vocabulary=CustomerVocabulary(reader_of(request)))
    if not form.is_valid():
        raise Http404
    wish = form.wish()
    page = shown.listed(request.team, wish, page=request.GET.get("page"))
    context = {
        "form": form,
        "wish": wish,
        "page": page,
        "headings": shown.headings(wish),
        "filter_words": wish.filter.words,
        "here": wish.address(),
        "clear_url": wish.address(filter=EVERYTHING),
        **pages(wish, page),
        "add_form": added or AddCustomer(team=request.team, auto_id="new-%s"),
    }
    return render(request, "crm/customers.html", context, status=status)


def customer_page(
    request: TeamRequest, organization: Organization, *, status: int = 200, **filled: Any
) -> HttpResponse:
    """The page, with a form that was filled in and refused in place of the fresh one."""
    reader = reader_of(request)
    deals = shown.deals_of(organization, reader)
    own = Own.of(organization, reader)
    context = {
        "organization": organization,
        "deals": deals,
        "elsewhere": shown.deals_elsewhere(organization, request.team),
        "is_ours": bool(deals),
        "people": shown.people_of(organization, reader) if deals else [],
        "subsidiaries": organization.subsidiaries.order_by("name_key")[: shown.MOST_PEOPLE],
        "absorbed": shown.absorbed_by(organization),
        "stream": shown.stream_of(organization, reader, own, page=request.GET.get("page")),
        "panels": panels.at("customer", request, organization),
        "edit_form": EditCustomer.about(organization),
        **_own_context(own),
        "contact_form": AddContact(team=request.team, auto_id="contact-%s"),
        **filled,
    }
    return render(request, "crm/customer.html", context, status=status)


def contact_page(
    request: TeamRequest, contact: Contact, *, status: int = 200, **filled: Any
) -> HttpResponse:
    """The page, with a form that was filled in and refused in place of the fresh one."""
    reader = reader_of(request)
    places = contact.affiliations.select_related("organization")
    own = Own.of(contact, reader)
    context = {
        "contact": contact,
        "points": shown.points_of([contact.pk], reader).get(contact.pk, []),
        "affiliations": places.order_by("-until_on", "organization__name_key"),
        "stream": shown.stream_of(contact, reader, own, page=request.GET.get("page")),
        "edit_form": EditContact.about(contact),
        **_own_context(own),
        "point_form": AddPoint(team=request.team, auto_id="point-%s"),
        **filled,
    }
    return render(request, "crm/contact.html", context, status=status)


def _own_context(own: Own | None) -> dict[str, Any]:
    return {"own": own, "own_form": own and EditOwnFacts.about(own.facts, own.fields)}
