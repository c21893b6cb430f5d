"""The places of the frame: each app names its own page in the navigation."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from teams.models import Team


@dataclass(frozen=True)
class Place:
    """An entry of the navigation. `tab` puts it in the bar of a phone as well."""

    order: int
    name: str | Promise
    icon: str
    url_name: str
    also: tuple[str, ...] = ()
    tab: bool = True


@dataclass(frozen=True)
class Entry:
    """A place as the navigation of a team's page shows it; `current` on the page that is open."""

    name: str
    icon: str
    url: str
    current: bool
    tab: bool


_places: dict[str, Place] = {}


def register(place: Place) -> None:
    _places[place.url_name] = place


def of(team: Team, *, current: str) -> list[Entry]:
    """The navigation of a team's pages; `current` is the name of the page that is open."""
    return [
        Entry(
            name=str(place.name),
            icon=place.icon,
            url=reverse(place.url_name, args=[team.slug]),
            current=current == place.url_name or current in place.also,
            tab=place.tab,
        )
        for place in sorted(_places.values(), key=lambda place: place.order)
    ]
