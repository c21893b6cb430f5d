"""The contract of non-intervention as it is read: with whom it holds, with whom not yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agreements.models import Agreement, Place
from agreements.models.states import OPEN
from agreements.sight import Sight
from teams.models import ManagerLink, User


@dataclass(frozen=True)
class Contracts:
    """What was signed, and with which managers of the team nothing is; as this reader sees it.

    `open` waits for the team or holds, `earlier` is over.
    """

    open: list[Sight]
    earlier: list[Sight]
    without: list[User]


def contracts_of(place: Place, day: date) -> Contracts:
    """All of the team; a manager reads their own."""
    found = Agreement.objects.visible_to(place).contracts().with_everything().order_by("-pk")
    sights = [Sight(one, place, day) for one in found]
    signed = [sight for sight in sights if sight.agreement.state in OPEN]
    bound = {person for sight in signed for person in sight.promisors}
    managers = [place.user] if isinstance(place, ManagerLink) else _managers(place)
    return Contracts(
        open=signed,
        earlier=[sight for sight in sights if sight not in signed],
        without=[person for person in managers if person not in bound],
    )


def _managers(place: Place) -> list[User]:
    links = place.team.manager_links.current().values("user")
    return list(User.objects.filter(pk__in=links).by_name())
