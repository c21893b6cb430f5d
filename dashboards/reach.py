"""How far a reader sees: the team what it likes, whoever reads along what was published."""

from datetime import datetime

from django.db.models import Q

from dashboards.models import Signal
from dashboards.models.signal import SignalQuerySet
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


def signals_shown(team: Team, *, member: Membership | None, at: datetime) -> SignalQuerySet:
    """The signals that this reader sees: the team all, whoever reads along what was published."""
    found = Signal.objects.filter(team=team).order_by("-onset_on", "kpi", "pk")
    return found if member else found.filter(_published(team, at))


def signals_to_name(team: Team, *, at: datetime) -> SignalQuerySet:
    """Those that last, as far as was published: nobody names what they cannot have read yet."""
    return signals_shown(team, member=None, at=at).lasting()


def _published(team: Team, at: datetime) -> Q:
    shown = Q(pk__in=[])
    for kind in PeriodKind:
        last = last_shown(team, kind, member=None, at=at)
        if last:
            shown |= Q(period_kind=kind, onset_on__lte=last.first_day)
    return shown
