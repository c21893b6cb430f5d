"""What waits for somebody in the book of agreements: for their first page, and for their mail."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from agreements.models import Agreement, Cadence, Occurrence, Place
from agreements.sight import Sight, contest_of
from teams.worktime import WorkHours

# What is asked of somebody; the other acts are open to them and asked by nobody.
ASKED = ("acceptance", "completion", "judgement", "witness", "ruling")
# After how many working days somebody is reminded, and before how many of a promise.
AFTER, BEFORE = (1, 3), (5, 1)


class Asked(NamedTuple):
    """An agreement, which act of theirs it waits for, and about which day, where about one."""

    sight: Sight
    act: str
    promise: Occurrence | None

    @property
    def due_on(self) -> date | None:
        """The day by which it is asked."""
        if self.promise is None:
            return self.sight.agreement.answer_by
        return self.promise.due_on if self.act == "completion" else self.promise.clock_on


def waiting_for(place: Place, day: date) -> Iterator[Asked]:
    """What waits for this person in this team; a promise for as long as it is to be kept.

    While other terms are to be answered nobody is asked to keep those that hold.
    """
    concerns = Q(parties__person=place.user_id) | Q(
        occurrences__contest_of__named_by_promisor=place.user_id
    )
    running = Agreement.objects.running().filter(concerns, team=place.team_id).distinct()
    for agreement in running.order_by("pk").with_everything():
        sight = Sight(agreement, place, day)
        asked = [Asked(sight, act, day) for act, day in sight.open_acts.items() if act in ASKED]
        is_about_terms = any(one.act == "acceptance" for one in asked)
        yield from (one for one in asked if not (is_about_terms and one.act == "completion"))


def is_reminded(asked: Asked, day: date, hours: WorkHours) -> bool:
    """Whether this is a morning for a mail: of something new, and once more before it is late."""
    promise, sight = asked.promise, asked.sight
    if promise and asked.act == "completion":
        # A word five days ahead of what comes every week would come on the day of the last one.
        before = BEFORE[1:] if sight.words.every == Cadence.WEEK else BEFORE
        left = hours.days_between(day, promise.due_on)
        return left in before or hours.days_between(promise.due_on, day) == 1
    return hours.days_between(_since(asked), day) in AFTER


def _since(asked: Asked) -> date:
    """The day from which it waits for them."""
    promise, sight = asked.promise, asked.sight
    contest = contest_of(promise)
    if contest and asked.act in {"witness", "ruling"}:
        return timezone.localdate(contest.at, sight.agreement.team.zone)
    if promise:
        assert promise.done_on is not None
        return promise.done_on
    assert sight.agreement.on_table is not None
    return sight.versions[sight.agreement.on_table].proposed_on
