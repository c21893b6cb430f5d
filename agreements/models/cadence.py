"""How often a promise comes round, and on which days."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, takewhile

from django.db import models
from django.utils.translation import gettext_lazy

from teams.workdays import months_after
from teams.worktime import WorkHours


class Cadence(models.TextChoices):
    ONCE = "", gettext_lazy("once")
    WEEK = "week", gettext_lazy("every week")
    FORTNIGHT = "fortnight", gettext_lazy("every two weeks")
    MONTH = "month", gettext_lazy("every month")
    QUARTER = "quarter", gettext_lazy("every quarter")

    def days(self, first: date, last: date) -> Iterator[date]:
        """The days on the calendar from the first to the last, each counted from the first.

        So the 31st is the last day of a short month, and the 31st again in the month after it.
        """
        if self == Cadence.ONCE:
            return iter([first])
        return takewhile(last.__ge__, (self._step(first, number) for number in count()))

    def _step(self, first: date, number: int) -> date:
        if self in WEEKS:
            return first + timedelta(weeks=WEEKS[self] * number)
        return months_after(first, MONTHS[self] * number)


WEEKS = {Cadence.WEEK: 1, Cadence.FORTNIGHT: 2}
MONTHS = {Cadence.MONTH: 1, Cadence.QUARTER: 3}


def workday_from(day: date, hours: WorkHours) -> date:
    """The day itself where the team works on it, or the next on which it does."""
    return day if day in hours else hours.add_days(day, 1)
