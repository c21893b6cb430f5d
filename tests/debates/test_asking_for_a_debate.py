"""How a debate begins: asked for, dated, dismissed, or forgotten."""

from datetime import date, timedelta

import pytest

from dashboards import kpis
from dashboards.jobs import publish_period
from dashboards.models import Baseline, Signal
from dashboards.periods import Period
from debates.models import Debate, DebateError, Fallback, StaleDebate, State
from tests import builders, debating

WON, LOST = "deals-won", "deals-lost"


def asked(by, now, slug=WON, question="Why?") -> Debate:
    return Debate.objects.request(kpis.get(slug), question, by=by, at=now)


@pytest.fixture
def signal(team, now) -> Signal:
    """Something changed in the deals won, two weeks ago; both sides have read of it."""
    publish_period(team, Period.parse("2026-W47"), at=now)
    baseline = Baseline.objects.create(
        team=team, kpi=WON, period_kind="week", profile="manager", reason="Calm",
        first_on=date(2026, 1, 5), last_on=date(2026, 6, 1), signed_at=now,
        centre=4, lower=0, upper=9, mean_range=2, n=20,
    )  # fmt: skip
    return Signal.objects.create(
        team=team, kpi=WON, period_kind="week", baseline=baseline, rule="run", side="down",
        onset_on=date(2026, 11, 9), latest_on=date(2026, 11, 16),
    )  # fmt: skip


def test_a_question_waits_for_the_team(mia, now):
    debate = asked(mia, now, question="  Why do we   win less? ")

    assert (debate.state, debate.question) == (State.REQUESTED, "Why do we win less?")
    assert debate.is_asked_by_management
    assert debate.date_by == date(2026, 11, 30)
    assert not debate.seats.exists()


def test_it_belongs_to_the_signal_that_lasts(anna, signal, now):
    debate = asked(anna, now)

    assert (debate.onset_on, debate.side) == (signal.onset_on, "down")


def test_what_is_normal_is_frozen_before_the_signal(anna, bram, signal, now):
    debate = debating.opened(by=anna, at=now)

    assert str(debate.normal.last) == "2026-W45"


@pytest.mark.parametrize(
    ("slug", "question", "says"),
    [(WON, " ", "question"), ("time-in-stage", "Why?", "parts")],
)
def test_it_needs_a_question_and_a_whole_figure(anna, now, slug, question, says):
    with pytest.raises(DebateError, match=says):
        asked(anna, now, slug, question)
    assert not Debate.objects.exists()


def test_one_figure_has_one_open_debate(anna, bram, now):
    asked(anna, now)

    with pytest.raises(StaleDebate, match="open already"):
        asked(bram, now)
    assert asked(bram, now, LOST).state == State.REQUESTED


class TestAManager:
    def test_asks_once_a_month_without_a_signal(self, anna, mia, now):
        asked(mia, now).dismiss("In spring", by=anna, at=now)

        with pytest.raises(DebateError, match="one debate a month"):
            asked(mia, now + timedelta(days=29), LOST)
        assert asked(mia, now + timedelta(days=31), LOST).state == State.REQUESTED

    def test_asks_as_often_as_there_are_signals(self, mia, signal, now):
        asked(mia, now, LOST)

        assert asked(mia, now).onset_on

    def test_is_not_kept_from_it_by_what_members_ask(self, anna, mia, now):
        asked(anna, now)

        assert asked(mia, now, LOST).state == State.REQUESTED


class TestTheTeam:
    def test_takes_it_up_and_everybody_is_asked(self, anna, bram, mia, now):
        debate = asked(mia, now)
        debate.take_up(10, Fallback.DROP, by=anna, at=now)

        assert debate.state == State.GATHERING
        people = {anna.user_id: "team", bram.user_id: "team", mia.user_id: "management"}
        assert dict(debate.seats.values_list("person", "side")) == people
        assert (debate.gather_until, debate.ends_on) == (date(2026, 11, 26), date(2026, 12, 7))

    @pytest.mark.parametrize("days", [3, 21])
    def test_takes_as_long_as_a_debate_may_take(self, anna, bram, now, days):
        with pytest.raises(DebateError, match="between four and twenty"):
            asked(anna, now).take_up(days, Fallback.DROP, by=anna, at=now)

    def test_of_one_debates_nothing(self, anna, now):
        with pytest.raises(DebateError, match="two people"):
            asked(anna, now).take_up(10, Fallback.DROP, by=anna, at=now)

    def test_says_why_it_does_not(self, anna, mia, now):
        debate = asked(mia, now)

        with pytest.raises(DebateError, match="Say why"):
            debate.dismiss(" ", by=anna, at=now)
        debate.dismiss("In spring", by=anna, at=now)

        assert (debate.state, debate.end, debate.ended_why) == (
            State.DISMISSED, "dismissed", "In spring",
        )  # fmt: skip
        with pytest.raises(StaleDebate):
            debate.take_up(10, Fallback.DROP, by=anna, at=now)

    def test_that_forgets_it_lets_it_lapse(self, anna, mia, now):
        debate = asked(mia, now)

        debate.run_out(at=now + timedelta(days=7))
        assert debate.state == State.REQUESTED
        debate.run_out(at=now + timedelta(days=8))

        assert (debate.state, debate.end) == (State.LAPSED, "not_dated")

    def test_comes_too_late_whether_the_job_ran_or_not(self, anna, mia, now):
        debate = asked(mia, now)

        with pytest.raises(StaleDebate):
            debate.take_up(10, Fallback.DROP, by=anna, at=now + timedelta(days=8))


class TestWhatTheTeamAloneDecides:
    """The verb itself refuses, whichever door somebody came by."""

    VERBS = {
        "to take it up": lambda debate, words: debate.take_up(10, Fallback.DROP, **words),
        "to dismiss it": lambda debate, words: debate.dismiss("In spring", **words),
        "to ask for quick consent": lambda debate, words: debate.ask_for_quick_consent(
            debating.offer(), **words
        ),
    }

    @pytest.mark.parametrize("verb", VERBS)
    def test_is_decided_by_no_one_else(self, anna, bram, mia, carla, now, verb):
        debate = asked(mia, now)

        for stranger in (mia, carla):
            with pytest.raises(DebateError, match="Only the team decides this"):
                self.VERBS[verb](debate, {"by": stranger, "at": now})
        debate.refresh_from_db()

        assert debate.state == State.REQUESTED

    def test_a_manager_begins_nothing(self, anna, mia, now):
        with pytest.raises(DebateError, match="Only the team"):
            debating.opened(by=mia, at=now)
        with pytest.raises(DebateError, match="Only the team"):
            debating.quick(by=mia, at=now)

        assert not Debate.objects.exists()


def test_what_shall_be_done_is_the_question_of_a_quick_decision(anna, bram, now):
    debate = debating.quick(by=anna, at=now, words=" we call  back")

    assert debate.question == "We call back"


def test_who_came_later_reads_along(debate, team, now):
    eva = builders.member("Eva", team, at=now)

    with pytest.raises(DebateError, match="began without you"):
        debate.add_nothing(by=eva, at=now)


def test_whoever_is_of_another_team_has_no_seat(debate, carla, now):
    with pytest.raises(DebateError, match="began without you"):
        debate.add_nothing(by=carla, at=now)
