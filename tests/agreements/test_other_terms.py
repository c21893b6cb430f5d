"""Asking for other terms in time, and renewing what ends soon."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agreements.models import AgreementError, Fate, StaleAgreement, State
from tests import builders
from tests.agreements.conftest import CALL_BACK, FRIDAY, logged

NEXT_WEEK = replace(CALL_BACK, due_on=FRIDAY + timedelta(days=7))
AFTER_NEW_YEAR = replace(CALL_BACK, due_on=date(2027, 1, 15))


@pytest.fixture
def asked(agreed, anna, now):
    """Anna has asked for a week more."""
    agreed.renegotiate(1, NEXT_WEEK, by=anna, at=now)
    return agreed


class TestInTime:
    def test_until_all_accept_the_old_terms_hold(self, asked):
        assert (asked.state, asked.in_force, asked.on_table) == (State.ACTIVE, 1, 2)
        assert asked.promise().due_on == FRIDAY

    def test_accepted_they_hold_and_the_first_day_is_remembered(self, asked, bram, now):
        asked.accept(2, by=bram, at=now)

        promise = asked.promise()
        assert (asked.in_force, asked.on_table) == (2, None)
        assert (promise.due_on, promise.first_due_on) == (NEXT_WEEK.due_on, FRIDAY)
        assert promise.renegotiations == 1
        assert logged(asked)[-1] == "renegotiation.agreed"

    def test_declined_the_old_ones_go_on_to_hold(self, asked, bram, now):
        asked.decline(2, "We need it on Friday", by=bram, at=now)

        assert (asked.state, asked.in_force, asked.on_table) == (State.ACTIVE, 1, None)
        assert logged(asked)[-1] == "renegotiation.ended"

    def test_they_can_be_answered_with_others(self, asked, anna, bram, now):
        asked.counter(2, AFTER_NEW_YEAR, by=bram, at=now)
        asked.accept(3, by=anna, at=now)

        assert asked.promise().due_on == AFTER_NEW_YEAR.due_on

    def test_who_asked_takes_it_back(self, asked, anna, bram, now):
        with pytest.raises(AgreementError, match="Only who proposed this"):
            asked.withdraw(2, by=bram, at=now)
        asked.withdraw(2, by=anna, at=now)

        assert (asked.state, asked.on_table) == (State.ACTIVE, None)

    def test_one_talk_at_a_time(self, asked, bram, now):
        with pytest.raises(StaleAgreement, match="Other words lie on the table"):
            asked.renegotiate(1, AFTER_NEW_YEAR, by=bram, at=now)

    def test_it_can_be_accepted_on_the_last_day_yet(self, asked, bram, now):
        asked.accept(2, by=bram, at=now + timedelta(days=4))

        assert asked.promise().due_on == NEXT_WEEK.due_on

    def test_and_not_when_that_is_over(self, asked, bram, now):
        with pytest.raises(AgreementError, match="days to answer this are over"):
            asked.accept(2, by=bram, at=now + timedelta(days=5))

    def test_what_is_done_is_talked_about_no_longer(self, asked, anna, bram, now):
        asked.promise().declare_done(by=anna, at=now)

        asked.refresh_from_db()
        assert asked.on_table is None
        with pytest.raises(StaleAgreement):
            asked.accept(2, by=bram, at=now)


class TestTooLate:
    def test_on_the_day_itself(self, agreed, anna, now):
        with pytest.raises(AgreementError, match="before the day itself"):
            agreed.renegotiate(1, NEXT_WEEK, by=anna, at=now + timedelta(days=4))

    def test_the_evening_before_is_in_time(self, agreed, anna, now):
        agreed.renegotiate(1, NEXT_WEEK, by=anna, at=now + timedelta(days=3, hours=13))

        assert agreed.on_table == 2

    def test_what_is_said_to_be_done(self, done, anna, now):
        with pytest.raises(StaleAgreement, match="said to be done"):
            done.renegotiate(1, NEXT_WEEK, by=anna, at=now)

    def test_what_nobody_has_accepted(self, proposal, anna, now):
        with pytest.raises(StaleAgreement):
            proposal.renegotiate(1, NEXT_WEEK, by=anna, at=now)


class TestRenewing:
    @pytest.fixture
    def ending(self, agreed, now):
        agreed.run_out(at=now)
        return agreed

    def test_what_ends_within_thirty_days_says_so(self, ending):
        assert ending.state == State.EXPIRING
        assert logged(ending)[-1] == "agreement.ends_soon"

    def test_what_ends_later_does_not(self, anna, bram, now):
        long = builders.proposed(anna, bram, AFTER_NEW_YEAR, at=now)
        long.accept(1, by=bram, at=now)

        long.run_out(at=now + timedelta(days=22))
        assert long.state == State.ACTIVE
        long.run_out(at=now + timedelta(days=23))
        assert long.state == State.EXPIRING

    def test_renegotiated_to_a_later_day_it_ends_soon_no_more(self, ending, anna, bram, now):
        ending.renegotiate(1, AFTER_NEW_YEAR, by=anna, at=now)
        ending.accept(2, by=bram, at=now)

        assert ending.state == State.ACTIVE

    def test_renegotiated_within_the_month_it_ends_soon_as_before(self, ending, anna, bram, now):
        ending.renegotiate(1, NEXT_WEEK, by=anna, at=now)
        ending.accept(2, by=bram, at=now)

        assert ending.state == State.EXPIRING

    def test_its_successor_takes_its_place_once_all_accept(self, ending, anna, bram, now):
        again = ending.renew(AFTER_NEW_YEAR.due_on, by=bram, at=now)
        assert ending.state == State.EXPIRING

        again.accept(1, by=anna, at=now)

        ending.refresh_from_db()
        assert (ending.state, again.state) == (State.RENEWED, State.ACTIVE)
        assert again.version(1).then == CALL_BACK.then
        assert logged(ending)[-1] == "agreement.renewed"

    def test_what_was_promised_before_is_judged_all_the_same(self, ending, anna, bram, now):
        ending.renew(AFTER_NEW_YEAR.due_on, by=bram, at=now).accept(1, by=anna, at=now)

        ending.promise().declare_done(by=anna, at=now)
        ending.promise().judge("kept", by=bram, at=now)

        ending.refresh_from_db()
        assert (ending.promise().state, ending.state) == (Fate.KEPT, State.RENEWED)

    def test_a_team_renews_with_whoever_is_there(self, team, anna, bram, now):
        ours = type(builders.proposed(anna, bram, CALL_BACK, at=now)).objects.propose_to_all(
            CALL_BACK, by=anna, at=now
        )
        ours.accept(1, by=bram, at=now)
        ours.run_out(at=now)
        eva = builders.member("Eva", team, at=now)

        again = ours.renew(AFTER_NEW_YEAR.due_on, by=anna, at=now)

        assert eva.user_id in again.parties.values_list("person", flat=True)

    def test_it_is_renewed_once(self, ending, anna, bram, now):
        first = ending.renew(AFTER_NEW_YEAR.due_on, by=bram, at=now)
        with pytest.raises(StaleAgreement, match="proposed to renew"):
            ending.renew(AFTER_NEW_YEAR.due_on, by=anna, at=now)

        first.decline(1, by=anna, at=now)

        assert ending.renew(AFTER_NEW_YEAR.due_on, by=anna, at=now).renews == ending

    def test_only_what_ends_soon_is_renewed(self, agreed, anna, now):
        with pytest.raises(AgreementError, match="ends soon"):
            agreed.renew(AFTER_NEW_YEAR.due_on, by=anna, at=now)

    def test_what_has_ended_meanwhile_stays_ended(self, ending, anna, bram, now):
        again = ending.renew(AFTER_NEW_YEAR.due_on, by=bram, at=now)
        ending.promise().release(by=bram, at=now)

        again.accept(1, by=anna, at=now)

        ending.refresh_from_db()
        assert ending.state == State.RETIRED


def test_no_answer_is_no_agreement_after_ten_working_days(anna, bram, now):
    long = builders.proposed(anna, bram, AFTER_NEW_YEAR, at=now)

    long.run_out(at=now + timedelta(days=14))
    assert long.state == State.PROPOSED
    long.run_out(at=now + timedelta(days=15))

    assert (long.state, logged(long)[-1]) == (State.LAPSED, "agreement.lapsed")


def test_other_terms_that_nobody_answers_lapse_and_the_old_ones_hold(asked, now):
    asked.run_out(at=now + timedelta(days=5))

    assert (asked.is_in_force, asked.in_force, asked.on_table) == (True, 1, None)


def test_a_promise_nobody_spoke_of_is_broken_two_working_days_later(agreed, anna, dirk, now):
    agreed.promise().run_out(at=now + timedelta(days=8))
    assert agreed.promise().state == Fate.UPCOMING

    agreed.promise().run_out(at=now + timedelta(days=9))

    promise = agreed.promise()
    assert (promise.state, promise.is_automatic) == (Fate.BROKEN, True)
    promise.contest("I was ill", dirk.user, by=anna, at=now + timedelta(days=9))
    assert promise.state == Fate.CONTESTED


def test_who_keeps_silent_lets_it_be_kept(done, now):
    done.promise().run_out(at=now + timedelta(days=7))
    assert done.promise().state == Fate.DECLARED

    done.promise().run_out(at=now + timedelta(days=8))

    assert (done.promise().state, done.promise().is_tacit) == (Fate.KEPT, True)
