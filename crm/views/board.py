"""The board, and the cards that move over it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from crm.forms import MoveDeal, first_error
from crm.models import Pipeline
from crm.views.answers import act, board_context, refused
from crm.web import find_pipeline, find_to_move
from teams.web import MemberRequest, TeamRequest, member_page, reader_page, wants_fragment


@require_safe
@reader_page
def board(request: TeamRequest) -> HttpResponse:
    """The team's first process: everything open, and what was won lately."""
    return _board(request, request.team.pipelines.living().in_order().first())


@require_safe
@reader_page
def board_of(request: TeamRequest, pipeline: int) -> HttpResponse:
    """The board of one of the team's processes."""
    return _board(request, find_pipeline(request.team, pipeline))


def _board(request: TeamRequest, pipeline: Pipeline | None) -> HttpResponse:
    context = board_context(request, pipeline)
    template = "crm/_board.html" if wants_fragment(request) else "crm/board.html"
    return render(request, template, context)


@require_POST
@member_page
def stage(request: MemberRequest, number: int) -> HttpResponse:
    """Move a deal to another stage, or to another place in its column."""
    deal = find_to_move(request.team, number)
    form = MoveDeal(request.POST, deal=deal)
    if not form.is_valid():
        return refused(request, deal, first_error(form), status=422)
    return act(request, deal, deal.move_to, **form.cleaned_data)


@require_POST
@member_page
def owner(request: MemberRequest, number: int) -> HttpResponse:
    """Take a deal that nobody looks after."""
    deal = find_to_move(request.team, number)
    return act(request, deal, deal.take)
