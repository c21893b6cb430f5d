"""What was said with a customer: written down, corrected and removed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.forms import SeenInVersion, first_error
from crm.models import Deal, Interaction, StaleWork
from crm.phrases import said
from crm.stream import undo_url
from crm.views.answers import refused
from crm.views.deal import deal_page
from crm.web import find_deal, find_interaction
from crm.work_forms import EditInteraction, LogInteraction
from teams.web import MemberRequest, member_page


@require_POST
@member_page
def log(request: MemberRequest, number: int) -> HttpResponse:
    """Write down what was said about a deal."""
    deal, at = find_deal(request.team, number), timezone.now()
    form = LogInteraction(request.POST, deal=deal, at=at)
    if not form.is_valid():
        return deal_page(request, deal, status=422, interaction_form=form)
    try:
        written = Interaction.objects.log(deal, **form.cleaned_data, by=request.member, at=at)
    except StaleWork as refusal:
        form.add_error("contact", str(refusal))
        return deal_page(request, deal, status=409, interaction_form=form)
    return _done(request, deal, f"{_what(written)}.")


@require_POST
@member_page
def edit(request: MemberRequest, number: int, interaction: int) -> HttpResponse:
    """Correct it. Who comes second sees both versions and decides again."""
    deal, at = find_deal(request.team, number), timezone.now()
    found = find_interaction(deal, interaction)
    form = EditInteraction(request.POST, interaction=found, at=at)
    if not form.is_valid():
        return deal_page(request, deal, status=422, edited=form)
    version = form.cleaned_data["version"]
    try:
        found.edit(form.changes(), version=version, by=request.member, at=at)
    except StaleWork as refusal:
        beside = form.beside(found, str(refusal))
        return deal_page(request, deal, status=409, edited=beside)
    return _done(request, deal, _("The correction is kept."))


@require_POST
@member_page
def remove(request: MemberRequest, number: int, interaction: int) -> HttpResponse:
    """Put it in the bin, with a way back."""
    deal = find_deal(request.team, number)
    found = find_interaction(deal, interaction)
    form = SeenInVersion(request.POST)
    if not form.is_valid():
        return refused(request, deal, first_error(form), status=422)
    try:
        line = found.remove(**form.cleaned_data, by=request.member, at=timezone.now())
    except StaleWork as refusal:
        return refused(request, deal, str(refusal), status=409)
    undo = undo_url(line, request.team.slug)
    return _done(request, deal, _("Removed: %(what)s.") % {"what": _what(found)}, undo=undo)


def _what(found: Interaction) -> str:
    return said(found.channel, found.direction)


def _done(request: MemberRequest, deal: Deal, text: str, *, undo: str = "") -> HttpResponse:
    messages.success(request, text, extra_tags=f"undo:{undo}" if undo else "")
    return redirect("crm:deal", request.team.slug, deal.number)
