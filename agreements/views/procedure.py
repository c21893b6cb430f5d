"""The register of procedures, the graveyard, and one of them with what is done about it."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreements import register as book
from agreements.guarding import watched
from agreements.models import Procedure, ProcedureError
from agreements.procedure_form import DEEDS, Deed, Protect, RegisterProcedure, deeds_open_for
from teams import panels
from teams.models import ManagerLink
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
    """What the team does because it is the rule, and what it tries to do without."""
    return _register(request, RegisterProcedure() if request.member else None)


@require_POST
@member_page
def write_down(request: MemberRequest) -> HttpResponse:
    """Write down another one. What cannot be is told beside the form, which is kept."""
    form = RegisterProcedure(request.POST)
    if not form.is_valid():
        return _register(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.save(by=request.member, at=timezone.now())
    except ProcedureError as refusal:
        form.add_error(None, str(refusal))
        return _register(request, form, status=status_of(refusal))
    messages.success(request, _("It stands in the register."))
    return redirect("agreements:procedures", request.team.slug)


register = by_method(read=read, write=write_down)


@require_safe
@reader_page
def graveyard(request: TeamRequest) -> HttpResponse:
    """What the team stopped doing, and what that gives back."""
    found = book.graveyard_of(request.team)
    context = {"graveyard": found, "panels": panels.at("graves", request, found.graves)}
    return render(request, "agreements/graveyard.html", context)


@require_safe
@reader_page
def procedure(request: TeamRequest, procedure: int) -> HttpResponse:
    """One procedure, and what can be done about it."""
    return _page(request, _find(request, procedure))


@require_POST
@member_page
def deed(request: MemberRequest, procedure: int, deed: str) -> HttpResponse:
    """Do one thing about it. Who comes second is told, and sees how it stands now."""
    if deed not in DEEDS:
        raise Http404
    found, form = _find(request, procedure), DEEDS[deed](request.POST)
    if not form.is_valid():
        return _page(request, found, deed, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.do(found, by=request.member, at=timezone.now())
    except ProcedureError as refusal:
        form.add_error(None, str(refusal))
        fresh = _find(request, procedure)
        return _page(request, fresh, deed, form, status=status_of(refusal))
    messages.success(request, _("That is written down."))
    return redirect("agreements:procedure", request.team.slug, procedure)


@require_POST
@participant_page
def shield(request: ParticipantRequest, procedure: int) -> HttpResponse:
    """Say whether law or safety ask for it. A member is told that this is not the team's."""
    found, form = _find(request, procedure), Protect(request.POST)
    if not form.is_valid():
        return _page(request, found, status=HTTPStatus.UNPROCESSABLE_ENTITY, protect=form)
    try:
        found.protect(form.cleaned_data["shield"], by=request.place, at=timezone.now())
    except ProcedureError as refusal:
        form.add_error(None, str(refusal))
        fresh = _find(request, procedure)
        return _page(request, fresh, status=status_of(refusal), protect=form)
    messages.success(request, _("That is written down."))
    return redirect("agreements:procedure", request.team.slug, procedure)


def _find(request: TeamRequest, pk: int) -> Procedure:
    return get_object_or_404(Procedure.objects.of(request.team).select_related("team"), pk=pk)


def _register(
    request: TeamRequest, form: RegisterProcedure | None, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {"form": form, "book": book.register_of(request.team)}
    return render(request, "agreements/procedures.html", context, status=status)


def _page(
    request: TeamRequest,
    found: Procedure,
    tried: str = "",
    form: Deed | None = None,
    *,
    status: int = HTTPStatus.OK,
    protect: Protect | None = None,
) -> HttpResponse:
    """The page, with the form that was tried as it was filled in."""
    deeds = deeds_open_for(found) if request.member else []
    forms = {name: DEEDS[name](initial={"hours": found.hours}) for name in deeds}
    if form and tried in forms:
        forms[tried] = form
    place = getattr(request, "place", None)
    if protect is None and isinstance(place, ManagerLink) and found.is_alive:
        protect = Protect(initial={"shield": found.shield})
    context = {
        "seen": book.seen(found),
        "watched": watched(found, timezone.localdate()),
        "deeds": forms,
        "protect": protect,
        "refused": form.errors if form and tried not in forms else None,
        "panels": panels.at("procedure", request, found),
    }
    return render(request, "agreements/procedure.html", context, status=status)
