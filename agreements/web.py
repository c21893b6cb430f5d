"""From an address to the agreement that it is about: shared by the pages and the API."""

from django.shortcuts import get_object_or_404
from django.utils import timezone

from agreements.models import Agreement, Place
from agreements.sight import Sight


def readable_agreement(place: Place, pk: int) -> Agreement:
    """An agreement that this person may read, without all that a page tells. Raises Http404."""
    return get_object_or_404(Agreement.objects.visible_to(place).select_related("team"), pk=pk)


def find_agreement(place: Place, pk: int) -> Sight:
    """An agreement that this person may read, as they see it today. Raises Http404."""
    readable = Agreement.objects.visible_to(place).with_everything()
    found = get_object_or_404(readable, pk=pk)
    return Sight(found, place, timezone.localdate())
