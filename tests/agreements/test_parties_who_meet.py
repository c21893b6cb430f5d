"""Two parties act at the same second: one wins, and the other is told kindly."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from agreements.models import Agreement, Fate, StaleAgreement, State, Verdict
from tests.agreements.conftest import CALL_BACK, FRIDAY
from tests.racing import at_once, meetings

pytestmark = pytest.mark.django_db(transaction=True)

NEXT_WEEK = replace(CALL_BACK, due_on=FRIDAY + timedelta(days=7))


def fresh(agreement):
    """As another process sees it."""
    return Agreement.objects.get(pk=agreement.pk)


def told(results):
    """What each was told: nothing, or a kind sentence."""
    assert all(each is None or isinstance(each, StaleAgreement) for each in results), results
    return sorted(type(each).__name__ for each in results)


def test_one_withdraws_what_the_other_accepts(proposal, anna, bram, now):
    results = at_once(
        [
            partial(fresh(proposal).accept, 1, by=bram, at=now),
            partial(fresh(proposal).withdraw, 1, by=anna, at=now),
        ]
    )

    assert told(results) == ["NoneType", "StaleAgreement"]
    won = State.ACTIVE if results[0] is None else State.WITHDRAWN
    assert fresh(proposal).state == won


def test_both_put_other_words_in_its_place(proposal, anna, bram, now):
    results = at_once(
        [partial(fresh(proposal).counter, 1, NEXT_WEEK, by=who, at=now) for who in (anna, bram)]
    )

    assert told(results) == ["NoneType", "StaleAgreement"]
    assert fresh(proposal).versions.count() == 2


def test_one_accepts_words_that_the_other_changes_wherever_they_meet(proposal, anna, bram, now):
    def scene():
        one = Agreement.objects.propose(
            CALL_BACK, promisors=[anna.user], counterparties=[bram.user], by=anna, at=now
        )
        scene.one = one
        return (
            partial(fresh(one).accept, 1, by=bram, at=now),
            partial(fresh(one).counter, 1, NEXT_WEEK, by=anna, at=now),
        )

    met = 0
    for results in meetings(scene):
        met += 1
        told(results)
        one = fresh(scene.one)
        assert (one.state, one.in_force, one.on_table) in {
            (State.ACTIVE, 1, None),
            (State.PROPOSED, None, 2),
        }
        assert one.answers.filter(number=one.in_force or 2).count() == (2 if one.in_force else 1)
    assert met > 3


def test_one_lets_go_what_the_other_says_is_done(agreed, anna, bram, now):
    first, second = fresh(agreed).promise(), fresh(agreed).promise()
    results = at_once(
        [partial(first.declare_done, by=anna, at=now), partial(second.release, by=bram, at=now)]
    )

    assert told(results) == ["NoneType", "StaleAgreement"]
    won = Fate.DECLARED if results[0] is None else Fate.RELEASED
    assert fresh(agreed).promise().state == won


def test_time_runs_out_while_somebody_speaks(agreed, anna, now):
    """The word came in time, the job a night later: whoever is first, nothing is said twice."""
    late = now + timedelta(days=9)
    results = at_once(
        [
            partial(fresh(agreed).promise().declare_done, by=anna, at=now),
            partial(fresh(agreed).promise().run_out, at=late),
            partial(fresh(agreed).promise().run_out, at=late),
        ]
    )

    told(results)
    promise = fresh(agreed).promise()
    settled = agreed.team.logbook.filter(kind="agreements.promise.broken").count()
    # Said first, it is kept once the days to judge it are over, too.
    assert (promise.state, settled) in {(Fate.DECLARED, 0), (Fate.KEPT, 0), (Fate.BROKEN, 1)}


def test_two_name_the_witness_at_once(done, anna, bram, dirk, now):
    done.promise().judge(Verdict.BROKEN, "Too late", by=bram, at=now)
    done.promise().contest("It was done", dirk.user, by=anna, at=now)

    results = at_once([partial(fresh(done).promise().name_witness, dirk.user, by=bram, at=now)] * 2)

    assert told(results) == ["NoneType", "StaleAgreement"]
    assert done.promise().contest_now().witness == dirk.user
