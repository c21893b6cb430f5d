"""Many answer in the same second: each word counts once, and there is one outcome."""

from functools import partial

import pytest

from debates.models import Brought, Debate, Response, StaleDebate, State
from debates.models.proposal import ProposalVersion
from teams.models import LogEntry
from tests import builders, debating
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 8
CELL = 50


@pytest.fixture
def fifty(team, anna, bram, mia, now):
    """As many as a team may have, and their manager."""
    others = [builders.member(f"Kim {n}", team, at=now) for n in range(CELL - 2)]
    return [anna, bram, *others, mia]


def fresh(debate: Debate) -> Debate:
    """As another process sees it."""
    return Debate.objects.select_related("team").get(pk=debate.pk)


def in_turns(calls):
    """Eight at a time, as a server would take them."""
    results = []
    for start in range(0, len(calls), AT_ONCE):
        results += at_once(calls[start : start + AT_ONCE])
    return results


def lines(kind: str) -> int:
    return LogEntry.objects.filter(kind=f"debates.debate.{kind}").count()


def test_all_points_are_revealed_once(fifty, now):
    debate = debating.opened(by=fifty[0], at=now)
    calls = [partial(fresh(debate).bring, Brought(f"{who}"), by=who, at=now) for who in fifty]

    results = in_turns(calls)

    assert not [each for each in results if isinstance(each, Exception)]
    assert fresh(debate).state == State.CHALLENGING
    assert sorted(debate.points.values_list("place", flat=True)) == list(range(1, CELL + 2))
    assert lines("revealed") == 1


def test_every_answer_counts_once_and_decides_once(fifty, now):
    debate = debating.proposed(by=fifty[0], at=now)
    version, at = ProposalVersion.objects.get(), now + debating.PROPOSED
    calls = [partial(fresh(debate).consent, version, by=who, at=at) for who in fifty]

    results = in_turns(calls)

    assert not [each for each in results if isinstance(each, Exception)]
    assert Response.objects.count() == len(fifty)
    assert fresh(debate).state == State.DECIDED
    assert debate.experiments.count() == 1
    assert lines("decided") == 1


def test_the_last_word_and_the_clock_meet(anna, bram, mia, now):
    debate = debating.proposed(by=anna, at=now)
    version, at = ProposalVersion.objects.get(), now + debating.PROPOSED
    for who in (anna, bram):
        debate.consent(version, by=who, at=at)

    word, clock = at_once(
        [
            partial(fresh(debate).consent, version, by=mia, at=at),
            partial(fresh(debate).run_out, at=now + debating.OVER),
        ]
    )

    assert clock is None
    assert word is None or isinstance(word, StaleDebate)
    ended = fresh(debate).state
    assert ended == (State.DECIDED if word is None else State.LAPSED)


def test_two_open_a_debate_on_one_figure(anna, bram, now):
    results = at_once([partial(debating.opened, by=who, at=now) for who in (anna, bram)])

    assert sorted(type(each).__name__ for each in results) == ["Debate", "StaleDebate"]
    assert Debate.objects.count() == 1
