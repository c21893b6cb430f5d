"""The log of interventions, one of them, and how a manager writes one down."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreements import intervening
from agreements.intervention_form import RecordIntervention
from agreements.models import Intervention, InterventionError
from teams.models import ManagerLink
from teams.paging import page_of
from teams.web import (
    ParticipantRequest,
    TeamRequest,
    by_method,
    participant_page,
    reader_page,
)


@require_safe
@reader_page
def read(request: ParticipantRequest) -> HttpResponse:
    """When a manager had to act, and why; whoever manages the team can write one down."""
    if not isinstance(request.place, ManagerLink):
        return _log(request, None)
    return _log(request, RecordIntervention(team=request.team, at=timezone.now()))


@require_POST
@participant_page
def record(request: ParticipantRequest) -> HttpResponse:
    """Write one down. A member is told that this is the manager's to do."""
    now = timezone.now()
    form = RecordIntervention(request.POST, team=request.team, at=now)
    if not form.is_valid():
        return _log(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made = form.save(by=request.place, at=now)
    except InterventionError as refusal:
        form.add_error(None, str(refusal))
        return _log(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("It is written down, and the whole team is being told."))
    return redirect("agreements:intervention", request.team.slug, made.pk)


interventions = by_method(read=read, write=record)


@require_safe
@reader_page
def intervention(request: TeamRequest, intervention: int) -> HttpResponse:
    """One of them."""
    found = get_object_or_404(Intervention.objects.of(request.team), pk=intervention)
    (told,) = intervening.told([found], request.team)
    return render(request, "agreements/intervention.html", {"told": told})


def _log(
    request: ParticipantRequest, form: RecordIntervention | None, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    page = page_of(Intervention.objects.of(request.team), request.GET.get("page"))
    context = {"form": form, "log": intervening.told(page.rows, request.team), "page": page}
    return render(request, "agreements/interventions.html", context, status=status)
