"""What is written of a visit follows from the deal's other visits, whatever befalls them."""

from datetime import timedelta

import pytest

from crm.models import Category, Pipeline, Precision, StageDraft, StageVisit, take_back
from crm.proof import disagreements
from tests import builders

HOUR = timedelta(hours=1)


@pytest.fixture
def move(deal, anna, now):
    """Moves the deal on from where it stands, so many hours after it came."""

    def moved(stage, hours):
        deal.refresh_from_db()
        return deal.move_to(stage, seen_in=deal.stage, by=anna, at=now + hours * HOUR)

    return moved


@pytest.fixture
def told(now):
    """Of every visit: whether it is the first to its stage, and after how many hours it went on."""

    def tell():
        assert list(disagreements()) == []
        return [
            (is_first, went_on_at and (went_on_at - now) / HOUR)
            for is_first, went_on_at in StageVisit.objects.order_by("deal", "number").values_list(
                "is_first", "went_on_at"
            )
        ]

    return tell


class TestADealWentOn:
    def test_not_yet(self, deal, told):
        assert told() == [(True, None)]

    def test_when_it_entered_a_later_stage(self, move, stages, told):
        move(stages[1], 1)

        assert told() == [(True, 1), (True, None)]

    def test_when_it_was_won(self, move, stages, told):
        move(stages[2], 1)

        assert told() == [(True, 1), (True, None)]

    def test_not_when_it_was_lost_but_when_it_was_opened_again(
        self, deal, stages, anna, now, move, told
    ):
        deal.move_to(stages[3], seen_in=stages[0], by=anna, at=now + HOUR, loss_reason="Price")
        assert told()[0] == (True, None)

        move(stages[1], 2)

        assert told() == [(True, 2), (True, None), (True, None)]

    def test_not_when_it_went_back(self, move, stages, told):
        move(stages[1], 1)
        move(stages[0], 2)
        assert told() == [(True, 1), (True, None), (False, None)]

        move(stages[1], 3)

        assert told() == [(True, 1), (True, None), (False, 3), (False, None)]

    def test_until_that_is_taken_back(self, move, stages, anna, now, told):
        moved = move(stages[1], 1)
        take_back(moved, by=anna, at=now + 2 * HOUR)

        assert told() == [(True, None)]
        assert StageVisit.objects.get().left_precision == ""

    def test_not_when_it_went_on_in_another_process(self, deal, team, anna, now, told):
        other = Pipeline.start(team, "Service", builders.STAGES, by=None, at=now)
        second = other.stages.in_order()[1]
        deal.transfer_to(second, seen_in=deal.stage, by=anna, at=now + HOUR)

        assert told() == [(True, None), (True, None)]


def test_later_is_by_the_order_of_today(pipeline, stages, move, anna, now, told):
    move(stages[1], 1)
    first, second, *rest = [StageDraft.of(stage) for stage in stages]

    pipeline.change([second, first, *rest], seen=1, reason="Turned", by=anna, at=now + 2 * HOUR)

    assert told() == [(True, None), (True, None)]


def test_a_stage_that_is_put_between_changes_nothing(pipeline, stages, move, anna, now, told):
    move(stages[1], 1)
    first, *rest = [StageDraft.of(stage) for stage in stages]
    between = StageDraft("Visit", Category.OPEN)

    pipeline.change([first, between, *rest], seen=1, reason="More", by=anna, at=now + 2 * HOUR)

    assert told() == [(True, 1), (True, None)]


def test_its_end_is_known_as_well_as_the_next_beginning(deal, move, stages):
    move(stages[1], 1)
    StageVisit.objects.filter(number=2).update(precision=Precision.DAY)

    StageVisit.objects.tell([deal.pk])

    told = StageVisit.objects.order_by("number").values_list("left_precision", flat=True)
    assert list(told) == ["day", ""]
