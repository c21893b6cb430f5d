"""What the commands about figures have in common: how they read their arguments."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from dashboards.figures import Kpi
from dashboards.kpis import get
from dashboards.periods import Period
from teams.models import Team
from teams.text import is_readable
from teams.workdays import end_of_day

FIRST_YEAR, LAST_YEAR = 1990, 2100


def team_of(slug: str) -> Team:
    """The team of this address. Raises CommandError naming those there are."""
    team = Team.objects.filter(slug=slug).first() if is_readable(slug) else None
    if team is None:
        known = ", ".join(Team.objects.by_name().values_list("slug", flat=True)) or "none"
        raise CommandError(f"There is no team {slug!r}; there are: {known}.")
    return team


def _in_our_time(day: date, text: str) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CommandError(f"{text!r} lies outside the years {FIRST_YEAR} to {LAST_YEAR}.")
    return day


def kpi_of(slug: str) -> Kpi:
    try:
        return get(slug)
    except LookupError as unknown:
        raise CommandError(unknown.args[0]) from None


def period_of(text: str) -> Period:
    try:
        period = Period.parse(text)
    except ValueError as unknown:
        raise CommandError(str(unknown)) from None
    _in_our_time(period.first_day, text)
    return period


def day_of(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is no date like 2017-12-31.") from None
    return _in_our_time(day, text)


def moment_of(as_of: str | None, team: Team) -> datetime:
    """The end of the day in the team's time zone; now, where no day is given."""
    return end_of_day(day_of(as_of), team.zone) if as_of else timezone.now()


def number(value: Decimal | None) -> float | int | None:
    """A figure as a JSON number: whole where it is whole, else at full precision."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def printed(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)
