"""What a person has to do about agreements: answer, keep, judge, decide."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy

from agreements.models import Agreement
from agreements.sight import Sight
from teams import duties
from teams.models import Membership, Team, User

# A promise is named the day before, so that there is time for it.
AHEAD = timedelta(days=1)
ASKED = {
    "acceptance": gettext_lazy("Answer a proposed agreement"),
    "completion": gettext_lazy("Keep what you promised"),
    "judgement": gettext_lazy("Say whether a promise was kept"),
    "witness": gettext_lazy("Choose a witness together"),
    "ruling": gettext_lazy("Decide as a witness"),
}


@duties.register
def agreements_due(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """What waits for them, of everything that is agreed in the team."""
    place = Membership(team=team, user=user)
    concerns = Q(parties__person=user) | Q(occurrences__contest_of__named_by_promisor=user)
    running = Agreement.objects.filter(
        concerns, Q(occurrences__clock_on__isnull=False) | Q(on_table__isnull=False), team=team
    )
    for agreement in running.distinct().order_by("pk").with_everything():
        sight = Sight(agreement, place, day)
        asked = next((act for act in sight.acts if act in ASKED), None)
        if asked and (asked != "completion" or sight.due_on <= day + AHEAD):
            yield _duty(sight, asked)


def _duty(sight: Sight, asked: str) -> duties.Duty:
    agreement = sight.agreement
    promise = sight.promise
    if asked == "acceptance" or promise is None:
        due_on = agreement.answer_by
    else:
        due_on = promise.due_on if asked == "completion" else promise.clock_on
    return duties.Duty(
        what=str(ASKED[asked]),
        about=(sight.asked or sight.words).then,
        due_on=due_on,
        url=reverse("agreements:agreement", args=[agreement.team.slug, agreement.pk]),
        is_late=due_on is not None and due_on < sight.day,
    )
