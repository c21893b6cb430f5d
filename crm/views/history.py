"""Taking back what the history tells, a line or a batch of them."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm.batches import sentence_about, take_all_back
from crm.models import BulkUndo, take_back
from crm.stream import undo_url
from crm.views.answers import board_context, changed, refused, said
from crm.web import find_batch, find_line, find_subject
from teams import story
from teams.refusals import Refusal
from teams.web import MemberRequest, member_page, wants_fragment


@require_POST
@member_page
def undo(request: MemberRequest, entry: int) -> HttpResponse:
    """Take back what this line tells, whatever it is about."""
    line = find_line(request.team, entry)
    deal = find_subject(request.team, line)
    try:
        taken = take_back(line, by=request.member, at=timezone.now())
    except Refusal as refusal:
        return refused(request, deal, str(refusal), status=409)
    text, again = story.line(taken), undo_url(taken, request.team.slug)
    if deal is None:
        return said(request, text, redo=again)
    left = deal.stage_id
    deal.refresh_from_db()
    return changed(request, deal, left, deal.stage_id, text=text, redo=again)


@require_POST
@member_page
def undo_batch(request: MemberRequest, entry: int) -> HttpResponse:
    """Take back everything that was done together with this line, as far as it can be."""
    line = find_batch(request.team, entry)
    try:
        undone = take_all_back(line, by=request.member, at=timezone.now())
    except Refusal as refusal:
        return refused(request, None, str(refusal), status=409)
    text = sentence_about(undone)
    if not wants_fragment(request):
        if isinstance(undone, BulkUndo):
            return redirect("crm:bulk-edit", request.team.slug, undone.edit_id)
        return said(request, text)
    pipeline = request.team.pipelines.in_order().first()
    context = {**board_context(request, pipeline), "text": text}
    return render(request, "crm/_undone.html", context)
