"""Proposing and consenting: silence is no consent, and objections are worked in."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from agreements.models import Agreement
from agreements.models import State as Agreed
from debates.models import DebateError, Fallback, Objection, Response, StaleDebate, State
from debates.models.box import is_quorate
from debates.models.proposal import ProposalVersion
from tests import builders, debating
from tests.debating import OVER, PROPOSED, WEIGHED, offer

HARM = Objection("Nobody answers the others", is_new=True, is_certain=False, remedy="By turns")


@pytest.fixture
def asked(anna, bram, mia, dirk, now):
    """Anna would promise something; she, Bram, Dirk and Mia are asked for their consent."""
    return debating.proposed(by=anna, at=now)


@pytest.fixture
def words(asked) -> ProposalVersion:
    return ProposalVersion.objects.get(debate=asked)


@pytest.fixture
def at(now):
    return now + PROPOSED


def said(debate) -> list[str]:
    return list(debate.experiments.values_list("agreement__versions__then", flat=True))


class TestProposing:
    @pytest.fixture
    def open_for_proposals(self, anna, bram, mia, now):
        debate = debating.revealed(by=anna, at=now)
        debate.run_out(at=now + WEIGHED)
        return debate

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"words": " "}, "Say what will be done"),
            ({"smallest": Decimal(0)}, "how large an effect"),
            ({"review_on": date(2026, 12, 7)}, "after the debate"),
            ({"review_on": date(2027, 3, 2)}, "within ninety days"),
            ({"by": date(2026, 11, 30)}, "over already"),
            ({"by": date(2026, 12, 7)}, "after the debate"),
        ],
    )
    def test_says_enough(self, open_for_proposals, anna, now, wrong, says):
        with pytest.raises(DebateError, match=says):
            open_for_proposals.propose(
                offer(anna.user, **{"review_on": date(2027, 1, 29), **wrong}),
                by=anna,
                at=now + WEIGHED,
            )

    def test_is_about_those_who_take_part(self, open_for_proposals, anna, carla, now):
        with pytest.raises(DebateError, match="takes part"):
            open_for_proposals.propose(offer(carla.user), by=anna, at=now + WEIGHED)

    def test_is_done_three_times_at_most(self, open_for_proposals, anna, now):
        for _each in range(3):
            open_for_proposals.propose(offer(anna.user), by=anna, at=now + WEIGHED)

        with pytest.raises(DebateError, match="Three proposals"):
            open_for_proposals.propose(offer(anna.user), by=anna, at=now + WEIGHED)

    def test_goes_on_in_other_words(self, open_for_proposals, anna, bram, now):
        version = open_for_proposals.propose(offer(anna.user), by=anna, at=now + WEIGHED)

        open_for_proposals.reword(
            version.proposal, 1, offer(words="we call at once"), by=bram, at=now + WEIGHED
        )
        with pytest.raises(StaleDebate, match="Other words"):
            open_for_proposals.reword(
                version.proposal, 1, offer(anna.user), by=anna, at=now + WEIGHED
            )

        latest = ProposalVersion.objects.filter(debate=open_for_proposals).latest_words().get()
        assert (latest.number, latest.then, latest.is_everybody) == (2, "we call at once", True)
        assert open_for_proposals.rounds == 0

    def test_by_nobody_ends_it(self, open_for_proposals, now):
        open_for_proposals.run_out(at=now + PROPOSED)

        assert (open_for_proposals.state, open_for_proposals.end) == (
            State.NO_CHANGE, "nothing_proposed",
        )  # fmt: skip


class TestConsent:
    def test_of_all_decides_at_once(self, asked, words, anna, bram, dirk, mia, at):
        for place in (anna, bram, dirk):
            asked.consent(words, by=place, at=at)
            assert asked.state == State.CONSENTING
        asked.consent(words, "Look at the complaints", by=mia, at=at)

        assert asked.state == State.DECIDED
        assert asked.experiments.get().agreement.state == Agreed.ACTIVE
        assert Response.objects.get(seat__person=mia.user).concern == "Look at the complaints"

    def test_of_three_of_four_is_not_enough(self, asked, words, anna, bram, dirk, now, at):
        for place in (anna, bram, dirk):
            asked.consent(words, by=place, at=at)

        asked.run_out(at=now + OVER)

        assert (asked.state, asked.end) == (State.LAPSED, "not_answered")
        assert not Agreement.objects.exists()

    def test_is_never_silence(self, asked, now):
        asked.run_out(at=now + OVER)

        assert (asked.state, asked.end) == (State.LAPSED, "not_answered")

    def test_is_said_once_and_to_the_words_that_count(self, asked, words, anna, bram, at):
        asked.consent(words, by=anna, at=at)
        with pytest.raises(StaleDebate, match="answered this already"):
            asked.consent(words, by=anna, at=at)

        asked.object(words, HARM, by=bram, at=at)
        asked.reword(words.proposal, 1, offer(anna.user), by=bram, at=at)
        with pytest.raises(StaleDebate, match="Other words"):
            asked.consent(words, by=anna, at=at)

    def test_comes_too_late_after_the_last_day(self, asked, words, anna, now):
        with pytest.raises(StaleDebate):
            asked.consent(words, by=anna, at=now + OVER)


class TestWhoPromises:
    def test_and_kept_silent_accepts_it_themselves(self, anna, bram, mia, dirk, team, now, at):
        eva = builders.member("Eva", team, at=now)
        debate = debating.proposed(by=anna, at=now, offered=offer(eva.user))
        version = ProposalVersion.objects.get()
        for place in (anna, bram, mia, dirk):
            debate.consent(version, by=place, at=at)
        debate.run_out(at=now + OVER)

        agreement = debate.experiments.get().agreement
        assert agreement.state == Agreed.PROPOSED
        agreement.accept(1, by=eva, at=now + OVER)
        assert agreement.state == Agreed.ACTIVE

    def test_is_the_whole_team_where_nobody_is_named(self, anna, bram, mia, now, at):
        debate = debating.proposed(by=mia, at=now, opener=anna, offered=offer())
        version = ProposalVersion.objects.get()
        for place in (mia, anna, bram):
            debate.consent(version, by=place, at=at)

        agreement = debate.experiments.get().agreement
        assert (agreement.kind, agreement.state) == ("team", Agreed.ACTIVE)

    def test_is_all_of_it_where_all_who_consent_do(self, anna, bram, now, at):
        debate = debating.proposed(by=anna, at=now, offered=offer(anna.user, bram.user))
        version = ProposalVersion.objects.get()
        for place in (anna, bram):
            debate.consent(version, by=place, at=at)

        assert debate.experiments.get().agreement.kind == "team"

    def test_and_left_promises_nothing(self, asked, words, anna, bram, dirk, mia, at):
        anna.leave(by=None, at=at)
        for place in (bram, dirk, mia):
            asked.consent(words, by=place, at=at)

        assert (asked.state, asked.end) == (State.NO_CHANGE, "nobody_left")


class TestAnObjection:
    @pytest.mark.parametrize(
        ("wrong", "says"),
        [({"harm": " "}, "what harm"), ({"remedy": ""}, "take your objection away")],
    )
    def test_answers_its_questions(self, asked, words, bram, at, wrong, says):
        with pytest.raises(DebateError, match=says):
            asked.object(words, replace(HARM, **wrong), by=bram, at=at)

    def test_of_management_names_what_of_the_frame(self, asked, words, mia, at):
        with pytest.raises(DebateError, match="of the frame"):
            asked.object(words, HARM, by=mia, at=at)

    def test_is_worked_in_and_all_answer_anew(self, asked, words, anna, bram, dirk, mia, at):
        asked.consent(words, by=anna, at=at)
        asked.object(words, HARM, by=bram, at=at)
        assert asked.state == State.INTEGRATING

        asked.reword(words.proposal, 1, offer(anna.user, words="by turns"), by=bram, at=at)

        assert (asked.state, asked.rounds) == (State.CONSENTING, 1)
        latest = ProposalVersion.objects.filter(debate=asked).latest_words().get()
        for place in (anna, dirk, mia):
            asked.consent(latest, by=place, at=at)
        assert asked.state == State.DECIDED
        assert said(asked) == ["by turns"]

    def test_is_worked_in_twice_at_most(self, asked, words, anna, bram, at):
        latest = words
        for number in (1, 2):
            asked.object(latest, HARM, by=bram, at=at)
            latest = asked.reword(words.proposal, number, offer(anna.user), by=anna, at=at)
        asked.object(latest, HARM, by=bram, at=at)

        with pytest.raises(DebateError, match="other words twice"):
            asked.reword(words.proposal, 3, offer(anna.user), by=anna, at=at)

    def test_is_worked_in_where_there_is_one(self, asked, words, anna, bram, at):
        with pytest.raises(StaleDebate):
            asked.reword(words.proposal, 1, offer(anna.user), by=anna, at=at)

    def test_can_be_withdrawn(self, asked, words, anna, bram, dirk, mia, at):
        for place in (anna, dirk, mia):
            asked.consent(words, by=place, at=at)
        asked.object(words, HARM, by=bram, at=at)
        with pytest.raises(StaleDebate, match="no objection"):
            asked.withdraw(words, by=anna, at=at)

        asked.withdraw(words, by=bram, at=at)

        assert asked.state == State.DECIDED

    def test_of_who_leaves_is_left_with_them(self, asked, words, anna, bram, dirk, mia, at):
        asked.object(words, HARM, by=bram, at=at)
        for place in (anna, dirk, mia):
            asked.consent(words, by=place, at=at)
        assert asked.state == State.INTEGRATING

        bram.leave(by=None, at=at)

        asked.refresh_from_db()
        assert asked.state == State.DECIDED

    def test_of_who_is_back_counts_again(self, anna, bram, dirk, mia, now, at):
        debate = debating.revealed(by=anna, at=now)
        debate.run_out(at=now + WEIGHED)
        for text in ("we call", "we write"):
            debate.propose(offer(anna.user, words=text), by=anna, at=now + WEIGHED)
        debate.run_out(at=at)
        first, second = ProposalVersion.objects.filter(debate=debate).latest_words()
        debate.object(first, HARM, by=bram, at=at)
        bram.leave(by=None, at=at)
        debate.refresh_from_db()
        assert debate.state == State.CONSENTING

        back = bram.team.welcome(bram.user, by=None, at=at)
        debate.consent(second, by=back, at=at)

        assert debate.state == State.INTEGRATING

    def test_is_not_worked_in_on_the_last_day(self, asked, words, anna, bram, now, at):
        asked.object(words, HARM, by=bram, at=at)
        last = now + timedelta(days=14)
        assert asked.ends_on == last.date()

        with pytest.raises(DebateError, match="last day"):
            asked.reword(words.proposal, 1, offer(anna.user), by=anna, at=last)


class TestWhenObjectionsAreLeft:
    """Of two proposals one is contested by Bram; all have answered both."""

    @pytest.fixture
    def two(self, anna, bram, mia, dirk, now, at):
        def lead(fallback: Fallback, objection: Objection = HARM):
            # What of the frame it would break is for management to say.
            against = mia if objection.clause else bram
            debate = debating.revealed(by=anna, at=now, fallback=fallback)
            debate.run_out(at=now + WEIGHED)
            for text in ("we call", "we write"):
                debate.propose(offer(anna.user, words=text), by=anna, at=now + WEIGHED)
            debate.run_out(at=at)
            first, second = ProposalVersion.objects.filter(debate=debate).latest_words()
            for place in {anna, bram, dirk, mia} - {against}:
                debate.consent(first, by=place, at=at)
            debate.object(first, objection, by=against, at=at)
            for place in (anna, bram, dirk, mia):
                debate.consent(second, by=place, at=at)
            assert debate.state == State.INTEGRATING
            debate.run_out(at=now + OVER)
            return debate

        return lead

    def test_it_is_split(self, two):
        debate = two(Fallback.SPLIT)

        assert debate.state == State.DECIDED
        assert said(debate) == ["we write"]

    def test_it_is_dropped(self, two):
        debate = two(Fallback.DROP)

        assert (debate.state, debate.end) == (State.NO_CHANGE, "objected")

    def test_it_is_tried_for_a_month(self, two):
        debate = two(Fallback.TRIAL)

        assert sorted(said(debate)) == ["we call", "we write"]
        trial = debate.experiments.get(is_trial=True)
        assert trial.review_on == date(2027, 1, 10)
        assert debate.experiments.get(is_trial=False).review_on == date(2027, 1, 29)

    @pytest.mark.parametrize("bar", [{"touches_law": True}, {"clause": "The budget"}])
    def test_nothing_is_tried_against_law_or_frame(self, two, bar):
        debate = two(Fallback.TRIAL, replace(HARM, **bar))

        assert said(debate) == ["we write"]

    def test_with_a_single_proposal_nothing_changes(self, asked, words, bram, now, at):
        for place in debating.everybody(asked):
            if place == bram:
                asked.object(words, HARM, by=place, at=at)
            else:
                asked.consent(words, by=place, at=at)
        asked.run_out(at=now + OVER)

        assert (asked.state, asked.end) == (State.NO_CHANGE, "objected")


class TestAQuickDecision:
    def test_takes_two_working_days(self, anna, bram, mia, now):
        debate = debating.quick(by=anna, at=now)

        assert (debate.state, debate.ends_on) == (State.CONSENTING, date(2026, 11, 25))
        assert Response.objects.get().seat.person == anna.user

    def test_is_decided_once_all_have_consented(self, anna, bram, mia, now):
        debate = debating.quick(by=anna, at=now)
        version = ProposalVersion.objects.get()
        for place in (bram, mia):
            debate.consent(version, by=place, at=now)

        assert debate.state == State.DECIDED

    def test_is_dropped_with_an_objection(self, anna, bram, mia, now):
        debate = debating.quick(by=anna, at=now)
        debate.object(ProposalVersion.objects.get(), HARM, by=bram, at=now)
        debate.run_out(at=now + timedelta(days=3))

        assert (debate.state, debate.end) == (State.NO_CHANGE, "objected")


def test_a_quorum_is_false_for_nobody_and_grows_with_those_who_speak():
    for of in range(51):
        quorate = [is_quorate(count, of) for count in range(of + 1)]
        assert not quorate[0]
        assert quorate == sorted(quorate)
    assert is_quorate(4, 5)
    assert not is_quorate(3, 4)


class TestTheEdges:
    """Who is counted, and who is a party, where it could be taken for otherwise."""

    def test_nobody_takes_an_objection_away(self, asked, words, anna, bram, at):
        asked.object(words, HARM, by=bram, at=at)

        with pytest.raises(DebateError, match="have answered"):
            asked.excuse(asked.seat_of(bram), "Away", by=anna, at=at)

    def test_a_proposal_of_all_where_one_is_left_changes_nothing(self, anna, bram, mia, now, at):
        debate = debating.proposed(by=anna, at=now, offered=offer())
        version = ProposalVersion.objects.get()
        for place in (anna, mia):
            debate.consent(version, by=place, at=at)

        bram.leave(by=None, at=at)

        debate.refresh_from_db()
        assert (debate.state, debate.end) == (State.NO_CHANGE, "nobody_left")

    def test_management_alone_decides_nothing_for_the_team(self, anna, bram, mia, now, at):
        debate = debating.proposed(by=anna, at=now, offered=offer())
        for place in (anna, bram):
            debate.excuse(debate.seat_of(place), "Away", by=place, at=at)

        debate.consent(ProposalVersion.objects.get(), by=mia, at=at)

        assert (debate.state, debate.end) == (State.NO_CHANGE, "nobody_left")

    def test_who_proposed_and_kept_silent_has_not_consented(self, team, anna, bram, mia, now, at):
        others = [builders.member(name, team, at=now) for name in ("Dirk", "Eva")]
        debate = debating.proposed(by=anna, at=now, offered=offer(anna.user))
        for place in (bram, mia, *others):
            debate.consent(ProposalVersion.objects.get(), by=place, at=at)
        debate.run_out(at=now + OVER)

        agreement = debate.experiments.get().agreement
        assert agreement.state == Agreed.PROPOSED
        assert not agreement.answers.filter(party__person=anna.user).exists()

    def test_the_silent_are_promised_what_all_who_consented_do(
        self, team, anna, bram, mia, now, at
    ):
        others = [builders.member(name, team, at=now) for name in ("Dirk", "Eva")]
        doers = (anna, bram, mia, others[0])
        offered = offer(*(place.user for place in doers))
        debate = debating.proposed(by=anna, at=now, offered=offered)
        for place in doers:
            debate.consent(ProposalVersion.objects.get(), by=place, at=at)
        debate.run_out(at=now + OVER)

        agreement = debate.experiments.get().agreement
        sides = dict(agreement.parties.values_list("person__name", "side"))
        assert sides == dict.fromkeys(["Anna", "Bram", "Dirk", "Mia"], "promisor") | {
            "Eva": "counterparty"
        }

    def test_who_objected_is_no_party_to_the_trial(self, anna, bram, mia, dirk, now, at):
        debate = debating.proposed(by=anna, at=now, offered=offer(), fallback=Fallback.TRIAL)
        version = ProposalVersion.objects.get()
        for place in (anna, dirk, mia):
            debate.consent(version, by=place, at=at)
        debate.object(version, HARM, by=bram, at=at)
        debate.run_out(at=now + OVER)

        agreement = debate.experiments.get().agreement
        assert agreement.state == Agreed.ACTIVE
        assert set(agreement.parties.values_list("person__name", flat=True)) == {"Anna", "Dirk"}

    def test_a_trial_lasts_as_many_whole_weeks_as_can_tell(self, anna, bram, mia, dirk, now, at):
        debate = debating.proposed(by=anna, at=now, fallback=Fallback.TRIAL)
        version = ProposalVersion.objects.get()
        for place in (anna, dirk, mia):
            debate.consent(version, by=place, at=at)
        debate.object(version, HARM, by=bram, at=at)
        debate.run_out(at=now + OVER)

        assert len(debate.experiments.get().weeks) == 4

    def test_on_the_last_day_nothing_is_reworded(self, asked, words, anna, bram, at):
        asked.object(words, HARM, by=bram, at=at)
        last = at + timedelta(days=4)

        with pytest.raises(DebateError, match="last day"):
            asked.reword(words.proposal, 1, offer(anna.user), by=anna, at=last)

    def test_a_member_cites_no_clause(self, asked, words, bram, at):
        asked.object(words, replace(HARM, clause="The budget"), by=bram, at=at)

        assert not Response.objects.get().bars_a_trial
