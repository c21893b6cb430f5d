"""The way to a team of one's own, shown where somebody has none and in the demo."""

from django.conf import settings
from django.http import HttpRequest

from crm.starting import may_start
from teams import panels
from teams.models import User
from teams.panels import Panel


@panels.register("teams")
def start_from_nothing(_request: HttpRequest, person: User) -> Panel | None:
    """Beside the teams that somebody may choose from."""
    return Panel("crm/_start_here.html") if may_start(person) else None


@panels.register("account")
def start_beside(_request: HttpRequest, _person: User) -> Panel | None:
    """In the menu of one's account; whoever opens it in a company has a place already."""
    return Panel("crm/_start_item.html") if settings.DEMO else None
