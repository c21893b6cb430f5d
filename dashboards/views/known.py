"""A figure, or the reading room, as it was known on some day."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards.known import day_of, known_on, room_on
from dashboards.views.figures import kind_asked_for
from dashboards.web import find_kpi
from teams.web import TeamRequest, reader_page


@require_safe
@reader_page
def known(request: TeamRequest, kpi: str) -> HttpResponse:
    """What was known by the end of the day that is asked for; the choice of one without it."""
    which, kind, day = find_kpi(kpi), kind_asked_for(request), _day_asked_for(request)
    then = known_on(which, request.team, kind, day, member=request.member) if day else None
    return _shown(request, "dashboards/known.html", day, kpi=which, known=then)


@require_safe
@reader_page
def room(request: TeamRequest) -> HttpResponse:
    """The report that was the newest by the end of the day that is asked for."""
    kind, day = kind_asked_for(request), _day_asked_for(request)
    then = room_on(request.team, kind, day) if day else None
    return _shown(request, "dashboards/reading_known.html", day, known=then)


def _day_asked_for(request: TeamRequest) -> date | None:
    return day_of(request.GET.get("on", ""))


def _shown(request: TeamRequest, page: str, day: date | None, **found: Any) -> HttpResponse:
    """The page with what was found, or with the field and what is wrong in it."""
    text = request.GET.get("on", "")
    is_wrong = bool(text) and day is None
    context = {"kind": kind_asked_for(request), "text": text, "day": day, "is_wrong": is_wrong}
    return render(request, page, {**context, **found}, status=422 if is_wrong else 200)
