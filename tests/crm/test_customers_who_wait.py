"""Who waits is in sight: on a page of its own, on Today, on the board and among the duties."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.models import AnswerPromise
from teams import duties
from tests import builders
from tests.racing import at_once

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WAITING, PROMISE = "/teams/rijnmond/waiting/", "/teams/rijnmond/promise/"


@pytest.fixture(autouse=True)
def monday_morning(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def promise(anna):
    return AnswerPromise.objects.make(
        4 * 3600, reason="Customers asked for it", seen=0, by=anna, at=NOW - timedelta(days=30)
    )


def asks(pipeline, anna, customer, *, before, **more):
    """A customer who wrote so long ago and was not answered."""
    deal = builders.deal(pipeline, by=anna, at=NOW, customer=customer, title=f"For {customer}")
    moment = NOW - before
    return builders.said(deal, by=anna, at=NOW, occurred_at=moment, channel="email", **more)


class TestThePage:
    def test_the_most_urgent_stands_first(self, pipeline, anna, annas, promise):
        asks(pipeline, anna, "Yard", before=HOUR)
        asks(pipeline, anna, "Harbour", before=timedelta(days=5))
        text = annas.get(WAITING).content.decode()
        assert text.index("Harbour") < text.index("Yard")
        assert "2 customers are waiting, 1 longer than we promised" in " ".join(text.split())
        assert "waits since today 09:00" in text
        assert "We answer within 4 working hours." in text

    def test_without_a_promise_it_says_since_when(self, pipeline, anna, annas):
        asks(pipeline, anna, "Yard", before=HOUR)
        shown = annas.get(WAITING).context["queue"].shown[0]
        assert (shown.due_at, shown.is_late) == (None, False)

    def test_when_nobody_waits_that_is_said(self, annas):
        assert "Nobody is waiting for us." in annas.get(WAITING).content.decode()

    def test_a_manager_sees_which_deals_wait_and_no_word_of_it(self, pipeline, anna, mias):
        asks(pipeline, anna, "Yard", before=HOUR, text="Where is my order?")
        text = mias.get(WAITING).content.decode()
        assert "For Yard" in text
        assert "Anna" not in text
        assert "Where is my order" not in text

    @pytest.mark.parametrize("many", [1, 6])
    def test_costs_the_same_however_many_wait(
        self, pipeline, anna, annas, many, django_assert_num_queries
    ):
        for number in range(many):
            asks(pipeline, anna, f"Customer {number}", before=HOUR)
        annas.get(WAITING)
        with django_assert_num_queries(10):
            annas.get(WAITING)


class TestTheApi:
    def test_says_who_waits_and_until_when(self, pipeline, anna, annas, mias, promise):
        deal = asks(pipeline, anna, "Yard", before=HOUR, text="Where is it?").deal
        waiting = {
            "number": deal.number,
            "customer": "Yard",
            "about": "For Yard",
            "since": "2026-11-23T09:00:00+01:00",
            "due_at": "2026-11-23T13:00:00+01:00",
            "is_late": False,
        }
        for browser in (annas, mias):
            told = browser.get("/api/v1/teams/rijnmond/waiting/").json()
            assert told == {"count": 1, "late": 0, "shown": [waiting]}


class TestElsewhere:
    def test_today_shows_the_first_and_the_board_says_how_many(self, pipeline, anna, annas):
        for number in range(4):
            asks(pipeline, anna, f"Customer {number}", before=(9 - number) * HOUR)
        today = annas.get("/teams/rijnmond/").content.decode()
        assert "4 customers are waiting" in today
        assert ("Customer 2" in today, "waits since" in today) == (True, True)
        board = annas.get("/teams/rijnmond/board/").content.decode()
        assert "4 customers are waiting" in board
        assert f'href="{WAITING}"' in board

    def test_without_anybody_who_waits_nothing_is_said(self, deal, annas):
        for page in ("/teams/rijnmond/", "/teams/rijnmond/board/"):
            assert WAITING not in annas.get(page).content.decode()

    def test_it_is_the_duty_of_the_owner_and_of_everybody_for_what_nobody_has(
        self, pipeline, anna, bram, promise
    ):
        asks(pipeline, anna, "Yard", before=timedelta(days=5))
        taken = asks(pipeline, anna, "Harbour", before=HOUR).deal
        taken.take(by=anna, at=NOW)

        def answers(member):
            due = duties.of(member.user, member.team, day=date(2026, 11, 23))
            return [(duty.what, duty.is_late) for duty in due]

        assert answers(anna) == [("Answer: For Yard", True), ("Answer: For Harbour", False)]
        assert answers(bram) == [("Answer: For Yard", True)]


class TestThePromise:
    def test_a_member_makes_it(self, anna, annas):
        sent = {"hours": "2.5", "reason": "Sooner is better", "seen": "0"}
        assert annas.post(PROMISE, sent).status_code == 302
        assert anna.team.answer_promises.get().seconds == 9000
        text = " ".join(annas.get(PROMISE).content.decode().split())
        assert "We answer within 2.5 working hours." in text
        assert "Sooner is better" in text
        assert "2.5 working hours" in annas.get("/teams/rijnmond/hours/").content.decode()

    @pytest.mark.parametrize(
        ("seconds", "stands"), [(14400, "4"), (9000, "2.5"), (8400, "2.33"), (7200000, "2,000")]
    )
    def test_it_stands_in_the_form_without_noughts_that_say_nothing(
        self, anna, annas, seconds, stands
    ):
        AnswerPromise.objects.make(seconds, reason="Why", seen=0, by=anna, at=NOW)
        assert f'value="{stands}"' in annas.get(PROMISE).content.decode()

    @pytest.mark.parametrize(
        ("field", "text", "says"),
        [
            ("hours", "0", "0.01 to 2000"),
            ("hours", "2001", "0.01 to 2000"),
            ("hours", "soon", "in digits"),
            ("reason", " ", "required"),
            ("seen", "-1", "greater than or equal to 0"),
        ],
    )
    def test_what_is_wrong_stands_beside_the_field(self, anna, annas, field, text, says):
        sent = {"hours": "4", "reason": "Why", "seen": "0", field: text}
        answer = annas.post(PROMISE, sent)
        assert answer.status_code == 422
        assert says in answer.content.decode()
        assert not anna.team.answer_promises.exists()

    def test_who_comes_second_sees_both(self, anna, brams, promise):
        answer = brams.post(PROMISE, {"hours": "2", "reason": "Sooner", "seen": "0"})
        text = " ".join(answer.content.decode().split())
        assert answer.status_code == 409
        assert 'value="2"' in text
        assert "We answer within 4 working hours." in text
        again = {"hours": "2", "reason": "Sooner", "seen": answer.context["form"]["seen"].value()}
        assert brams.post(PROMISE, again).status_code == 302

    def test_a_manager_reads_it_without_who_made_it(self, mias, promise):
        text = mias.get(PROMISE).content.decode()
        assert "Customers asked for it" in text
        assert "Anna" not in text
        assert mias.post(PROMISE, {}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_promises_at_once_one_is_kept(anna):
    def make():
        return AnswerPromise.objects.make(3600, reason="Why", seen=0, by=anna, at=NOW)

    outcomes = at_once([make] * 4)
    assert sum(isinstance(each, AnswerPromise) for each in outcomes) == 1
