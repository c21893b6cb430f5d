"""The reports of all teams that somebody reads, on one page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards.rooms import Rooms
from teams.web import OwnRequest, own_page


@require_safe
@own_page
def rooms(request: OwnRequest) -> HttpResponse:
    """First where something changed, then the calm teams; by name, and never a ranking."""
    return render(request, "dashboards/rooms.html", {"rooms": Rooms.of(request.user)})
