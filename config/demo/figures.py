"""The demo's figures: measured, signed and published by the product's own code, as time went by."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from config.demo.remarks import read_by_both, remark
from config.demo.teams import NewRange
from dashboards import kpis, reports
from dashboards.engine import measure
from dashboards.figures import Figure
from dashboards.jobs import look_for_signals, note_progress, update_figures
from dashboards.models import Baseline, BaselineError, Report
from dashboards.models.measurement import MeasurementQuerySet
from dashboards.periods import Period, PeriodKind, last_closed
from dashboards.rebasing import QUESTIONS, Answers
from dashboards.series import Series, baselines_of, span_of
from dashboards.verifying import verify
from teams.models import Membership, Team

REASON = "A calm stretch: this is how our work goes."
# A team's first weeks say little: only what is quick can be finished then. After that, as many
# periods as a calm year has; of months as few as a normal range can rest on, and those end
# before anything changed.
SETTLING = {PeriodKind.WEEK: timedelta(days=62), PeriodKind.MONTH: timedelta(days=45)}
CALM = {PeriodKind.WEEK: 52, PeriodKind.MONTH: 20}
CALM_UNTIL = timedelta(weeks=12)
SIGNED_AFTER = timedelta(hours=1)
SAID_BEFORE = timedelta(hours=20)

Counted = dict[tuple[str, Period], list[Figure]]


def tell_the_figures(
    team: Team, *, signer: Membership, at: datetime, new_range: NewRange | None = None
) -> None:
    """Measure the team's whole history, then publish every report at its own moment.

    The team signs its normal ranges on the way, as soon as the calm stretch has been reported:
    the reports from before then know none. Where its work changed, it signs a new range later.
    """
    since = _weeks_of(team, new_range, at) if new_range else []
    update_figures(team, since=team.started_at, at=at)
    calm = dict(calm_stretches(team, at))
    counted = _counted(team, at)
    for period in _reported(team, at):
        published_at = period.published_at(team.zone, team.workdays)
        figures = _as_reported(team, period, counted)
        content = reports.compose(team, period, figures, as_of=published_at)
        _measured(team, period).update(computed_at=published_at)
        remark(period, content, by=signer, at=published_at - SAID_BEFORE)
        report = Report.publish(team, period, content, at=published_at)
        read_by_both(report, until=at)
        stretch = calm.get(period.kind)
        if stretch and period == stretch[-1]:
            _sign(stretch, by=signer, at=published_at + SIGNED_AFTER)
        if new_range and period == since[-1]:
            _rebase(new_range, since, by=signer, at=published_at + SIGNED_AFTER)
    for kind in PeriodKind:
        look_for_signals(team, last_closed(kind, at, team.zone))
    note_progress(team, at=at)
    verify(team, at=at)


def _measured(team: Team, period: Period) -> MeasurementQuerySet:
    rows: MeasurementQuerySet = team.measurements.filter(
        period_kind=period.kind, start_on=period.first_day
    )
    return rows


def _counted(team: Team, at: datetime) -> Counted:
    """Every figure that any of the reports shows, counted once from the facts.

    Nothing was recorded late in this world, so each report on its own would count the same, and
    take ten times as long; a test holds them to it.
    """
    figures: Counted = defaultdict(list)
    for kind in PeriodKind:
        last = last_closed(kind, at, team.zone)
        periods = list(span_of(next(_whole(team, kind, at), last), [])[0].through(last))
        for kpi in kpis.all_kpis():
            for figure in measure(kpi, [team], periods, until=at):
                figures[kpi.slug, figure.period].append(figure)
    return figures


def _as_reported(team: Team, period: Period, counted: Counted) -> list[Series]:
    baselines = baselines_of(team, period.kind)
    periods = span_of(period, baselines.values())
    return [
        Series.of(
            kpi,
            team,
            periods,
            [figure for one in periods for figure in counted[kpi.slug, one]],
            baselines.get(kpi.slug),
        )
        for kpi in kpis.all_kpis()
    ]


def _reported(team: Team, at: datetime) -> list[Period]:
    """Every period that has been reported by now, in the order in which that happened."""
    periods = [period for kind in PeriodKind for period in _whole(team, kind, at)]
    past = [period for period in periods if period.published_at(team.zone, team.workdays) <= at]
    return sorted(
        past, key=lambda period: (period.published_at(team.zone, team.workdays), period.kind)
    )


def _whole(team: Team, kind: PeriodKind, at: datetime) -> Iterator[Period]:
    first = Period.containing(kind, team.started_at.astimezone(team.zone).date())
    return first.through(last_closed(kind, at, team.zone))


def calm_stretches(team: Team, at: datetime) -> Iterator[tuple[PeriodKind, list[Period]]]:
    """The periods on which the team signs, where its history is long enough to have a calm one."""
    for kind, most in CALM.items():
        settled, changed = team.started_at + SETTLING[kind], at - CALM_UNTIL
        calm = [
            period
            for period in _whole(team, kind, at)
            if period.start(team.zone) >= settled and period.end(team.zone) <= changed
        ]
        if calm:
            yield kind, calm[:most]


def _sign(stretch: list[Period], *, by: Membership, at: datetime) -> None:
    for kpi in kpis.all_kpis():
        try:
            Baseline.sign(kpi, stretch[0], stretch[-1], by=by, at=at, reason=REASON)
        except BaselineError:
            continue  # these figures bear no limits; the page says why


def _weeks_of(team: Team, new_range: NewRange, at: datetime) -> list[Period]:
    today = at.astimezone(team.zone).date()
    first, last = (
        Period.containing(PeriodKind.WEEK, today + timedelta(weeks=new_range.since + number))
        for number in (0, new_range.weeks - 1)
    )
    return list(first.through(last))


def _rebase(new_range: NewRange, weeks: list[Period], *, by: Membership, at: datetime) -> None:
    kpi = kpis.get(new_range.kpi)
    old = by.team.baselines.current().of(kpi, PeriodKind.WEEK).first()
    if old is None:
        return  # too short a history to have had another range before
    answers = Answers(
        **dict.fromkeys(QUESTIONS, True), reason=new_range.reason, lasting=new_range.lasting
    )
    Baseline.rebase(kpi, weeks[0], weeks[-1], answers=answers, seen=old.pk, by=by, at=at)
