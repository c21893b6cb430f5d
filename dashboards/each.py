"""Deal by deal, for the team alone: how long each took, how old each is, how far each came.

A figure says how it went on the whole. These pictures show what it is made of, so that the team can
look at the deals it may still do something for. No person stands in them, and no manager sees them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.dots import beside, down, percentile, top_of
from dashboards.engine import Span
from dashboards.facts import Behind, Counts, Fact
from dashboards.figures import Figure, Kpi, Subject, Unit
from dashboards.listing import NOBODY_KNOWS, named
from dashboards.periods import Period, PeriodKind
from dashboards.spc import Kind
from teams.models import Team

WEEKS = 26
HEIGHT = 280
# Of the dots beside each other in a stage: how wide they stand, as a part of its place.
SPREAD = 0.6
# The newest so many, where more have ended.
MOST_DOTS = 1000
# So many of the slowest stand in the table below the picture.
MOST_ROWS = 50
LINES = ((0.5, "half"), (0.85, "most"), (0.95, "nearly"))


class Dot(NamedTuple):
    """One deal in the picture, in percent across and pixels down."""

    x: str
    y: str
    says: str
    is_slow: bool


class Line(NamedTuple):
    """By when a share had ended, from where to where in percent across."""

    x1: str
    x2: str
    y: str
    says: str


class Place(NamedTuple):
    """What stands below the picture, where."""

    x: str
    label: str


class Row(NamedTuple):
    """A deal in the table, the slowest first."""

    subject: Subject
    where: str
    days: str


@dataclass(frozen=True)
class Picture:
    """The dots of a figure with the lines through them, and the same as a table."""

    says: str
    dots: list[Dot]
    lines: list[Line]
    places: list[Place]
    rows: list[Row]
    is_by_stage: bool
    left_out: int = 0


def fits(kpi: Kpi) -> bool:
    """Whether a figure can be looked at deal by deal."""
    is_by_stage = kpi.kind is Kind.SURVIVAL and kpi.dimension is not None
    return kpi.unit is Unit.DAYS and (kpi.kind is Kind.DURATION or is_by_stage)


def picture(kpi: Kpi, team: Team, *, at: datetime) -> Picture:
    """How long each took that ended in the last half year; by stage, how old each is that stands.

    Raises LookupError for a figure that is not looked at so.
    """
    if not fits(kpi):
        raise LookupError(f"{kpi.slug} is not looked at one by one.")
    now = Period.containing(PeriodKind.WEEK, at.astimezone(team.zone).date())
    first = now
    for _each in range(WEEKS - 1):
        first = first.previous
    weeks = list(first.through(now)) if kpi.kind is Kind.DURATION else [now]
    nothing = Figure(team.pk, now, None, 0, is_final=False)
    found = Behind(kpi, Span([team], weeks, team.zone, at), nothing)
    if kpi.kind is Kind.DURATION:
        return _scattered(found, found.facts(stop=MOST_DOTS))
    return _ageing(found, found.facts())


def _scattered(found: Behind, facts: list[Fact]) -> Picture:
    """Each deal at the day on which it ended, as high as it took long."""
    begins, ends = found.first.start(found.team.zone), found.cut
    top = top_of([fact.length or 0 for fact in facts])
    lengths = [fact.length for fact in facts if fact.length is not None]
    slow = percentile(lengths, LINES[-1][0])

    def across(moment: datetime | None) -> float:
        assert moment is not None
        return 100 * ((moment - begins) / (ends - begins))

    return Picture(
        says=_half_and_most(lengths),
        dots=[
            _dot(across(fact.at), fact.length or 0, top, is_slow=_is_over(fact.length, slow))
            for fact in facts
        ],
        lines=_lines(lengths, top, 0, 100),
        places=[
            Place(f"{across(week.start(found.team.zone)):.1f}%", _day(week))
            for week in found.span.periods[: -WEEKS // 8 : WEEKS // 4]
        ],
        rows=_rows(found, facts, lambda fact: _on(fact.at)),
        is_by_stage=False,
    )


def _ageing(found: Behind, facts: list[Fact]) -> Picture:
    """Each deal that stands in a stage, as high as it has stood there; beside what is usual."""
    assert found.kpi.dimension is not None
    labels = found.kpi.dimension.labels(found.team)
    standing, ended = defaultdict(list), defaultdict(list)
    for fact in facts:
        if fact.counts is Counts.LASTING and not fact.is_gone:
            standing[fact.dimension].append(fact)
        elif fact.counts is not Counts.LASTING and fact.length is not None:
            ended[fact.dimension].append(fact.length)
    shown = [key for key in labels if standing[key] or ended[key]]
    usual = {key: percentile(ended[key], LINES[1][0]) for key in shown}
    drawn = [fact for key in shown for fact in standing[key]]
    tops = [fact.length or 0 for fact in drawn] + [length or 0 for length in usual.values()]
    top, wide = top_of(tops), 100 / max(1, len(shown))
    dots, lines, places = [], [], []
    for number, key in enumerate(shown):
        left = wide * number
        middle = left + wide / 2
        there = sorted(standing[key], key=lambda fact: fact.length or 0)
        dots += [
            _dot(
                middle + beside(place, len(there), width=SPREAD * wide),
                fact.length or 0,
                top,
                is_slow=_is_over(fact.length, usual[key]),
            )
            for place, fact in enumerate(there)
        ]
        lines += _lines(ended[key], top, left, left + wide)[:2]
        places.append(Place(f"{middle:.1f}%", labels[key]))
    over = [fact for fact in drawn if _is_over(fact.length, usual[fact.dimension])]
    return Picture(
        says=_how_many_are_slow(len(over), len(drawn)),
        dots=dots,
        lines=lines,
        places=places,
        rows=_rows(found, drawn, lambda fact: labels[fact.dimension]),
        is_by_stage=True,
        left_out=sum(fact.counts is Counts.LEFT_OUT for fact in facts),
    )


def _dot(x: float, length: float, top: float, *, is_slow: bool) -> Dot:
    return Dot(f"{x:.2f}%", down(length, top, HEIGHT), _days(length), is_slow)


def _is_over(length: float | None, usual: float | None) -> bool:
    return length is not None and usual is not None and length > usual


def _lines(lengths: Sequence[float], top: float, x1: float, x2: float) -> list[Line]:
    """By when half, most and nearly all had ended; none of too few."""
    says = {
        "half": _("half within %(days)s"),
        "most": _("85 of 100 within %(days)s"),
        "nearly": _("95 of 100 within %(days)s"),
    }
    return [
        Line(
            f"{x1:.2f}%",
            f"{x2:.2f}%",
            down(found, top, HEIGHT),
            says[name] % {"days": _days(found)},
        )
        for share, name in LINES
        if (found := percentile(lengths, share)) is not None
    ]


def _half_and_most(lengths: Sequence[float]) -> str:
    half, most = percentile(lengths, LINES[0][0]), percentile(lengths, LINES[1][0])
    if half is None or most is None:
        return ngettext(
            "%(n)d deal ended in half a year: too few to say what is usual.",
            "%(n)d deals ended in half a year: too few to say what is usual.",
            len(lengths),
        ) % {"n": len(lengths)}
    return _("Of %(n)d deals half took up to %(half)s, and 85 of 100 up to %(most)s.") % {
        "n": len(lengths),
        "half": _days(half),
        "most": _days(most),
    }


def _how_many_are_slow(over: int, of: int) -> str:
    return ngettext(
        "%(over)d of %(n)d open deal stands longer in its stage than 85 of 100 did.",
        "%(over)d of %(n)d open deals stand longer in their stage than 85 of 100 did.",
        of,
    ) % {"over": over, "n": of}


def _rows(found: Behind, facts: Iterable[Fact], where: Callable[[Fact], str]) -> list[Row]:
    slowest = sorted(facts, key=lambda fact: fact.length or 0, reverse=True)[:MOST_ROWS]
    subjects = named(found, slowest, sees_people=True)
    return [
        Row(subjects.get(fact.subject, NOBODY_KNOWS), where(fact), _days(fact.length or 0))
        for fact in slowest
    ]


def _days(length: float) -> str:
    return ngettext("%(days)s day", "%(days)s days", round(length)) % {
        "days": formats.number_format(round(length), 0)
    }


def _day(week: Period) -> str:
    return formats.date_format(week.first_day, "j M")


def _on(moment: datetime | None) -> str:
    return formats.date_format(moment, "j M Y") if moment else ""
