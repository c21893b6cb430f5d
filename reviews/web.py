"""From an address to what it is about: shared by the pages and the API."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from agreements.models import Place
from dashboards.periods import PeriodKind
from dashboards.web import find_period
from reviews.looking_back import Look, readable


def find_look(place: Place, month: str) -> Look:
    """What somebody sees of looking back at this month. Raises Http404."""
    period = find_period(month)
    if period.kind is not PeriodKind.MONTH:
        raise Http404
    found = get_object_or_404(readable(place), month_on=period.first_day)
    return Look(found, place, timezone.localdate())
