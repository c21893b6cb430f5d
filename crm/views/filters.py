"""The page on which a filter is built, and the views that are kept under a name."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.filters import Filter, Vocabulary
from crm.forms import NameView
from crm.listing import Wish
from crm.looking import LAYOUTS, Look, address_of, as_kept
from crm.models import SavedView
from crm.refusals import ViewError
from crm.views.building import Building
from crm.views.deals import list_page
from crm.web import find_view, reader_of
from teams.web import MemberRequest, TeamRequest, member_page, reader_page, status_of

# What an address asks beside the filter.
KEPT = ("sort", "columns", "view")


@require_safe
@reader_page
def build(request: TeamRequest) -> HttpResponse:
    """The filter of the list, the board or the calendar."""
    vocabulary = Vocabulary(reader_of(request), request.user)
    building = Building(
        "crm/filter.html",
        vocabulary,
        keeps=("to", *KEPT),
        standing=lambda: _look(request, vocabulary).wish.filter,
        shown=lambda filter_: _shown(request, vocabulary, filter_),
    )
    return building.answer(request)


@require_POST
@member_page
def keep(request: MemberRequest) -> HttpResponse:
    """Keep what the address asks under a name."""
    form = NameView(request.POST)
    if not form.is_valid():
        return list_page(request, name_form=form, status=422)
    asked, own = form.cleaned_data, form.cleaned_data["whose"] == "me"
    question = as_kept(_wish(request), asked["layout"] or "list")
    by, at = request.member, timezone.now()
    try:
        view = SavedView.objects.add(asked["name"], question, own=own, by=by, at=at)
    except ViewError as refusal:
        form.add_error("name", str(refusal))
        return list_page(request, name_form=form, status=422)
    return _kept(request, view)


@require_POST
@member_page
def change(request: MemberRequest, view: int) -> HttpResponse:
    """Let the view ask what the address asks, under this name."""
    found = find_view(request.team, request.user, view)
    form = NameView(request.POST, view=found)
    if not form.is_valid():
        return list_page(request, name_form=form, status=422)
    asked = form.cleaned_data
    question = as_kept(_wish(request), asked["layout"] or found.layout)
    seen, by, at = asked["version"] or found.version, request.member, timezone.now()
    try:
        found.change(asked["name"], question, version=seen, by=by, at=at)
    except ViewError as refusal:
        form.add_error("name", str(refusal))
        return list_page(request, name_form=form, status=status_of(refusal))
    return _kept(request, found, tags=f"undo:{_undo_url(found)}")


def _kept(request: MemberRequest, view: SavedView, *, tags: str = "") -> HttpResponse:
    messages.success(request, _("“%(view)s” is kept.") % {"view": view.name}, extra_tags=tags)
    return redirect(address_of(view))


@require_POST
@member_page
def deletion(request: MemberRequest, view: int) -> HttpResponse:
    """Take a view away; the message offers it back."""
    found = find_view(request.team, request.user, view)
    try:
        found.discard(by=request.member, at=timezone.now())
    except ViewError as refusal:
        return _refused(request, refusal)
    return _said(request, found)


@require_POST
@member_page
def undo(request: MemberRequest, view: int, version: int) -> HttpResponse:
    """Take back the change that made this version of a view, or make it once more."""
    found = find_view(request.team, request.user, view)
    try:
        found.undo(version=version, by=request.member, at=timezone.now())
    except ViewError as refusal:
        return _refused(request, refusal)
    return _said(request, found)


def _said(request: MemberRequest, view: SavedView) -> HttpResponse:
    """That it is back, or away, and can be what it was before."""
    if view.is_kept:
        text, tags = _("“%(view)s” is back."), f"redo:{_undo_url(view)}"
    else:
        text, tags = _("“%(view)s” is deleted."), f"undo:{_undo_url(view)}"
    messages.success(request, text % {"view": view.name}, extra_tags=tags)
    return redirect(address_of(view) if view.is_kept else _at(request, "list", ""))


def _undo_url(view: SavedView) -> str:
    """Where the change that was made just now is taken back."""
    return reverse("crm:view-undo", args=[view.team.slug, view.pk, view.version])


def _shown(request: TeamRequest, vocabulary: Vocabulary, filter_: Filter) -> HttpResponse:
    """To the list, the board or the calendar, with the filter in its address."""
    asked = QueryDict(mutable=True)
    asked.update({name: request.GET.get(name, "") for name in KEPT})
    look = Look.of(asked, vocabulary)
    if not look.form.is_valid():
        raise Http404
    wish = replace(look.wish, filter=filter_)
    return redirect(_at(request, request.GET.get("to", "list"), wish.address()))


def _look(request: TeamRequest, vocabulary: Vocabulary) -> Look:
    asked = request.GET.copy()
    asked.pop("to", None)
    look = Look.of(asked, vocabulary)
    if not look.form.is_valid():
        raise Http404
    return look


def _wish(request: MemberRequest) -> Wish:
    return _look(request, Vocabulary(reader_of(request), request.user)).wish


def _at(request: TeamRequest, layout: str, end: str) -> str:
    name = LAYOUTS.get(layout, LAYOUTS["list"])
    return reverse(name, args=[request.team.slug]) + end


def _refused(request: MemberRequest, refusal: ViewError) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect("crm:deals", request.team.slug)
