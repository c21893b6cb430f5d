"""From an address to the debate that it is about: shared by the pages and the API."""

from django.shortcuts import get_object_or_404
from django.utils import timezone

from agreements.models import Place
from debates.models import Debate
from debates.room import Room


def find_room(place: Place, pk: int, page: str = "") -> Room:
    """A debate of the team as this person sees it today. Raises Http404."""
    debates = Debate.objects.filter(team=place.team_id).select_related("team", "asked_by")
    return Room(get_object_or_404(debates, pk=pk), place, timezone.localdate(), page)
