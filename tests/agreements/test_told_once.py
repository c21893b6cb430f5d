"""Whoever is reminded is told once: whatever workers there are, over holidays and moved clocks."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from teams import tasks
from teams.digest import LOOK, MAIL, every_morning
from teams.models import Job, OutgoingMail
from tests import builders
from tests.agreements.conftest import CALL_BACK
from tests.agreements.test_the_mail import morning, pass_morning, week
from tests.racing import at_once

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def make_due():
    """Let the moment of every job have come."""
    Job.objects.filter(state="due").update(run_at=LONG_AGO)


def who_was_told():
    return Counter(mail.recipient.partition("@")[0] for mail in OutgoingMail.objects.all())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("workers", [1, 3])
def test_by_one_worker_or_three(proposal, anna, dirk, now, workers):
    for number in range(3):
        words = replace(CALL_BACK, then=f"I call {number} times")
        builders.proposed(anna, dirk, words, at=now)
    every_morning(morning(2026, 11, 24))
    every_morning(morning(2026, 11, 24) + timedelta(minutes=1))  # the next tick

    while Job.objects.filter(kind__in=[LOOK, MAIL], state="due").exists():
        make_due()
        at_once([tasks.do_all] * workers)

    assert who_was_told() == {"bram": 1, "dirk": 1}


def test_without_a_worker_nobody_is_told_and_later_each_once(proposal, now):
    for day in (24, 25, 26):
        every_morning(morning(2026, 11, day))
    assert not OutgoingMail.objects.exists()

    late = morning(2026, 11, 26) + timedelta(hours=3)
    for kind in (LOOK, MAIL):
        for job in Job.objects.filter(kind=kind).order_by("pk"):
            Job.objects.filter(pk=job.pk).update(run_at=LONG_AGO)
            Job.objects.claim(job.pk).run(at=late)

    # Two mornings on which he is reminded, and one mail of the day on which it goes out.
    assert who_was_told() == {"bram": 1}
    assert OutgoingMail.objects.get().posted_at == late


def test_a_mail_that_was_left_behind_is_no_second_one(proposal, bram, now):
    for day in ("2026-11-24", "2026-11-26"):
        payload = {"user_id": bram.user_id, "day": day}
        Job.objects.arm(MAIL, f"{bram.user_id}:{day}", run_at=LONG_AGO, payload=payload)

    tasks.do_all()

    assert who_was_told() == {"bram": 1}


def test_a_broker_that_dies_keeps_no_reminder_back(
    proposal, monkeypatch, django_capture_on_commit_callbacks
):
    def dead(**_):
        raise ConnectionError("nobody is there")

    monkeypatch.setattr(tasks.do_job, "apply_async", dead)
    with django_capture_on_commit_callbacks(execute=True):
        every_morning(morning(2026, 11, 24))

    make_due()
    tasks.do_all()

    assert who_was_told() == {"bram": 1}


@pytest.mark.parametrize(
    ("due_on", "days"),
    [
        # Five working days before, one before, and one after it, when nobody has said a word.
        (date(2027, 3, 30), ["19 Mar", "25 Mar", "31 Mar"]),  # Good Friday to Easter Monday
        (date(2027, 4, 28), ["20 Apr", "26 Apr", "29 Apr"]),  # King's Day
        (date(2026, 12, 28), ["18 Dec", "24 Dec", "29 Dec"]),  # Christmas, and a weekend
    ],
)
def test_over_holidays(anna, bram, now, due_on, days):
    builders.proposed(anna, bram, replace(CALL_BACK, due_on=due_on), at=now).accept(
        1, by=bram, at=now
    )

    first = datetime.combine(due_on, morning(2026, 1, 1).timetz()) - timedelta(days=14)
    told = [f"{at:%d %b}" for at in week(first, 18) if pass_morning(at) == ["anna"]]

    assert told == days


@pytest.mark.parametrize(
    ("zone", "saturday"),
    [
        ("Europe/Amsterdam", date(2027, 3, 27)),
        ("Europe/Amsterdam", date(2026, 10, 24)),
        ("America/New_York", date(2026, 10, 31)),
        ("Pacific/Auckland", date(2027, 4, 3)),
    ],
)
def test_once_each_morning_while_the_clock_is_moved(team, proposal, zone, saturday):
    team.timezone = zone
    team.save(update_fields=["timezone"])
    begin = datetime.combine(saturday, datetime.min.time(), team.zone).astimezone(UTC)

    for tick in range(3 * 24 * 4):
        every_morning(begin + timedelta(minutes=15 * tick))

    looks = Job.objects.filter(kind=LOOK).order_by("run_at")
    local = [timezone.localtime(job.run_at, team.zone) for job in looks]
    assert [f"{at:%H:%M}" for at in local] == ["08:00"] * 3
    assert [at.date() for at in local] == [saturday + timedelta(days=n) for n in range(3)]
