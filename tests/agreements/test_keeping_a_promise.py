"""What becomes of a promise: done and judged, let go, broken and contested."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from agreements.models import (
    Agreement,
    AgreementError,
    Contest,
    Fate,
    Judgement,
    Side,
    StaleAgreement,
    State,
    Verdict,
)
from tests import builders
from tests.agreements.conftest import CALL_BACK, logged

KEPT, BROKEN = Verdict.KEPT, Verdict.BROKEN


def broken(done, bram, now):
    done.promise().judge(BROKEN, "We said too much", by=bram, at=now)
    return done.promise()


class TestDone:
    def test_who_promised_says_that_it_is_done(self, done, anna):
        promise = done.promise()

        assert (promise.state, promise.done_by, promise.done_on) == (
            Fate.DECLARED,
            anna.user,
            date(2026, 11, 23),
        )
        assert promise.clock_on == date(2026, 11, 30)  # five working days after Monday

    def test_nobody_else_does(self, agreed, bram, dirk, now):
        for person, says in ((bram, "Only who promised"), (dirk, "Only its parties")):
            with pytest.raises(AgreementError, match=says):
                agreed.promise().declare_done(by=person, at=now)

    def test_nothing_is_done_that_is_not_agreed(self, proposal):
        with pytest.raises(AgreementError, match="Nothing is agreed yet"):
            proposal.promise()

    def test_it_is_done_once(self, done, anna, now):
        with pytest.raises(StaleAgreement):
            done.promise().declare_done(by=anna, at=now)

    def test_it_can_be_said_until_the_grace_is_over(self, agreed, anna, now):
        tuesday = now + timedelta(days=8)

        agreed.promise().declare_done(by=anna, at=tuesday)

        assert agreed.promise().state == Fate.DECLARED

    def test_and_not_afterwards(self, agreed, anna, now):
        with pytest.raises(AgreementError, match="days for this are over"):
            agreed.promise().declare_done(by=anna, at=now + timedelta(days=9))


class TestJudging:
    def test_to_whom_it_was_promised_says_whether_it_was_kept(self, done, bram, now):
        done.promise().judge(KEPT, by=bram, at=now)

        promise = done.promise()
        assert (promise.state, promise.is_tacit, promise.is_final) == (Fate.KEPT, False, True)
        done.refresh_from_db()
        assert done.state == State.RETIRED
        assert logged(done)[-2:] == ["promise.declared_done", "promise.kept"]

    def test_nobody_judges_their_own_promise(self, done, anna, now):
        with pytest.raises(AgreementError, match="Nobody judges their own"):
            done.promise().judge(KEPT, by=anna, at=now)

    def test_the_database_takes_no_judgement_of_who_promised(self, done, anna, now):
        for side in (Side.PROMISOR, Side.COUNTERPARTY):
            judged = Judgement(
                team=done.team,
                agreement=done,
                occurrence=done.promise(),
                party=done.parties.get(person=anna.user),
                side=side,
                verdict=KEPT,
                at=now,
            )
            with pytest.raises(IntegrityError), transaction.atomic():
                judged.save()

    def test_what_is_not_said_to_be_done_is_not_judged(self, agreed, bram, now):
        with pytest.raises(StaleAgreement):
            agreed.promise().judge(KEPT, by=bram, at=now)

    def test_a_broken_promise_is_talked_through(self, done, bram, now):
        with pytest.raises(AgreementError, match="what we learn"):
            done.promise().judge(BROKEN, "  ", by=bram, at=now)

        promise = broken(done, bram, now)

        assert (promise.state, promise.is_automatic) == (Fate.BROKEN, False)
        assert promise.judgements.get().words == "We said too much"

    def test_the_first_of_several_decides(self, anna, bram, dirk, now):
        to_both = Agreement.objects.propose(
            CALL_BACK,
            promisors=[anna.user],
            counterparties=[bram.user, dirk.user],
            by=anna,
            at=now,
        )
        for other in (bram, dirk):
            to_both.accept(1, by=other, at=now)
        to_both.promise().declare_done(by=anna, at=now)

        to_both.promise().judge(KEPT, by=dirk, at=now)

        with pytest.raises(StaleAgreement):
            to_both.promise().judge(BROKEN, "Too late", by=bram, at=now)


class TestOfTheWholeTeam:
    @pytest.fixture
    def six(self, anna, bram, dirk, team, now):
        return [anna, bram, dirk, *(builders.member(name, team, at=now) for name in "EFG")]

    @pytest.fixture
    def ours(self, six, now):
        agreement = Agreement.objects.propose_to_all(CALL_BACK, by=six[0], at=now)
        for member in six[1:]:
            agreement.accept(1, by=member, at=now)
        agreement.promise().declare_done(by=six[3], at=now)
        return agreement

    def judge(self, ours, verdicts, now):
        for member, verdict in verdicts:
            ours.promise().judge(verdict, "So it was", by=member, at=now)
        return ours.promise()

    @pytest.mark.parametrize(("kept", "fate"), [(6, Fate.KEPT), (4, Fate.KEPT), (3, Fate.BROKEN)])
    def test_two_thirds_of_all_voices_keep_it(self, ours, six, now, kept, fate):
        verdicts = [KEPT] * kept + [BROKEN] * (6 - kept)

        promise = self.judge(ours, zip(six, verdicts, strict=True), now)

        assert (promise.state, promise.is_tacit, promise.is_final) == (fate, False, True)

    def test_it_waits_for_everybody_until_the_days_are_over(self, ours, six, now):
        assert self.judge(ours, [(six[0], KEPT)], now).state == Fate.DECLARED
        with pytest.raises(StaleAgreement, match="judged this already"):
            self.judge(ours, [(six[0], KEPT)], now)

    @pytest.mark.parametrize(
        ("verdicts", "fate", "is_tacit"),
        [
            ([], Fate.KEPT, True),
            ([KEPT, KEPT], Fate.KEPT, True),  # fewer than half of them
            ([KEPT, KEPT, BROKEN], Fate.KEPT, False),
            ([KEPT, BROKEN], Fate.BROKEN, False),
        ],
    )
    def test_then_those_count_who_said_something(self, ours, six, now, verdicts, fate, is_tacit):
        self.judge(ours, zip(six, verdicts, strict=False), now)

        ours.promise().run_out(at=now + timedelta(days=8))

        assert (ours.promise().state, ours.promise().is_tacit) == (fate, is_tacit)

    def test_nobody_waits_for_who_left(self, ours, six, now):
        six[5].leave(by=None, at=now)

        assert self.judge(ours, [(each, KEPT) for each in six[:5]], now).state == Fate.KEPT

    def test_nobody_alone_lets_go_or_contests_what_all_have_promised(self, ours, six, now):
        self.judge(ours, [(each, BROKEN) for each in six], now)

        with pytest.raises(StaleAgreement):
            ours.promise().contest("It was done", six[0].user, by=six[1], at=now)


class TestLettingGo:
    def test_to_whom_it_was_promised_may(self, agreed, bram, now):
        agreed.promise().release(by=bram, at=now)

        assert (agreed.promise().state, agreed.promise().is_final) == (Fate.RELEASED, True)

    def test_who_promised_may_not(self, agreed, anna, now):
        with pytest.raises(AgreementError, match="Only who was promised"):
            agreed.promise().release(by=anna, at=now)

    def test_what_is_done_is_not_let_go(self, done, bram, now):
        with pytest.raises(StaleAgreement):
            done.promise().release(by=bram, at=now)


class TestContesting:
    @pytest.fixture
    def contested(self, done, anna, bram, dirk, now):
        broken(done, bram, now).contest("The phone was dead", dirk.user, by=anna, at=now)
        return done.promise()

    def test_who_promised_contests_and_names_a_witness(self, contested, dirk):
        assert (contested.state, contested.clock_on) == (Fate.CONTESTED, date(2026, 11, 30))
        assert contested.contest_now().named_by_promisor == dirk.user
        assert contested.contest_now().witness is None

    def test_the_witness_of_both_decides(self, contested, bram, dirk, now):
        contested.name_witness(dirk.user, by=bram, at=now)

        contested.rule(KEPT, "I heard it ring", by=dirk, at=now)

        assert (contested.state, contested.is_final) == (Fate.KEPT, True)
        contested.agreement.refresh_from_db()
        assert contested.agreement.state == State.RETIRED

    def test_and_it_is_final(self, contested, anna, bram, dirk, now):
        contested.name_witness(dirk.user, by=bram, at=now)
        contested.rule(BROKEN, by=dirk, at=now)

        assert (contested.state, contested.is_final) == (Fate.BROKEN, True)
        with pytest.raises(StaleAgreement):
            contested.contest("Once more", dirk.user, by=anna, at=now)

    def test_nobody_decides_whom_one_side_has_named(self, contested, dirk, now):
        with pytest.raises(AgreementError, match="Only the witness"):
            contested.rule(KEPT, by=dirk, at=now)

    def test_both_may_think_again_until_they_agree(self, contested, anna, bram, dirk, team, now):
        eva = builders.member("Eva", team, at=now)
        contested.name_witness(eva.user, by=bram, at=now)
        with pytest.raises(AgreementError, match="Only the witness"):
            contested.rule(KEPT, by=eva, at=now)

        contested.name_witness(eva.user, by=anna, at=now + timedelta(days=2))

        assert contested.contest_now().witness == eva.user
        assert contested.clock_on == date(2026, 12, 2)
        with pytest.raises(StaleAgreement, match="chosen a witness already"):
            contested.name_witness(dirk.user, by=bram, at=now)

    def test_no_party_and_nobody_from_outside_is_a_witness(self, done, anna, bram, mia, carla, now):
        promise = broken(done, bram, now)

        for person in (anna, bram, mia, carla):
            with pytest.raises(AgreementError, match="A witness is of the team"):
                promise.contest("The phone was dead", person.user, by=anna, at=now)

    def test_the_database_takes_no_party_as_witness(self, contested, bram):
        for names in ({"named_by_promisor": bram.user}, {"named_by_other": bram.user}):
            with pytest.raises(IntegrityError, match="witness"), transaction.atomic():
                Contest.objects.update(**names)

    def test_the_database_takes_no_verdict_of_one_side(self, contested, now):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contest.objects.update(verdict=KEPT, decided_at=now)

    def test_only_who_promised_contests(self, done, bram, dirk, now):
        promise = broken(done, bram, now)

        with pytest.raises(AgreementError, match="Only who promised"):
            promise.contest("It was fine", dirk.user, by=bram, at=now)

    def test_it_is_contested_with_a_reason(self, done, anna, bram, dirk, now):
        with pytest.raises(AgreementError, match="why it was not broken"):
            broken(done, bram, now).contest(" ", dirk.user, by=anna, at=now)

    def test_without_a_witness_it_stays_broken(self, contested, now):
        contested.run_out(at=now + timedelta(days=8))

        assert (contested.state, contested.is_final) == (Fate.BROKEN, True)

    def test_uncontested_it_is_closed_after_five_working_days(self, done, anna, bram, dirk, now):
        promise = broken(done, bram, now)
        promise.run_out(at=now + timedelta(days=7))
        assert not promise.is_final

        promise.run_out(at=now + timedelta(days=8))

        assert promise.is_final
        with pytest.raises(StaleAgreement):
            promise.contest("Too late", dirk.user, by=anna, at=now + timedelta(days=8))
