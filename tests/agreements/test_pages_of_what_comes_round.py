"""What comes round, on its page and for programs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from agreements.models import Agreement, Cadence, State, Verdict
from tests import builders
from tests.agreements.conftest import CALL_BACK
from tests.agreements.test_agreements_api import act, in_words, read, send, url
from tests.agreements.test_the_pages import BOOK, page_of


@pytest.fixture
def now():
    """The moment in which pages live."""
    return timezone.now()


@pytest.fixture
def today(now):
    return timezone.localdate(now)


@pytest.fixture
def terms(today):
    return every_week(today)


def every_week(first):
    """To call back, from this day on."""
    ends_on = first + timedelta(days=60)
    return replace(CALL_BACK, due_on=first, every=Cadence.WEEK, ends_on=ends_on)


def agreed(terms, anna, bram, now):
    one = builders.proposed(anna, bram, terms, at=now)
    one.accept(1, by=bram, at=now)
    return one


@pytest.fixture
def weekly(anna, bram, terms, now):
    """Anna has said of the first time that it is done."""
    one = agreed(terms, anna, bram, now)
    one.promise().declare_done(by=anna, at=now)
    return one


def shown(client, where):
    return client.get(where).content.decode()


class TestThePage:
    def test_is_filled_in_with_how_often(self, annas, bram, terms, today):
        sent = {"who": "mine", "others": [bram.user_id], "when": "", "then": "I call"}
        sent |= {"how_seen": "So", "due_on": today, "every": "month", "ends_on": terms.ends_on}

        annas.post(f"{BOOK}new/", sent)

        version = Agreement.objects.get().version(1)
        assert (version.every, version.ends_on) == (Cadence.MONTH, terms.ends_on)
        assert "every month until" in shown(annas, page_of(version.agreement))

    def test_what_cannot_be_is_told(self, annas, bram, today):
        sent = {"who": "mine", "others": [bram.user_id], "then": "I call", "how_seen": "So"}

        answer = annas.post(f"{BOOK}new/", {**sent, "due_on": today, "every": "week"})

        assert answer.status_code == 422
        assert "Say until when it comes round" in answer.content.decode()

    def test_tells_of_each_time(self, annas, brams, weekly):
        page = shown(brams, page_of(weekly))

        assert "every week until" in page
        assert "Next on" in page
        assert "Said to be done" in page
        brams.post(page_of(weekly, "judgement"), {"number": 1, "verdict": "kept"})
        assert "1 of 1 kept" in shown(annas, page_of(weekly))

    def test_asks_about_the_day_that_waits(self, brams, weekly):
        forms = brams.get(page_of(weekly)).context["acts"]

        assert [(name, form.day.number) for name, form in forms.items()] == [
            ("judgement", 1),
            ("renegotiation", 2),
            ("release", 2),
        ]

    def test_who_comes_second_settles_no_later_day(self, annas, weekly):
        answer = annas.post(page_of(weekly, "completion"), {"number": 1})

        assert answer.status_code == 409
        assert weekly.occurrences.count() == 2

    @pytest.mark.parametrize(("for_good", "days"), [("", 3), ("on", 2)])
    def test_is_let_go_once_or_for_good(self, brams, weekly, for_good, days):
        brams.post(page_of(weekly, "release"), {"number": 2, "for_good": for_good})

        assert weekly.occurrences.count() == days

    def test_costs_the_same_for_one_day_and_for_many(
        self, annas, weekly, anna, bram, now, django_assert_num_queries
    ):
        annas.get(page_of(weekly))
        with django_assert_num_queries(QUERIES):
            annas.get(page_of(weekly))
        for number in range(2, 6):
            at = now + timedelta(days=7 * (number - 1))
            weekly.promise().declare_done(by=anna, at=at)
            weekly.promise(number).judge(Verdict.KEPT, by=bram, at=at)
        with django_assert_num_queries(QUERIES):
            annas.get(page_of(weekly))


QUERIES = 19


class TestForPrograms:
    def test_it_is_proposed(self, annas, bram, terms):
        sent = in_words(terms, who="mine", others=[bram.user_id])
        made = send(annas, url(), {**sent, "ends_on": terms.ends_on.isoformat()})

        [version] = made.json()["versions"]
        assert (version["every"], version["ends_on"]) == ("week", terms.ends_on.isoformat())

    def test_each_day_is_told(self, annas, brams, weekly):
        assert act(brams, "judgement", weekly, verdict="kept").status_code == 200

        told = read(annas, weekly).json()

        assert [(day["number"], day["state"]) for day in told["days"]] == [
            (1, "kept"),
            (2, "upcoming"),
        ]
        assert told["promise"]["number"] == 2

    def test_a_day_is_named_by_its_number(self, annas, brams, weekly):
        assert act(annas, "completion", weekly).status_code == 409  # the first is done
        assert act(brams, "release", weekly, day=2, for_good=True).status_code == 200
        assert act(brams, "judgement", weekly, day=1, verdict="kept").status_code == 200

        weekly.refresh_from_db()
        assert weekly.state == State.RETIRED

    def test_of_no_such_day_is_told(self, brams, weekly):
        assert act(brams, "release", weekly, day=7).status_code == 409
