"""The list of deals, and a new one."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.columns import Columns
from crm.filters import Vocabulary
from crm.forms import AddDeal, ChooseExport, first_error
from crm.listing import Listing, headings, pages
from crm.looking import Look, looking_context
from crm.models import Deal
from crm.stream import undo_url
from crm.views.answers import add_form, board_context, board_url, changed_context
from crm.web import reader_of
from teams.models import LogEntry
from teams.web import (
    MemberRequest,
    TeamRequest,
    by_method,
    member_page,
    reader_page,
    wants_fragment,
)


@require_safe
@reader_page
def find(request: TeamRequest) -> HttpResponse:
    """A page of the list, as the address asks for it."""
    return list_page(request)


def list_page(request: TeamRequest, *, status: int = 200, **refused: forms.Form) -> HttpResponse:
    """The list, with a form that was filled in and refused."""
    reader = reader_of(request)
    vocabulary = Vocabulary(reader, request.user)
    look = Look.of(request.GET, vocabulary)
    if not look.form.is_valid():
        raise Http404
    listing = Listing.of(look.wish, reader, page=request.GET.get("page"))
    columns = Columns(reader).chosen(look.wish.columns)
    context = {
        "form": look.form,
        "listing": listing,
        "rows": listing.rows(reader, columns),
        "headings": headings(look.wish, columns),
        "asked": look.wish.parameters(),
        "filter_words": look.form.cleaned_data["filter"].words,
        **looking_context(look, "list"),
        "export_form": ChooseExport(),
        **pages(look.wish, listing.page),
        **refused,
    }
    return render(request, "crm/deals.html", context, status=status)


@require_POST
@member_page
def add(request: MemberRequest) -> HttpResponse:
    """A new deal, on top of a column; it waits in the team's intake until somebody takes it."""
    form = add_form(request, request.POST.get("stage", ""), request.POST)
    if not form.is_valid():
        return _not_added(request, form)
    if not form.is_new():
        return _not_added(request, form, status=409)
    pipeline = form.cleaned_data["stage"].pipeline
    deal = Deal.objects.add(pipeline, **form.facts(), by=request.member, at=timezone.now())
    return _added(request, deal)


def _added(request: MemberRequest, deal: Deal) -> HttpResponse:
    text = _("%(deal)s is on the board.") % deal.naming()
    line = LogEntry.objects.about(deal).newest_first()[0]
    undo = undo_url(line, request.team.slug)
    if not wants_fragment(request):
        messages.success(request, text, extra_tags=f"undo:{undo}")
        return redirect(board_url(request, deal.pipeline))
    context = changed_context(request, deal.pipeline, deal.stage_id)
    said = {"column": context["changed"][0], "text": text, "undo": undo}
    return render(request, "crm/_added.html", {**context, **said})


def _not_added(request: MemberRequest, form: AddDeal, *, status: int = 422) -> HttpResponse:
    stage = form.cleaned_data.get("stage")
    pipeline = stage.pipeline if stage else request.team.pipelines.living().in_order().first()
    context = board_context(request, pipeline, failed=form)
    context["column"] = next((each for each in context["columns"] if each.add_form is form), None)
    if not wants_fragment(request):
        return render(request, "crm/board.html", context, status=status)
    if context["column"] is None:
        # No column of this board: what was wrong is the stage itself.
        return render(
            request, "crm/_refused.html", {**context, "text": first_error(form)}, status=422
        )
    return render(request, "crm/_new_deal.html", context, status=status)


deals = by_method(read=find, write=add)
