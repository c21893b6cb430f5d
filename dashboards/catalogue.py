"""Every figure of a team, and one of them in full: how it is counted, through time, in parts.

What is shown are whole periods only, as they are measured now; the page names no person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards import kpis, reading, reports, series, writing
from dashboards.engine import middles
from dashboards.figures import Dimension, Figure, Kpi, Unit
from dashboards.models import Measurement
from dashboards.periods import Period
from dashboards.proportions import wilson
from dashboards.reading import Panel
from dashboards.spc import Kind
from teams.models import Team

UNITS: dict[str, Promise] = {
    Unit.COUNT: gettext_lazy("number"),
    Unit.SHARE: gettext_lazy("share"),
    Unit.DAYS: gettext_lazy("days"),
    Unit.HOURS: gettext_lazy("working hours"),
    Unit.SCORE: gettext_lazy("score, 1 to 5"),
    Unit.EACH: gettext_lazy("number per member"),
}
DIRECTIONS: dict[int, Promise] = {
    1: gettext_lazy("More is better."),
    0: gettext_lazy("Neither more nor less is better."),
    -1: gettext_lazy("Less is better."),
}


@dataclass(frozen=True)
class Entry:
    """One figure in the list of all, of this period."""

    slug: str
    period: str
    name: str
    value_text: str
    n_text: str
    unit: str


@dataclass(frozen=True)
class Part:
    """One stage or reason. `width` is how long its bar is, in percent of the longest.

    `facts` is the end of the address of what it is made of.
    """

    label: str
    facts: str
    value_text: str
    n: int
    width: int
    interval: str = ""
    so_far: str = ""


@dataclass(frozen=True)
class Page:
    """One figure in full. `counter` is the one to look at beside it."""

    panel: Panel
    source: str
    direction: str
    unit: str
    counter: Kpi
    dimension: str
    parts: list[Part]
    parts_say: str
    is_ranked: bool


def entries(team: Team, last: Period) -> list[Entry]:
    """Every figure of this period; without a figure where nothing was measured."""
    rows = (
        Measurement.objects.current()
        .whole()
        .filter(team=team, period_kind=last.kind, start_on=last.first_day)
    )
    known = {row.kpi: row for row in rows}
    return [
        Entry(
            kpi.slug,
            str(last),
            str(kpi.name),
            writing.value_text(kpi, kpi.unit_for(team), row.value if row else None, row),
            writing.cases(row.n if row else 0),
            unit_name(kpi, team),
        )
        for kpi in kpis.all_kpis()
        for row in [known.get(kpi.slug)]
    ]


def unit_name(kpi: Kpi, team: Team) -> str:
    """The unit as people call it; money is named by its currency."""
    return name_of(kpi.unit_for(team))


def name_of(unit: str) -> str:
    """A unit as people call it; a currency has no other name."""
    return str(UNITS.get(unit, unit))


def page_of(kpi: Kpi, team: Team, last: Period, *, until: datetime) -> Page:
    """This figure up to this period."""
    (one,) = series.from_measurements(team, last, [kpi])
    dimension, objective = kpi.dimension, reports.objectives_of(team, last).get(kpi.slug)
    return Page(
        panel=reading.panel(reports.entry(one, objective), reports.frame(team, last, [one])),
        source=str(kpi.source),
        direction=str(DIRECTIONS[kpi.direction]),
        unit=unit_name(kpi, team),
        counter=kpis.get(kpi.counter),
        dimension=str(dimension.name) if dimension else "",
        parts=_parts(kpi, dimension, team, one.periods, until) if dimension else [],
        parts_say=_say(kpi, one.periods),
        is_ranked=bool(dimension and dimension.is_ranked),
    )


def _say(kpi: Kpi, periods: Sequence[Period]) -> str:
    ends = {"first": writing.period_name(periods[0]), "last": writing.period_name(periods[-1])}
    if kpi.kind is Kind.FLOW:
        return _("Added up from %(first)s to %(last)s.") % ends
    return _("As it stood at the end of %(last)s.") % ends


def _parts(
    kpi: Kpi, dimension: Dimension, team: Team, periods: Sequence[Period], until: datetime
) -> list[Part]:
    first = periods[0] if kpi.kind is Kind.FLOW else periods[-1]
    rows = (
        Measurement.objects.current()
        .broken_down()
        .of(kpi, first.kind)
        .filter(team=team, start_on__range=(first.first_day, periods[-1].first_day))
    )
    figures = [row.as_figure() for row in rows.in_order()]
    if kpi.kind is Kind.FLOW:
        figures = _added_up(figures)
    ends = middles(kpi, team, periods[-1], until=until) if kpi.unit is Unit.DAYS else {}
    named = dimension.named(team, figures)
    longest = max((one.value or 0 for _label, one in named), default=0)
    total, so_far, parts = (
        sum((one.value or 0 for _label, one in named), Decimal(0)),
        Decimal(0),
        [],
    )
    for label, one in named:
        so_far += one.value or 0
        parts.append(
            Part(
                label,
                _end_of_address(one.dimension, first, periods[-1]),
                writing.value_text(kpi, kpi.unit_for(team), one.value, one),
                one.n,
                round(100 * (one.value or 0) / longest) if longest else 0,
                _interval(kpi, one, ends.get(one.dimension)),
                writing.show(Unit.SHARE)(float(so_far / total)) if total else "",
            )
        )
    return parts


def _end_of_address(dimension: str, first: Period, last: Period) -> str:
    since = {} if first == last else {"since": first}
    return f"{last}/?{urlencode({'part': dimension, **since})}"


def _added_up(figures: Iterable[Figure]) -> list[Figure]:
    """One figure for each stage or reason, over all periods."""
    together: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        together[figure.dimension].append(figure)
    return [
        Figure(
            some[0].team_id,
            some[-1].period,
            sum((one.value or Decimal(0) for one in some), Decimal(0)),
            sum(one.n for one in some),
            some[-1].is_final,
            dimension=key,
        )
        for key, some in together.items()
    ]


def _interval(kpi: Kpi, one: Figure, middle: tuple[float | None, float | None] | None) -> str:
    """What the figure may be by chance alone, in 95 of 100 cases."""
    write = writing.show(kpi.unit.value)
    if kpi.unit is Unit.SHARE and one.denominator:
        low, high = wilson(int(one.numerator or 0), int(one.denominator))
        return _("%(low)s to %(high)s") % {"low": write(low), "high": write(high)}
    if middle is None or middle[0] is None:
        return ""
    if middle[1] is None:
        return _("%(low)s or more") % {"low": write(middle[0])}
    return _("%(low)s to %(high)s") % {"low": write(middle[0]), "high": write(middle[1])}
