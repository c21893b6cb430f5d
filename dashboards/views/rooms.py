"""The reports of all teams that somebody reads, on one page."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards.comparing import Comparison, shares
from dashboards.rooms import Rooms
from teams import panels
from teams.web import OwnRequest, own_page


@require_safe
@own_page
def rooms(request: OwnRequest) -> HttpResponse:
    """First where something changed, then the calm teams; by name, and never a ranking."""
    context = {
        "rooms": Rooms.of(request.user),
        "shares": shares(),
        "panels": panels.at("rooms", request, request.user),
    }
    return render(request, "dashboards/rooms.html", context)


@require_safe
@own_page
def compared(request: OwnRequest, kpi: str) -> HttpResponse:
    """A share of all teams that somebody reads, beside what chance alone gives."""
    known = shares()
    which = next((one for one in known if one.slug == kpi), None)
    if which is None:
        raise Http404
    context = {"comparison": Comparison.of(which, request.user), "shares": known}
    return render(request, "dashboards/compared.html", context)
