"""The reports of the team that this one was a part of, until it began."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards import before, reading, writing
from dashboards.web import find_period
from teams.web import TeamRequest, reader_page


@require_safe
@reader_page
def reports(request: TeamRequest) -> HttpResponse:
    """All of them, the newest first."""
    return render(request, "dashboards/before.html", {"reports": before.listed(request.team)})


@require_safe
@reader_page
def report(request: TeamRequest, period: str) -> HttpResponse:
    """One of them, as it was published."""
    found = before.found(request.team, find_period(period))
    if found is None:
        raise Http404
    read = reading.read(found)
    context = {
        "report": found,
        "read": read,
        "figures": [*read.changed, *read.calm, *read.unjudged],
        "period_name": writing.period_name(found.period),
    }
    return render(request, "dashboards/before_report.html", context)
