"""The charter: the team's part, which all of it agrees on, and the frame, which a manager sets."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from teams import panels
from teams.charter_form import AnnounceFrame, ProposeCharter
from teams.charters import Charter, charter_of, frame_parts, parts
from teams.consent_form import ACTS, Act, forms_for
from teams.models import CharterError, CharterVersion, Frame, StaleCharter
from teams.web import (
    MemberRequest,
    ParticipantRequest,
    TeamRequest,
    by_method,
    member_page,
    participant_page,
    reader_page,
    status_of,
)


@require_safe
@reader_page
def read(request: TeamRequest) -> HttpResponse:
    """What holds; for the team what it talks about, for a manager the form of the frame."""
    return _page(request)


@require_POST
@member_page
def propose(request: MemberRequest) -> HttpResponse:
    """Put another charter before the team. What cannot be is told beside the form."""
    form = ProposeCharter(request.POST)
    if not form.is_valid():
        return _page(request, proposing=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made = form.save(by=request.member, at=timezone.now())
    except CharterError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, proposing=form, status=status_of(refusal))
    if made.holds:
        messages.success(request, _("This is our charter from now on."))
    else:
        messages.success(request, _("It is proposed. It holds once all of us have consented."))
    return redirect("charter", request.team.slug)


charter = by_method(read=read, write=propose)


@require_POST
@member_page
def answer(request: MemberRequest, charter: int, answer: str) -> HttpResponse:
    """Say something to it. Who comes second is told, and sees how it stands now."""
    if answer not in ACTS:
        raise Http404
    found = get_object_or_404(_versions(request), pk=charter)
    form = ACTS[answer](request.POST)
    if not form.is_valid():
        return _page(request, tried=answer, answering=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.do(found, by=request.member, at=timezone.now())
    except CharterError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, tried=answer, answering=form, status=status_of(refusal))
    messages.success(request, _("That is written down."))
    return redirect("charter", request.team.slug)


@require_POST
@participant_page
def frame(request: ParticipantRequest) -> HttpResponse:
    """Announce another frame as a manager. A member is told that this is not the team's."""
    form = AnnounceFrame(request.POST)
    if not form.is_valid():
        return _page(request, announcing=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made = form.save(by=request.place, at=timezone.now())
    except CharterError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, announcing=form, status=status_of(refusal))
    told = _("The team is told at once. It holds from %(day)s.")
    messages.success(request, told % {"day": _day(made)})
    return redirect("charter", request.team.slug)


@require_POST
@participant_page
def frame_withdrawal(request: ParticipantRequest) -> HttpResponse:
    """Take back what was announced, before it holds."""
    found = Frame.objects.announced(request.team, timezone.localdate())
    try:
        if found is None:
            raise StaleCharter(_("No frame is announced."))
        found.take_back(by=request.place, at=timezone.now())
    except CharterError as refusal:
        return _page(request, refused=str(refusal), status=status_of(refusal))
    messages.success(request, _("It is taken back; the frame stays as it is."))
    return redirect("charter", request.team.slug)


@require_safe
@reader_page
def versions(request: TeamRequest) -> HttpResponse:
    """All that was ever in force; of the chosen one, what it changed in the one before."""
    charters = list(CharterVersion.objects.history(request.team))
    frames = list(Frame.objects.history(request.team).select_related("set_by"))
    is_frame = request.GET.get("part") == "frame"
    shown: list[Any] = frames if is_frame else charters
    new = _chosen(request, "last", shown) or next(iter(shown), None)
    older = [each for each in shown if new and each.number < new.number]
    old = _chosen(request, "first", shown) or next(iter(older), None)
    context = {
        "charters": charters,
        "frames": frames,
        "is_frame": is_frame,
        "shown": shown,
        "new": new,
        "old": old,
        "parts": (frame_parts if is_frame else parts)(old, new),
    }
    return render(request, "teams/charter_versions.html", context)


def _chosen(request: HttpRequest, name: str, among: list[Any]) -> Any:
    asked = request.GET.get(name, "")
    return next((each for each in among if str(each.number) == asked), None)


def _versions(request: TeamRequest) -> Any:
    return request.team.charter_versions.select_related("team")


def _day(frame: Frame) -> str:
    return date_format(frame.holds_from, "j F Y")


def _page(
    request: Any,
    *,
    proposing: ProposeCharter | None = None,
    announcing: AnnounceFrame | None = None,
    tried: str = "",
    answering: Act | None = None,
    refused: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page, with the form that was tried as it was filled in."""
    at, team, member = timezone.now(), request.team, request.member
    seen = charter_of(team, member, timezone.localdate())
    acts = forms_for(member, seen.proposed, at, tried, answering) if seen.proposed else {}
    # What was refused, where its form is not here, or not any more.
    lost = (answering if tried not in acts else None) or (announcing if member else None)
    if member and seen.proposed is None:
        proposing = proposing or ProposeCharter.about(seen.agreed)
    if member is None and seen.announced is None:
        announcing = announcing or AnnounceFrame.about(seen.frame)
    context: dict[str, Any] = {
        "charter": seen,
        "acts": acts,
        "answer_to": _answer_to(seen),
        "answers": seen.proposed.answers() if seen.proposed else [],
        "proposing": proposing,
        "announcing": None if member else announcing,
        "refused": refused or (lost and lost.errors),
        "panels": panels.at("frame", request, seen.announced) if seen.announced else [],
    }
    return render(request, "teams/charter.html", context, status=status)


def _answer_to(seen: Charter) -> str:
    asked = seen.proposed
    return f"{reverse('charter', args=[asked.team.slug])}{asked.pk}/" if asked else ""
