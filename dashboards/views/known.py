"""A figure as it was known on some day."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards.known import day_of, known_on
from dashboards.views.figures import kind_asked_for
from dashboards.web import find_kpi
from teams.web import TeamRequest, reader_page


@require_safe
@reader_page
def known(request: TeamRequest, kpi: str) -> HttpResponse:
    """What was known by the end of the day that is asked for; the choice of one without it."""
    which, kind, text = find_kpi(kpi), kind_asked_for(request), request.GET.get("on", "")
    day = day_of(text)
    then = known_on(which, request.team, kind, day, member=request.member) if day else None
    is_wrong = bool(text) and day is None
    context = {"kpi": which, "kind": kind, "text": text, "day": day, "is_wrong": is_wrong}
    status = 422 if is_wrong else 200
    return render(request, "dashboards/known.html", {**context, "known": then}, status=status)
