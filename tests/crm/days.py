"""Days of work by chance: two deals, and whatever people can do to them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from crm.batches import take_all_back
from crm.bulk import BulkChange, change_many
from crm.models import Deal, Pipeline, Tag, take_back
from teams.models import LogEntry
from teams.refusals import Refusal
from tests import builders

FACTS = (
    "title",
    "amount",
    "source_id",
    "organization_id",
    "owner_id",
    "next_step",
    "next_step_on",
    "custom",
    "pipeline_id",
    "stage_id",
    "outcome",
    "loss_reason_id",
)
# What is done once more is done now, in a new visit and at the end of its column.
MOMENTS = ("closed_at", "closed_precision", "entered_stage_at", "board_rank")
DEEDS = (
    "move",
    "place",
    "lose",
    "reopen",
    "transfer",
    "edit",
    "tag",
    "take",
    "hand_on",
    "step",
    "discard",
    "restore",
    "change_both",
)
# What is done, with which of the choices, how many seconds later, and whether it stays done.
deeds = st.tuples(st.sampled_from(DEEDS), st.integers(0, 3), st.integers(1, 100_000), st.booleans())


class Day:
    """Two deals of one board and what is done to the first of them, mostly."""

    def __init__(self, pipeline, other, anna, bram, now):
        self.anna, self.bram, self.at = anna, bram, now
        self.ways = [[*each.stages.living().in_order()] for each in (pipeline, other)]
        self.deals = [builders.deal(pipeline, by=anna, at=now, title=each) for each in "ab"]

    @property
    def deal(self):
        return Deal.everything.get(pk=self.deals[0].pk)

    def both(self):
        return Deal.everything.filter(pk__in=[deal.pk for deal in self.deals]).order_by("pk")

    def facts(self):
        """What holds of both deals, but for the moments."""
        return [
            {name: getattr(deal, name) for name in FACTS}
            | {"tags": sorted(tag.name for tag in deal.tags.all())}
            | {"is_deleted": deal.deleted_at is not None}
            for deal in self.both()
        ]

    def state(self):
        """Everything that undo must bring back."""
        visits = ("deal", "number", "stage", "category", "entered_at", "left_at")
        return [
            self.facts(),
            list(self.both().values(*MOMENTS)),
            [list(deal.visits.in_order().values(*visits)) for deal in self.deals],
        ]

    def do(self, deed, choice, seconds, stays):
        """Do it, undo it, and where it stays do it once more. What is refused changes nothing."""
        self.at += timedelta(seconds=seconds, microseconds=seconds)
        was = self.state()
        try:
            line = getattr(self, deed)(choice)
        except Refusal:
            assert self.state() == was
            return
        if line is None:
            assert self.state() == was
            return
        done = self.facts()
        undone = self.undo(line)
        assert self.state() == was, deed
        if stays and undone:
            self.undo(undone)
            assert self.facts() == done, deed

    def undo(self, line):
        """Take this back, or all that was done with it; the line by which it is done once more."""
        self.at += timedelta(seconds=1)
        line = LogEntry.objects.get(pk=line.pk)
        if "batch" not in line.details:
            return take_back(line, by=self.bram, at=self.at)
        assert take_all_back(line, by=self.bram, at=self.at).refused == []
        return None

    # -- deeds ---------------------------------------------------------------------------------

    def move(self, choice):
        way = next(way for way in self.ways if way[0].pipeline_id == self.deal.pipeline_id)
        stage = way[choice % len(way)]
        return self.deal.move_to(
            stage, seen_in=self.deal.stage, by=self.anna, at=self.at, loss_reason="Too late"
        )

    def place(self, choice):
        below = self.deals[1] if choice % 2 else None
        stage = self.deal.stage
        return self.deal.move_to(stage, seen_in=stage, by=self.anna, at=self.at, before=below)

    def lose(self, choice):
        reason = ("Too late", "Too dear")[choice % 2]
        return self.deal.lose(reason, seen_in=self.deal.stage, by=self.anna, at=self.at)

    def reopen(self, _choice):
        return self.deal.reopen(seen_in=self.deal.stage, by=self.anna, at=self.at)

    def transfer(self, choice):
        (way,) = [way for way in self.ways if way[0].pipeline_id != self.deal.pipeline_id]
        return self.deal.transfer_to(
            way[choice % 2], seen_in=self.deal.stage, by=self.anna, at=self.at
        )

    def edit(self, choice):
        changes = [
            {"title": "Another", "amount": Decimal(choice)},
            {"source": "Fair", "organization": "Acme"},
            {"source": "", "tags": ["urgent", "big"]},
            {"custom": {"delivery": "by boat"}, "tags": []},
        ][choice]
        return self.deal.edit(changes, version=self.deal.version, by=self.anna, at=self.at)

    def tag(self, choice):
        tag = builders.chosen(Tag, self.anna.team, ("urgent", "big")[choice % 2])
        return self.deal.add_tag(tag, by=self.anna, at=self.at)

    def take(self, _choice):
        return self.deal.take(by=self.anna, at=self.at)

    def hand_on(self, choice):
        whom = (None, self.anna.user, self.bram.user, None)[choice]
        return self.deal.hand_to(whom, by=self.anna, at=self.at)

    def step(self, choice):
        what = ("", "Call", "Call", "Mail")[choice]
        return self.deal.plan_step(what, None, by=self.anna, at=self.at)

    def discard(self, _choice):
        return self.deal.discard(by=self.anna, at=self.at)

    def restore(self, _choice):
        return self.deal.restore(by=self.anna, at=self.at)

    def change_both(self, choice):
        change = [
            BulkChange(owner=self.bram.user, tag="urgent"),
            BulkChange(facts={"source": "Web"}, next_step="Mail"),
            BulkChange(stage=self.ways[0][choice - 1], loss_reason="Too late"),
            BulkChange(delete=True),
        ][choice]
        living = self.both().filter(deleted_at=None)
        return change_many(list(living), change, by=self.anna, at=self.at).first_line


@pytest.fixture
def other(team, now):
    """A second process, to which deals can go on."""
    return Pipeline.start(team, "Projects", builders.STAGES, by=None, at=now)


@pytest.fixture(autouse=True)
def delivery(anna, now):
    return builders.field(by=anna, at=now)
