"""From a request to the agreement that it is about: shared by the pages and the API."""

from django.shortcuts import get_object_or_404
from django.utils import timezone

from agreements.models import Agreement
from agreements.sight import Sight
from teams.web import ParticipantRequest


def find_agreement(request: ParticipantRequest, pk: int) -> Sight:
    """An agreement that this person may read, as they see it today. Raises Http404."""
    readable = Agreement.objects.visible_to(request.place).with_everything()
    found = get_object_or_404(readable, pk=pk)
    return Sight(found, request.place, timezone.localdate())
