"""The books of the ledger, each by itself and page by page; and the calendar of what is due."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from agreements.models import Cadence, Verdict
from tests import builders
from tests.agreements.conftest import CALL_BACK
from tests.agreements.test_pages_of_what_comes_round import agreed, every_week, shown
from tests.agreements.test_the_pages import BOOK


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


@pytest.fixture
def weekly(anna, bram, terms, now):
    one = agreed(terms, anna, bram, now)
    one.promise().declare_done(by=anna, at=now)
    return one


class TestTheBooks:
    @pytest.fixture
    def many(self, anna, bram, terms, now):
        """More than a page of what was kept."""
        once = replace(terms, every=Cadence.ONCE, ends_on=None)
        for _number in range(52):
            one = agreed(once, anna, bram, now)
            one.promise().declare_done(by=anna, at=now)
            one.promise().judge(Verdict.KEPT, by=bram, at=now)

    def test_show_the_newest_and_lead_to_the_rest(self, annas, many, django_assert_num_queries):
        [kept] = annas.get(BOOK).context["sections"]
        assert (len(kept.sights), kept.count) == (10, 52)

        first = annas.get(f"{BOOK}{kept.url}")
        shelf = first.context["shelf"]
        assert (len(shelf.sights), shelf.newer_url) == (50, "")
        rest = annas.get(f"{BOOK}{shelf.older_url}").context["shelf"]
        assert (len(rest.sights), rest.older_url) == (2, "")
        assert rest.newer_url == "?book=kept&page=1"
        for page in (1, 2, 99):
            with django_assert_num_queries(SHELF if page < 99 else EMPTY):
                assert annas.get(f"{BOOK}?book=kept&page={page}").status_code == 200

    def test_of_mine_alone(self, annas, many, dirk):
        dirks = builders.browser(dirk.user)

        assert "Nothing stands here" in shown(dirks, f"{BOOK}?book=kept&whose=mine")
        assert "whose=mine&amp;book=kept&amp;page=2" in shown(annas, f"{BOOK}?book=kept&whose=mine")

    def test_a_book_that_is_none_is_the_whole_ledger(self, annas, proposal):
        assert "sections" in annas.get(f"{BOOK}?book=cooking").context

    def test_a_manager_reads_none_of_the_others(self, mias, many):
        assert mias.get(f"{BOOK}?book=kept").context["shelf"].sights == []

    def test_what_comes_round_stands_where_its_days_put_it(
        self, annas, brams, anna, bram, weekly, now
    ):
        def books():
            return [book.key for book in annas.get(BOOK).context["sections"]]

        weekly.promise(1).judge(Verdict.BROKEN, "Too late", by=bram, at=now)
        assert books() == ["open"]
        assert "every week" in shown(annas, BOOK)
        weekly.promise().release(by=bram, at=now, for_good=True)

        assert books() == ["broken"]
        assert "0 of 1 kept" in shown(annas, BOOK)


SHELF, EMPTY = 17, 9


class TestTheCalendar:
    @pytest.fixture
    def there(self):
        return f"{BOOK}calendar/"

    def days(self, client, where):
        weeks = client.get(where).context["calendar"].weeks
        return {day.on: day.dues for week in weeks for day in week if day.dues}

    def test_shows_what_is_due_and_what_comes_round(self, annas, weekly, today, there):
        later = [today + timedelta(days=7 * number) for number in range(9)]
        month = {day for day in later if (day.year, day.month) == (later[5].year, later[5].month)}

        found = self.days(annas, f"{there}?month={later[5]:%Y-%m}")

        hours = weekly.team.work_calendar.hours
        assert all(day in found for day in month if day in hours)
        assert all(day in hours for day in found)
        assert "I call back" in shown(annas, f"{there}?month={later[5]:%Y-%m}")

    def test_tells_what_became_of_it(self, annas, brams, weekly, bram, now, today, there):
        weekly.promise(1).judge(Verdict.KEPT, by=bram, at=now)

        due_on = weekly.promise(1).due_on
        [due] = self.days(annas, f"{there}?month={due_on:%Y-%m}")[due_on]

        assert due.standing.word == "Kept"

    def test_is_empty_where_nothing_is(self, annas, weekly, there):
        assert "Nothing is due in this month" in shown(annas, f"{there}?month=2031-03")

    def test_of_mine_alone(self, annas, dirk, weekly, today, there):
        dirks = builders.browser(dirk.user)

        assert self.days(dirks, there)
        assert not self.days(dirks, f"{there}?whose=mine")
        assert self.days(annas, f"{there}?whose=mine")

    def test_a_manager_sees_what_they_are_party_to(self, mias, mia, anna, weekly, today, there):
        assert not self.days(mias, there)
        builders.proposed(anna, mia, replace(CALL_BACK, due_on=today), at=timezone.now()).accept(
            1, by=mia, at=timezone.now()
        )
        assert self.days(mias, there)

    @pytest.mark.parametrize(
        "month", ["2026-13", "2026-W07", "1812-01", "9999-12", "x", "\u0662026-01"]
    )
    def test_a_month_that_is_none_is_not_there(self, annas, month, there):
        assert annas.get(there, {"month": month}).status_code == 404

    @pytest.mark.parametrize(
        ("month", "ways"), [("1990-01", (False, True)), ("2100-12", (True, False))]
    )
    def test_ends_where_our_time_ends(self, annas, month, ways, there):
        calendar = annas.get(there, {"month": month, "whose": "mine"}).context["calendar"]

        assert (bool(calendar.earlier_url), bool(calendar.later_url)) == ways
        assert "whose=mine" in calendar.earlier_url + calendar.later_url

    def test_costs_the_same_for_one_and_for_many(
        self, annas, anna, bram, terms, now, there, django_assert_num_queries
    ):
        agreed(terms, anna, bram, now)
        annas.get(there)
        with django_assert_num_queries(CALENDAR):
            annas.get(there)
        for _more in range(4):
            agreed(terms, anna, bram, now)
        with django_assert_num_queries(CALENDAR):
            annas.get(there)


CALENDAR = 18


def test_what_is_due_is_late_after_its_day(annas, anna, bram, now):
    before = now - timedelta(days=1)
    yesterday = replace(CALL_BACK, due_on=timezone.localdate(before))
    agreed(yesterday, anna, bram, before - timedelta(days=3))

    page = shown(annas, f"{BOOK}calendar/?month={yesterday.due_on:%Y-%m}")

    assert "planned late" in page
