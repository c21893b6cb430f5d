"""Two people meet in every way in which they can: one story comes of it, and nobody waits for ever.

The second begins at each place where the first is about to hold or write something.
"""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from crm.batches import take_all_back
from crm.bulk import BulkChange, change_many
from crm.models import (
    Activity,
    Category,
    Contact,
    Deal,
    Organization,
    Pipeline,
    RetentionRule,
    StageDraft,
    take_back,
)
from crm.proof import disagreements
from teams.refusals import Refusal
from tests import builders
from tests.racing import meetings

pytestmark = pytest.mark.django_db(transaction=True)

TURNS = pytest.mark.parametrize("turned", [False, True], ids=["first", "turned"])


def moved(deal, stage, by, at):
    return (
        Deal.objects.select_related("stage")
        .get(pk=deal.pk)
        .move_to(stage, seen_in=deal.stage, by=by, at=at)
    )


def every_meeting(scene, turned):
    """What came of each meeting; nobody was told anything but a sentence fit to show."""
    found = []
    for told in meetings((lambda: scene()[::-1]) if turned else scene):
        broken = [
            one for one in told if isinstance(one, Exception) and not isinstance(one, Refusal)
        ]
        assert not broken, (len(found), broken)
        found.append(told)
    assert found
    assert list(disagreements()) == []
    return found


def losers(told):
    return sum(isinstance(one, Refusal) for one in told)


@TURNS
def test_undo_of_a_move_and_a_new_move(pipeline, stages, anna, bram, now, turned):
    def scene():
        deal = builders.deal(pipeline, by=anna, at=now)
        line = moved(deal, stages[1], anna, now)
        deal.refresh_from_db()
        return (
            partial(take_back, line, by=anna, at=now),
            partial(moved, deal, stages[2], bram, now),
        )

    assert {losers(told) for told in every_meeting(scene, turned)} == {1}


@TURNS
def test_two_who_undo_the_same_line(pipeline, stages, anna, bram, now, turned):
    def scene():
        deal = builders.deal(pipeline, by=anna, at=now)
        line = deal.edit({"title": "Scanners"}, version=1, by=anna, at=now)
        return tuple(partial(take_back, line, by=who, at=now) for who in (anna, bram))

    assert {losers(told) for told in every_meeting(scene, turned)} == {1}


@TURNS
def test_a_change_of_many_and_a_move_of_one_of_them(pipeline, stages, anna, bram, now, turned):
    def scene():
        deals = [builders.deal(pipeline, by=anna, at=now) for _ in range(2)]
        change = BulkChange(stage=stages[2], facts={"source": "Fair"})
        return (
            partial(change_many, deals, change, by=anna, at=now),
            partial(moved, deals[1], stages[1], bram, now),
        )

    for told in every_meeting(scene, turned):
        bulk = told[turned]
        assert losers(told) + len(bulk.refused) <= 1


@TURNS
def test_a_change_of_many_and_a_move_that_makes_room(pipeline, stages, anna, bram, now, turned):
    def scene():
        other = builders.deal(pipeline, by=anna, at=now, stage=stages[1])
        deals = [builders.deal(pipeline, by=anna, at=now) for _ in range(3)]
        pipeline.deals.update(board_rank=0)
        move = partial(other.move_to, stages[0], seen_in=stages[1], before=deals[2])
        change = BulkChange(stage=stages[0], facts={"source": "Fair"})
        return (
            partial(change_many, [*deals[::-1]], change, by=anna, at=now),
            partial(move, by=bram, at=now),
        )

    every_meeting(scene, turned)


def process(team, by, at):
    """A process of its own, its first stage, and two deals there: the last one on top."""
    name = f"Process {team.pipelines.count()}"
    pipeline = Pipeline.start(team, name, builders.STAGES, by=None, at=at)
    first = pipeline.first_stage()
    return pipeline, first, [builders.deal(pipeline, by=by, at=at) for _ in range(2)]


def without_its_first(pipeline, first, *, by, at):
    """The process goes on without its first stage: the deals move on in the order of the cards."""
    drafts = [StageDraft.of(stage) for stage in pipeline.stages.in_order()][1:]
    drafts = [replace(drafts[0], category=Category.INTAKE), *drafts[1:]]
    how = {"deals_to": {first.pk: drafts[0].stage}, "reason": "Shorter", "seen": 1}
    return partial(pipeline.change, drafts, by=by, at=at, **how)


@TURNS
@pytest.mark.parametrize("wanted", ["a fact", "the stage"])
def test_a_change_of_many_and_archiving_their_stage(team, anna, bram, now, turned, wanted):
    def scene():
        pipeline, first, deals = process(team, anna, now)
        if wanted == "the stage":
            deals = [builders.deal(pipeline, by=anna, at=now, stage=pipeline.stages.in_order()[1])]
            change = BulkChange(stage=first, facts={"source": "Fair"})
        else:
            change = BulkChange(facts={"source": "Fair"})
        return (
            partial(change_many, deals, change, by=anna, at=now),
            without_its_first(pipeline, first, by=bram, at=now),
        )

    every_meeting(scene, turned)
    gone = Deal.objects.filter(stage__archived_at__isnull=False)
    assert not gone.exists()


@TURNS
def test_a_move_and_archiving_the_stage_that_it_goes_to(team, anna, bram, now, turned):
    def scene():
        pipeline, first, _deals = process(team, anna, now)
        second = pipeline.stages.in_order()[1]
        deal = builders.deal(pipeline, by=anna, at=now, stage=second)
        return (
            partial(moved, deal, first, anna, now),
            without_its_first(pipeline, first, by=bram, at=now),
        )

    every_meeting(scene, turned)
    assert not Deal.objects.filter(stage__archived_at__isnull=False).exists()


@TURNS
def test_undo_of_many_and_a_move_of_one_of_them(team, anna, bram, now, turned):
    def scene():
        pipeline, first, deals = process(team, anna, now)
        second = pipeline.stages.in_order()[1]
        deals[1].move_to(second, seen_in=first, by=anna, at=now)
        edit = change_many(
            Deal.objects.filter(pipeline=pipeline),
            BulkChange(stage=pipeline.stages.get(category="won")),
            by=anna,
            at=now,
        )
        deal = Deal.objects.get(pk=deals[0].pk)
        return (
            partial(take_all_back, edit.first_line, by=anna, at=now),
            partial(moved, deal, second, bram, now),
        )

    for told in every_meeting(scene, turned):
        assert losers(told) + len(told[turned].refused) == 1


@TURNS
def test_two_who_plan_the_next_activity(pipeline, anna, bram, now, turned):
    def scene():
        deal = builders.deal(pipeline, by=anna, at=now)
        return tuple(
            partial(builders.planned, Deal.objects.get(pk=deal.pk), title=title, by=who, at=now)
            for title, who in (("Call", anna), ("Visit", bram))
        )

    for told in every_meeting(scene, turned):
        assert losers(told) == 0
        for_deal = Activity.objects.filter(deal=told[0].deal)
        assert (for_deal.count(), for_deal.filter(is_next_step=True).count()) == (2, 1)
        deal = Deal.objects.get(pk=told[0].deal_id)
        assert deal.next_step == for_deal.get(is_next_step=True).title


@TURNS
def test_a_planned_activity_and_a_step_said_by_hand(pipeline, anna, bram, now, turned):
    def scene():
        deal = builders.deal(pipeline, by=anna, at=now)
        return (
            partial(builders.planned, Deal.objects.get(pk=deal.pk), title="Call", by=anna, at=now),
            partial(Deal.objects.get(pk=deal.pk).plan_step, "Visit", None, by=bram, at=now),
        )

    for told in every_meeting(scene, turned):
        assert losers(told) == 0
        planned = told[turned]
        deal = Deal.objects.get(pk=planned.deal_id)
        is_it = Activity.objects.get(pk=planned.pk).is_next_step
        assert is_it == (deal.next_step == "Call")


def of_two_customers(pipeline, by, at):
    mark = Organization.everything.count()
    return [
        builders.deal(pipeline, by=by, at=at, customer=f"{name} {mark}")
        for name in ("Acme", "Zinc")
    ]


def absorbing(one, other, by, at):
    versions = {"version": one.version, "other_version": other.version}
    return partial(one.absorb, other, by=by, at=at, **versions)


@TURNS
def test_a_merge_and_a_deal_that_goes_from_the_one_to_the_other(pipeline, anna, bram, now, turned):
    def scene():
        one, other = of_two_customers(pipeline, anna, now)
        return (
            absorbing(one.organization, other.organization, anna, now),
            partial(
                Deal.objects.get(pk=other.pk).edit,
                {"organization": one.organization.name},
                version=other.version,
                by=bram,
                at=now,
            ),
        )

    assert {losers(told) for told in every_meeting(scene, turned)} == {0}
    assert not Deal.objects.exclude(organization__merged_into=None).exists()


@TURNS
def test_a_merge_and_a_deal_that_goes_to_the_one_that_is_merged(pipeline, anna, bram, now, turned):
    def scene():
        one, other = of_two_customers(pipeline, anna, now)
        return (
            absorbing(one.organization, other.organization, anna, now),
            partial(
                Deal.objects.get(pk=one.pk).edit,
                {"organization": other.organization.name},
                version=one.version,
                by=bram,
                at=now,
            ),
        )

    every_meeting(scene, turned)
    assert not Deal.objects.exclude(organization__merged_into=None).exists()


def test_of_two_merges_in_both_directions_one_is_told(pipeline, anna, bram, now):
    def scene():
        one, other = (deal.organization for deal in of_two_customers(pipeline, anna, now))
        return absorbing(one, other, anna, now), absorbing(other, one, bram, now)

    assert {losers(told) for told in every_meeting(scene, turned=False)} == {1}


@TURNS
def test_anonymising_somebody_and_a_new_deal_of_theirs(pipeline, anna, bram, now, turned):
    long_ago = now - timedelta(days=900)
    rule = RetentionRule.objects.agree(24, seen=0, by=anna, at=now)

    def scene():
        jan = Contact.objects.create(name="Jan")
        deal = builders.deal(pipeline, by=anna, at=long_ago, contact=jan)
        builders.won(deal, by=anna, at=long_ago)
        asked = {"person_id": anna.user_id, "version": rule.version, "so_far": 0}
        return (
            partial(rule.go_on, asked_at=now, at=now, **asked),
            partial(builders.deal, pipeline, by=bram, at=now, contact=jan, title="New"),
        )

    every_meeting(scene, turned)
    assert not Deal.objects.filter(title="New", contact__anonymised_at__isnull=False).exists()
