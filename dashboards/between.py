"""What happens seldom, one time after the other: for figures that bear no normal range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils import formats
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards import rare, series, svg, words, writing
from dashboards.charts import Chart, ChartPoint, Phase, PhaseKind, chart_table, sign_of
from dashboards.figures import Kpi, Unit
from dashboards.fitting import RARE_BELOW, ChartKind
from dashboards.periods import Period
from dashboards.ranges import Picture
from dashboards.series import Series
from dashboards.spc import SIGNALS_FROM, Finding, Limits
from dashboards.xmr import CLARITY
from teams.models import Team

# The last so many distances; what lies before them was another time.
MOST = 60


class Sort(StrEnum):
    """Between what the distances are, and what they count."""

    DAYS = "days"  # days from one to the next
    YES = "yes"  # cases from one that counts to the next
    NO = "no"  # cases from one that does not count to the next


NAMES: dict[Sort, Promise] = {
    Sort.DAYS: gettext_lazy("Days from one to the next"),
    Sort.YES: gettext_lazy("Cases from one “yes” to the next"),
    Sort.NO: gettext_lazy("Cases from one “no” to the next"),
}
REASONS: dict[Sort, Promise] = {
    Sort.DAYS: gettext_lazy(
        "There are few of these in a period, so a count of them moves in jumps. How many days pass"
        " from one to the next tells more."
    ),
    Sort.YES: gettext_lazy(
        "A share of so few cases jumps about by itself. How many cases pass from one that counts"
        " (“yes”) to the next tells more."
    ),
    Sort.NO: gettext_lazy(
        "A share of so few cases jumps about by itself. How many cases pass from one that does not"
        " count (“no”) to the next tells more."
    ),
}


@dataclass(frozen=True)
class Gaps:
    """The distances between rare events: of which sort, how long, and on which day each ended.

    The first of them began on the day `since`.
    """

    sort: Sort
    lengths: Sequence[float]
    since: date
    ends: Sequence[date]

    @property
    def limits(self) -> Limits | None:
        """The range that these distances give, or None where they give none."""
        if self.sort is Sort.DAYS:
            return rare.limits_of_days(self.lengths)
        return rare.limits_of_cases(self.lengths)


@dataclass(frozen=True)
class Between:
    """The distances as they are read. `signal` is blank where there is none, or none to show."""

    name: str
    why: str
    says: str
    signal: str
    chart: Chart

    @property
    def picture(self) -> Picture:
        """The chart for a page, with its numbers."""
        return Picture(self.name, svg.fluid(self.chart), chart_table(self.chart))

    @property
    def chart_on_paper(self) -> SafeString:
        """The same for paper."""
        return svg.fixed(self.chart)


def between_of(kpi: Kpi, team: Team, last: Period, *, sees_signals: bool) -> Between | None:
    """The distances between the rare events of this figure up to this period, where they fit.

    Nothing is judged from afar: no range of distances is locked.
    """
    baselines = list(team.baselines.current().of(kpi, last.kind))
    one = series.of_one(kpi, team, last, baselines)
    gaps = gaps_of(one, one.fitting_chart(one.assess("manager")))
    if gaps is None:
        return None
    limits = gaps.limits
    return read(kpi, gaps, limits, rare.findings(gaps.lengths, limits) if sees_signals else [])


def gaps_of(one: Series, fits: ChartKind) -> Gaps | None:
    """The distances up to the last period of this figure, where this is the chart that fits."""
    until = one.periods[-1].end(one.team.zone)
    gaps = None
    if fits is ChartKind.T:
        gaps = _days(one.kpi, one.team, until)
    elif fits is ChartKind.G:
        gaps = _cases(one.kpi, one.team, until)
    return gaps if gaps and gaps.lengths else None


def _days(kpi: Kpi, team: Team, until: datetime) -> Gaps | None:
    newest = kpi.facts([team]).filter(at__lt=until).order_by("-at").values_list("at", flat=True)
    moments = list(newest[: MOST + 1])[::-1]
    days = [at.astimezone(team.zone).date() for at in moments]
    return Gaps(Sort.DAYS, rare.days_between(moments), days[0], days[1:]) if days else None


def _cases(kpi: Kpi, team: Team, until: datetime) -> Gaps | None:
    """Cases from one of the rarer sort to the next, where one of them is rare."""
    facts = kpi.facts([team]).filter(at__lt=until).order_by("at", "pk")
    rows = list(facts.values_list("at", "numerator"))
    yes = [bool(numerator) for _at, numerator in rows]
    is_yes = 2 * sum(yes) < len(yes)
    came = [answer is is_yes for answer in yes]
    if not 0 < sum(came) <= RARE_BELOW * len(came):
        return None
    moments = [at for (at, _numerator), is_rare in zip(rows, came, strict=True) if is_rare]
    days = [at.astimezone(team.zone).date() for at in moments[-MOST - 1 :]]
    lengths = rare.cases_between(came)[-MOST:]
    return Gaps(Sort.YES if is_yes else Sort.NO, lengths, days[0], days[1:])


def read(kpi: Kpi, gaps: Gaps, limits: Limits | None, found: Sequence[Finding] = ()) -> Between:
    """These distances in the reader's words, with what was found in them."""
    live = [one for one in found if one.end == len(gaps.lengths) - 1]
    signal = min(live, key=lambda finding: CLARITY[finding.rule], default=None)
    says = _says(limits)
    told = str(words.what(signal)) if signal else ""
    return Between(
        name=str(NAMES[gaps.sort]),
        why=str(REASONS[gaps.sort]),
        says=says,
        signal=told,
        chart=_chart(kpi, gaps, limits, found, f"{says} {told}".strip()),
    )


def _says(limits: Limits | None) -> str:
    if limits is None:
        return _("Too early to say what is normal: that takes at least 6 of these distances.")
    show = writing.show(Unit.COUNT)
    return _("Normal is %(low)s to %(high)s, in the middle %(centre)s.") % {
        "low": show(limits.lower),
        "high": show(limits.upper),
        "centre": show(limits.centre),
    }


def _chart(
    kpi: Kpi, gaps: Gaps, limits: Limits | None, found: Sequence[Finding], description: str
) -> Chart:
    # More of them is shorter from one to the next.
    longer_is = kpi.direction if gaps.sort is Sort.NO else -kpi.direction
    up_is_good = {1: True, -1: False}.get(longer_is)
    signs = {index: sign_of(one.side, up_is_good) for one in found for index in one.points}
    points = [
        ChartPoint(formats.date_format(end, "j M Y"), length, sign=signs.get(index))
        for index, (length, end) in enumerate(zip(gaps.lengths, gaps.ends, strict=True))
    ]
    kind = PhaseKind.USUAL if len(points) >= SIGNALS_FROM else PhaseKind.TRIAL
    return Chart(
        uid=f"between-{kpi.slug}",
        title=str(NAMES[gaps.sort]),
        description=description,
        points=points,
        phases=[Phase(limits, 0, len(points) - 1, kind)] if limits else [],
        show=writing.show(Unit.COUNT),
    )
