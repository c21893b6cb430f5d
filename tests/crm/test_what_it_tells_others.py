"""What the customer process tells the ground: phrases, duties, places."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from crm.happenings import Happening
from teams import duties, places, story
from teams.models import LogEntry
from tests import builders

DETAILS = {
    "absorbed": "Acme Ltd",
    "choice": "Fair",
    "deal": "Acme",
    "number": 1,
    "stage": "Contact",
    "origin": "Contact",
    "target": "Won",
    "step": "Call",
    "survivor": "Acme",
    "was": "Show",
    "reason": "Because",
    "about": "Acme",
    "channel": "phone",
    "direction": "in",
    "contact": "Jan Bos",
    "count": 2,
    "customer": "Acme",
    "field": "Delivery",
    "fields": ["Delivery"],
    "hours": 4,
    "item": "The price is on one page.",
    "list": "source",
    "months": 24,
    "name": "Sales",
    "other": "Veluwe",
    "process": "Service",
    "rule": "Call quiet ones",
    "seconds": 14_400,
    "title": "Call",
    "view": "No next step",
    "old": {"owner_id": 1},
    "new": {"owner_id": None},
}
DAY = timedelta(days=1)


@pytest.mark.parametrize("kind", list(Happening))
def test_every_happening_has_its_words(kind):
    line = story.line(LogEntry(kind=kind, details=DETAILS))

    with translation.override("en"):
        assert line != story.line(LogEntry(kind="nobody's", details={}))
    assert line.endswith((".", "Because", "Call"))


def test_a_step_that_was_cleared_reads_so():
    cleared = LogEntry(kind=Happening.STEP_PLANNED, details=DETAILS | {"step": ""})

    assert story.line(cleared) == "Acme has no next step any more."


def test_the_steps_of_today_and_before_are_what_a_person_has_to_do(pipeline, anna, bram, team, now):
    today = now.date()
    for title, days, who in (
        ("late", -1, anna),
        ("now", 0, anna),
        ("later", 1, anna),
        ("his", 0, bram),
    ):
        deal = builders.deal(pipeline, by=anna, at=now, title=title)
        deal.take(by=who, at=now)
        deal.plan_step("Call", today + days * DAY, by=who, at=now)
    customers = builders.deal(pipeline, by=anna, at=now, customer="Acme")
    customers.take(by=anna, at=now)
    customers.plan_step("Send the offer", today, by=anna, at=now)
    done = builders.deal(pipeline, by=anna, at=now, title="done")
    done.take(by=anna, at=now)
    done.plan_step("Call", today, by=anna, at=now)
    builders.won(done, by=anna, at=now)

    found = duties.of(anna.user, team, day=today)

    assert [(duty.what, duty.about, duty.is_late) for duty in found] == [
        ("Call", "late", True),
        ("Send the offer", "Acme", False),
        ("Call", "now", False),
    ]
    assert (found[0].due_on, found[0].url) == (today - DAY, "/teams/rijnmond/deals/1/")


def test_nobody_has_to_do_what_another_team_planned(pipeline, anna, other_team, now):
    deal = builders.deal(pipeline, by=anna, at=now)
    deal.take(by=anna, at=now)
    deal.plan_step("Call", date(2026, 11, 23), by=anna, at=now)

    assert duties.of(anna.user, other_team, day=date(2026, 11, 23)) == []


@pytest.mark.parametrize("page", ["crm:board", "crm:deals", "crm:deal"])
def test_the_board_is_a_place_and_its_deals_belong_to_it(team, page):
    (board,) = [place for place in places.of(team, current=page) if place.name == "Board"]

    assert (board.url, board.icon) == ("/teams/rijnmond/board/", "square-kanban")
    assert board.current
