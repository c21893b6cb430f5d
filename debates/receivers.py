"""Who leaves the team is asked nothing any more, in every debate that is open."""

from typing import Any

from django.dispatch import receiver

from debates.models import Debate
from teams import wall
from teams.happenings import Happening
from teams.models import LogEntry, ManagerLink, Membership
from teams.signals import recording

PLACES: dict[str, type[Membership | ManagerLink]] = {
    Happening.MEMBER_LEFT: Membership,
    Happening.MANAGER_UNLINKED: ManagerLink,
}


@receiver(recording, dispatch_uid="debates.excuse_who_leaves")
def excuse_who_leaves(*, entry: LogEntry, **_: Any) -> None:
    places = PLACES.get(entry.kind)
    if places is None or entry.team is None:
        return
    person = places.objects.select_related("user").get(pk=entry.subject_id).user
    with wall.opened_besides(entry.team.pk):
        debates = Debate.objects.open().filter(team=entry.team, seats__person=person)
        for debate in debates.select_related("team").order_by("pk"):
            debate.let_go(person, at=entry.at)
