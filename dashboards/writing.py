"""Figures and periods as people write them, in the reader's language."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from dashboards.figures import BEST_SCORE, Kpi, Unit
from dashboards.periods import Period, PeriodKind
from teams.templatetags.kring import money_short

# A share of fewer is told as so many of so many.
FEW = 10


def period_name(period: Period) -> str:
    """A period as people call it: week 47, November 2026."""
    if period.kind is PeriodKind.MONTH:
        return formats.date_format(period.first_day, "F Y")
    return _("week %(week)d") % {"week": period.first_day.isocalendar().week}


def dated(period: Period) -> str:
    """A period with its year: week 47 of 2026, November 2026."""
    if period.kind is PeriodKind.MONTH:
        return period_name(period)
    year, week, _day = period.first_day.isocalendar()
    return _("week %(week)d of %(year)d") % {"week": week, "year": year}


def short_name(period: Period) -> str:
    """A period below a chart."""
    if period.kind is PeriodKind.MONTH:
        return formats.date_format(period.first_day, "M Y")
    return _("wk %(week)d") % {"week": period.first_day.isocalendar().week}


def show(unit: str) -> Callable[[float], str]:
    """How a figure of this unit is written in the reader's language."""
    return _WRITERS.get(unit) or (lambda value: money_short(Decimal(round(value)), unit))


def _share(value: float) -> str:
    return f"{formats.number_format(round(100 * value), 0)}%"


def _count(value: float) -> str:
    return formats.number_format(round(value, 1), 0 if value == round(value) else 1)


def _days(value: float) -> str:
    return formats.number_format(round(value, 1), 1)


def _score(value: float) -> str:
    return formats.number_format(round(value, 1), 1)


_WRITERS: dict[str, Callable[[float], str]] = {
    Unit.SHARE: _share,
    Unit.COUNT: _count,
    Unit.DAYS: _days,
    Unit.HOURS: _days,
    Unit.SCORE: _score,
    Unit.EACH: _score,
}


def value_text(kpi: Kpi, unit: str, value: Decimal | None, row: Any) -> str:
    """A figure of this KPI as it is written; a share of few as so many of so many."""
    if value is None:
        return "–"
    if kpi.unit is Unit.SHARE:
        above, below = _pair(row)
        if below is not None and 0 < below < FEW:
            return _("%(above)d of %(below)d") % {"above": above or 0, "below": below}
    return with_unit(kpi, unit, value)


def with_unit(kpi: Kpi, unit: str, value: Decimal) -> str:
    """A value with what it is measured in: 12, 31%, 4.5 days."""
    text = show(unit)(float(value))
    match kpi.unit:
        case Unit.DAYS:
            return _("%(days)s days") % {"days": text}
        case Unit.HOURS:
            return _("%(hours)s working hours") % {"hours": text}
        case Unit.EACH:
            return _("%(number)s per member") % {"number": text}
        case Unit.SCORE:
            return _("%(score)s of %(best)d") % {"score": text, "best": BEST_SCORE}
        case _:
            return text


def _pair(row: Any) -> tuple[Decimal | None, Decimal | None]:
    if isinstance(row, dict):
        return number_of(row["numerator"]), number_of(row["denominator"])
    return row.numerator, row.denominator


def cases(n: int) -> str:
    """How many facts stand behind a figure."""
    return _("n = %(n)s") % {"n": formats.number_format(n, 0)}


def number_of(text: str | None) -> Decimal | None:
    """A number as a report writes it."""
    return None if text is None else Decimal(text)
