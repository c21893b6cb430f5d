"""What the commands about figures have in common: how they read their arguments."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from dashboards.figures import Kpi
from dashboards.kpis import get
from dashboards.periods import Period, end_of_day
from teams.models import Team


def team_of(slug: str) -> Team:
    """The team of this address. Raises CommandError naming those there are."""
    team = Team.objects.filter(slug=slug).first()
    if team is None:
        known = ", ".join(Team.objects.by_name().values_list("slug", flat=True)) or "none"
        raise CommandError(f"There is no team {slug!r}; there are: {known}.")
    return team


def kpi_of(slug: str) -> Kpi:
    try:
        return get(slug)
    except LookupError as unknown:
        raise CommandError(unknown.args[0]) from None


def period_of(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError as unknown:
        raise CommandError(str(unknown)) from None


def day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is no date like 2017-12-31.") from None


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
