"""The roles of a team as they are read: which there are, who holds them, and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from teams.models import Nomination, Role, Team


@dataclass(frozen=True)
class Seen:
    """A role as a reader sees it on a day; by whom it is held, and who is proposed, is told to the
    team alone.
    """

    role: Role
    held: Nomination | None
    asked: Nomination | None
    day: date
    sees_people: bool

    @property
    def held_until(self) -> date | None:
        return self.held.held_until if self.held else None

    @property
    def holding(self) -> Nomination | None:
        return self.held if self.sees_people else None

    @property
    def proposed(self) -> Nomination | None:
        return self.asked if self.sees_people else None

    @property
    def word(self) -> str:
        """How it stands."""
        if self.role.closed_at:
            return _("Closed")
        if self.held is None:
            return _("Free")
        return _("Ends soon") if self.held.ends_soon(self.day) else _("Held")

    @property
    def colour(self) -> str:
        """The colour of that word, which says nothing that the word does not."""
        if self.held is None:
            return ""
        return "warn" if self.held.ends_soon(self.day) else "good"


def roles_of(team: Team, day: date, *, sees_people: bool) -> list[Seen]:
    """All that the team has, by name."""
    return [_seen(role, day, sees_people) for role in Role.objects.of(team).with_their_people()]


def seen(team: Team, pk: int, day: date, *, sees_people: bool) -> Seen:
    """One of them. Raises Role.DoesNotExist where the team has none of this key."""
    found = Role.objects.filter(team=team).select_related("team").with_their_people()
    return _seen(found.get(pk=pk), day, sees_people)


def _seen(role: Role, day: date, sees_people: bool) -> Seen:  # noqa: FBT001
    held = (each for each in role.open_nominations if each.is_held_on(day))
    asked = (each for each in role.open_nominations if each.is_proposed)
    return Seen(role, next(held, None), next(asked, None), day, sees_people)
