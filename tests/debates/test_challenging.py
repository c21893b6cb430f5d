"""Challenging: what speaks for a point and against it, and how much it matters."""

import pytest

from debates.models import Argument, DebateError, Reply, Speaks, StaleDebate, State, Weight
from debates.models.point import Point
from tests import debating
from tests.debating import WEIGHED


@pytest.fixture
def revealed(anna, bram, mia, now):
    return debating.revealed(by=anna, at=now)


@pytest.fixture
def point(revealed) -> Point:
    return revealed.points.get(place=1)


def test_somebody_speaks_against_a_point(revealed, point, bram, now):
    with pytest.raises(DebateError, match="Say what speaks"):
        revealed.argue(point, Speaks.AGAINST, " ", by=bram, at=now)
    revealed.argue(point, Speaks.AGAINST, " It was  always so ", by=bram, at=now)

    said = Argument.objects.get()
    assert (said.text, said.seat.person) == ("It was always so", bram.user)


def test_the_last_answer_to_the_card_counts(revealed, mia, now):
    with pytest.raises(DebateError, match="in a sentence"):
        revealed.reply("", by=mia, at=now)
    revealed.reply("They ask why nobody called", by=mia, at=now)
    revealed.reply("They say nothing", by=mia, at=now)

    assert Reply.objects.get().text == "They say nothing"


def test_the_last_weight_counts(revealed, point, anna, mia, now):
    revealed.weigh({point.pk: 1}, by=anna, at=now)
    revealed.weigh({point.pk: 4}, by=anna, at=now)
    revealed.weigh({point.pk: 2}, by=mia, at=now)

    assert sorted(Weight.objects.values_list("value", flat=True)) == [2, 4]


@pytest.mark.parametrize("value", [-1, 5])
def test_a_weight_is_between_nothing_and_four(revealed, point, anna, now, value):
    with pytest.raises(DebateError, match="between nothing and four"):
        revealed.weigh({point.pk: value}, by=anna, at=now)


def test_points_of_another_debate_are_not_weighed(revealed, anna, now):
    other = debating.revealed(by=anna, at=now, slug="deals-lost")

    revealed.weigh({other.points.get(place=1).pk: 4}, by=anna, at=now)

    assert not Weight.objects.exists()


def test_a_single_vote_weighs_less_than_many(revealed, anna, bram, mia, now):
    first, second, third = revealed.points.order_by("place")
    revealed.weigh({first.pk: 4}, by=anna, at=now)
    for place in (anna, bram, mia):
        revealed.weigh({second.pk: 4 if place == anna else 3}, by=place, at=now)

    weighed = Point.objects.filter(debate=revealed).by_weight()

    # (4 + 2) / 2 = 3 and (4 + 3 + 3 + 2) / 4 = 3: what stands first on the list is first.
    assert [(one.pk, one.mean, one.weighed) for one in weighed] == [
        (first.pk, 3.0, 1), (second.pk, 3.0, 3), (third.pk, 2.0, 0),
    ]  # fmt: skip


def test_when_its_days_are_over_something_is_proposed(revealed, point, anna, now):
    revealed.run_out(at=now + WEIGHED)

    assert revealed.state == State.PROPOSING
    for verb in (
        lambda: revealed.weigh({point.pk: 4}, by=anna, at=now + WEIGHED),
        lambda: revealed.reply("Late", by=anna, at=now + WEIGHED),
        lambda: revealed.argue(point, Speaks.FOR, "Late", by=anna, at=now + WEIGHED),
    ):
        with pytest.raises(StaleDebate):
            verb()
