"""The reading room: a published report in words, figures and charts, for whoever may read it.

Everything shown comes out of the report's own content, so that a page says today what the report
said when it was published.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.forms import Form
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from dashboards import between, effects, following, kpis, svg, words
from dashboards.between import Between, Gaps, Sort
from dashboards.charts import Chart, ChartPoint, Marker, Phase, PhaseKind, Row, Sign, chart_table
from dashboards.effects import Told
from dashboards.faults import Fault
from dashboards.figures import Kpi
from dashboards.fitting import ChartKind
from dashboards.models import Measurement, Report, Sense
from dashboards.models.commentary import WHOLE_REPORT, words_in
from dashboards.periods import Period, PeriodKind
from dashboards.spc import Limits, Reason, Rule, Side, Status, expected_range
from dashboards.writing import (
    cases,
    dated,
    number_of,
    period_name,
    short_name,
    show,
    value_text,
    with_unit,
)
from teams.models import Team

CHANGED = {"good", "warn", "neutral"}
# A report is read by a whole team and its managers, for some days; each takes some 300 KB.
MOST_KEPT = 64


@dataclass(frozen=True)
class Panel:
    """One KPI on the page. `kind` is good, warn, neutral, steady, or none without a verdict.

    `period` is that of its value, as addresses write it. `by_cases` says why each period has a
    range of its own, where it has. `between` are the distances between rare events that a report
    holds; `fitting` is the end of their address where it holds none.
    """

    slug: str
    period: str
    name: str
    kind: str
    label: str
    value_text: str
    n_text: str
    expectation: str
    why: str
    by_cases: str
    before: str
    aim: str
    explanation: str
    chart: Chart
    rows: tuple[Row, ...]
    fitting: str = ""
    between: Between | None = None
    words: str = ""
    words_form: Form | None = None

    @property
    def chart_svg(self) -> SafeString:
        """The chart for a page."""
        return svg.fluid(self.chart)

    @property
    def chart_on_paper(self) -> SafeString:
        """The same for paper: of a fixed size, with its own colours."""
        return svg.fixed(self.chart)


@dataclass(frozen=True)
class Figure:
    """A figure of the running period."""

    slug: str
    period: str
    name: str
    value_text: str
    n_text: str


class Change(NamedTuple):
    """A changed KPI in the sentence below the headline, and where its panel stands."""

    name: str
    href: str
    word: str
    kind: str


@dataclass(frozen=True)
class Reading:
    """A report as it is read."""

    headline: str
    lede: list[Change] = field(default_factory=list)
    changed: list[Panel] = field(default_factory=list)
    calm: list[Panel] = field(default_factory=list)
    unjudged: list[Panel] = field(default_factory=list)
    restated: list[str] = field(default_factory=list)
    effects: list[Told] = field(default_factory=list)
    words: str = ""
    steered_by: str = ""


def read(report: Report) -> Reading:
    """Put a published report in the reader's words."""
    return read_content(report.content, get_language())


@lru_cache(maxsize=MOST_KEPT)
def read_content(content: str, _language: str | None) -> Reading:
    """The same of what it holds, once for all who read it: other content is another reading."""
    return read_payload(json.loads(content))


def read_payload(payload: dict[str, Any]) -> Reading:
    """The same of one that is not published yet."""
    panels = [panel(entry, payload) for entry in following.shown(payload) if _has_a_panel(entry)]
    changed = [one for one in panels if one.kind in CHANGED]
    return Reading(
        headline=headline(len(changed), judged=any(one.kind != "none" for one in panels)),
        lede=[Change(one.name, f"#kpi-{one.slug}", WORDS[one.kind](), one.kind) for one in changed],
        changed=changed,
        calm=[one for one in panels if one.kind == "steady"],
        unjudged=[one for one in panels if one.kind == "none"],
        restated=[_restatement(entry) for entry in payload["restated"]],
        effects=effects.told(payload),
        words=words_in(payload).get(WHOLE_REPORT, ""),
        steered_by=following.sentence(
            payload, len(panels), sum(map(_has_a_panel, payload["kpis"]))
        ),
    )


def at_a_glance(payload: dict[str, Any]) -> Reading:
    """The headline of a report and what changed, without a chart drawn."""
    entries = [entry for entry in following.shown(payload) if _has_a_panel(entry)]
    kinds = [(entry["slug"], _kind_of(entry)) for entry in entries]
    changed = [(slug, kind) for slug, kind in kinds if kind in CHANGED]
    return Reading(
        headline=headline(len(changed), judged=any(kind != "none" for _slug, kind in kinds)),
        lede=[
            Change(str(kpis.get(slug).name), f"#kpi-{slug}", WORDS[kind](), kind)
            for slug, kind in changed
        ],
    )


def headline(changes: int, *, judged: bool) -> str:
    """The sentence on top: how many things changed, if anything can be said at all."""
    if not judged:
        return _("Too early to tell. No figure has a normal range yet.")
    if changes == 0:
        return _("Nothing changed. It is business as usual.")
    numbers = {
        2: pgettext("things changed", "Two"),
        3: pgettext("things changed", "Three"),
        4: pgettext("things changed", "Four"),
        5: pgettext("things changed", "Five"),
        6: pgettext("things changed", "Six"),
    }
    return ngettext(
        "One thing changed. The rest is business as usual.",
        "%(number)s things changed. The rest is business as usual.",
        changes,
    ) % {"number": numbers.get(changes, changes)}


def running(team: Team, now: Period) -> list[Figure]:
    """The figures of the period that is not over yet, for the team itself."""
    rows = (
        Measurement.objects.current()
        .whole()
        .filter(team=team, period_kind=now.kind, start_on=now.first_day)
    )
    known = {row.kpi: row for row in rows}
    # Several figures are money: the team's currency is read once.
    asked = cache(lambda unit_of: unit_of(team))

    def unit(kpi: Kpi) -> str:
        return str(asked(kpi.unit_of)) if kpi.unit_of else kpi.unit_for(team)

    return [
        Figure(
            kpi.slug,
            str(now),
            str(kpi.name),
            value_text(kpi, unit(kpi), row.value, row),
            cases(row.n),
        )
        for kpi in kpis.all_kpis()
        if not kpi.is_detail and (row := known.get(kpi.slug)) and (row.n or row.value is not None)
    ]


def _has_a_panel(entry: dict[str, Any]) -> bool:
    """Not what has a page of its own, and not what the team has nothing of: no service, say."""
    is_measured = any(point["value"] is not None or point["n"] for point in entry["series"])
    return is_measured and not kpis.get(entry["slug"]).is_detail


# --- one panel ---------------------------------------------------------------------------


def entry_of(kpi: Kpi, report: Report) -> dict[str, Any] | None:
    """What a report holds of one KPI; nothing of one that nobody measured then."""
    return next((entry for entry in report.payload["kpis"] if entry["slug"] == kpi.slug), None)


def panel(entry: dict[str, Any], payload: dict[str, Any]) -> Panel:
    """One KPI of a report, in the reader's words."""
    kpi = kpis.get(entry["slug"])
    limits, signal = _limits(entry["limits"]), entry["signal"]
    kind = _kind(signal, limits, entry)
    expectation = _expectation(kpi, entry, limits, payload["kind"]) if limits else ""
    why, before = _why(signal, entry), _before(kpi, entry)
    aim = _aim(kpi, entry)
    by_cases = str(words.BY_CASES) if limits and limits.cases is not None else ""
    said = [f"{LABELS[kind]()}.", why, expectation and f"{expectation}.", by_cases, before, aim]
    chart = _chart(kpi, entry, payload, " ".join(filter(None, said)))
    return Panel(
        slug=kpi.slug,
        period=entry["series"][-1]["period"] if entry["series"] else "",
        name=str(kpi.name),
        kind=kind,
        label=LABELS[kind](),
        value_text=value_text(kpi, entry["unit"], number_of(entry["value"]), entry),
        n_text=cases(entry["n"]),
        expectation=expectation,
        why=why,
        by_cases=by_cases,
        before=before,
        aim=aim,
        explanation=str(kpi.explanation),
        chart=chart,
        rows=chart_table(chart),
        fitting=_fitting(entry, payload["kind"]),
        between=_between(kpi, entry),
        words=words_in(payload).get(kpi.slug, ""),
    )


def _fitting(entry: dict[str, Any], kind: str) -> str:
    """Where the chart of days between rare events is, where the report holds none of it; or "".

    A share of few cases has such a chart only where one side of it is rare, so it is not promised.
    """
    # Reports of before did not say which chart fits, and those after them held none of it.
    is_elsewhere = entry.get("chart") == ChartKind.T and "between" not in entry
    return f"?by={kind}#between" if is_elsewhere else ""


def _between(kpi: Kpi, entry: dict[str, Any]) -> Between | None:
    """The distances between rare events as they were when the report was published."""
    held = entry.get("between")
    if held is None:
        return None
    return between.read(kpi, gaps_in(held), _limits(held["limits"]))


def gaps_in(held: dict[str, Any]) -> Gaps:
    """The distances that a report holds."""
    return Gaps(
        Sort(held["sort"]),
        [float(gap["length"]) for gap in held["gaps"]],
        date.fromisoformat(held["since"]),
        [date.fromisoformat(gap["until"]) for gap in held["gaps"]],
    )


LABELS: dict[str, Callable[[], str]] = {
    "good": lambda: _("Improving"),
    "warn": lambda: _("Worsening"),
    "neutral": lambda: _("Changing"),
    "steady": lambda: _("Steady"),
    "none": lambda: _("No verdict yet"),
}

WORDS: dict[str, Callable[[], str]] = {
    "good": lambda: _("better"),
    "warn": lambda: _("worse"),
    "neutral": lambda: _("different"),
}


def _kind(signal: dict[str, Any] | None, limits: Limits | None, entry: dict[str, Any]) -> str:
    if signal:
        return str(_sign(signal["side"], entry["direction"]))
    return "steady" if limits and entry["status"] == Status.FULL else "none"


def _kind_of(entry: dict[str, Any]) -> str:
    return _kind(entry["signal"], _limits(entry["limits"]), entry)


def _sign(side: str, direction: int) -> Sign:
    if direction == 0:
        return Sign.NEUTRAL
    return Sign.GOOD if (side == Side.UP) == (direction > 0) else Sign.WARN


def _why(signal: dict[str, Any] | None, entry: dict[str, Any]) -> str:
    if signal:
        return str(words.FINDINGS[Rule(signal["rule"]), Side(signal["side"])])
    if entry["reason"]:
        return str(words.REASONS[Reason(entry["reason"])])
    return _("Only the normal variation. Nothing to explain.")


def _expectation(kpi: Kpi, entry: dict[str, Any], limits: Limits, kind: str) -> str:
    told = limits.of(entry["n"]) if entry["signal"] else limits
    low, high = expected_range(told, 0, kpi.ceiling)
    ends = {"low": show(entry["unit"])(low), "high": show(entry["unit"])(high)}
    if entry["signal"]:
        return _("Normal was %(low)s to %(high)s") % ends
    if limits.cases is not None:
        return _expectation_of(limits.cases, ends, kind)
    if kind == PeriodKind.WEEK:
        return _("Expect %(low)s to %(high)s next week") % ends
    return _("Expect %(low)s to %(high)s next month") % ends


def _expectation_of(cases: float, ends: dict[str, str], kind: str) -> str:
    """What to expect of a period with as many cases as usual."""
    told = {**ends, "cases": number_format(round(cases), 0)}
    if kind == PeriodKind.WEEK:
        return _("Expect %(low)s to %(high)s next week, of about %(cases)s cases") % told
    return _("Expect %(low)s to %(high)s next month, of about %(cases)s cases") % told


def _before(kpi: Kpi, entry: dict[str, Any]) -> str:
    """What was normal before the team signed the range in force; "" for a first one."""
    before: dict[str, Any] = entry.get("before", {})
    if (limits := _limits(before.get("limits"))) is None:
        return ""
    low, high = expected_range(limits, 0, kpi.ceiling)
    return _("Until %(period)s normal was %(low)s to %(high)s. Then: “%(reason)s”") % {
        "period": period_name(Period.parse(before["until"]).previous),
        "low": show(entry["unit"])(low),
        "high": show(entry["unit"])(high),
        "reason": before["reason"],
    }


def _aim(kpi: Kpi, entry: dict[str, Any]) -> str:
    """What the team wants of this figure; "" where it wants nothing."""
    terms = entry.get("objective")
    if terms is None:
        return ""
    return _("Our objective: %(aim)s.") % {"aim": aim_text(kpi, entry["unit"], terms)}


def aim_text(kpi: Kpi, unit: str, terms: dict[str, str]) -> str:
    """What is wanted of a figure (`Objective.terms`), in words without its name."""
    first, last = Period.parse(terms["first"]), Period.parse(terms["last"])
    # Over New Year the weeks begin to count anew.
    is_plain = f"{first}"[:4] == f"{last}"[:4]
    name = period_name if is_plain else dated
    ends = {
        "target": with_unit(kpi, unit, Decimal(terms["target"])),
        "first": name(first),
        "last": name(last),
    }
    if terms["sense"] == Sense.LEAST:
        return _("at least %(target)s, from %(first)s to %(last)s") % ends
    return _("at most %(target)s, from %(first)s to %(last)s") % ends


def _chart(kpi: Kpi, entry: dict[str, Any], payload: dict[str, Any], description: str) -> Chart:
    periods = [Period.parse(point["period"]) for point in entry["series"]]
    index = {str(period): at for at, period in enumerate(periods)}
    signs = {
        period: _sign(signal["side"], entry["direction"])
        for signal in entry["signals"]
        for period in signal["points"]
    }
    return Chart(
        uid=f"chart-{kpi.slug}",
        title=str(kpi.name),
        description=description,
        points=[
            ChartPoint(
                short_name(period),
                _float(point["value"]),
                point["n"],
                sign=signs.get(str(period)),
                period=str(period),
            )
            for period, point in zip(periods, entry["series"], strict=True)
        ],
        phases=_phases(entry, index, len(periods)),
        markers=[
            _marker(marker, index)
            for marker in payload["markers"]
            if marker["period"] in index and marker.get("kpi", kpi.slug) == kpi.slug
        ],
        target=_float(entry["objective"]["target"]) if "objective" in entry else None,
        ceiling=kpi.ceiling,
        show=show(entry["unit"]),
    )


def _marker(marker: dict[str, Any], index: dict[str, int]) -> Marker:
    # Reports of before markers led anywhere do not say what kind of line it was.
    kind = marker.get("kind", "")
    text = marker["text"] or kpis.says_of(kind)
    return Marker(index[marker["period"]], text, kpis.page_of(kind))


def _phases(entry: dict[str, Any], index: dict[str, int], count: int) -> list[Phase]:
    limits = _limits(entry["limits"])
    if limits is None or count == 0:
        return []
    start = index.get(entry["baseline"]["first"], 0) if entry["baseline"] else 0
    kind = PhaseKind.USUAL if entry["status"] == Status.FULL else PhaseKind.TRIAL
    return [*_ghosts(entry, index, count), Phase(limits, start, count - 1, kind)]


def _ghosts(entry: dict[str, Any], index: dict[str, int], count: int) -> list[Phase]:
    """The range of before, drawn on beside the one in force: what changed is the space between."""
    before: dict[str, Any] = entry.get("before", {})
    if (limits := _limits(before.get("limits"))) is None:
        return []
    return [Phase(limits, index.get(before["first"], 0), count - 1, PhaseKind.GHOST)]


def _restatement(entry: dict[str, Any]) -> str:
    kpi = kpis.get(entry["kpi"])
    written = {
        "name": kpi.name,
        "period": period_name(Period.parse(entry["period"])),
        "old": figure_text(entry["published"], entry["unit"]),
        "new": figure_text(entry["now"], entry["unit"]),
    }
    return _("%(name)s, %(period)s: published as %(old)s, now %(new)s.") % written


def fault_text(fault: Fault) -> str:
    """What is wrong with a report, in a sentence."""
    period = period_name(Period.parse(fault.period))
    if not fault.kpi:
        return str(words.FAULTS[fault.kind] % {"period": period})
    figures = {
        "was": _with_cases(fault.was, fault.was_n, fault.unit),
        "now": _with_cases(fault.now, fault.now_n, fault.unit),
    }
    name = kpis.get(fault.kpi).name
    return str(words.FAULTS[fault.kind] % {"name": name, "period": period, **figures})


def _with_cases(value: str | None, n: int | None, unit: str) -> str:
    shown = figure_text(value, unit)
    return shown if n is None else f"{shown} ({cases(n)})"


def figure_text(value: str | None, unit: str) -> str:
    """A figure as a report holds it, in the reader's writing."""
    return "–" if value is None else show(unit)(float(value))


def _float(text: str | None) -> float | None:
    return None if text is None else float(text)


def _limits(entry: dict[str, Any] | None) -> Limits | None:
    if entry is None:
        return None
    return Limits(
        float(entry["centre"]),
        float(entry["lower"]),
        float(entry["upper"]),
        float(entry["mean_range"]),
        entry["n"],
        _float(entry.get("cases")),
    )
