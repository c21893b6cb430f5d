"""Whatever people do to a deal: it, its visits and the logbook agree, and undo is undo."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.models import Deal, DealError, take_back
from crm.proof import disagreements
from teams.models import LogEntry
from tests import builders

STATE = (
    "stage_id",
    "outcome",
    "closed_at",
    "closed_precision",
    "loss_reason",
    "entered_stage_at",
    "board_rank",
)
# What is done, to which stage, and how many seconds later.
deeds = st.tuples(
    st.sampled_from(["move", "undo", "lose", "reopen", "place", "step", "edit"]),
    st.integers(0, 3),
    st.integers(0, 100_000),
)


def state(deal):
    """Everything that undo must bring back."""
    visits = deal.visits.in_order().values("number", "stage", "category", "entered_at", "left_at")
    return {name: getattr(deal, name) for name in STATE} | {"visits": list(visits)}


class Day:
    """One deal and what was done to it, with what it was before each move."""

    def __init__(self, deal, stages, anna, now):
        self.deal, self.stages, self.anna, self.at = deal, stages, anna, now
        self.before = []  # (entry, state) of every move that can be undone, the newest last
        self.placed = False

    def do(self, deed, stage, seconds):
        self.at += timedelta(seconds=seconds, microseconds=seconds)
        self.deal = Deal.objects.get(pk=self.deal.pk)
        was = state(self.deal)
        try:
            entry = getattr(self, deed)(self.stages[stage])
        except DealError:
            assert state(Deal.objects.get(pk=self.deal.pk)) == was
            return
        if entry and "visit" in entry.details:
            self.before.append((entry, was))

    def move(self, stage):
        if stage == self.deal.stage:
            return self.place(stage)
        return self.deal.move_to(
            stage, seen_in=self.deal.stage, by=self.anna, at=self.at, loss_reason="Too late"
        )

    def place(self, _stage):
        # Undo brings a card back to the place it left, so a placing in between is forgotten.
        self.before.clear()
        self.placed = True
        return self.deal.move_to(self.deal.stage, seen_in=self.deal.stage, by=self.anna, at=self.at)

    def lose(self, _stage):
        return self.deal.lose("Too late", seen_in=self.deal.stage, by=self.anna, at=self.at)

    def reopen(self, _stage):
        return self.deal.reopen(seen_in=self.deal.stage, by=self.anna, at=self.at)

    def step(self, stage):
        return self.deal.plan_step(f"Call {stage}", None, by=self.anna, at=self.at)

    def edit(self, stage):
        return self.deal.edit(
            {"source": str(stage)}, version=self.deal.version, by=self.anna, at=self.at
        )

    def undo(self, _stage):
        if not self.before:
            return
        entry, was = self.before.pop()
        take_back(LogEntry.objects.get(pk=entry.pk), by=self.anna, at=self.at)
        assert state(Deal.objects.get(pk=self.deal.pk)) == was


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(day=st.lists(deeds, max_size=12))
def test_a_day_of_deeds_leaves_one_story(pipeline, stages, anna, now, day):
    deal = builders.deal(pipeline, by=anna, at=now)
    live = Day(deal, stages, anna, now)
    begun = state(deal)

    for deed, stage, seconds in day:
        live.do(deed, stage, seconds)
    assert list(disagreements()) == []

    while live.before:
        live.do("undo", 0, 1)
    assert live.placed or state(Deal.objects.get(pk=deal.pk)) == begun
    assert list(disagreements()) == []
