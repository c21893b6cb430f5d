"""The room of one debate, and what somebody does in it."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dashboards import catalogue
from dashboards.periods import PeriodKind, last_closed
from debates import turns
from debates.acts import ACTS, Act
from debates.models import DebateError, Experiment, Point, Proposal, ProposalVersion
from debates.room import PointSeen, Room
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
    room = _find(request, debate)
    if wants_fragment(request):
        return render(request, "debates/_pace.html", {"room": room})
    return _page(request, room)


@require_POST
@participant_page
def turn(request: ParticipantRequest, debate: int, turn: str) -> HttpResponse:
    """Do one thing in it. Who comes second is told, and sees how it stands now."""
    if turn not in ACTS or (turn in turns.OF_MEMBERS and not request.member):
        raise Http404
    room = _find(request, debate)
    form = ACTS[turn](request.POST, room=room)
    if not form.is_valid():
        return _page(request, room, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.do(by=request.place, at=timezone.now())
    except DebateError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, _find(request, debate), form, status=status_of(refusal))
    messages.success(request, _("That is written down."))
    return redirect(reverse("debates:debate", args=[request.team.slug, debate]) + room.here)


def _find(request: ParticipantRequest, pk: int) -> Room:
    return find_room(request.place, pk, request.GET.get("page", ""))


def _page(
    request: ParticipantRequest, room: Room, tried: Act | None = None, *, status: int = 200
) -> HttpResponse:
    """The page, with the form that was tried as it was filled in."""
    context = {
        "room": room,
        **_forms(room, tried),
        "today": room.day,
        **_figure(request, room),
        **_around(room.shown),
    }
    return render(request, "debates/debate.html", context, status=status)


def _forms(room: Room, tried: Act | None) -> dict[str, Any]:
    """The form of each thing that can be done: beside what it is done to, or on its own."""
    beside: dict[tuple[Any, int], Any] = {
        **{(Point, seen.point.pk): seen for seen in room.shown},
        **{(Proposal, seen.proposal.pk): seen for seen in room.proposals},
        **{(ProposalVersion, seen.version.pk): seen for seen in room.proposals},
        **{(Experiment, seen.experiment.pk): seen for seen in room.experiments},
    }
    alone: dict[str, Act] = {}
    is_shown = False
    for noun, item in turns.open_to(room):
        kind = ACTS[noun]
        if item is not None and (kind.about, item) not in beside:
            continue  # it stands on another page
        is_tried = tried is not None and _tried(tried) == (noun, str(item or ""))
        form = tried if is_tried and tried else kind(room=room, item=item)
        is_shown = is_shown or is_tried
        if item is None:
            alone[noun.replace("-", "_")] = form
        else:
            beside[kind.about, item].forms.append(form)
    return {"acts": alone, "refused": tried.errors if tried and not is_shown else None}


def _around(page: Page[PointSeen]) -> dict[str, str]:
    return {
        "previous_url": f"?page={page.number - 1}" if page.has_previous() else "",
        "next_url": f"?page={page.number + 1}" if page.has_next() else "",
    }


def _tried(form: Act) -> tuple[str, str]:
    return form.noun, str(form.data.get("item", "")) if form.about else ""


def _figure(request: ParticipantRequest, room: Room) -> dict[str, Any]:
    """The figure that it is about, as both sides read it; before the first report for the team."""
    team, kpi, at = request.team, room.debate.figure, timezone.now()
    url, panel = reverse("dashboards:figure", args=[team.slug, kpi.slug]), room.panel
    if room.report is None and request.member:
        last = last_closed(PeriodKind.WEEK, at, team.zone)
        panel = catalogue.page_of(kpi, team, last, until=at).panel
    return {"panel": panel, "figure_url": url}
