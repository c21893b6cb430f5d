"""The way to what a team sets up for its customer process, on the page about the team."""

from django.http import HttpRequest

from teams import panels
from teams.models import Team
from teams.panels import Panel


@panels.register("team")
def ours_to_set(_request: HttpRequest, _team: Team) -> Panel:
    """Links to what the team decided about its records."""
    return Panel("crm/_settings.html")
