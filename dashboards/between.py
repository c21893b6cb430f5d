"""What happens seldom, one time after the other: for figures that bear no normal range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards import rare, series, svg, words, writing
from dashboards.charts import Chart, ChartPoint, Phase, PhaseKind, chart_table, sign_of
from dashboards.figures import Kpi, Unit
from dashboards.fitting import RARE_BELOW, ChartKind
from dashboards.periods import Period
from dashboards.ranges import Picture
from dashboards.spc import SIGNALS_FROM, Finding, Limits
from dashboards.xmr import CLARITY
from teams.models import Team

# The last so many distances; what lies before them was another time.
MOST = 60

NAMES: dict[str, Promise] = {
    "days": gettext_lazy("Days from one to the next"),
    "yes": gettext_lazy("Cases from one “yes” to the next"),
    "no": gettext_lazy("Cases from one “no” to the next"),
}
REASONS: dict[str, Promise] = {
    "days": gettext_lazy(
        "There are few of these in a period, so a count of them moves in jumps. How many days pass"
        " from one to the next tells more."
    ),
    "yes": gettext_lazy(
        "A share of so few cases jumps about by itself. How many cases pass from one that counts"
        " (“yes”) to the next tells more."
    ),
    "no": gettext_lazy(
        "A share of so few cases jumps about by itself. How many cases pass from one that does not"
        " count (“no”) to the next tells more."
    ),
}


@dataclass(frozen=True)
class Gaps:
    """The distances between rare events: of which sort, how long, and when each of them ended.

    `longer_is` 1 where a longer distance is better, -1 where it is worse, 0 for neither.
    """

    sort: str
    lengths: Sequence[float]
    ends: Sequence[datetime]
    longer_is: int

    @property
    def limits(self) -> Limits | None:
        if self.sort == "days":
            return rare.limits_of_days(self.lengths)
        return rare.limits_of_cases(self.lengths)


@dataclass(frozen=True)
class Between:
    """The distances as they are read. `signal` is blank where there is none, or none to show."""

    name: str
    why: str
    says: str
    signal: str
    picture: Picture


def between_of(kpi: Kpi, team: Team, last: Period, *, sees_signals: bool) -> Between | None:
    """The distances between the rare events of this figure up to this period, where they fit.

    Nothing is judged from afar: no range of distances is locked.
    """
    baselines = list(team.baselines.current().of(kpi, last.kind))
    one = series.of_one(kpi, team, last, baselines)
    fits = one.fitting_chart(one.assess("manager"))
    until = last.end(team.zone)
    gaps = None
    if fits is ChartKind.T:
        gaps = _days(kpi, team, until)
    elif fits is ChartKind.G:
        gaps = _cases(kpi, team, until)
    return _read(kpi, gaps, sees_signals=sees_signals) if gaps and gaps.lengths else None


def _days(kpi: Kpi, team: Team, until: datetime) -> Gaps:
    newest = kpi.facts([team]).filter(at__lt=until).order_by("-at").values_list("at", flat=True)
    moments = list(newest[: MOST + 1])[::-1]
    return Gaps("days", rare.days_between(moments), moments[1:], -kpi.direction)


def _cases(kpi: Kpi, team: Team, until: datetime) -> Gaps | None:
    """Cases from one of the rarer sort to the next, where one of them is rare."""
    facts = kpi.facts([team]).filter(at__lt=until).order_by("at")
    rows = list(facts.values_list("at", "numerator"))
    yes = [bool(numerator) for _at, numerator in rows]
    is_yes = 2 * sum(yes) < len(yes)
    came = [answer is is_yes for answer in yes]
    if not 0 < sum(came) <= RARE_BELOW * len(came):
        return None
    ends = [at for (at, _numerator), is_rare in zip(rows, came, strict=True) if is_rare][1:]
    longer_is = -kpi.direction if is_yes else kpi.direction
    lengths = rare.cases_between(came)
    return Gaps("yes" if is_yes else "no", lengths[-MOST:], ends[-MOST:], longer_is)


def _read(kpi: Kpi, gaps: Gaps, *, sees_signals: bool) -> Between:
    limits = gaps.limits
    found = rare.findings(gaps.lengths, limits) if sees_signals else []
    live = [one for one in found if one.end == len(gaps.lengths) - 1]
    signal = min(live, key=lambda finding: CLARITY[finding.rule], default=None)
    says = _says(limits)
    told = str(words.what(signal)) if signal else ""
    return Between(
        name=str(NAMES[gaps.sort]),
        why=str(REASONS[gaps.sort]),
        says=says,
        signal=told,
        picture=_picture(kpi, gaps, limits, found, f"{says} {told}".strip()),
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


def _picture(
    kpi: Kpi, gaps: Gaps, limits: Limits | None, found: Sequence[Finding], description: str
) -> Picture:
    up_is_good = {1: True, -1: False}.get(gaps.longer_is)
    signs = {index: sign_of(one.side, up_is_good) for one in found for index in one.points}
    points = [
        ChartPoint(formats.date_format(end, "j M Y"), length, sign=signs.get(index))
        for index, (length, end) in enumerate(zip(gaps.lengths, gaps.ends, strict=True))
    ]
    kind = PhaseKind.USUAL if len(points) >= SIGNALS_FROM else PhaseKind.TRIAL
    name = str(NAMES[gaps.sort])
    chart = Chart(
        uid=f"between-{kpi.slug}",
        title=name,
        description=description,
        points=points,
        phases=[Phase(limits, 0, len(points) - 1, kind)] if limits else [],
        show=writing.show(Unit.COUNT),
    )
    return Picture(name, svg.fluid(chart), chart_table(chart))
