"""On the page of all one's reading rooms: how often one intervened oneself, in which team."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone

from teams import panels
from teams.models import Team, User
from teams.panels import Panel

LOOKS_BACK = timedelta(days=365)


class Often(NamedTuple):
    """How often in one team, in the last twelve months."""

    team: Team
    times: int


@panels.register("rooms")
def how_often_i_intervened(_request: HttpRequest, person: User) -> Panel | None:
    """For whoever manages a team: every one of them by name, with the own interventions there."""
    since = timezone.now() - LOOKS_BACK
    mine = Q(interventions__by=person, interventions__at__gte=since)
    teams = Team.objects.followed_by(person).annotate(times=Count("interventions", filter=mine))
    found = [Often(team, team.times) for team in teams.by_name()]
    if not found:
        return None
    total = sum(one.times for one in found)
    return Panel("agreements/_own_interventions.html", {"teams": found, "total": total})
