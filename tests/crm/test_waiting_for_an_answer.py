"""Clocks: they start when a customer asks, and stop when one of us answers."""

from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO
from itertools import permutations
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from crm.models import AnswerPromise, Deal, PromiseError, ResponseClock, StalePromise
from crm.models.answering import waits
from crm.proof import clocks_that_disagree
from teams import story
from teams.models import WorkCalendar
from teams.worktime import WorkHours
from tests import builders
from tests.racing import at_once

HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)  # nine o'clock in Amsterdam
LATER = MONDAY + timedelta(days=7)
ASKED = {"channel": "email", "direction": "in"}
ANSWERED = {"channel": "email", "direction": "out"}


@pytest.fixture
def promise(anna):
    return promised(anna, 4, at=MONDAY - HOUR)


def promised(anna, hours, *, at, seen=0):
    return AnswerPromise.objects.make(
        hours * 3600, reason="Customers asked for it", seen=seen, by=anna, at=at
    )


def say(deal, anna, how, hours, **more):
    """Something that was said so many hours after Monday at nine, written down a week later."""
    return builders.said(deal, by=anna, at=LATER, occurred_at=MONDAY + hours * HOUR, **how, **more)


def clocks_of(deal):
    return list(ResponseClock.objects.living().filter(deal=deal).order_by("opened_at"))


class TestStarting:
    def test_a_question_starts_a_clock_with_the_promise_that_holds(self, deal, anna, promise):
        asked = say(deal, anna, ASKED, 6)
        (clock,) = clocks_of(deal)
        assert (clock.opened_by, clock.opened_at) == (asked, MONDAY + 6 * HOUR)
        assert (clock.answered_at, clock.business_seconds) == (None, None)
        assert clock.promise_seconds == 4 * 3600
        # From three in the afternoon: two hours today, and two tomorrow.
        assert clock.due_at == MONDAY + 26 * HOUR

    def test_a_second_question_waits_with_the_first(self, deal, anna, promise):
        say(deal, anna, ASKED, 1)
        say(deal, anna, ASKED, 2)
        assert [clock.opened_at for clock in clocks_of(deal)] == [MONDAY + HOUR]

    def test_without_a_promise_nothing_is_due(self, deal, anna):
        say(deal, anna, ASKED, 1)
        (clock,) = clocks_of(deal)
        assert (clock.promise_seconds, clock.due_at) == (None, None)

    def test_what_no_person_said_starts_nothing(self, deal, anna):
        say(deal, anna, ASKED, 1, is_automated=True)
        assert clocks_of(deal) == []

    @pytest.mark.parametrize("channel", ["phone", "meeting"])
    def test_whoever_is_spoken_to_does_not_wait(self, deal, anna, channel):
        say(deal, anna, {"channel": channel, "direction": "in"}, 1)
        assert clocks_of(deal) == []


class TestStopping:
    @pytest.mark.parametrize(
        "how",
        [
            *({"channel": one, "direction": "out"} for one in ("email", "phone", "chat", "post")),
            {"channel": "meeting", "direction": "in"},
            {"channel": "phone", "direction": "in"},
        ],
    )
    def test_one_of_us_answers(self, deal, anna, promise, how):
        say(deal, anna, ASKED, 6)
        answer = say(deal, anna, how, 25)
        (clock,) = clocks_of(deal)
        assert (clock.answered_by, clock.answered_at) == (answer, MONDAY + 25 * HOUR)
        # Two hours on Monday and one on Tuesday.
        assert clock.business_seconds == 3 * 3600

    def test_a_machine_never_does(self, deal, anna):
        say(deal, anna, ASKED, 1)
        say(deal, anna, ANSWERED, 1.1, is_automated=True)
        assert clocks_of(deal)[0].answered_at is None

    def test_the_next_question_starts_another(self, deal, anna):
        for how, hour in ((ASKED, 1), (ANSWERED, 2), (ANSWERED, 3), (ASKED, 4)):
            say(deal, anna, how, hour)
        assert [clock.answered_at for clock in clocks_of(deal)] == [MONDAY + 2 * HOUR, None]


class TestCorrecting:
    def test_in_whatever_order_it_is_written_down(self, pipeline, anna, promise):
        words = [(ASKED, 1), (ANSWERED, 2), (ASKED, 3)]
        told = set()
        for order in permutations(words):
            deal = builders.deal(pipeline, by=anna, at=LATER)
            for how, hour in order:
                say(deal, anna, how, hour)
            told.add(tuple((one.opened_at, one.answered_at, one.due_at) for one in clocks_of(deal)))
        assert len(told) == 1
        assert list(clocks_that_disagree()) == []

    def test_a_question_that_is_removed_leaves_its_clock_void(self, deal, anna):
        asked = say(deal, anna, ASKED, 1)
        asked.remove(version=1, by=anna, at=LATER)
        assert clocks_of(deal) == []
        assert ResponseClock.objects.get(opened_by=asked).is_void
        asked.put_back(by=anna, at=LATER)
        assert not ResponseClock.objects.get(opened_by=asked).is_void

    def test_an_answer_that_is_removed_lets_it_run_again(self, deal, anna):
        say(deal, anna, ASKED, 1)
        answer = say(deal, anna, ANSWERED, 2)
        answer.remove(version=1, by=anna, at=LATER)
        assert clocks_of(deal)[0].answered_at is None

    def test_an_earlier_question_takes_its_place(self, deal, anna):
        later = say(deal, anna, ASKED, 3)
        say(deal, anna, ASKED, 1)
        assert [clock.opened_at for clock in clocks_of(deal)] == [MONDAY + HOUR]
        assert ResponseClock.objects.get(opened_by=later).is_void

    def test_a_correction_counts(self, deal, anna):
        say(deal, anna, ASKED, 1)
        answer = say(deal, anna, ANSWERED, 2)
        answer.edit({"is_automated": True}, version=1, by=anna, at=LATER)
        assert clocks_of(deal)[0].answered_at is None

    def test_the_logbook_says_from_when_on_figures_change(self, deal, anna):
        answer = say(deal, anna, ANSWERED, 5)
        moved = {"occurred_at": MONDAY + 9 * HOUR}
        line = answer.edit(moved, version=1, by=anna, at=LATER)
        assert line.details["since"] == MONDAY + 5 * HOUR

    def test_a_deal_in_the_bin_waits_for_nobody(self, deal, anna):
        say(deal, anna, ASKED, 1)
        deal.discard(by=anna, at=LATER)
        assert clocks_of(deal) == []
        deal.restore(by=anna, at=LATER)
        assert len(clocks_of(deal)) == 1


class TestThePromise:
    def test_another_promise_holds_from_then_on(self, deal, pipeline, anna, promise):
        say(deal, anna, ASKED, 1)
        promised(anna, 2, at=MONDAY + 2 * HOUR, seen=1)
        # What was said before is told anew, and keeps what it was promised.
        say(deal, anna, ASKED, 3)
        assert clocks_of(deal)[0].promise_seconds == 4 * 3600
        other = builders.deal(pipeline, by=anna, at=LATER)
        say(other, anna, ASKED, 3)
        assert clocks_of(other)[0].promise_seconds == 2 * 3600

    def test_so_do_other_hours(self, deal, pipeline, anna, promise):
        morning = WorkHours(anna.team.zone, "NL", (((540, 720),),) * 7)
        WorkCalendar.objects.agree(morning, seen=1, by=anna, at=MONDAY + 2 * HOUR)
        say(deal, anna, ASKED, 1)
        say(deal, anna, ANSWERED, 5)
        assert clocks_of(deal)[0].business_seconds == 4 * 3600
        other = builders.deal(pipeline, by=anna, at=LATER)
        say(other, anna, ASKED, 2)
        say(other, anna, ANSWERED, 5)
        assert clocks_of(other)[0].business_seconds == 3600

    def test_the_logbook_tells_the_reason(self, anna, promise):
        line = anna.team.logbook.newest_first().get(kind="crm.promise.made")
        assert story.line(line) == (
            "We promised an answer within 4 working hours: Customers asked for it"
        )

    def test_the_same_promise_is_no_change(self, anna, promise):
        assert promised(anna, 4, at=LATER, seen=1) is None

    @pytest.mark.parametrize(("seconds", "reason"), [(0, "x"), (3600, " "), (10**8, "x")])
    def test_what_is_no_promise_is_refused(self, anna, seconds, reason):
        with pytest.raises(PromiseError):
            AnswerPromise.objects.make(seconds, reason=reason, seen=0, by=anna, at=LATER)

    def test_who_comes_second_is_told(self, anna, promise):
        with pytest.raises(StalePromise):
            promised(anna, 2, at=LATER)


class TestTheProof:
    def test_it_finds_what_was_tampered_with_and_mends_it(self, deal, anna, promise):
        say(deal, anna, ASKED, 1)
        call_command("check_clocks", stdout=StringIO())
        ResponseClock.objects.update(opened_at=MONDAY)
        said = StringIO()
        with pytest.raises(CommandError, match="1 disagreements"):
            call_command("check_clocks", stdout=said)
        assert "Deal 1 of Rijnmond has other clocks." in said.getvalue()
        call_command("check_clocks", "--mend", stdout=said)
        assert list(clocks_that_disagree()) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_write_down_at_once(deal, anna, bram):
    say(deal, anna, ASKED, 1)
    at_once(
        [
            partial(say, Deal.objects.get(pk=deal.pk), who, how, hour)
            for who, how, hour in ((anna, ANSWERED, 3), (bram, ANSWERED, 2), (anna, ASKED, 4))
        ]
    )
    assert [clock.answered_at for clock in clocks_of(deal)] == [MONDAY + 2 * HOUR, None]
    assert list(clocks_that_disagree()) == []


SAID = st.builds(
    lambda hour, channel, direction, automated: (hour, channel, direction, automated),
    st.integers(0, 12),
    st.sampled_from(["email", "phone", "meeting", "chat", "form", "post"]),
    st.sampled_from(["in", "out"]),
    st.booleans(),
)


@given(st.lists(SAID, max_size=8), st.randoms())
def test_waits_are_as_on_paper(lines, chance):
    said = [
        SimpleNamespace(
            pk=pk,
            occurred_at=MONDAY + hour * HOUR,
            channel=channel,
            direction=direction,
            is_automated=automated,
        )
        for pk, (hour, channel, direction, automated) in enumerate(lines)
    ]
    told = [(wait.opened_at, wait.answered_at) for wait in waits(said)]
    assert told == on_paper(lines)
    chance.shuffle(said)
    assert told == [(wait.opened_at, wait.answered_at) for wait in waits(said)]


def on_paper(lines):
    """Hour by hour: who asks in this hour, and who answers them in it or later?"""
    found = []
    for hour in range(13):
        now = [line[1:3] for line in lines if line[0] == hour and not line[3]]
        asks = [one for one in now if one[1] == "in" and one[0] not in {"phone", "meeting"}]
        if asks and (not found or found[-1][1] is not None):
            found.append((MONDAY + hour * HOUR, None))
        if len(asks) < len(now) and found and found[-1][1] is None:
            found[-1] = (found[-1][0], MONDAY + hour * HOUR)
    return found
