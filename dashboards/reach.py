"""How far a reader sees: the team what it likes, whoever reads along what was published."""

from datetime import datetime

from dashboards.periods import Period, PeriodKind, last_closed
from teams.models import Membership, Team

FIRST_YEAR, LAST_YEAR = 1990, 2100


def last_shown(
    team: Team, kind: PeriodKind, *, member: Membership | None, at: datetime
) -> Period | None:
    """Up to where figures are shown: as far as was published; before that to the team alone."""
    report = team.reports.of(kind).newest_first().first()
    if report:
        return report.period
    return last_closed(kind, at, team.zone) if member else None


def can_read(team: Team, period: Period, *, member: Membership | None, at: datetime) -> bool:
    """Whether this reader sees what lies behind a period: the team also while it is running."""
    if not FIRST_YEAR <= period.first_day.year <= LAST_YEAR:
        return False
    if member:
        return period.start(team.zone) <= at
    last = last_shown(team, period.kind, member=None, at=at)
    return last is not None and period <= last
