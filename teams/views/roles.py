"""Roles: what one of us looks after for a while."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from teams.consent_form import ACTS, Act, forms_for
from teams.models import Nomination, Role, RoleError
from teams.role_form import DEEDS, BeginRole, Deed, deeds_open_to
from teams.roles import roles_of, seen
from teams.web import (
    MemberRequest,
    TeamRequest,
    by_method,
    member_page,
    reader_page,
    status_of,
)


@require_safe
@reader_page
def read(request: TeamRequest) -> HttpResponse:
    """Which roles there are, and which of them are free."""
    return _list(request, BeginRole() if request.member else None)


@require_POST
@member_page
def begin(request: MemberRequest) -> HttpResponse:
    """Write down another one. What cannot be is told beside the form, which is kept."""
    form = BeginRole(request.POST)
    if not form.is_valid():
        return _list(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made = form.save(by=request.member, at=timezone.now())
    except RoleError as refusal:
        form.add_error(None, str(refusal))
        return _list(request, form, status=status_of(refusal))
    messages.success(request, _("It is written down. Who takes it?"))
    return redirect("role", request.team.slug, made.pk)


roles = by_method(read=read, write=begin)


@require_safe
@reader_page
def role(request: TeamRequest, role: int) -> HttpResponse:
    """One role, who holds it, and who is proposed."""
    return _page(request, role)


@require_POST
@member_page
def deed(request: MemberRequest, role: int, deed: str) -> HttpResponse:
    """Do one thing about it. Who comes second is told, and sees how it stands now."""
    if deed not in DEEDS:
        raise Http404
    found, form = _find(request, role), DEEDS[deed](request.POST, team=request.team)
    if not form.is_valid():
        return _page(request, role, deed, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.do(found, by=request.member, at=timezone.now())
    except RoleError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, role, deed, form, status=status_of(refusal))
    messages.success(request, _("That is written down."))
    return redirect("role", request.team.slug, role)


@require_POST
@member_page
def answer(request: MemberRequest, role: int, nomination: int, answer: str) -> HttpResponse:
    """Say something to who is proposed. Who comes second is told."""
    if answer not in ACTS:
        raise Http404
    found, form = _find(request, role), ACTS[answer](request.POST)
    asked = get_object_or_404(found.nominations.select_related("team", "role"), pk=nomination)
    if not form.is_valid():
        return _page(request, role, answer, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.do(asked, by=request.member, at=timezone.now())
    except RoleError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, role, answer, form, status=status_of(refusal))
    messages.success(request, _("That is written down."))
    return redirect("role", request.team.slug, role)


def _find(request: TeamRequest, pk: int) -> Role:
    found: Role = get_object_or_404(request.team.roles.select_related("team"), pk=pk)
    return found


def _list(
    request: TeamRequest, form: BeginRole | None, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    sees_people = request.member is not None
    found = roles_of(request.team, timezone.localdate(), sees_people=sees_people)
    context = {"roles": found, "form": form}
    return render(request, "teams/roles.html", context, status=status)


def _page(
    request: TeamRequest,
    pk: int,
    tried: str = "",
    form: Act | Deed | None = None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page, with the form that was tried as it was filled in."""
    at, member = timezone.now(), request.member
    try:
        shown = seen(request.team, pk, timezone.localdate(), sees_people=member is not None)
    except Role.DoesNotExist:
        raise Http404 from None
    context: dict[str, Any] = {"seen": shown, "role": shown.role}
    if member:
        asked = shown.asked
        answering = form if isinstance(form, Act) else None
        acts = forms_for(member, asked, at, tried, answering) if asked else {}
        deeds = {name: DEEDS[name](team=request.team) for name in deeds_open_to(member, shown)}
        if isinstance(form, Deed) and tried in deeds:
            deeds[tried] = form
        context |= {
            "asked": asked,
            "answers": asked.answers() if asked else [],
            "is_me": bool(asked and asked.person_id == member.user_id),
            "acts": acts,
            "answer_to": _answer_to(request, asked) if asked else "",
            "deeds": deeds,
            "refused": form.errors if form and tried not in {**acts, **deeds} else None,
            "earlier": shown.role.nominations.earlier(),
        }
    return render(request, "teams/role.html", context, status=status)


def _answer_to(request: TeamRequest, asked: Nomination) -> str:
    page = reverse("role", args=[request.team.slug, asked.role_id])
    return f"{page}nominations/{asked.pk}/"
