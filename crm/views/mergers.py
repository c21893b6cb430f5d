"""Two customers, or two contacts, become one: who it may be, both side by side, and done."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from crm import mergers
from crm.customer_forms import FindByWords, Merge
from crm.mergers import Kind
from crm.models import CustomerError, StaleCustomer
from crm.stream import undo_url
from crm.web import find_contact, find_organization
from teams import story
from teams.web import MemberRequest, member_page


@require_safe
@member_page
def customer(request: MemberRequest, organization: int) -> HttpResponse:
    """Which other customer may be the same one."""
    return _choose(request, mergers.CUSTOMERS, find_organization(organization))


@require_safe
@member_page
def contact(request: MemberRequest, contact: int) -> HttpResponse:
    """Which other contact may be the same person."""
    return _choose(request, mergers.CONTACTS, find_contact(request.team, contact))


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def customers(request: MemberRequest, organization: int, other_organization: int) -> HttpResponse:
    """Two customers side by side, and one of them once the form is sent."""
    return _merge(request, mergers.CUSTOMERS, find_organization, organization, other_organization)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def contacts(request: MemberRequest, contact: int, other_contact: int) -> HttpResponse:
    """Two contacts side by side, and one of them once the form is sent."""
    find = partial(find_contact, request.team)
    return _merge(request, mergers.CONTACTS, find, contact, other_contact)


def _choose(request: MemberRequest, kind: Kind[Any], one: Any) -> HttpResponse:
    form = FindByWords(request.GET)
    q = form.cleaned_data["q"] if form.is_valid() else ""
    context = {
        "one": one,
        "page_url": kind.page_of(one, request.team),
        "form": form,
        "q": q,
        "likely": [
            (each, kind.merging_of(one, each.pk, request.team))
            for each in kind.likely(one, request.team, q)
        ],
    }
    return render(request, "crm/merger.html", context)


def _merge(
    request: MemberRequest, kind: Kind[Any], find: Callable[[int], Any], *pks: int
) -> HttpResponse:
    one, other = map(find, pks)
    if one == other:
        return redirect(kind.page_of(one, request.team))
    facts = mergers.facts_of(one, other)
    if request.method != "POST":
        return _preview(request, kind, one, other, Merge.about(one, other, facts))
    form = Merge(request.POST, facts=facts)
    if not form.is_valid():
        return _preview(request, kind, one, other, form, status=422)
    try:
        entry = one.absorb(other, **form.wish(), by=request.member, at=timezone.now())
    except StaleCustomer as refusal:
        one, other = map(find, pks)
        again = form.once_more(one, other, mergers.facts_of(one, other), str(refusal))
        return _preview(request, kind, one, other, again, status=409)
    except CustomerError:
        # The page says why.
        return _preview(request, kind, one, other, form, status=409)
    undo = undo_url(entry, request.team.slug)
    messages.success(request, story.line(entry), extra_tags=f"undo:{undo}")
    return redirect(kind.page_of(one, request.team))


def _preview(
    request: MemberRequest,
    kind: Kind[Any],
    one: Any,
    other: Any,
    form: Merge,
    *,
    status: int = 200,
) -> HttpResponse:
    refusal = mergers.refusal_of(one, other, request.member)
    context = {
        "one": one,
        "other": other,
        "page_url": kind.page_of(one, request.team),
        "turned_url": kind.merging_of(other, one.pk, request.team),
        "form": form,
        "rows": form.beside(mergers.facts_of(one, other)),
        "refusal": refusal,
        "moves": [] if refusal else mergers.moves_of(kind, one, other, request.team),
    }
    return render(request, "crm/merging.html", context, status=status)
