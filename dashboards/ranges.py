"""The normal range of one figure: which one holds, those before it, and what another would be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards import series, svg, words, writing
from dashboards.charts import Chart, Phase, PhaseKind, Row, chart_table, phase_of, points_of
from dashboards.figures import Kpi
from dashboards.models import Baseline, BaselineError, Measurement
from dashboards.periods import Period, PeriodKind
from dashboards.pprime import evened
from dashboards.series import HISTORY, Series
from dashboards.spc import BASELINE_FROM, TEAM, Limits, expected_range, judge
from dashboards.xmr import CLARITY
from teams.models import Team


@dataclass(frozen=True)
class Range:
    """One normal range as it is read. `signed_by` is blank for whoever reads along."""

    pk: int
    says: str
    stretch: str
    n_text: str
    reason: str
    lasting: str
    signed_at: datetime
    ended_at: datetime | None
    signed_by: str


@dataclass(frozen=True)
class Picture:
    """A chart with its numbers."""

    name: str
    chart_svg: SafeString
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Page:
    """The ranges of one figure. Without one that holds, `why` says what keeps it."""

    current: Range | None
    earlier: list[Range]
    picture: Picture
    why: str


@dataclass(frozen=True)
class Proposal:
    """What a stretch would give as normal, or the `refusal` that says why it gives nothing.

    `evidence` says what the stretch shows when it is held against the range in force.
    """

    first: Period
    last: Period
    stretch: str
    says: str
    evidence: str
    refusal: str
    picture: Picture


def page_of(kpi: Kpi, team: Team, last: Period, *, sees_people: bool) -> Page:
    """Every normal range that the team signed for this figure, the newest first."""
    found = list(team.baselines.of(kpi, last.kind).newest_first())
    signers = signers_of(team, found) if sees_people else {}
    ranges = [read(kpi, team, one, signers.get(one.pk, "")) for one in found]
    one = series.of_one(kpi, team, last, found)
    seen = one.assess("manager")
    return Page(
        current=ranges[0] if found else None,
        earlier=ranges[1:],
        picture=_picture(one, [*_past(one, found), phase_of(seen)], _spoken(ranges)),
        why=str(words.REASONS[seen.reason]) if seen.reason else "",
    )


def current_of(kpi: Kpi, team: Team, kind: PeriodKind) -> Range | None:
    """The range that holds now, as the team reads it."""
    found = team.baselines.current().of(kpi, kind).first()
    if found is None:
        return None
    return read(kpi, team, found, signers_of(team, [found]).get(found.pk, ""))


def read(kpi: Kpi, team: Team, baseline: Baseline, signed_by: str) -> Range:
    """A normal range in the reader's words."""
    return Range(
        baseline.pk,
        _says(kpi, team, baseline.limits),
        _stretch(baseline.first, baseline.last),
        writing.cases(baseline.n),
        baseline.reason,
        baseline.lasting,
        baseline.signed_at,
        baseline.ended_at,
        signed_by,
    )


def signers_of(team: Team, baselines: Iterable[Baseline]) -> dict[int, str]:
    """Who signed each of these ranges for the team, as the logbook has it."""
    lines = team.logbook.filter(
        subject_label=Baseline._meta.label_lower, subject_id__in=[one.pk for one in baselines]
    )
    return {
        line.subject_id: line.actor.name for line in lines.select_related("actor") if line.actor
    }


def measured(kpi: Kpi, team: Team, kind: PeriodKind) -> list[Period]:
    """The whole periods in which this figure was measured, the oldest first."""
    rows = Measurement.objects.current().whole().of(kpi, kind).filter(team=team, is_final=True)
    days = rows.exclude(value=None).order_by("start_on").values_list("start_on", flat=True)
    return [Period(kind, day) for day in days]


def to_choose_from(known: Sequence[Period], current: Baseline | None) -> list[Period]:
    """The periods on which a range may rest now; too few of them for any range are none."""
    later = [period for period in known if current is None or period > current.first]
    return later if len(later) >= BASELINE_FROM else []


def usual_stretch(kpi: Kpi, team: Team, choices: Sequence[Period]) -> tuple[Period, Period]:
    """What somebody probably means: since the signal began, or as far back as a report looks."""
    signal = team.signals.lasting().filter(kpi=kpi.slug, period_kind=choices[0].kind)
    onset = signal.order_by("onset_on").values_list("onset_on", flat=True).first()
    since = [period for period in choices if onset and period.first_day >= onset]
    usual = choices[-HISTORY[choices[0].kind] :]
    return (since if len(since) >= BASELINE_FROM else usual)[0], choices[-1]


def propose(
    kpi: Kpi,
    team: Team,
    first: Period,
    last: Period,
    current: Baseline | None,
    *,
    until: Period,
) -> Proposal:
    """What this stretch would give as normal, drawn up to `until` beside the range in force."""
    one = series.of_one(kpi, team, until, [current] if current else [], since=first)
    limits, refusal = None, ""
    try:
        limits = Baseline.limits_of(kpi, team, first, last)
    except BaselineError as error:
        refusal = str(error)
    says = _says(kpi, team, limits) if limits else ""
    phases = [*_in_force(one, current), *_proposed(one, limits, first)]
    return Proposal(
        first=first,
        last=last,
        stretch=_stretch(first, last),
        says=says,
        evidence=_evidence(one, first, last, current),
        refusal=refusal,
        picture=_picture(one, phases, says or refusal),
    )


def _stretch(first: Period, last: Period) -> str:
    return _("%(first)s to %(last)s") % {"first": writing.dated(first), "last": writing.dated(last)}


def _says(kpi: Kpi, team: Team, limits: Limits) -> str:
    low, high = expected_range(limits, 0, kpi.ceiling)
    show = writing.show(kpi.unit_for(team))
    told = {"low": show(low), "high": show(high), "centre": show(limits.centre)}
    if limits.cases is None:
        return _("%(low)s to %(high)s, on average %(centre)s") % told
    return _("%(low)s to %(high)s of about %(cases)s cases, on average %(centre)s") % {
        **told,
        "cases": number_format(round(limits.cases), 0),
    }


def _evidence(one: Series, first: Period, last: Period, current: Baseline | None) -> str:
    if current is None:
        return ""
    stretch = slice(one.periods.index(first), one.periods.index(last) + 1)
    read = evened(one.values[stretch], one.cases[stretch], current.limits)
    found = judge(read, baseline=current.limits, profile=TEAM)
    if not found:
        return _("Nothing in this stretch is a signal against the range that holds.")
    clearest = min(found, key=lambda finding: CLARITY[finding.rule])
    return _("Against the range that holds: “%(signal)s”") % {"signal": words.what(clearest)}


def _past(one: Series, found: Sequence[Baseline]) -> list[Phase]:
    """The ranges of before, each as long as it held; `found` has the newest first."""
    return [
        Phase(
            old.limits,
            one.periods.index(old.first),
            one.periods.index(new.first) - 1,
            PhaseKind.GHOST,
        )
        for new, old in reversed(list(pairwise(found)))
    ]


def _in_force(one: Series, current: Baseline | None) -> list[Phase]:
    if current is None:
        return []
    start = one.periods.index(current.first)
    return [Phase(current.limits, start, len(one.periods) - 1, PhaseKind.GHOST)]


def _proposed(one: Series, limits: Limits | None, first: Period) -> list[Phase]:
    if limits is None:
        return []
    return [Phase(limits, one.periods.index(first), len(one.periods) - 1, PhaseKind.TRIAL)]


def _picture(one: Series, phases: Iterable[Phase | None], description: str) -> Picture:
    kpi = one.kpi
    up_is_good = {1: True, -1: False}.get(kpi.direction)
    chart = Chart(
        uid=f"range-{kpi.slug}",
        title=str(kpi.name),
        description=description,
        points=points_of(
            [writing.short_name(period) for period in one.periods],
            one.values,
            one.assess("manager"),
            up_is_good=up_is_good,
            cases=one.cases,
        ),
        phases=[phase for phase in phases if phase],
        ceiling=kpi.ceiling,
        show=writing.show(kpi.unit_for(one.team)),
    )
    return Picture(str(kpi.name), svg.fluid(chart), chart_table(chart))


def _spoken(ranges: Sequence[Range]) -> str:
    """What a screen reader says of the ranges on the chart."""
    return " ".join(f"{one.stretch}: {one.says}." for one in reversed(ranges))
