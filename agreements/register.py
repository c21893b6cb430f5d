"""The register of procedures and the graveyard, as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from agreements.models import Procedure
from agreements.models.procedure import State
from dashboards import kpis
from teams.models import Team

# So many graves stand at the foot of the ledger.
NEWEST = 5
COLOURS = {State.ON_TRIAL: "good", State.BURIED: "", State.ALIVE: ""}


@dataclass(frozen=True)
class Seen:
    """A procedure as it is read. `guard` is the figure that the team watches during a trial."""

    procedure: Procedure
    word: str
    colour: str
    guard: str
    guard_url: str

    @property
    def pk(self) -> int:
        return self.procedure.pk


@dataclass(frozen=True)
class Register:
    """What lives and what is on trial; how many lie in the graveyard."""

    on_trial: list[Seen]
    alive: list[Seen]
    buried: int
    hours: Decimal

    def __bool__(self) -> bool:
        return bool(self.on_trial or self.alive or self.buried)


@dataclass(frozen=True)
class Graveyard:
    """The graves, the newest first, and how many hours of a month they give back together."""

    graves: list[Procedure]
    hours: Decimal


def register_of(team: Team) -> Register:
    """All procedures of the team."""
    found = list(Procedure.objects.of(team))
    standing = [_seen(one, team) for one in found if one.state != State.BURIED]
    return Register(
        on_trial=[one for one in standing if one.procedure.state == State.ON_TRIAL],
        alive=[one for one in standing if one.procedure.state == State.ALIVE],
        buried=len(found) - len(standing),
        hours=sum((one.procedure.hours for one in standing), Decimal(0)),
    )


def graveyard_of(team: Team) -> Graveyard:
    """What the team buried."""
    graves = list(
        Procedure.objects.filter(team=team, state=State.BURIED).order_by("-buried_on", "-pk")
    )
    return Graveyard(graves, _together(graves))


def newest_graves_of(team: Team) -> list[Procedure]:
    """The latest of them, for the last lines of the ledger."""
    buried = Procedure.objects.filter(team=team, state=State.BURIED)
    return list(buried.order_by("-buried_on", "-pk")[:NEWEST])


def seen(procedure: Procedure) -> Seen:
    """One of them."""
    return _seen(procedure, procedure.team)


def _seen(procedure: Procedure, team: Team) -> Seen:
    state, guard = State(procedure.state), procedure.guard
    return Seen(
        procedure=procedure,
        word=str(state.label),
        colour=COLOURS[state],
        guard=str(kpis.get(guard).name) if guard else "",
        guard_url=reverse("dashboards:figure", args=[team.slug, guard]) if guard else "",
    )


def _together(graves: Sequence[Procedure]) -> Decimal:
    return sum((grave.hours_saved or Decimal(0) for grave in graves), Decimal(0))
