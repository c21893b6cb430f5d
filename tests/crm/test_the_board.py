"""What a board shows: its columns, their cards and their sums."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from crm.board import MOST_CARDS, Board
from crm.cards import Card, Face, Reader
from crm.models import Deal, Stage
from tests import builders

DAY = timedelta(days=1)


@pytest.fixture
def reader(team, now):
    return Reader(team, now, sees_people=True)


@pytest.fixture
def add(pipeline, anna, now):
    def add(title="Scanners", **extra):
        return builders.deal(pipeline, by=anna, at=extra.pop("at", now), title=title, **extra)

    return add


def card_of(deal, reader):
    return Card.of(Deal.objects.get(pk=deal.pk), reader)


class TestColumns:
    def test_there_is_one_for_each_stage_but_the_lost(self, pipeline, reader):
        board = Board.of(pipeline, reader)

        assert [column.stage.name for column in board.columns] == [
            "Contact",
            "Proposal",
            "Delivered",
        ]
        assert board.columns[0].policy == "Answered within one working day"

    def test_the_cards_stand_in_their_order(self, pipeline, reader, add):
        add("B")
        add("A")

        cards = Board.of(pipeline, reader).columns[0].cards

        assert [card.title for card in cards] == ["A", "B"]

    def test_they_count_and_sum_what_stands_in_them(self, pipeline, reader, stages, add):
        add(amount=Decimal(18_000))
        add(amount=Decimal(500))
        add()
        add(stage=stages[1], amount=Decimal(40))

        columns = Board.of(pipeline, reader).columns

        assert [(c.count, c.total, c.total_text) for c in columns] == [
            (3, Decimal(18_500), "€18.5k"),
            (1, Decimal(40), "€40"),
            (0, Decimal(0), "€0"),
        ]

    def test_what_was_won_stays_for_fourteen_days(self, pipeline, reader, add, anna, now):
        for title, ago in (("old", 15), ("late", 14), ("new", 0)):
            builders.won(add(title, at=now - 20 * DAY), by=anna, at=now - ago * DAY)

        (won,) = Board.of(pipeline, reader).columns[2:]

        assert [card.title for card in won.cards] == ["late", "new"]
        assert won.count == 2

    def test_what_was_lost_is_gone(self, pipeline, reader, add, anna, now):
        builders.lost(add(), by=anna, at=now)

        assert [column.count for column in Board.of(pipeline, reader).columns] == [0, 0, 0]

    def test_a_full_one_shows_fifty_and_says_how_many_there_are(self, pipeline, reader, stages):
        Deal.objects.bulk_create(
            Deal(
                team=pipeline.team,
                pipeline=pipeline,
                stage=stages[0],
                number=number,
                title=str(number),
                amount=1,
                opened_at=reader.at,
                entered_stage_at=reader.at,
                board_rank=number,
            )
            for number in range(1, 61)
        )

        column = Board.of(pipeline, reader).columns[0]

        assert [card.title for card in column.cards] == [str(n) for n in range(1, 51)]
        assert (len(column.cards), column.count, column.total) == (MOST_CARDS, 60, 60)
        assert column.more_url == f"/teams/rijnmond/deals/?stage={stages[0].pk}&outcome=open"

    def test_those_that_are_not_drawn_keep_their_figures(self, pipeline, reader, stages, add):
        for _ in range(3):
            add(amount=Decimal(500))
            add(stage=stages[1], amount=Decimal(40))

        whole = Board.of(pipeline, reader)
        part = Board.of(pipeline, reader, drawn=[stages[1].pk])

        assert part.summary == whole.summary
        assert [(each.count, each.total) for each in part.columns] == [
            (each.count, each.total) for each in whole.columns
        ]
        assert [len(each.cards) for each in part.columns] == [1, 3, 0]

    def test_one_that_shows_everything_needs_no_way_to_the_rest(self, pipeline, reader, add):
        add()

        assert Board.of(pipeline, reader).columns[0].more_url == ""

    @pytest.mark.parametrize(("limit", "over"), [(None, False), (2, False), (1, True)])
    def test_more_than_agreed_is_noticed(self, pipeline, reader, stages, add, limit, over):
        Stage.objects.filter(pk=stages[0].pk).update(wip_limit=limit)
        add()
        add()

        assert Board.of(pipeline, reader).columns[0].is_over_limit is over


class TestTheSummary:
    def test_speaks_of_everything_open(self, pipeline, reader, stages, add, anna, now):
        Stage.objects.filter(pk=stages[0].pk).update(usual_days=5)
        add(at=now - 6 * DAY, amount=Decimal(1_000))
        add(stage=stages[1], amount=Decimal(500)).plan_step("Call", None, by=anna, at=now)
        builders.won(add(amount=Decimal(9_000)), by=anna, at=now)

        summary = Board.of(pipeline, reader).summary

        assert (summary.open_count, summary.total, summary.total_text) == (2, 1_500, "€1.5k")
        assert (summary.waiting_count, summary.without_step_count) == (1, 1)

    def test_speaks_the_currency_of_the_process(self, team, anna, now, reader):
        dollars = builders.pipeline(team, at=now, currency="USD")
        builders.deal(dollars, by=anna, at=now, amount=Decimal(20))

        with translation.override("en"):
            assert Board.of(dollars, reader).summary.total_text == "$20"

    def test_a_team_without_a_process_has_an_empty_board(self, reader):
        board = Board.of(None, reader)

        assert (board.pipeline, board.columns, board.summary.open_count) == (None, [], 0)


class TestCards:
    def test_say_what_whose_and_how_much(self, reader, add, anna, now):
        deal = add(customer="Acme", amount=Decimal(18_500))
        deal.take(by=anna, at=now)

        card = card_of(deal, reader)

        assert (card.title, card.customer, card.amount_text) == ("Scanners", "Acme", "€18.5k")
        assert (card.owner, card.number, card.version) == (Face(anna.user.pk, "Anna"), 1, 2)
        assert card.url == "/teams/rijnmond/deals/1/"
        assert card.move_url == "/teams/rijnmond/deals/1/stage/"

    def test_write_numbers_and_days_as_the_reader_does(self, reader, add, anna, now):
        deal = add(amount=Decimal(18_500))
        deal.plan_step("Bellen", date(2026, 12, 1), by=anna, at=now)

        with translation.override("nl"):
            card = card_of(deal, reader)

        assert (card.amount_text, card.next_step_on_text) == ("€18,5k", "1 dec")

    def test_show_a_manager_nobody(self, team, add, anna, now):
        deal = add()
        deal.take(by=anna, at=now)

        assert card_of(deal, Reader(team, now, sees_people=False)).owner is None

    @pytest.mark.parametrize(
        ("days", "state", "text"),
        [(-1, "overdue", "22 Nov"), (0, "today", "today"), (1, "later", "24 Nov")],
    )
    def test_say_how_the_next_step_stands(self, reader, add, anna, now, days, state, text):
        deal = add()
        deal.plan_step("Call", now.date() + days * DAY, by=anna, at=now)

        card = card_of(deal, reader)

        assert (card.step_state, card.next_step_on_text) == (state, text)

    def test_take_the_day_of_the_team(self, team, add, anna, now):
        deal = add()
        deal.plan_step("Call", date(2026, 11, 24), by=anna, at=now)
        # Eleven at night in London is the next day in Amsterdam.
        late = Reader(team, now.replace(hour=23), sees_people=True)

        assert card_of(deal, late).step_state == "today"

    def test_a_step_without_a_day_is_for_later(self, reader, add, anna, now):
        deal = add()
        deal.plan_step("Call", None, by=anna, at=now)

        assert card_of(deal, reader).step_state == "later"

    def test_no_step_is_said_for_open_deals_only(self, reader, add, anna, now):
        open_deal, won = add(), builders.won(add(), by=anna, at=now)

        assert card_of(open_deal, reader).step_state == "none"
        assert card_of(won, reader).step_state == ""

    def test_count_whole_days_in_the_stage(self, reader, add, now):
        ages = [timedelta(hours=23), timedelta(days=2, hours=1), -DAY]

        cards = [card_of(add(at=now - age), reader) for age in ages]

        assert [card.age_days for card in cards] == [0, 2, 0]


@pytest.mark.parametrize(
    ("usual", "age", "outcome", "long"),
    [
        (5, 5 * DAY, "open", False),
        (5, 5 * DAY + timedelta(seconds=1), "open", True),
        (None, 500 * DAY, "open", False),
        (5, 9 * DAY, "won", False),
    ],
    ids=["as long as usual", "longer", "nobody knows", "closed"],
)
def test_a_card_and_the_set_agree_on_who_waits_long(
    pipeline, stages, add, anna, reader, now, usual, age, outcome, long
):
    pipeline.stages.update(usual_days=usual)
    deal = add(at=now - age)
    if outcome == "won":
        builders.won(deal, by=anna, at=now - age)

    assert card_of(deal, reader).waits_long is long
    assert Deal.objects.waiting_long(now).exists() is long
