"""What a person has to do about agreements: answer, keep, judge, decide."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy

from agreements.waiting import Asked, waiting_for
from teams import duties
from teams.models import Membership, Team, User

# A promise is named the day before, so that there is time for it.
AHEAD = timedelta(days=1)
WORDS = {
    "acceptance": gettext_lazy("Answer a proposed agreement"),
    "completion": gettext_lazy("Keep what you promised"),
    "judgement": gettext_lazy("Say whether a promise was kept"),
    "witness": gettext_lazy("Choose a witness together"),
    "ruling": gettext_lazy("Decide as a witness"),
}


@duties.register
def agreements_due(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """What waits for them, of everything that is agreed in the team."""
    for asked in waiting_for(Membership(team=team, user=user), day):
        if asked.act != "completion" or (asked.due_on or day) <= day + AHEAD:
            yield _duty(asked, team)


def _duty(asked: Asked, team: Team) -> duties.Duty:
    sight, due_on = asked.sight, asked.due_on
    return duties.Duty(
        what=str(WORDS[asked.act]),
        about=(sight.asked or sight.words).then,
        due_on=due_on,
        url=reverse("agreements:agreement", args=[team.slug, sight.agreement.pk]),
        is_late=due_on is not None and due_on < sight.day,
    )
