"""How long a stage usually takes, learned every night from what was."""

from datetime import timedelta

import pytest

from crm.jobs import USUAL_DAYS, every_night, learn_usual_days
from crm.models import Precision, Stage, StageVisit
from crm.pace import FEWEST
from crm.pace import learn_usual_days as learn
from teams.models import Job
from tests import builders

DAY = timedelta(days=1)


@pytest.fixture
def stay(pipeline, anna, now):
    """Let a deal stand in the first stage for this long, until so long ago."""

    def stay(length, *, ago=DAY, **visit):
        deal = builders.deal(pipeline, by=anna, at=now - ago - length)
        builders.won(deal, by=anna, at=now - ago)
        StageVisit.objects.filter(deal=deal, number=1).update(**visit)

    return stay


def usual(pipeline):
    return list(
        Stage.objects.filter(pipeline=pipeline).in_order().values_list("usual_days", flat=True)
    )


def test_it_is_the_time_within_which_85_of_100_moved_on(pipeline, stay, now):
    for days in range(1, 21):
        stay(days * DAY)

    changed = learn(at=now)

    # The 85th percentile of 1 to 20 days lies at 17.15; whole days are counted.
    assert usual(pipeline) == [18, None, None, None]
    assert changed == 1


def test_under_ten_nobody_knows(pipeline, stay, now):
    for _ in range(FEWEST - 1):
        stay(3 * DAY)
    learn(at=now)
    assert usual(pipeline)[0] is None

    stay(3 * DAY)
    learn(at=now)

    assert usual(pipeline)[0] == 3


@pytest.mark.parametrize(
    ("ago", "visit"),
    [
        (366 * DAY, {}),
        (-DAY, {}),
        (DAY, {"precision": Precision.NONE}),
        (DAY, {"category": "won"}),
    ],
    ids=["longer than a year ago", "still to come", "of unknown length", "in another category"],
)
def test_these_visits_do_not_count(pipeline, stay, now, ago, visit):
    for _ in range(FEWEST):
        stay(3 * DAY, ago=ago, **visit)

    learn(at=now)

    assert usual(pipeline)[0] is None


def test_a_visit_that_still_lasts_does_not_count(pipeline, anna, now):
    for _ in range(FEWEST):
        builders.deal(pipeline, by=anna, at=now - 5 * DAY)

    learn(at=now)

    assert usual(pipeline)[0] is None


def test_what_is_no_longer_known_is_forgotten(pipeline, now):
    pipeline.stages.update(usual_days=5)

    assert learn(at=now) == 4
    assert usual(pipeline) == [None] * 4
    assert learn(at=now) == 0


def test_a_moment_counts_as_a_day(pipeline, stay, now):
    for _ in range(FEWEST):
        stay(timedelta(minutes=1))

    learn(at=now)

    assert usual(pipeline)[0] == 1


def test_it_is_planned_once_a_day(db, now):
    for minutes in (0, 1, 60):
        every_night(now + timedelta(minutes=minutes))
    every_night(now + DAY)

    assert list(
        Job.objects.filter(kind=USUAL_DAYS).order_by("key").values_list("key", flat=True)
    ) == [
        "2026-11-23",
        "2026-11-24",
    ]


def test_the_job_learns(pipeline, stay, now):
    for _ in range(FEWEST):
        stay(3 * DAY)

    learn_usual_days(at=now)

    assert usual(pipeline)[0] == 3
