"""The demo's figures: measured, signed and published by the product's own code, as time went by."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from dashboards import kpis, reports, series
from dashboards.jobs import look_for_signals, note_progress, update_figures
from dashboards.models import Baseline, BaselineError, Report
from dashboards.periods import Period, PeriodKind, last_closed
from teams.models import Membership, Team

REASON = "A calm stretch: this is how our work goes."
# A team's first weeks say little: only what is quick can be finished then. After that, as many
# periods as a calm year has; of months as few as a normal range can rest on.
SETTLING = timedelta(days=62)
CALM = {PeriodKind.WEEK: 52, PeriodKind.MONTH: 20}
CALM_UNTIL = timedelta(weeks=14)
SIGNED_AFTER = timedelta(hours=1)


def tell_the_figures(team: Team, *, signer: Membership, at: datetime) -> None:
    """Measure the team's whole history, then publish every report at its own moment.

    The team signs its normal ranges on the way, as soon as the calm stretch has been reported:
    the reports from before then know none.
    """
    update_figures(team, since=team.started_at, at=at)
    stretches = dict(_stretches(team, at))
    for period in _reported(team, at):
        published_at = period.published_at(team.zone)
        _publish(team, period, at=published_at)
        first, last = stretches.get(period.kind, (None, None))
        if first and period == last:
            _sign(first, period, by=signer, at=published_at + SIGNED_AFTER)
    for kind in PeriodKind:
        look_for_signals(team, last_closed(kind, at, team.zone))
    note_progress(team, at=at)


def _publish(team: Team, period: Period, *, at: datetime) -> None:
    # Nothing was recorded late in this world, so what was measured once is what each report
    # would count anew: the same bytes, and a tenth of the time.
    figures = series.from_measurements(team, period)
    Report.publish(team, period, reports.compose(team, period, figures, as_of=at), at=at)


def _reported(team: Team, at: datetime) -> list[Period]:
    """Every period that has been reported by now, in the order in which that happened."""
    periods = [period for kind in PeriodKind for period in _whole(team, kind, at)]
    past = [period for period in periods if period.published_at(team.zone) <= at]
    return sorted(past, key=lambda period: (period.published_at(team.zone), period.kind))


def _whole(team: Team, kind: PeriodKind, at: datetime) -> Iterator[Period]:
    first = Period.containing(kind, team.started_at.astimezone(team.zone).date())
    return first.through(last_closed(kind, at, team.zone))


def _stretches(team: Team, at: datetime) -> Iterator[tuple[PeriodKind, tuple[Period, Period]]]:
    """The calm stretch of each kind, where the history is long enough to have one."""
    settled, changed = team.started_at + SETTLING, at - CALM_UNTIL
    for kind, most in CALM.items():
        calm = [
            period
            for period in _whole(team, kind, at)
            if period.start(team.zone) >= settled and period.end(team.zone) <= changed
        ][:most]
        if calm:
            yield kind, (calm[0], calm[-1])


def _sign(first: Period, last: Period, *, by: Membership, at: datetime) -> None:
    for kpi in kpis.all_kpis():
        try:
            Baseline.sign(kpi, first, last, by=by, at=at, reason=REASON)
        except BaselineError:
            continue  # these figures bear no limits; the page says why
