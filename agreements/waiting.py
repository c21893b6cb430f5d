"""What waits for somebody in the book of agreements: for their first page, and for their mail."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from agreements.models import Agreement, Place
from agreements.sight import Sight
from teams.worktime import WorkHours

# What is asked of somebody; the other acts are open to them and asked by nobody.
ASKED = ("acceptance", "completion", "judgement", "witness", "ruling")
# After how many working days somebody is reminded, and before how many of a promise.
AFTER, BEFORE = (1, 3), (5, 1)


class Asked(NamedTuple):
    """An agreement, and which act of theirs it waits for."""

    sight: Sight
    act: str


def waiting_for(place: Place, day: date) -> Iterator[Asked]:
    """What waits for this person in this team; a promise for as long as it is to be kept."""
    concerns = Q(parties__person=place.user_id) | Q(
        occurrences__contest_of__named_by_promisor=place.user_id
    )
    running = Agreement.objects.running().filter(concerns, team=place.team_id).distinct()
    for agreement in running.order_by("pk").with_everything():
        sight = Sight(agreement, place, day)
        act = next((act for act in sight.acts if act in ASKED), None)
        if act:
            yield Asked(sight, act)


def is_reminded(asked: Asked, day: date, hours: WorkHours) -> bool:
    """Whether this is a morning for a mail: of something new, and once more before it is late."""
    sight, promise = asked.sight, asked.sight.promise
    if asked.act == "completion":
        left = hours.days_between(day, sight.due_on)
        return left in BEFORE or hours.days_between(sight.due_on, day) == 1
    since = (
        sight.versions[sight.agreement.on_table].proposed_on if sight.agreement.on_table else day
    )
    if promise and asked.act == "judgement":
        assert promise.done_on is not None
        since = promise.done_on
    elif sight.contest and asked.act in {"witness", "ruling"}:
        since = timezone.localdate(sight.contest.at, sight.agreement.team.zone)
    return hours.days_between(since, day) in AFTER
