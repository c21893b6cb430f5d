"""Moving a deal: the rule."""

from datetime import timedelta

import pytest

from crm.models import Category, Deal, DealError, Pipeline, StageDraft, StaleDeal
from crm.models.ranking import GAP
from teams.models import LogEntry
from tests import builders

HOUR = timedelta(hours=1)


def test_a_move_restarts_the_clock_and_writes_the_logbook(deal, stages, anna, now):
    contact, proposal, *_ = stages

    entry = deal.move_to(proposal, seen_in=contact, by=anna, at=now + HOUR)

    deal.refresh_from_db()
    assert (deal.stage, deal.entered_stage_at) == (proposal, now + HOUR)
    assert [(v.number, v.stage, v.left_at) for v in deal.visits.in_order()] == [
        (1, contact, now + HOUR),
        (2, proposal, None),
    ]
    assert LogEntry.objects.about(deal).newest_first().first() == entry
    assert (entry.kind, entry.actor) == ("crm.deal.moved", anna.user)


def test_the_slower_of_two_team_mates_is_told(deal, stages, anna, bram, now):
    contact, proposal, won, _lost = stages
    on_brams_screen = Deal.objects.get(pk=deal.pk)
    deal.move_to(proposal, seen_in=contact, by=anna, at=now + HOUR)

    with pytest.raises(StaleDeal, match="a moment ago"):
        on_brams_screen.move_to(won, seen_in=contact, by=bram, at=now + HOUR)

    deal.refresh_from_db()
    assert deal.stage == proposal


def test_a_move_to_a_won_stage_closes_the_deal(deal, stages, anna, now):
    contact, _proposal, won, _lost = stages

    entry = deal.move_to(won, seen_in=contact, by=anna, at=now + HOUR)

    assert (deal.outcome, deal.closed_at, deal.loss_reason) == ("won", now + HOUR, None)
    assert entry.kind == "crm.deal.won"


def test_a_move_to_a_lost_stage_needs_the_reason(deal, stages, anna, now):
    contact, *_, lost = stages

    with pytest.raises(DealError, match="why this deal was lost"):
        deal.move_to(lost, seen_in=contact, by=anna, at=now, loss_reason=" \u200b ")
    entry = deal.move_to(lost, seen_in=contact, by=anna, at=now, loss_reason=" Too late ")

    assert (deal.outcome, str(deal.loss_reason)) == ("lost", "Too late")
    assert entry.kind == "crm.deal.lost"


def test_a_reason_belongs_to_a_loss_only(deal, stages, anna, now):
    contact, _proposal, won, _lost = stages

    deal.move_to(won, seen_in=contact, by=anna, at=now, loss_reason="Too late")

    assert deal.loss_reason is None


def test_a_stage_of_another_process_is_refused(deal, stages, anna, team, now):
    drafts = [
        StageDraft("Asked", Category.INTAKE),
        StageDraft("Solved", Category.WON),
        StageDraft("Dropped", Category.LOST),
    ]
    service = Pipeline.start(team, "Service", drafts, by=None, at=now)

    with pytest.raises(DealError, match="Asked is a stage of another process"):
        deal.move_to(service.first_stage(), seen_in=stages[0], by=anna, at=now)


def test_a_visit_never_ends_before_it_began_though_clocks_differ(deal, stages, anna, now):
    deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now - HOUR)

    assert deal.entered_stage_at == now
    assert deal.visits.get(number=1).left_at == now


def test_a_line_says_from_which_moment_on_figures_may_change(deal, stages, anna, now):
    contact, proposal, won, _lost = stages

    winning = deal.move_to(won, seen_in=contact, by=anna, at=now + HOUR)
    back = deal.move_to(proposal, seen_in=won, by=anna, at=now + 2 * HOUR)

    assert winning.details["since"] == now + HOUR
    assert back.details["since"] == now + HOUR  # the win of that hour is gone
    assert back.kind == "crm.deal.reopened"


class TestPlaces:
    """Where a card stands in its column."""

    @pytest.fixture
    def column(self, pipeline, anna, now):
        """Three deals: A on top, then B, then C."""
        for title in "CBA":
            builders.deal(pipeline, by=anna, at=now, title=title)
        return pipeline.first_stage()

    def titles(self, stage):
        return "".join(stage.deals.order_by("board_rank", "pk").values_list("title", flat=True))

    def put(self, stage, title, *, by, at, before=None):
        deal = stage.pipeline.deals.get(title=title)
        below = stage.deals.get(title=before) if before else None
        return deal.move_to(stage, seen_in=deal.stage, by=by, at=at, before=below)

    def test_a_new_deal_stands_on_top(self, column):
        assert self.titles(column) == "ABC"

    def test_between_two_others(self, column, anna, now):
        entry = self.put(column, "C", before="B", by=anna, at=now)

        assert self.titles(column) == "ACB"
        assert entry.kind == "crm.deal.placed"

    def test_on_top(self, column, anna, now):
        self.put(column, "C", before="A", by=anna, at=now)

        assert self.titles(column) == "CAB"

    def test_at_the_end(self, column, anna, now):
        self.put(column, "A", by=anna, at=now)

        assert self.titles(column) == "BCA"

    def test_above_itself_is_where_it_stood(self, column, anna, now):
        self.put(column, "B", before="B", by=anna, at=now)

        assert self.titles(column) == "ABC"

    def test_above_a_card_that_has_left_is_the_end(self, column, stages, anna, now):
        gone = column.deals.get(title="B")
        gone.move_to(stages[1], seen_in=column, by=anna, at=now)

        column.deals.get(title="A").move_to(column, seen_in=column, before=gone, by=anna, at=now)

        assert self.titles(column) == "CA"

    def test_in_another_stage(self, column, stages, anna, now):
        for title in "AB":
            self.put(stages[1], title, by=anna, at=now)

        self.put(stages[1], "C", before="B", by=anna, at=now)

        assert self.titles(stages[1]) == "ACB"

    def test_a_full_gap_makes_room(self, column, anna, now):
        for title, rank in (("A", 0), ("B", 1), ("C", 2)):
            column.deals.filter(title=title).update(board_rank=rank)

        self.put(column, "C", before="B", by=anna, at=now)

        assert self.titles(column) == "ACB"
        ranks = column.deals.order_by("board_rank").values_list("board_rank", flat=True)
        assert list(ranks) == [0, GAP // 2, GAP]

    def test_the_same_rank_twice_makes_room_too(self, column, anna, now):
        column.deals.update(board_rank=7)  # then the oldest stands first: C, B, A

        self.put(column, "A", before="B", by=anna, at=now)

        assert self.titles(column) == "CAB"

    def test_a_place_starts_no_visit(self, column, anna, now):
        deal = column.deals.get(title="A")

        deal.move_to(column, seen_in=column, by=anna, at=now + HOUR)

        assert (deal.visits.count(), deal.entered_stage_at) == (1, now)

    def test_a_deal_that_left_the_column_has_no_place_there(self, column, stages, anna, now):
        seen = column.deals.get(title="A")
        self.put(stages[1], "A", by=anna, at=now)

        with pytest.raises(StaleDeal):
            seen.move_to(column, seen_in=column, by=anna, at=now)
