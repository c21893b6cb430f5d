"""From an address to what it is about: shared by the pages and the API."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from agreements.models import Place
from dashboards.periods import PeriodKind
from dashboards.web import find_period
from reviews.looking_back import Look, readable
from reviews.models import Feedback, ReviewRound
from reviews.sight import Sight
from teams.models import Membership, User


def find_sight(member: Membership, pk: int) -> Sight:
    """A round of the team as this member sees it now. Raises Http404."""
    rounds = ReviewRound.objects.filter(team=member.team_id).select_related("team")
    return Sight(get_object_or_404(rounds, pk=pk), member, timezone.now())


def find_colleague(sight: Sight, pk: int) -> User:
    """Somebody of the team who takes part beside this member. Raises Http404."""
    people = sight.review.colleagues_of(sight.member.user)
    found = next((person for person in people if person.pk == pk), None)
    if found is None:
        raise Http404
    return found


def find_feedback(member: Membership, pk: int) -> Feedback:
    """Feedback that this member gave or got. Raises Http404."""
    found = Feedback.objects.concerning(member).select_related("team", "giver", "receiver")
    return get_object_or_404(found, pk=pk)


def find_look(place: Place, month: str) -> Look:
    """What somebody sees of looking back at this month. Raises Http404."""
    period = find_period(month)
    if period.kind is not PeriodKind.MONTH:
        raise Http404
    found = get_object_or_404(readable(place), month_on=period.first_day)
    return Look(found, place, timezone.localdate())
