"""Shares of several teams beside each other, as a funnel plot: what chance alone sets apart.

There is no other comparison between teams, and no ranking: they stand by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import kpis, words, writing
from dashboards.figures import Kpi, Unit
from dashboards.funnel import Funnel, Place, funnel
from dashboards.models import Measurement, Report
from dashboards.periods import Period, PeriodKind
from dashboards.spc import Kind
from teams.models import Team, User

MONTHS = 12
# Fewer make no comparison.
FEWEST_TEAMS = 2
# The limits are drawn through so many points.
POINTS = 48
HEIGHT = 280
# Room around the outermost dot or limit, as a part of what is drawn.
AIR = 0.06
# How far the plot goes on behind the team with the most cases.
MARGIN = 1.08
# A name stands left of its dot in the right half, and takes so much: percent across, pixels down.
HALF, NAME_WIDTH, NAME_HEIGHT = 50, 30, 14
# How many pixels below its dot a name stands, the first place that is free.
AWAY = (-8, 18, -22, 32)


def shares() -> list[Kpi]:
    """The KPIs that are compared: shares whose cases belong to one period each."""
    return [
        kpi
        for kpi in kpis.all_kpis()
        if kpi.kind is Kind.RATIO and kpi.unit is Unit.SHARE and not kpi.is_detail
    ]


@dataclass(frozen=True)
class Dot:
    """A team in the plot: where it stands, in percent across and pixels down."""

    team: str
    url: str
    value: str
    cases: int
    place: Place
    says: str
    x: str
    y: str
    label_y: str
    is_left: bool


@dataclass(frozen=True)
class Curve:
    """One limit, as points of a plot of 100 by 100."""

    is_far: bool
    points: str


@dataclass(frozen=True)
class Comparison:
    """What the teams of a reader had in a year of whole months.

    `absent` names those that have no figure for it, or have not reported the last month.
    """

    kpi: Kpi
    period: str
    dots: list[Dot]
    absent: list[str]
    curves: list[Curve]
    common: str
    common_y: str
    most_cases: int
    sentence: str

    @classmethod
    def of(cls, kpi: Kpi, user: User) -> Self:
        """The teams that this person reads; three queries, however many there are."""
        teams = list(Team.objects.read_by(user).by_name())
        last = _last_month(teams)
        counted = _counted(kpi, [team for team in teams if team.pk in last], last)
        if len(counted) < FEWEST_TEAMS:
            names = [team.name for team in teams]
            return cls(kpi, "", [], names, [], "", "", 0, "")
        above, below = (sum(pair[at] for pair in counted.values()) for at in (0, 1))
        scale = Scale.around(above / below, list(counted.values()))
        there = [team for team in teams if team.pk in counted]
        dots = _legible([_dot(team, *counted[team.pk], scale, kpi) for team in there])
        return cls(
            kpi=kpi,
            period=_stretch(max(last.values())),
            dots=dots,
            absent=[team.name for team in teams if team.pk not in counted],
            curves=scale.curves(),
            common=writing.show(Unit.SHARE)(scale.common),
            common_y=scale.y(scale.common),
            most_cases=scale.most,
            sentence=_sentence(dots),
        )


def _last_month(teams: list[Team]) -> dict[int, Period]:
    """The last month that was reported, of the teams that have reported it; equal windows only."""
    newest = {
        report.team_id: report.period
        for report in Report.objects.of(PeriodKind.MONTH).newest_of_each(teams).defer("content")
    }
    last = max(newest.values(), default=None)
    return {team: period for team, period in newest.items() if period == last}


def _first_month(last: Period) -> Period:
    first = last
    for _month in range(MONTHS - 1):
        first = first.previous
    return first


def _stretch(last: Period) -> str:
    first = writing.period_name(_first_month(last))
    return _("%(first)s to %(last)s") % {"first": first, "last": writing.period_name(last)}


def _counted(kpi: Kpi, teams: list[Team], last: dict[int, Period]) -> dict[int, tuple[int, int]]:
    """So many of so many for every team that had any in these months."""
    if not teams:
        return {}
    month = last[teams[0].pk]
    days = (_first_month(month).first_day, month.first_day)
    rows = (
        Measurement.objects.current()
        .whole()
        .of(kpi, PeriodKind.MONTH)
        .filter(team__in=teams, start_on__range=days, kpi_version=kpi.version, is_final=True)
        .values("team_id")
        .annotate(above=Sum("numerator", default=0), below=Sum("denominator", default=0))
        .order_by()
    )
    return {row["team_id"]: (int(row["above"]), int(row["below"])) for row in rows if row["below"]}


@dataclass(frozen=True)
class Scale:
    """From cases and shares to places in the plot."""

    common: float
    most: int
    low: float
    high: float

    @classmethod
    def around(cls, common: float, counted: list[tuple[int, int]]) -> Self:
        """Wide enough for every team, and for the limits of the smallest of them."""
        fewest, most = (pick(below for _above, below in counted) for pick in (min, max))
        limits = funnel(common, fewest)
        shown = [above / below for above, below in counted]
        low, high = min(*shown, limits.low_far), max(*shown, limits.high_far)
        air = AIR * (high - low)
        return cls(common, most, max(0.0, low - air), min(1.0, high + air))

    def x(self, cases: float) -> float:
        return 100 * cases / (MARGIN * self.most)

    def level(self, share: float) -> float:
        """How far down a share stands: from 0 to 1 where it is in sight."""
        return (self.high - share) / (self.high - self.low or 1)

    def y(self, share: float) -> str:
        return f"{HEIGHT * self.level(share):.1f}"

    def curves(self) -> list[Curve]:
        """The four limits from few cases to many."""
        cases = sorted(
            {max(1, round(1.08 * self.most * at / POINTS)) for at in range(1, POINTS + 1)}
        )
        limits = [(each, funnel(self.common, each)) for each in cases]
        return [
            Curve(name.endswith("far"), self._line(name, limits))
            for name in ("low_far", "low", "high", "high_far")
        ]

    def _line(self, name: str, limits: Iterable[tuple[int, Funnel]]) -> str:
        return " ".join(
            f"{self.x(cases):.2f},{100 * self.level(getattr(found, name)):.2f}"
            for cases, found in limits
        )


def _dot(team: Team, above: int, below: int, scale: Scale, kpi: Kpi) -> Dot:
    share = above / below
    place = funnel(scale.common, below).place(share)
    across = scale.x(below)
    return Dot(
        team=team.name,
        url=reverse("dashboards:figure", args=[team.slug, kpi.slug]) + "?by=month",
        value=writing.show(Unit.SHARE)(share),
        cases=below,
        place=place,
        says=str(words.PLACES[place]),
        x=f"{across:.2f}%",
        y=scale.y(share),
        label_y="",
        is_left=across > HALF,
    )


def _legible(dots: list[Dot]) -> list[Dot]:
    """The dots, each with its name above it or below, where there is room."""
    named: list[Dot] = []
    for dot in dots:
        beside = [one for one in named if abs(_across(one) - _across(dot)) < NAME_WIDTH]
        taken = [float(one.label_y) for one in beside]
        places = [float(dot.y) + away for away in AWAY]
        free = [y for y in places if all(abs(y - other) >= NAME_HEIGHT for other in taken)]
        named.append(replace(dot, label_y=f"{(free or places)[0]:.1f}"))
    return named


def _across(dot: Dot) -> float:
    return float(dot.x.rstrip("%"))


def _sentence(dots: list[Dot]) -> str:
    for place in (Place.BEYOND, Place.EDGE):
        named = [dot.team for dot in dots if dot.place is place]
        if named:
            return str(words.APART[place] % {"teams": ", ".join(named)})
    return str(words.APART[Place.WITHIN])
