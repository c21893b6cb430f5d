"""The proof that deals, visits and logbook agree finds every way in which they do not."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from crm.models import Deal, StageVisit, take_back
from crm.proof import disagreements
from teams.models import LogEntry
from tests import builders

HOUR = timedelta(hours=1)


@pytest.fixture
def story(deal, stages, anna, now):
    """A deal that moved twice and whose last move was undone."""
    deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now + HOUR)
    won = deal.move_to(stages[2], seen_in=stages[1], by=anna, at=now + 2 * HOUR)
    take_back(won, by=anna, at=now + 3 * HOUR)
    deal.refresh_from_db()
    return deal


def test_a_true_story_is_found_true(story, capsys):
    call_command("check_visits")

    assert capsys.readouterr().out == "1 deals, their visits and the logbook agree.\n"


def test_every_disagreement_is_a_sentence_and_the_command_fails(story, anna, now, capsys):
    Deal.objects.update(entered_stage_at=now)

    with pytest.raises(CommandError, match="1 disagreements"):
        call_command("check_visits")

    assert capsys.readouterr().out == (
        "Deal 1 of Rijnmond does not stand where its open visit is.\n"
    )


def found():
    # What befalls a visit befalls what is told from it: spells, other visits. Those have tests of
    # their own.
    said = [sentence.removeprefix("Deal 1 of Rijnmond ") for sentence in disagreements()]
    return [sentence for sentence in said if sentence not in (SPELLS, VISITS)]


ELSEWHERE = "does not stand where its open visit is."
OUTCOME = "has another outcome than the stage it stands in."
MOMENT = "was closed at another moment than it entered its stage."
GAP = "has visits that do not follow on each other."
VISITS = "has visits of which another is told than follows."
SPELLS = "has another history of its amount and its next step than is told."
LOGBOOK = "has another number of visits than the logbook tells of."


def test_a_deal_in_another_stage(story, stages):
    Deal.objects.update(stage=stages[0])

    assert found() == [ELSEWHERE]


def test_a_deal_without_an_open_visit(story, now):
    StageVisit.objects.filter(number=2).update(left_at=now + 9 * HOUR)

    assert found() == [ELSEWHERE, OUTCOME, GAP]


def test_an_open_deal_in_a_won_stage(story):
    StageVisit.objects.filter(number=2).update(category="won")

    assert found() == [OUTCOME]


def test_a_won_deal_in_an_open_stage(story, now):
    Deal.objects.update(outcome="won", closed_at=now + HOUR)

    assert found() == [OUTCOME]


def test_a_won_deal_in_a_lost_stage(story, anna, now):
    builders.won(story, by=anna, at=now + 4 * HOUR)
    StageVisit.objects.running().update(category="lost")

    assert found() == [OUTCOME]


def test_a_deal_closed_at_another_moment(story, anna, now):
    builders.won(story, by=anna, at=now + 4 * HOUR)
    Deal.objects.update(closed_at=now)

    assert found() == [MOMENT]


@pytest.mark.parametrize(
    ("number", "change"),
    [(1, {"left_at": "2026-11-23T09:30Z"}), (2, {"number": 3}), (1, {"number": 0})],
    ids=["a hole", "a number left out", "a number too low"],
)
def test_visits_that_do_not_follow_on_each_other(story, number, change):
    StageVisit.objects.filter(number=number).update(**change)

    assert found() == [GAP]


def test_a_visit_that_is_missing(story):
    StageVisit.objects.filter(number=1).delete()

    assert found() == [GAP, LOGBOOK]


def test_a_line_that_is_missing_or_too_many(story, anna, now):
    LogEntry.record("crm.deal.moved", story, by=anna, at=now)

    assert found() == [LOGBOOK]


def test_what_an_import_reconstructed_is_in_no_logbook(pipeline, stages, anna, now):
    facts = {"title": "Scanners", "opened_at": now, "entered_stage_at": now, "board_rank": 0}
    deal = Deal.objects.create(
        team=pipeline.team, pipeline=pipeline, stage=stages[0], number=1, **facts
    )
    StageVisit.objects.create(
        deal=deal,
        team=pipeline.team,
        number=1,
        stage=stages[0],
        category=stages[0].category,
        revision=pipeline.current_revision(),
        entered_at=now,
        estimated=True,
    )
    assert found() == []

    deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now)
    assert found() == []

    StageVisit.objects.update(estimated=False)
    assert found() == [LOGBOOK]
