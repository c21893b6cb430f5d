"""The verdict: what the figure said to a decision, against what was normal before."""

from datetime import date, datetime, timedelta

import pytest

from crm.models import Deal
from dashboards import kpis, reading
from dashboards.jobs import publish_period
from dashboards.periods import Period
from dashboards.verdict import Verdict as Told
from dashboards.verdict import effect
from dashboards.xmr import Limits, Side
from debates.models import DebateError, Experiment, Next, StaleDebate, State, Verdict
from debates.models.proposal import ProposalVersion
from tests import builders, debating

CALM = Limits(centre=10, lower=4.68, upper=15.32, mean_range=2, n=12)
WEEKS = list(Period.parse("2026-W20").through(Period.parse("2026-W47")))
REVIEWED = timedelta(days=80)


class TestTheArithmetic:
    @pytest.mark.parametrize(
        ("before", "after", "verdict"),
        [
            (CALM, [14, 13, 15, 14, 13, 14], Told.IMPROVED),
            (CALM, [6, 7, 5, 6, 7, 6], Told.WORSENED),
            (CALM, [10, 11, 9, 10, 11, 12], Told.NO_CHANGE),
            (CALM, [14, 13, 15], Told.INSUFFICIENT),
            (Limits(10, 4.68, 15.32, 2, n=7), [14, 13, 15, 14], Told.INSUFFICIENT),
            (None, [14, 13, 15, 14], Told.INSUFFICIENT),
        ],
    )
    def test_tells_a_change_from_chance(self, before, after, verdict):
        assert effect(before, after, Side.UP).verdict is verdict

    def test_shows_what_it_rests_on(self):
        told = effect(CALM, [13, 13, 15, 15], Side.UP)

        assert (told.before, told.after, told.n, told.m) == (10, 14, 12, 4)
        assert told.z == pytest.approx(4 / (2 / 1.128 * (1 / 4 + 1 / 12) ** 0.5))

    def test_less_is_better_where_that_was_wanted(self):
        assert effect(CALM, [6, 7, 5, 6, 7, 6], Side.DOWN).verdict is Told.IMPROVED

    def test_a_change_must_be_seen_as_well(self):
        """Far from the middle together, yet on both sides of it and within the limits."""
        many = [15, 9.9] * 20

        told = effect(CALM, many, Side.UP)

        assert told.z is not None
        assert told.z > 3
        assert told.verdict is Told.NO_CHANGE

    def test_a_figure_on_the_line_is_on_no_side(self):
        assert effect(CALM, [10] * 4, Side.UP).verdict is Told.NO_CHANGE


@pytest.fixture
def calm(team, now) -> None:
    """Half a year of weeks in which four or five deals were won."""
    values = [4, 5, 6, 4, 3, 5, 4] * 4
    builders.measured(team, kpis.get("deals-won"), WEEKS, values, at=now)


@pytest.fixture
def decided(calm, anna, bram, mia, now):
    return debating.decided(by=anna, at=now)


def win(pipeline, now: datetime, a_week: int) -> None:
    """So many deals in each week after the decision."""
    first = now + timedelta(days=16)
    days = [first + timedelta(weeks=week) for week in range(8)]
    builders.many_won(pipeline, [day for day in days for _each in range(a_week)])


def test_it_is_improved(decided, pipeline, now):
    win(pipeline, now, 12)

    decided.evaluate(at=now + REVIEWED)

    experiment = decided.experiments.get()
    assert (decided.state, experiment.verdict) == (State.EVALUATED, Verdict.IMPROVED)
    assert (experiment.n, experiment.after) == (26, 12.0)


def test_it_is_given_on_its_day_and_once(decided, pipeline, now):
    experiment = decided.experiments.get()
    last = experiment.review_on

    decided.evaluate(at=datetime(last.year, last.month, last.day, 12, tzinfo=now.tzinfo))
    assert decided.state == State.DECIDED
    decided.evaluate(at=now + REVIEWED)
    win(pipeline, now, 12)
    decided.evaluate(at=now + REVIEWED)

    assert decided.experiments.get().verdict == Verdict.WORSENED  # nothing was won


def test_another_decision_on_the_same_figure_confounds_it(decided, pipeline, anna, now):
    other = debating.decided(by=anna, at=now + timedelta(days=14))
    win(pipeline, now, 12)
    for debate in (decided, other):
        debate.evaluate(at=now + timedelta(days=100))

    assert set(Experiment.objects.values_list("verdict", flat=True)) == {Verdict.CONFOUNDED}


def test_what_was_normal_is_not_changed_by_what_is_known_later(decided, team, now):
    frozen = decided.normal
    team.measurements.all().delete()

    decided.refresh_from_db()

    assert decided.normal == frozen
    assert frozen.limits
    assert frozen.limits.n == 26


def test_figures_that_bear_no_limits_say_why(anna, bram, now):
    debate = debating.opened(by=anna, at=now)

    assert debate.normal.limits is None
    assert debate.normal.reason == "too-few"


def test_weeks_are_whole_ones_between_decision_and_review():
    experiment = Experiment(decided_on=date(2026, 12, 3), review_on=date(2026, 12, 27))
    assert [str(week) for week in experiment.weeks] == ["2026-W50", "2026-W51", "2026-W52"]

    experiment.review_on = date(2026, 12, 26)
    assert [str(week) for week in experiment.weeks] == ["2026-W50", "2026-W51"]

    experiment.review_on = date(2026, 12, 6)
    assert experiment.weeks == []


def test_what_never_came_into_force_is_not_judged(calm, anna, bram, mia, pipeline, now):
    eva = builders.member("Eva", anna.team, at=now)
    others = [builders.member(name, anna.team, at=now) for name in ("Dirk", "Fem")]
    debate = debating.proposed(by=anna, at=now, offered=debating.offer(eva.user))
    for place in (anna, bram, mia, *others):
        debate.consent(ProposalVersion.objects.get(), by=place, at=now + debating.PROPOSED)
    debate.run_out(at=now + debating.OVER)
    agreement = debate.experiments.get().agreement
    agreement.decline(1, "I cannot", by=eva, at=now + debating.OVER)
    win(pipeline, now, 12)

    debate.evaluate(at=now + REVIEWED)

    assert debate.experiments.get().verdict == Verdict.INSUFFICIENT


class TestWhatTheTeamDoesThen:
    def test_is_said_once_the_figure_has_spoken(self, decided, anna, now):
        experiment = decided.experiments.get()
        with pytest.raises(DebateError, match="no verdict yet"):
            experiment.answer_with(Next.KEEP, "It works", by=anna, at=now)

        decided.evaluate(at=now + REVIEWED)
        with pytest.raises(DebateError, match="what we learn"):
            experiment.answer_with(Next.KEEP, " ", by=anna, at=now + REVIEWED)
        experiment.answer_with(Next.KEEP, "It works", by=anna, at=now + REVIEWED)

        assert decided.experiments.get().answer == Next.KEEP
        with pytest.raises(StaleDebate, match="answered already"):
            experiment.answer_with(Next.STOP, "It does not", by=anna, at=now + REVIEWED)

    def test_is_said_by_the_team(self, decided, carla, mia, now):
        decided.evaluate(at=now + REVIEWED)
        experiment = decided.experiments.get()

        for stranger in (carla, mia):
            with pytest.raises(DebateError, match="Only the team decides this"):
                experiment.answer_with(Next.KEEP, "So", by=stranger, at=now + REVIEWED)
        assert not decided.experiments.get().answer


def test_a_late_job_finds_what_was_agreed_and_nothing_to_do(decided, now):
    assert Deal.objects.count() == 0
    decided.run_out(at=now + REVIEWED)

    assert decided.state == State.DECIDED


def test_the_decision_stands_on_the_chart_of_its_figure_alone(decided, pipeline, now):
    win(pipeline, now, 3)
    week = Period.parse("2027-W01")
    decided.team.started_at = now - timedelta(weeks=30)
    decided.team.save()

    publish_period(decided.team, week, at=now + REVIEWED)

    payload = decided.team.reports.get().payload
    told = {
        entry["slug"]: [marker.label for marker in reading.panel(entry, payload).chart.markers]
        for entry in payload["kpis"]
    }
    assert told["deals-won"] == ["Decided in a debate"]
    assert {slug for slug, texts in told.items() if texts} == {"deals-won"}
