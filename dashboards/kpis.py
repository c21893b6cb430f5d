"""What is measured: every KPI is defined beside its data and registered here.

A KPI brings its facts, not its arithmetic: one engine per kind computes all of them, for all
teams at once (`dashboards.engine`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from dashboards.spc import Kind
from teams.models import Team

__all__ = ["Kind", "Kpi", "Unit", "all_kpis", "get", "register"]

Facts = Callable[[Iterable[Team]], QuerySet]


class Unit(StrEnum):
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    DAYS = "days"


@dataclass(frozen=True)
class Kpi:
    """One measure of a team's process.

    `direction` is 1 when more is better, -1 when less is better, 0 for neither. `counter` is the
    KPI to look at beside it, so that one is not improved at the other's cost. `moved_by` names
    the kinds of logbook lines after which the figures must be computed again. `version` rises
    with every change of the definition.

    `facts(teams)` gives a queryset with these columns, moments in UTC:
    flow: team_id, at, counted; ratio: team_id, at, numerator, denominator; duration: team_id,
    began_at, at, whole_days; stock: team_id, began_at, ended_at; survival: team_id, began_at,
    ended_at, whole_days, is_dated. `whole_days` says that both moments came as dates, so that
    the duration is a number of calendar days. `months` is how far a survival looks back.

    `unit_of(team)` names the unit where it differs by team: a currency.
    """

    slug: str
    name: str | Promise
    explanation: str | Promise
    kind: Kind
    unit: Unit
    direction: int
    counter: str
    facts: Facts
    moved_by: frozenset[str]
    version: int = 1
    months: int = 0
    unit_of: Callable[[Team], str] | None = None

    def unit_for(self, team: Team) -> str:
        """The unit of this team's figures: count, share, days, or a currency code."""
        return self.unit_of(team) if self.unit_of else self.unit.value


_kpis: dict[str, Kpi] = {}
_markers: set[str] = set()


def register(kpi: Kpi) -> Kpi:
    _kpis[kpi.slug] = kpi
    return kpi


def all_kpis() -> list[Kpi]:
    """Every registered KPI, in the order of registration."""
    return list(_kpis.values())


def get(slug: str) -> Kpi:
    """The KPI of this name. Raises LookupError, fit to show, when there is none."""
    try:
        return _kpis[slug]
    except KeyError:
        known = ", ".join(sorted(_kpis))
        raise LookupError(f"There is no KPI {slug!r}; there are {known}.") from None


def mark(kind: str) -> None:
    """Draw logbook lines of this kind on every chart of the team; they carry a `reason`."""
    _markers.add(kind)


def markers() -> frozenset[str]:
    """The kinds of logbook lines that are drawn on the charts."""
    return frozenset(_markers)


def moved_by(kind: str) -> bool:
    """Whether a logbook line of this kind may change any figure."""
    return any(kind in kpi.moved_by for kpi in _kpis.values())


def since_of(entry: Any) -> datetime:
    """The earliest moment whose figures a logbook line may change."""
    since = entry.details.get("since")
    if since is None:
        return entry.at  # type: ignore[no-any-return]
    return datetime.fromisoformat(since) if isinstance(since, str) else since
