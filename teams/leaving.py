"""What leaving a team means to somebody, as it is said to them before they do."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from teams import wall
from teams.models import Membership, Nomination, Role, Team, User


@dataclass(frozen=True)
class PlaceToLeave:
    """A team that somebody may leave for another, and what they hold there.

    The last one of a team does not: with them it is dissolved, which its own page says.
    """

    team: Team
    is_the_last: bool
    roles: list[Role]


def places_to_leave(person: User, *, besides: Team) -> list[PlaceToLeave]:
    """The teams of this person, but for this one, by name."""
    places = Membership.objects.current().filter(user=person).exclude(team=besides)
    found = list(places.select_related("team").order_by("team__name", "pk"))
    with wall.opened_to_read([place.team_id for place in found]):
        held = roles_of(person, [place.team_id for place in found])
    return [
        PlaceToLeave(
            place.team,
            place.is_the_last,
            [role for role in held if role.team_id == place.team_id],
        )
        for place in found
    ]


def roles_of(person: User, teams: Iterable[int]) -> list[Role]:
    """What this person holds in these teams today."""
    held = Nomination.objects.holding(timezone.localdate())
    mine = held.filter(team__in=list(teams), person=person).select_related("role")
    return [each.role for each in mine.order_by("pk")]
