"""The room of one debate, and what somebody does in it."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dashboards import catalogue
from dashboards.periods import PeriodKind
from dashboards.reach import last_shown
from debates import turns
from debates.acts import ACTS, Act
from debates.models import DebateError, Experiment, Point, Proposal, ProposalVersion
from debates.room import Room
from debates.web import find_room
from teams.web import (
    ParticipantRequest,
    participant_page,
    reader_page,
    status_of,
    wants_fragment,
)


@require_safe
@reader_page
def debate(request: ParticipantRequest, debate: int) -> HttpResponse:
    """The room: the question, the figure, what was said, and what waits for whoever reads."""
    room = find_room(request.place, debate)
    if wants_fragment(request):
        return render(request, "debates/_pace.html", {"room": room})
    return _page(request, room)


@require_POST
@participant_page
def turn(request: ParticipantRequest, debate: int, turn: str) -> HttpResponse:
    """Do one thing in it. Who comes second is told, and sees how it stands now."""
    if turn not in ACTS or (turn in turns.OF_MEMBERS and not request.member):
        raise Http404
    room = find_room(request.place, debate)
    form = ACTS[turn](request.POST, room=room)
    if not form.is_valid():
        return _page(request, room, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.do(by=request.place, at=timezone.now())
    except DebateError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, find_room(request.place, debate), form, status=status_of(refusal))
    messages.success(request, _("That is written down."))
    return redirect("debates:debate", request.team.slug, debate)


def _page(
    request: ParticipantRequest, room: Room, tried: Act | None = None, *, status: int = 200
) -> HttpResponse:
    """The page, with the form that was tried as it was filled in."""
    context = {
        "room": room,
        **_forms(room, tried),
        "today": room.day,
        **_figure(request, room),
    }
    return render(request, "debates/debate.html", context, status=status)


def _forms(room: Room, tried: Act | None) -> dict[str, Any]:
    """The form of each thing that can be done: beside what it is done to, or on its own."""
    beside: dict[tuple[Any, int], Any] = {
        **{(Point, seen.point.pk): seen for seen in room.points},
        **{(Proposal, seen.proposal.pk): seen for seen in room.proposals},
        **{(ProposalVersion, seen.version.pk): seen for seen in room.proposals},
        **{(Experiment, seen.experiment.pk): seen for seen in room.experiments},
    }
    alone: dict[str, Act] = {}
    is_shown = False
    for noun, item in turns.open_to(room):
        kind = ACTS[noun]
        is_tried = tried is not None and _tried(tried) == (noun, str(item or ""))
        form = tried if is_tried and tried else kind(room=room, item=item)
        is_shown = is_shown or is_tried
        if item is None:
            alone[noun.replace("-", "_")] = form
        else:
            beside[kind.about, item].forms.append(form)
    return {"acts": alone, "refused": tried.errors if tried and not is_shown else None}


def _tried(form: Act) -> tuple[str, str]:
    return form.noun, str(form.data.get("item", "")) if form.about else ""


def _figure(request: ParticipantRequest, room: Room) -> dict[str, Any]:
    """The figure that it is about, through time, as far as whoever reads may see it."""
    at, kpi = timezone.now(), room.debate.figure
    last = last_shown(request.team, PeriodKind.WEEK, member=request.member, at=at)
    url = reverse("dashboards:figure", args=[request.team.slug, kpi.slug])
    panel = catalogue.page_of(kpi, request.team, last, until=at).panel if last else None
    return {"panel": panel, "figure_url": url}
