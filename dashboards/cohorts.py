"""How far the deals of each month came: a funnel by cohort, for the team alone.

A deal belongs to the month in which it began, whenever it goes on. So a month that is young looks
worse than it will be, and says so; laid beside each other, months of one age can be compared.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from dashboards import writing
from dashboards.engine import Span, with_crossings
from dashboards.figures import Kpi, Unit
from dashboards.periods import Period, PeriodKind
from dashboards.spc import Kind
from teams.models import Team

MONTHS = 12


class Cell(NamedTuple):
    """How many of a month came so far, and which share that is."""

    n: int
    share: str
    width: int


class Cohort(NamedTuple):
    """The deals of a month: how many began, and how many came to each stage and were won."""

    name: str
    n: int
    cells: list[Cell]


@dataclass(frozen=True)
class Cohorts:
    """The months, the oldest first, and what their columns are called: stages, and won at last."""

    stages: list[str]
    months: list[Cohort]


def fits(kpi: Kpi) -> bool:
    """Whether a figure follows deals from stage to stage."""
    return kpi.kind is Kind.COHORT and kpi.dimension is not None


class Course(NamedTuple):
    """What is known of one deal: when it began, to which stages it came, and if it went on."""

    began_at: datetime
    last: int
    first: int
    was_won: bool


def cohorts(kpi: Kpi, team: Team, *, at: datetime) -> Cohorts:
    """How far the deals came that began in the last twelve months, this one included.

    Raises LookupError for a figure that follows nothing from stage to stage.
    """
    if not fits(kpi):
        raise LookupError(f"{kpi.slug} follows nothing from stage to stage.")
    assert kpi.dimension is not None
    labels = kpi.dimension.labels(team)
    months = _last_months(team, at)
    begun = defaultdict(list)
    for course in _courses(kpi, team, list(labels), at):
        month = Period.containing(PeriodKind.MONTH, course.began_at.astimezone(team.zone).date())
        begun[month].append(course)
    return Cohorts(
        stages=list(labels.values()),
        months=[_cohort(month, begun[month], len(labels)) for month in months if begun[month]],
    )


def _last_months(team: Team, at: datetime) -> list[Period]:
    months = [Period.containing(PeriodKind.MONTH, at.astimezone(team.zone).date())]
    for _each in range(MONTHS - 1):
        months.append(months[-1].previous)
    return months[::-1]


def _courses(kpi: Kpi, team: Team, stages: list[str], at: datetime) -> list[Course]:
    """The course of every deal through the stages that there are now; one query.

    What went on in another team is followed there, and not here.
    """
    places = {stage: place for place, stage in enumerate(stages)}
    span = Span([team], _last_months(team, at), team.zone, at)
    facts = with_crossings(kpi, span).filter(is_dated=True, began_at__lt=at)
    columns = ("dimension", "began_at", "ended_at", "followed_until")
    entries, gone = defaultdict(list), set()
    for row in facts.order_by().values_list(kpi.about.column, *columns):
        subject, stage, began_at, ended_at, followed_until = row
        place = places.get(str(stage))
        if followed_until is not None and followed_until < at:
            gone.add(subject)
        if place is not None:
            entries[subject].append((place, began_at, ended_at is not None and ended_at < at))
    return [
        Course(
            began_at=min(began_at for _place, began_at, _went_on in entered),
            first=min(entered)[0],
            last=max(entered)[0],
            # From the last stage it reached it can only have gone on to being won.
            was_won=max(entered)[2],
        )
        for subject, entered in entries.items()
        if subject not in gone
    ]


def _cohort(month: Period, courses: list[Course], stages: int) -> Cohort:
    came = [
        sum(course.first <= place <= course.last for course in courses) for place in range(stages)
    ]
    won = sum(course.was_won for course in courses)
    n = len(courses)
    return Cohort(writing.period_name(month), n, [_cell(each, n) for each in (*came, won)])


def _cell(n: int, of: int) -> Cell:
    return Cell(n, writing.show(Unit.SHARE)(n / of), round(100 * n / of))
