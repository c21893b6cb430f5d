"""All debates of a team, and how one begins."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from debates import book
from debates.forms import AskForDebate, OpenDebate, QuickDebate
from debates.models import DebateError
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
def debates(request: ParticipantRequest) -> HttpResponse:
    """What is debated now, and what came of the others."""
    day = timezone.localdate()
    context = {
        "book": book.book_of(request.place, day, request.GET.get("page")),
        "learned": book.learned_by(request.team),
        "today": day,
    }
    return render(request, "debates/debates.html", context)


@require_safe
@reader_page
def draft(request: ParticipantRequest) -> HttpResponse:
    """The form to open a debate, or for who reads along to ask for one.

    Whoever comes from a figure that is debated already is led there.
    """
    there = request.team.debates.open().filter(kpi=request.GET.get("kpi", "")).first()
    if there:
        return redirect("debates:debate", request.team.slug, there.pk)
    return _new(request, _form_for(request)(initial=_asked_for(request)))


@require_POST
@participant_page
def ask(request: ParticipantRequest) -> HttpResponse:
    """Open it, or ask for it. What cannot be is told beside the form, which is kept."""
    form = _form_for(request)(request.POST)
    if not form.is_valid():
        return _new(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made = form.save(by=request.place, at=timezone.now())
    except DebateError as refusal:
        form.add_error(None, str(refusal))
        return _new(request, form, status=status_of(refusal))
    told = _("It begins now.") if request.member else _("The team dates it, or says why not.")
    messages.success(request, told)
    return redirect("debates:debate", request.team.slug, made.pk)


new = by_method(read=draft, write=ask)


@require_safe
@member_page
def quick_draft(request: MemberRequest) -> HttpResponse:
    """The form for something small that can be taken back."""
    return _quick(request, QuickDebate(by=request.member, initial=_asked_for(request)))


@require_POST
@member_page
def ask_quickly(request: MemberRequest) -> HttpResponse:
    """Lay it before all for two working days."""
    form = QuickDebate(request.POST, by=request.member)
    if not form.is_valid():
        return _quick(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made = form.save(by=request.member, at=timezone.now())
    except DebateError as refusal:
        form.add_error(None, str(refusal))
        return _quick(request, form, status=status_of(refusal))
    messages.success(request, _("Everybody is asked for their consent now."))
    return redirect("debates:debate", request.team.slug, made.pk)


quick = by_method(read=quick_draft, write=ask_quickly)


def _form_for(request: ParticipantRequest) -> type[AskForDebate]:
    return OpenDebate if request.member else AskForDebate


def _asked_for(request: TeamRequest) -> dict[str, Any]:
    """The figure from whose page somebody comes."""
    return {"kpi": request.GET.get("kpi", "")}


def _new(request: ParticipantRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
    return render(request, "debates/new.html", {"form": form}, status=status)


def _quick(request: MemberRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
    return render(request, "debates/quick.html", {"form": form}, status=status)
