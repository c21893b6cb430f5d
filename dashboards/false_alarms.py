"""How many false alarms to expect of the charts of a report, if nothing ever changed.

The rates were measured, not derived: `python -m bench.false_alarms --kpis 2000` makes up KPIs in
which nothing changes and counts what the manager's profile makes of them. Its table stands in
docs/adr/0016-alerts-from-afar.md; the numbers here are its last column, new alerts in twelve
periods per KPI that is judged.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards import following, kpis
from dashboards.figures import Kpi, Unit
from dashboards.periods import PeriodKind
from dashboards.spc import Kind, Status

PERIODS = 12
A_YEAR = {PeriodKind.WEEK: 52, PeriodKind.MONTH: 12}
USUAL = 0.13  # normal figures; a count of 20; a share of 20
OF_FEW = 0.21  # a count of about one a period; a share of 20 with one on the rarer side
OF_DURATIONS = 0.12  # the middle of 8 skewed durations
OF_LEANING = 0.57  # figures that hang together, as those of a window of months do
# The measured kinds lie at one and at four; what is nearer to one is few.
FEW = 2


@dataclass(frozen=True)
class Budget:
    """So many charts tell signals, and so many of those in a year mean nothing."""

    charts: int
    alarms: float


def rate_of(kpi: Kpi, centre: float, cases: int) -> float:
    """New false alarms of one chart in twelve periods, around this average and number of cases."""
    if kpi.months:
        return OF_LEANING
    if kpi.unit in {Unit.DAYS, Unit.HOURS}:
        return OF_DURATIONS
    return OF_FEW if _rarer_side(kpi, centre, cases) < FEW else USUAL


def _rarer_side(kpi: Kpi, centre: float, cases: int) -> float:
    """How many cases a period has of what is rarer; money and scores have no rarer side."""
    if kpi.unit is Unit.SHARE:
        return min(centre, 1 - centre) * cases
    return centre if kpi.unit is Unit.COUNT and kpi.kind is Kind.FLOW else FEW


def budget(payload: dict[str, Any]) -> Budget:
    """What to expect of a report in a year: the rates of its charts that tell signals, summed."""
    rates = list(_rates(following.shown(payload)))
    return Budget(len(rates), sum(rates) * A_YEAR[PeriodKind(payload["kind"])] / PERIODS)


def _rates(entries: Iterable[dict[str, Any]]) -> Iterable[float]:
    for entry in entries:
        kpi = kpis.get(entry["slug"])
        if entry["limits"] and entry["status"] == Status.FULL and not kpi.is_detail:
            yield rate_of(kpi, float(entry["limits"]["centre"]), entry["n"])


def sentence(payload: dict[str, Any]) -> str:
    """The budget in words; nothing where no chart tells signals."""
    found = budget(payload)
    if not found.charts:
        return ""
    charts = ngettext("%(n)s chart", "%(n)s charts", found.charts) % {"n": found.charts}
    alarms = round(found.alarms)
    if alarms < 1:
        return _("Of %(charts)s with a normal range, expect less than one false alarm a year.") % {
            "charts": charts
        }
    return ngettext(
        "Of %(charts)s with a normal range, expect about one false alarm a year: a signal where"
        " nothing changed.",
        "Of %(charts)s with a normal range, expect about %(alarms)s false alarms a year: signals"
        " where nothing changed.",
        alarms,
    ) % {"charts": charts, "alarms": formats.number_format(alarms, 0)}
