"""Dividing the team: the plan, step by step, until it is done."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from teams.consent_form import ACTS, Act
from teams.dividing import parts_of
from teams.division_form import DEEDS, deeds_open_to, filled_in
from teams.models import Division, StaleDivision
from teams.refusals import Refusal
from teams.web import MemberRequest, by_method, member_page, status_of


@require_safe
@member_page
def read(request: MemberRequest) -> HttpResponse:
    """The plan that is under way, and what became of those before."""
    return _page(request, request.team.divisions.under_way().first())


@require_POST
@member_page
def begin(request: MemberRequest) -> HttpResponse:
    """Begin a plan. Who comes second sees the one that was begun."""
    try:
        Division.objects.plan(by=request.member, at=timezone.now())
    except StaleDivision as refusal:
        messages.error(request, str(refusal))
    return redirect("division", request.team.slug)


division = by_method(read=read, write=begin)


@require_POST
@member_page
def deed(request: MemberRequest, division: int, deed: str) -> HttpResponse:
    """Take one step, or say something to it. What cannot be is told beside the form."""
    if deed not in DEEDS:
        raise Http404
    plan = get_object_or_404(request.team.divisions.select_related("team"), pk=division)
    form = filled_in(deed, request.POST, plan)
    if not form.is_valid():
        return _page(request, plan, deed, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.do(plan, by=request.member, at=timezone.now())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        plan.refresh_from_db()
        return _page(request, plan, deed, form, status=status_of(refusal))
    return _after(request, plan)


def _after(request: MemberRequest, plan: Division) -> HttpResponse:
    if plan.new_team is None:
        messages.success(request, _("That is written down."))
        return redirect("division", request.team.slug)
    messages.success(request, _("The team has divided."))
    goes = plan.new_team.people().filter(pk=request.user.pk).exists()
    return redirect("home", plan.new_team.slug if goes else request.team.slug)


def _page(
    request: MemberRequest,
    plan: Division | None,
    tried: str = "",
    form: Act | None = None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page, with the form that was tried as it was filled in."""
    context: dict[str, Any] = {"plan": plan, "over": request.team.divisions.over()}
    if plan:
        parts = parts_of(plan)
        deeds = deeds_open_to(request.member, plan, timezone.now())
        if form and tried in deeds:
            deeds[tried] = form
        context |= {
            "parts": parts,
            "goes": list(plan.who_goes()),
            "stays": list(plan.who_stays()),
            "managers": list(request.team.manager_links.current().select_related("user")),
            "lacks": plan.lacks(parts) if plan.is_planned else [],
            "hinders": plan.hinders(parts) if plan.holds else [],
            "answers": [] if plan.is_planned else plan.answers(),
            "deeds": deeds,
            "acts": {name: each for name, each in deeds.items() if name in ACTS},
            "refused": form.errors if form and tried not in deeds else None,
        }
    return render(request, "teams/division.html", context, status=status)
