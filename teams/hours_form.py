"""The working hours of a team as people type them: a line for every day of the week."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams import countries
from teams.fields import LineField, LinesField
from teams.models import Team, WorkCalendar
from teams.worktime import MINUTES_OF_DAY, Range, WorkHours, joined

DAYS = [f"day_{number}" for number in WEEKDAYS]
LONGEST_DAY = 80
MOST_RANGES = 6
MOST_CLOSED_DAYS = 400
FIRST_YEAR, LAST_YEAR = 1990, 2100
FROM_TO = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|\N{EN DASH})\s*(\d{1,2})(?:[:.](\d{2}))?", re.ASCII
)
# As browsers write a day, and as people here do: never guessed to be the month.
WRITTEN_DAY = re.compile(r"(?:(\d{4})-(\d\d?)-(\d\d?)|(\d\d?)-(\d\d?)-(\d{4}))", re.ASCII)


class HoursField(LineField):
    """The hours of one day of the week, such as 9:00-12:30, 13:00-17:00; empty on a day off."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        ranges = sorted(_range(part) for part in text.split(",")) if text else []
        if len(ranges) > MOST_RANGES:
            raise ValidationError(_("At most %(most)d times a day.") % {"most": MOST_RANGES})
        if list(joined(ranges)) != ranges:
            raise ValidationError(_("Two of these times overlap."))
        return tuple(ranges)

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, tuple) else value


class DaysField(LinesField):
    """Days, one on a line."""

    def to_python(self, value: Any) -> Any:
        return frozenset(map(_day, super().to_python(value)))


class KeepHours(forms.Form):
    """When the team works: on which hours of the week, and which days it is closed."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    day_0 = HoursField(label=WEEKDAYS[0], required=False)
    day_1 = HoursField(label=WEEKDAYS[1], required=False)
    day_2 = HoursField(label=WEEKDAYS[2], required=False)
    day_3 = HoursField(label=WEEKDAYS[3], required=False)
    day_4 = HoursField(label=WEEKDAYS[4], required=False)
    day_5 = HoursField(label=WEEKDAYS[5], required=False)
    day_6 = HoursField(label=WEEKDAYS[6], required=False)
    closed_days = DaysField(
        label=gettext_lazy("Days on which we are closed"),
        help_text=gettext_lazy("Besides the public holidays. One day on a line: 2026-12-24."),
        most=MOST_CLOSED_DAYS,
        longest=LONGEST_DAY,
        required=False,
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=countries.choices,
        help_text=gettext_lazy("Its public holidays are no working days of the team."),
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team
        self.meanwhile: list[str] = []

    @classmethod
    def about(cls, calendar: WorkCalendar) -> Self:
        """The hours as they are."""
        return cls(team=calendar.team, initial={"seen": calendar.number, **_words(calendar.hours)})

    def clean(self) -> dict[str, Any]:
        if not self.errors and not any(self.cleaned_data[name] for name in DAYS):
            self.add_error("day_0", _("A team works at least some time of the week."))
        return self.cleaned_data

    def hours(self) -> WorkHours:
        """The hours that were filled in, of a form that is valid."""
        filled = self.cleaned_data
        return WorkHours(
            self.team.zone,
            filled["country"],
            tuple(filled[name] for name in DAYS),
            filled["closed_days"],
        )

    def save(self, *, by: Any, at: datetime) -> WorkCalendar | None:
        """Keep what was filled in. Raises as `WorkCalendar.objects.agree`."""
        seen = self.cleaned_data["seen"]
        return WorkCalendar.objects.agree(self.hours(), seen=seen, by=by, at=at)

    def beside(self, refusal: str) -> Self:
        """The same words beside those of somebody who was faster, to decide once more."""
        now = self.team.work_calendar
        again = type(self)({**dict(self.data.items()), "seen": now.number}, team=self.team)
        again.add_error(None, refusal)
        theirs, mine = _words(now.hours), _words(self.hours())
        again.meanwhile = [
            f"{again.fields[name].label}: {_said(theirs[name])}"
            for name in mine
            if theirs[name] != mine[name]
        ]
        return again

    def days(self) -> list[forms.BoundField]:
        return [self[name] for name in DAYS]

    def day_names(self) -> list[str]:
        """The days of the week, from Monday on."""
        return [str(self.fields[name].label) for name in DAYS]


def written(ranges: Iterable[Range]) -> str:
    """Hours as they are typed: 9:00-12:30, 13:00-17:00."""
    return ", ".join(f"{_time(begin)}-{_time(end)}" for begin, end in ranges)


def _words(hours: WorkHours) -> dict[str, Any]:
    closed = sorted(day.isoformat() for day in hours.closed)
    week = dict(zip(DAYS, hours.week, strict=True))
    return {**week, "closed_days": closed, "country": hours.country}


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return written(value) or "–"
    return countries.names()[value] if isinstance(value, str) else ", ".join(value) or "–"


def _time(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def _range(text: str) -> Range:
    match = FROM_TO.fullmatch(text.strip())
    if match is None:
        raise ValidationError(_("Write the hours like 9:00-12:30, 13:00-17:00."))
    from_hour, from_minute, to_hour, to_minute = (int(part or 0) for part in match.groups())
    begin, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if max(from_minute, to_minute) > 59 or end > MINUTES_OF_DAY:  # noqa: PLR2004
        raise ValidationError(_("A day has 24 hours of 60 minutes."))
    if begin >= end:
        raise ValidationError(_("Work ends after it begins."))
    return begin, end


def _day(text: str) -> date:
    match = WRITTEN_DAY.fullmatch(text)
    year, month, day, day_first, month_second, year_last = match.groups() if match else [""] * 6
    try:
        found = date(int(year or year_last), int(month or month_second), int(day or day_first))
    except ValueError:
        raise ValidationError(_("Write a day like 2026-12-24, one on a line.")) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValidationError(_("Choose a day between 1990 and 2100."))
    return found
