"""The team changes its process: what it may, what becomes of the deals, and who comes second."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crm.models import (
    Category,
    DealError,
    Pipeline,
    PipelineError,
    StageDraft,
    StalePipeline,
    take_back,
)
from crm.proof import disagreements
from crm.revisions import history_of
from teams.models import LogEntry
from tests import builders
from tests.racing import at_once


def drafts_of(pipeline: Pipeline) -> list[StageDraft]:
    return [StageDraft.of(stage) for stage in pipeline.stages.living().in_order()]


@pytest.fixture
def change(pipeline, anna, now):
    """Change the process as it stands, one hour later."""

    def change(drafts=None, *, reason="We agreed so", seen=None, **more):
        return pipeline.change(
            drafts if drafts is not None else drafts_of(pipeline),
            reason=reason,
            seen=seen or pipeline.current_revision().number,
            by=anna,
            at=now + timedelta(hours=1),
            **more,
        )

    return change


def names(pipeline: Pipeline) -> list[str]:
    return [stage.name for stage in pipeline.stages.living().in_order()]


class TestChanging:
    def test_a_stage_is_described_anew_in_a_new_version(self, pipeline, change, anna):
        contact, proposal, *rest = drafts_of(pipeline)
        proposal = replace(
            proposal,
            name="  Offer ",
            wip_limit=3,
            checklist=("Price checked", "", "Price checked", "Date agreed"),
            required=("amount",),
        )

        revision = change([contact, proposal, *rest], reason="Too many at once")

        stage = pipeline.stages.get(name="Offer")
        assert (stage.wip_limit, stage.checklist) == (3, ["Price checked", "Date agreed"])
        assert (revision.number, revision.by, revision.reason) == (2, anna.user, "Too many at once")
        pictured = StageDraft.pictured(revision.snapshot[1])
        assert pictured == StageDraft.of(stage)
        assert LogEntry.objects.about(pipeline).newest_first()[0].kind == "crm.pipeline.revised"

    def test_stages_are_added_and_put_in_another_order(self, pipeline, change):
        contact, proposal, won, lost = drafts_of(pipeline)

        change([contact, StageDraft("Needs", Category.OPEN), proposal, won, lost])
        assert names(pipeline) == ["Contact", "Needs", "Proposal", "Delivered", "Lost"]

        contact, needs, proposal, won, lost = drafts_of(pipeline)
        change([needs, contact, proposal, won, lost])
        assert names(pipeline) == ["Needs", "Contact", "Proposal", "Delivered", "Lost"]

    def test_two_stages_exchange_their_names(self, pipeline, change):
        contact, proposal, *rest = drafts_of(pipeline)

        change([replace(contact, name="Proposal"), replace(proposal, name="Contact"), *rest])

        assert names(pipeline)[:2] == ["Proposal", "Contact"]

    def test_the_process_has_another_name(self, pipeline, change):
        revision = change(name="Selling")

        assert (Pipeline.objects.get().name, revision.name) == ("Selling", "Selling")

    @pytest.mark.parametrize(
        ("more", "sentence"),
        [
            ({"reason": "  "}, "why the process changes"),
            ({}, "Nothing changed"),
            ({"name": " "}, "needs a name"),
        ],
    )
    def test_nothing_is_numbered_without_a_reason_and_a_change(
        self, pipeline, change, more, sentence
    ):
        with pytest.raises(PipelineError, match=sentence):
            change(**more)

        assert pipeline.revisions.count() == 1

    def test_two_processes_have_two_names(self, pipeline, change, team, now):
        Pipeline.start(team, "Service", builders.STAGES, by=None, at=now)

        with pytest.raises(PipelineError, match="process of this name"):
            change(name="SERVICE")

    @pytest.mark.parametrize("place", [0, 2, 3])
    def test_a_process_keeps_a_stage_to_work_in_to_win_and_to_lose(self, pipeline, change, place):
        drafts = drafts_of(pipeline)
        if place == 0:
            drafts.pop(0)
        drafts.pop(place)

        with pytest.raises(PipelineError, match="A process needs a stage"):
            change(drafts)

    def test_stages_have_names(self, pipeline, change):
        with pytest.raises(PipelineError, match="needs a name"):
            change([*drafts_of(pipeline), StageDraft(" ", Category.OPEN)])

    @pytest.mark.parametrize("whose", ["another process", "twice"])
    def test_the_stages_are_its_own(self, pipeline, change, other_team, now, whose):
        theirs = builders.pipeline(other_team, at=now).first_stage()
        mine = drafts_of(pipeline)[0]
        stage = theirs.pk if whose == "another process" else mine.stage

        with pytest.raises(PipelineError, match="not of this process"):
            change([*drafts_of(pipeline), StageDraft("New", Category.OPEN, stage=stage)])

    def test_a_stage_with_deals_keeps_what_it_means(self, pipeline, deal, change):
        contact, *rest = drafts_of(pipeline)
        change([replace(contact, category=Category.OPEN), *rest])

        with pytest.raises(PipelineError, match="stays what it is"):
            change([replace(contact, category=Category.WON), *drafts_of(pipeline)[1:]])


class TestArchiving:
    def test_the_deals_move_with_their_visits_and_lines(
        self, pipeline, deal, stages, anna, change, now
    ):
        contact, proposal, *_ = stages

        revision = change(drafts_of(pipeline)[1:], deals_to={contact.pk: proposal.pk})

        deal.refresh_from_db()
        first, second = deal.visits.in_order()
        assert (deal.stage, deal.version) == (proposal, 2)
        assert (first.left_at, second.entered_at) == (now + timedelta(hours=1),) * 2
        assert (second.stage, second.revision) == (proposal, revision)
        assert LogEntry.objects.about(deal).newest_first()[0].kind == "crm.deal.moved"
        assert list(disagreements()) == []
        assert names(pipeline) == ["Proposal", "Delivered", "Lost"]

    @pytest.mark.parametrize("place", [None, 2, 3])
    def test_open_deals_need_an_open_place(self, pipeline, deal, stages, change, place):
        deals_to = {stages[0].pk: stages[place].pk} if place else {}

        with pytest.raises(PipelineError, match="Say where they go"):
            change(drafts_of(pipeline)[1:], deals_to=deals_to)

    def test_closed_deals_stay_where_they_closed(self, pipeline, deal, stages, anna, change, now):
        builders.won(deal, by=anna, at=now)
        contact, proposal, _won, lost = drafts_of(pipeline)

        change([contact, proposal, StageDraft("Paid", Category.WON), lost])

        deal.refresh_from_db()
        assert (deal.stage, deal.closed_at) == (stages[2], now)
        assert deal.visits.count() == 2
        assert list(disagreements()) == []

    def test_an_archived_stage_lives_again(self, pipeline, stages, change):
        before = drafts_of(pipeline)
        change(before[1:])

        change([*before[1:], before[0]])

        assert names(pipeline)[-1] == "Contact"
        assert pipeline.stages.count() == 4

    def test_its_name_is_free_for_another(self, pipeline, change):
        _contact, *rest = drafts_of(pipeline)
        change(rest)

        change([StageDraft("Contact", Category.INTAKE), *rest])

        assert pipeline.stages.filter(name="Contact").count() == 2

    def test_nobody_enters_an_archived_stage(self, pipeline, stages, anna, change, now):
        deal = builders.deal(pipeline, by=anna, at=now, stage=stages[1])
        entry = deal.move_to(stages[0], seen_in=stages[1], by=anna, at=now)
        change(drafts_of(pipeline)[:1] + drafts_of(pipeline)[2:])

        with pytest.raises(DealError, match="not a stage of the process any more"):
            deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now)
        with pytest.raises(DealError, match="not a stage of the process any more"):
            take_back(entry, by=anna, at=now)
        with pytest.raises(DealError, match="not a stage of the process any more"):
            builders.deal(pipeline, by=anna, at=now, stage=stages[1])

    def test_a_closed_deal_opens_in_a_stage_that_lives(self, pipeline, stages, anna, change, now):
        deal = builders.deal(pipeline, by=anna, at=now, stage=stages[1])
        builders.lost(deal, by=anna, at=now)
        change(drafts_of(pipeline)[:1] + drafts_of(pipeline)[2:])

        deal.reopen(seen_in=stages[3], by=anna, at=now + timedelta(hours=2))

        assert deal.stage == stages[0]


class TestWhatIsNeededToGoOn:
    @pytest.fixture
    def asking(self, pipeline, change):
        contact, *rest = drafts_of(pipeline)
        change([replace(contact, required=("amount", "next_step")), *rest])

    @pytest.mark.parametrize("place", [1, 2])
    def test_a_deal_without_it_does_not_go_on(self, deal, stages, anna, now, asking, place):
        deal.refresh_from_db()

        with pytest.raises(DealError, match=r"leaves Contact, it needs: Amount, Next step"):
            deal.move_to(stages[place], seen_in=deal.stage, by=anna, at=now)

    def test_a_deal_with_it_goes_on(self, deal, stages, anna, now, asking):
        deal.edit({"amount": 1200}, version=1, by=anna, at=now)
        deal.plan_step("Call", None, by=anna, at=now)

        deal.move_to(stages[1], seen_in=deal.stage, by=anna, at=now)

        assert deal.stage == stages[1]

    def test_the_way_out_is_free(self, deal, stages, anna, now, asking):
        deal.refresh_from_db()

        builders.lost(deal, by=anna, at=now)

        assert deal.outcome == "lost"

    def test_the_way_back_is_free(self, pipeline, stages, anna, change, now):
        contact, proposal, *rest = drafts_of(pipeline)
        change([contact, replace(proposal, required=("source",)), *rest])
        deal = builders.deal(pipeline, by=anna, at=now, stage=pipeline.stages.get(name="Proposal"))

        deal.move_to(stages[0], seen_in=deal.stage, by=anna, at=now)

        assert deal.stage == stages[0]


class TestTwoWhoMeet:
    def test_who_comes_second_is_told(self, pipeline, change):
        contact, *rest = drafts_of(pipeline)
        change([replace(contact, wip_limit=5), *rest], seen=1)

        with pytest.raises(StalePipeline):
            change([replace(contact, wip_limit=7), *rest], seen=1)

    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_once_one_is_kept(self, pipeline, anna, now):
        contact, *rest = drafts_of(pipeline)

        def limited(limit):
            drafts = [replace(contact, wip_limit=limit), *rest]
            return lambda: pipeline.change(drafts, reason="x", seen=1, by=anna, at=now)

        outcomes = at_once([limited(5), limited(7)])

        assert sum(isinstance(each, StalePipeline) for each in outcomes) == 1
        assert pipeline.revisions.count() == 2


def test_the_history_tells_in_words_what_changed(pipeline, change, team):
    contact, proposal, won, lost = drafts_of(pipeline)
    change(
        [
            replace(proposal, name="Offer", wip_limit=3, required=("amount",)),
            StageDraft("Needs", Category.OPEN),
            replace(won, checklist=("Called",), exit_policy="Paid"),
            lost,
        ],
        name="Selling",
    )
    change([*drafts_of(pipeline)[1:], drafts_of(pipeline)[0], contact])

    newest, middle, first = history_of(team, sees_people=True)

    assert middle.changes == [
        "The process is now called Selling.",
        "Stage Needs is new.",
        "Stage Contact was archived.",
        "Stage Proposal is now called Offer.",
        "Stage Offer: limit – → 3",
        "Stage Offer: needed to go on – → Amount",
        "Stage Delivered: done when – → “Paid”",
        "Stage Delivered: checklist – → Called",
    ]
    assert newest.changes == [
        "Stage Contact was brought back.",
        "The order is now: Needs, Delivered, Lost, Offer, Contact.",
    ]
    assert (first.changes, first.number, middle.process) == ([], 1, "Selling")
