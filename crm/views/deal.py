"""The page of one deal, and what is filled in there."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm import custom
from crm.cards import Card, Reader
from crm.file_forms import AttachFile
from crm.forms import (
    EditDeal,
    LoseDeal,
    PlanStep,
    ReopenDeal,
    TickItem,
    TransferDeal,
    first_error,
    suggest_customers,
)
from crm.models import Deal, DealError, FieldDefinition, FieldError, StaleDeal, Target
from crm.note_forms import WriteNote
from crm.pages import (
    Asked,
    checklist_of,
    day_label,
    facts_of,
    neighbours_of,
    planned_of,
    steps_of,
)
from crm.stream import Stream, undo_url
from crm.views.answers import act, changed, refused
from crm.web import (
    fields_about,
    find_deal,
    find_departure,
    find_interaction,
    offered,
    reader_of,
)
from crm.work_forms import EditInteraction, LogInteraction, PlanActivity
from teams.templatetags.kring import money
from teams.web import MemberRequest, TeamRequest, member_page, reader_page


@require_safe
@reader_page
def deal(request: TeamRequest, number: int) -> HttpResponse:
    """Everything about one deal, or where it went on."""
    try:
        found, wanted = find_deal(request.team, number), request.GET.get("interaction")
    except Http404:
        return render(request, "crm/gone.html", {"went": find_departure(request.team, number)})
    if not wanted or request.member is None:
        return deal_page(request, found)
    written = find_interaction(found, wanted)
    return deal_page(request, found, edited=EditInteraction.about(written, at=timezone.now()))


@require_POST
@member_page
def next_step(request: MemberRequest, number: int) -> HttpResponse:
    """Say what happens next, and when. Who comes second sees both versions and decides again."""
    found = find_deal(request.team, number)
    form = PlanStep(request.POST)
    if not form.is_valid():
        return deal_page(request, found, status=422, step_form=form)

    def stale(sentence: str) -> HttpResponse:
        return deal_page(request, found, status=409, step_form=form.beside(found, sentence))

    seen = form.cleaned_data["version"]
    return act(request, found, found.plan_step, *form.step(), version=seen, stale=stale)


@require_POST
@member_page
def checklist(request: MemberRequest, number: int) -> HttpResponse:
    """Tick an item of the checklist, or take the tick away."""
    found = find_deal(request.team, number)
    form = TickItem(request.POST)
    if not form.is_valid():
        return refused(request, found, first_error(form), status=422)
    done = form.cleaned_data["state"] == "done"
    try:
        found.tick(form.cleaned_data["item"], done=done, by=request.member, at=timezone.now())
    except DealError as refusal:
        return refused(request, found, str(refusal), status=409)
    return redirect("crm:deal", request.team.slug, number)


@require_POST
@member_page
def loss(request: MemberRequest, number: int) -> HttpResponse:
    """Close a deal as lost, with the reason."""
    found = find_deal(request.team, number)
    form = LoseDeal(request.POST, deal=found)
    if not form.is_valid():
        return deal_page(request, found, status=422, loss_form=form)
    asked = form.cleaned_data
    return act(request, found, found.lose, asked["loss_reason"], seen_in=asked["seen_in"])


@require_POST
@member_page
def transfer(request: MemberRequest, number: int) -> HttpResponse:
    """Let a deal go on in another process."""
    found = find_deal(request.team, number)
    form = TransferDeal(request.POST, deal=found)
    if not form.is_valid():
        return deal_page(request, found, status=422, transfer_form=form)
    return act(request, found, found.transfer_to, **form.cleaned_data)


@require_POST
@member_page
def reopening(request: MemberRequest, number: int) -> HttpResponse:
    """Open a closed deal again."""
    found = find_deal(request.team, number)
    form = ReopenDeal(request.POST, deal=found)
    if not form.is_valid():
        return refused(request, found, first_error(form), status=422)
    return act(request, found, found.reopen, seen_in=form.cleaned_data["seen_in"])


@require_POST
@member_page
def details(request: MemberRequest, number: int) -> HttpResponse:
    """Change the facts of a deal. Who comes second sees both versions and decides again."""
    found = find_deal(request.team, number)
    fields = fields_about(request.team, Target.DEAL)
    form = EditDeal(request.POST, fields_asked=fields, kept=found.custom)
    if not form.is_valid():
        return deal_page(request, found, status=422, edit_form=form)
    version = form.cleaned_data["version"]
    try:
        line = found.edit(form.changes(), version=version, by=request.member, at=timezone.now())
    except StaleDeal as refusal:
        return deal_page(request, found, status=409, edit_form=form.beside(found, str(refusal)))
    except FieldError as refusal:
        # A field that the team archived in this very moment.
        form.add_error(None, str(refusal))
        return deal_page(request, found, status=422, edit_form=form)
    undo = undo_url(line, request.team.slug) if line else ""
    text = _("The facts of this deal are kept.")
    return changed(request, found, found.stage_id, text=text, undo=undo)


def deal_page(
    request: TeamRequest, deal: Deal, *, status: int = 200, **filled: Any
) -> HttpResponse:
    """The page, with a form that was filled in and refused in place of the fresh one."""
    reader = reader_of(request)
    visits = list(deal.visits.in_order())
    currency = deal.pipeline.currency
    checks = checklist_of(deal, reader)
    previous_url, next_url = neighbours_of(deal, reader)
    fields = fields_about(request.team, Target.DEAL)
    context = {
        "deal": deal,
        "card": replace(Card.of(deal, reader), amount_text=money(deal.amount, currency)),
        "steps": steps_of(deal, visits),
        "checks": checks,
        "checks_done": sum(check.is_done for check in checks),
        "facts": facts_of(deal, reader),
        "planned": planned_of(deal, reader),
        "custom_facts": custom.facts_of(fields, deal.custom, currency=currency),
        "asked": Asked.of(deal, reader),
        "stream": Stream.of(deal, visits[-1], reader, page=request.GET.get("page")),
        "previous_url": previous_url,
        "next_url": next_url,
        "came": getattr(deal, "arrival", None),
        "meanwhile": status == HTTPStatus.CONFLICT,
        "asks_next": request.GET.get("ask") == "next" and not deal.next_step,
        **(_forms(deal, fields, reader) if request.member else {}),
        **filled,
    }
    if "edit_form" in context:
        suggest_customers(context["edit_form"].fields["organization"], request.team)
        context["edit_form"].offer_tags(context["offered"]["tags"], deal)
        context["edit_form"].fields["expected_close_on"].label = day_label(deal)
    return render(request, "crm/deal.html", context, status=status)


def _forms(deal: Deal, fields: list[FieldDefinition], reader: Reader) -> dict[str, Any]:
    return {
        "step_form": PlanStep.about(deal),
        "transfer_form": TransferDeal(deal=deal),
        "loss_form": LoseDeal(initial={"seen_in": deal.stage_id}, deal=deal),
        "edit_form": EditDeal.about(deal, fields),
        "note_form": WriteNote(),
        "file_form": AttachFile(),
        "plan_form": PlanActivity(team=reader.team),
        "interaction_form": LogInteraction(deal=deal, at=reader.at, initial={"direction": "in"}),
        "offered": offered(reader.team),
    }
