"""What is measured: every KPI is defined beside its data and registered here.

A KPI brings its facts, not its arithmetic: one engine per kind computes all of them, for all
teams at once (`dashboards.engine`).
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise

from dashboards.figures import Kpi, Unit
from dashboards.spc import Kind
from teams.models import LogEntry

__all__ = [
    "Kind",
    "Kpi",
    "Unit",
    "all_kpis",
    "get",
    "mark",
    "markers",
    "moved_by",
    "page_of",
    "register",
    "says_of",
    "standing_alone",
]


class Mark(NamedTuple):
    """How lines of one kind are told on a chart: where one reads more, and in which words."""

    page: str
    says: str | Promise


_kpis: dict[str, Kpi] = {}
_markers: dict[str, Mark] = {}


def register(kpi: Kpi) -> Kpi:
    _kpis[kpi.slug] = kpi
    return kpi


def all_kpis() -> list[Kpi]:
    """Every registered KPI, in the order of registration."""
    return list(_kpis.values())


def standing_alone() -> list[Kpi]:
    """Those that are read as a whole, and not in their parts alone."""
    return [kpi for kpi in _kpis.values() if not kpi.is_detail]


def get(slug: str) -> Kpi:
    """The KPI of this name. Raises LookupError, fit to show, when there is none."""
    try:
        return _kpis[slug]
    except KeyError:
        known = ", ".join(sorted(_kpis))
        raise LookupError(f"There is no KPI {slug!r}; there are {known}.") from None


def mark(kind: str, *, page: str, says: str | Promise = "") -> None:
    """Draw logbook lines of this kind on the charts of the team, or on that of their own figure.

    They carry a `reason`, or read as this `says`. `page` is the name of the address where the
    team's lines of this kind are read.
    """
    _markers[kind] = Mark(page, says)


def markers() -> frozenset[str]:
    """The kinds of logbook lines that are drawn on the charts."""
    return frozenset(_markers)


def page_of(kind: str) -> str:
    """The name of the address that tells more about lines of this kind, "" for none."""
    return _markers[kind].page if kind in _markers else ""


def says_of(kind: str) -> str:
    """How lines of this kind read where they carry no reason, "" for none."""
    return str(_markers[kind].says) if kind in _markers else ""


def moved_by(*kinds: str) -> list[Kpi]:
    """The KPIs whose figures a logbook line of one of these kinds may change."""
    return [kpi for kpi in _kpis.values() if not kpi.moved_by.isdisjoint(kinds)]


def since_of(entry: LogEntry) -> datetime:
    """The earliest moment whose figures a logbook line may change."""
    since = entry.details.get("since")
    if since is None:
        return entry.at
    return datetime.fromisoformat(since) if isinstance(since, str) else since
