"""When the team works."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from teams import countries, panels
from teams.hours_form import KeepHours, written
from teams.models import StaleHours
from teams.web import MemberRequest, TeamRequest, by_method, member_page, reader_page


@require_safe
@reader_page
def read(request: TeamRequest) -> HttpResponse:
    """The working hours: as a form for the team, and to read for its manager."""
    if request.member:
        return _page(request, KeepHours.about(request.team.work_calendar))
    hours = request.team.work_calendar.hours
    days = zip(KeepHours(team=request.team).day_names(), map(written, hours.week), strict=True)
    country = countries.names().get(hours.country, hours.country)
    return _page(request, days=list(days), closed=sorted(hours.closed), country=country)


@require_POST
@member_page
def agree(request: MemberRequest) -> HttpResponse:
    """Keep the changed hours. Who comes second sees both versions and decides again."""
    form = KeepHours(request.POST, team=request.team)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        form.save(by=request.member, at=timezone.now())
    except StaleHours as refusal:
        return _page(request, form.beside(str(refusal)), status=409)
    messages.success(request, _("These are our working hours from now on."))
    return redirect("hours", request.team.slug)


hours = by_method(read=read, write=agree)


def _page(
    request: TeamRequest, form: KeepHours | None = None, *, status: int = 200, **context: Any
) -> HttpResponse:
    shown = {"form": form, "panels": panels.at("hours", request, request.team), **context}
    return render(request, "teams/hours.html", shown, status=status)
