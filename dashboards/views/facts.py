"""The facts behind a figure."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.listing import Listing, find
from teams.web import TeamRequest, reader_page


@require_safe
@reader_page
def facts(request: TeamRequest, kpi: str, period: str) -> HttpResponse:
    """What a figure is made of, fact by fact; a manager is told of no person."""
    asked = request.GET.dict()
    try:
        found = find(request.team, kpi, period, asked, member=request.member, at=timezone.now())
    except LookupError:
        raise Http404 from None
    listing = Listing.of(found, page=asked.get("page"), sees_people=request.member is not None)
    return render(request, "dashboards/facts.html", {"listing": listing})
