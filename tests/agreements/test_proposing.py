"""Putting an agreement on the table, and answering it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agreements.models import Agreement, AgreementError, Kind, StaleAgreement, State
from tests import builders
from tests.agreements.conftest import CALL_BACK, FRIDAY, logged

LATER = replace(CALL_BACK, due_on=FRIDAY + timedelta(days=7))


def test_a_proposal_waits_for_the_other(proposal, anna, bram, now):
    assert (proposal.state, proposal.kind) == (State.PROPOSED, Kind.BILATERAL)
    assert (proposal.on_table, proposal.in_force) == (1, None)
    assert [party.person for party in proposal.parties.in_order()] == [anna.user, bram.user]
    assert proposal.occurrences.count() == 0
    assert logged(proposal) == ["agreement.proposed"]


def test_it_is_in_force_once_all_have_accepted(proposal, bram, now):
    proposal.accept(1, by=bram, at=now)

    assert (proposal.state, proposal.on_table, proposal.in_force) == (State.ACTIVE, None, 1)
    assert proposal.promise().due_on == FRIDAY
    assert logged(proposal) == [
        "agreement.proposed",
        "agreement.accepted",
        "agreement.agreed",
    ]


def test_the_logbook_holds_no_word_of_it(done, team):
    said = str(list(team.logbook.values_list("details", flat=True)))

    assert "call" not in said.lower()
    assert "deal" not in said


def test_who_proposed_has_answered(proposal, anna, now):
    with pytest.raises(StaleAgreement, match="answered this already"):
        proposal.accept(1, by=anna, at=now)


def test_one_no_is_a_no(proposal, bram, now):
    proposal.decline(1, " Not my  work ", by=bram, at=now)

    assert (proposal.state, proposal.on_table) == (State.DECLINED, None)
    assert proposal.answers.get(party__person=bram.user).why == "Not my work"
    with pytest.raises(StaleAgreement):
        proposal.accept(1, by=bram, at=now)


def test_a_counter_proposal_voids_what_was_accepted(proposal, anna, bram, now):
    proposal.counter(1, LATER, by=bram, at=now)

    assert (proposal.state, proposal.on_table) == (State.PROPOSED, 2)
    proposal.accept(2, by=anna, at=now)
    assert (proposal.state, proposal.in_force) == (State.ACTIVE, 2)
    assert proposal.promise().first_due_on == LATER.due_on


def test_a_yes_to_the_old_words_never_counts(proposal, anna, bram, now):
    proposal.counter(1, LATER, by=bram, at=now)

    with pytest.raises(StaleAgreement, match="Other words lie on the table"):
        proposal.accept(1, by=anna, at=now)
    assert proposal.state == State.PROPOSED


def test_who_proposed_or_promises_withdraws(proposal, anna, bram, now):
    with pytest.raises(AgreementError, match="Only who proposed this"):
        proposal.withdraw(1, by=bram, at=now)

    proposal.withdraw(1, by=anna, at=now)

    assert proposal.state == State.WITHDRAWN


def test_who_asked_for_a_promise_withdraws_it_too(anna, bram, now):
    asked = Agreement.objects.propose(
        CALL_BACK, promisors=[bram.user], counterparties=[anna.user], by=anna, at=now
    )

    asked.withdraw(1, by=anna, at=now)

    assert asked.state == State.WITHDRAWN


def test_the_whole_team_promises_each_other(anna, bram, dirk, mia, now):
    ours = Agreement.objects.propose_to_all(CALL_BACK, by=anna, at=now)

    assert (ours.kind, ours.parties.count()) == (Kind.TEAM, 3)
    ours.accept(1, by=bram, at=now)
    assert ours.state == State.PROPOSED
    ours.accept(1, by=dirk, at=now)
    assert ours.state == State.ACTIVE


def test_of_a_whole_team_nobody_waits_for_who_left(anna, bram, dirk, now):
    ours = Agreement.objects.propose_to_all(CALL_BACK, by=anna, at=now)
    dirk.leave(by=None, at=now)

    ours.accept(1, by=bram, at=now)

    assert ours.state == State.ACTIVE


def test_a_manager_of_the_team_is_a_party_like_others(anna, mia, now):
    with_mia = builders.proposed(anna, mia, CALL_BACK, at=now)

    with_mia.accept(1, by=mia, at=now)

    assert (with_mia.kind, with_mia.state) == (Kind.MANAGER, State.ACTIVE)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"then": " \u200b "}, "what will be done"),
        ({"how_seen": ""}, "how the other will see"),
        ({"due_on": date(2026, 11, 22)}, "over already"),
        ({"due_on": date(2027, 11, 24)}, "twelve months"),
    ],
)
def test_terms_must_say_enough(anna, bram, now, change, says):
    with pytest.raises(AgreementError, match=says):
        builders.proposed(anna, bram, replace(CALL_BACK, **change), at=now)

    assert not Agreement.objects.exists()


def test_twelve_months_are_twelve_months(anna, bram, now):
    for due_on in (now.date(), date(2027, 11, 23)):
        builders.proposed(anna, bram, replace(CALL_BACK, due_on=due_on), at=now)


def test_a_year_after_a_leap_day(anna, bram, now):
    leap_day = now.replace(year=2028, month=2, day=29)

    builders.proposed(anna, bram, replace(CALL_BACK, due_on=date(2029, 2, 28)), at=leap_day)

    with pytest.raises(AgreementError, match="twelve months"):
        builders.proposed(anna, bram, replace(CALL_BACK, due_on=date(2029, 3, 1)), at=leap_day)


class TestWho:
    def propose(self, promisors, others, by, now):
        people = {"promisors": [each.user for each in promisors]}
        people["counterparties"] = [each.user for each in others]
        return Agreement.objects.propose(CALL_BACK, **people, by=by, at=now)

    def test_somebody_must_promise_somebody(self, anna, bram, now):
        for sides in (([], [bram]), ([anna], [])):
            with pytest.raises(AgreementError, match="who promises, and to whom"):
                self.propose(*sides, anna, now)

    def test_nobody_promises_themselves(self, anna, bram, now):
        with pytest.raises(AgreementError, match="to themselves"):
            self.propose([anna], [anna, bram], anna, now)

    def test_nobody_makes_agreements_for_others(self, anna, bram, dirk, now):
        with pytest.raises(AgreementError, match="is a party"):
            self.propose([bram], [dirk], anna, now)

    def test_nobody_of_another_team(self, anna, carla, now):
        with pytest.raises(AgreementError, match="must be of the team"):
            self.propose([anna], [carla], anna, now)

    def test_nobody_alone(self, anna, now):
        with pytest.raises(AgreementError, match="two people"):
            Agreement.objects.propose_to_all(CALL_BACK, by=anna, at=now)

    def test_no_manager_answers_for_others(self, proposal, dirk, mia, carla, now):
        for outsider in (dirk, mia, carla):
            with pytest.raises(AgreementError, match="Only its parties"):
                proposal.accept(1, by=outsider, at=now)


def test_a_team_reads_all_of_its_own_and_a_manager_what_is_theirs(
    proposal, anna, dirk, mia, carla, now
):
    with_mia = builders.proposed(anna, mia, CALL_BACK, at=now)

    def read_by(place):
        return set(Agreement.objects.visible_to(place))

    assert read_by(dirk) == {proposal, with_mia}
    assert read_by(mia) == {with_mia}
    assert read_by(carla) == set()
