"""A promise that comes round: each time a day of its own, and one at a time is to come."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from agreements.models import (
    Agreement,
    AgreementError,
    AgreementVersion,
    Cadence,
    Fate,
    Occurrence,
    StaleAgreement,
    State,
    Verdict,
)
from agreements.waiting import waiting_for
from dashboards import kpis
from teams.worktime import OFFICE_WEEK, WorkHours
from tests import builders
from tests.agreements.conftest import CALL_BACK, FRIDAY, logged
from tests.agreements.test_the_mail import morning, pass_morning, week

WEEKLY = replace(CALL_BACK, every=Cadence.WEEK, ends_on=date(2026, 12, 18))
WEEK = timedelta(days=7)


@pytest.fixture
def weekly(anna, bram, now):
    """Anna calls back every week, on four Fridays."""
    return agreed(WEEKLY, anna, bram, now)


def agreed(terms, anna, bram, now):
    agreement = builders.proposed(anna, bram, terms, at=now)
    agreement.accept(1, by=bram, at=now)
    return agreement


def fates(agreement):
    days = agreement.occurrences.order_by("number")
    return [f"{day.due_on:%d %b} {day.state}" for day in days]


def keep(agreement, anna, bram, at):
    """Say that what is to come is done, and that it was kept."""
    agreement.promise().declare_done(by=anna, at=at)
    agreement.promise(agreement.occurrences.count() - 1).judge(Verdict.KEPT, by=bram, at=at)


class TestOneAfterTheOther:
    def test_the_first_alone_is_to_come(self, weekly):
        assert fates(weekly) == ["27 Nov upcoming"]

    def test_the_next_begins_with_the_word_about_this(self, weekly, anna, bram, now):
        weekly.promise().declare_done(by=anna, at=now)
        assert fates(weekly) == ["27 Nov declared", "04 Dec upcoming"]

        weekly.promise(1).judge(Verdict.BROKEN, "Too late", by=bram, at=now)
        assert fates(weekly) == ["27 Nov broken", "04 Dec upcoming"]

    def test_it_is_done_no_earlier_than_after_the_time_before(self, weekly, anna, now):
        weekly.promise().declare_done(by=anna, at=now)

        with pytest.raises(AgreementError, match="time before this one is not over"):
            weekly.promise().declare_done(by=anna, at=now + timedelta(days=4))
        weekly.promise().declare_done(by=anna, at=now + timedelta(days=5))

        assert fates(weekly)[1:] == ["04 Dec declared", "11 Dec upcoming"]

    def test_who_says_it_twice_says_it_once(self, weekly, anna, now):
        weekly.promise(1).declare_done(by=anna, at=now)

        with pytest.raises(StaleAgreement):
            weekly.promise(1).declare_done(by=anna, at=now + WEEK)

    def test_silence_breaks_one_time_and_not_the_next(self, weekly, now):
        weekly.promise().run_out(at=now + timedelta(days=9))

        assert fates(weekly) == ["27 Nov broken", "04 Dec upcoming"]
        assert weekly.promise().clock_on == date(2026, 12, 8)

    def test_it_ends_when_the_last_is_settled(self, weekly, anna, bram, now):
        for number in range(3):
            keep(weekly, anna, bram, now + number * WEEK)
        weekly.promise().release(by=bram, at=now + 3 * WEEK)

        weekly.refresh_from_db()
        assert fates(weekly)[3:] == ["18 Dec released"]
        assert weekly.state == State.RETIRED
        assert logged(weekly).count("promise.kept") == 3

    def test_but_not_while_one_of_them_is_open(self, weekly, anna, bram, dirk, now):
        keep(weekly, anna, bram, now)
        weekly.promise().declare_done(by=anna, at=now + WEEK)
        weekly.promise(2).judge(Verdict.BROKEN, "Too late", by=bram, at=now + WEEK)
        weekly.promise(2).contest("It was not", dirk.user, by=anna, at=now + WEEK)
        weekly.promise().release(by=bram, at=now + WEEK, for_good=True)

        weekly.refresh_from_db()
        assert weekly.is_in_force
        weekly.promise(2).run_out(at=now + 3 * WEEK)

        weekly.refresh_from_db()
        assert fates(weekly) == ["27 Nov kept", "04 Dec broken", "11 Dec released"]
        assert weekly.state == State.RETIRED

    def test_where_clocks_stood_still_the_grace_begins_today(self, weekly, now):
        late = now + 3 * WEEK  # a Monday, and nothing ran since the first
        weekly.promise().run_out(at=late)

        assert fates(weekly) == ["27 Nov broken", "04 Dec upcoming"]
        assert weekly.promise().clock_on == date(2026, 12, 16)

    def test_nothing_comes_round_for_who_has_left(self, weekly, anna, bram, now):
        bram.leave(by=None, at=now)

        weekly.promise().declare_done(by=anna, at=now)

        assert fates(weekly) == ["27 Nov declared"]

    def test_of_a_whole_team_each_judges_each_time(self, anna, bram, dirk, now):
        ours = Agreement.objects.propose_to_all(WEEKLY, by=anna, at=now)
        for member in (bram, dirk):
            ours.accept(1, by=member, at=now)
        ours.promise().declare_done(by=dirk, at=now)
        for member in (anna, bram, dirk):
            ours.promise(1).judge(Verdict.KEPT, by=member, at=now)

        assert fates(ours) == ["27 Nov kept", "04 Dec upcoming"]


class TestTheDays:
    def days(self, team, first, every, last):
        terms = replace(CALL_BACK, due_on=first, every=every, ends_on=last)
        return [f"{day:%d %b}" for day in terms.days(team.work_calendar.hours)]

    @pytest.mark.parametrize(
        ("first", "every", "last", "days"),
        [
            # Christmas and New Year on a Friday; Saturday is the second day of Christmas.
            (date(2026, 12, 18), "week", date(2027, 1, 8), "18 Dec, 28 Dec, 04 Jan, 08 Jan"),
            (date(2026, 11, 27), "fortnight", date(2026, 12, 20), "27 Nov, 11 Dec"),
            # The 31st is a Sunday, and so is the last day of February.
            (date(2027, 1, 31), "month", date(2027, 4, 30), "01 Feb, 01 Mar, 31 Mar, 30 Apr"),
            (date(2026, 11, 30), "quarter", date(2027, 8, 30), "30 Nov, 01 Mar, 31 May, 30 Aug"),
            (date(2026, 11, 28), "", None, "28 Nov"),  # what is promised once is due on its day
        ],
    )
    def test_fall_on_working_days(self, team, first, every, last, days):
        assert self.days(team, first, Cadence(every), last) == days.split(", ")

    def test_two_that_meet_are_one(self, team, anna, now):
        closed = frozenset(date(2026, 12, 1) + timedelta(days=n) for n in range(14))
        hours = WorkHours(team.zone, "NL", OFFICE_WEEK, closed)
        team.calendars.agree(hours, seen=1, by=anna, at=now)

        days = self.days(team, FRIDAY, Cadence.WEEK, date(2026, 12, 18))

        assert days == ["27 Nov", "15 Dec", "18 Dec"]

    def test_the_first_of_them_may_be_moved_too(self, anna, bram, now):
        saturday = replace(WEEKLY, due_on=date(2026, 11, 28))

        assert fates(agreed(saturday, anna, bram, now)) == ["30 Nov upcoming"]


class TestTheTerms:
    @pytest.mark.parametrize(
        ("words", "says"),
        [
            ({"ends_on": None}, "until when it comes round"),
            ({"every": Cadence.ONCE}, "how often it comes round"),
            ({"ends_on": FRIDAY - timedelta(days=1)}, "ends before the first time"),
            ({"ends_on": date(2027, 11, 24)}, "at most twelve months"),
        ],
    )
    def test_say_how_often_and_until_when(self, anna, bram, now, words, says):
        with pytest.raises(AgreementError, match=says):
            builders.proposed(anna, bram, replace(WEEKLY, **words), at=now)

    @pytest.mark.parametrize(
        "words",
        [
            {"every": "week", "ends_on": None},
            {"every": "", "ends_on": FRIDAY},
            {"every": "day", "ends_on": FRIDAY},
            {"every": "week", "ends_on": FRIDAY - timedelta(days=1)},
            {"every": "week", "ends_on": date(2028, 1, 1)},
        ],
    )
    def test_the_database_takes_no_others(self, proposal, anna, now, words):
        version = AgreementVersion(
            team=proposal.team, agreement=proposal, number=2, then="call", how_seen="so",
            due_on=FRIDAY, proposed_on=FRIDAY, by=anna.user, at=now, **words,
        )  # fmt: skip
        with pytest.raises(IntegrityError, match="comes_round"), transaction.atomic():
            version.save()

    def test_the_database_takes_one_day_to_come(self, weekly):
        with pytest.raises(IntegrityError, match="one_day_at_a_time"), transaction.atomic():
            Occurrence.objects.create(
                team=weekly.team, agreement=weekly, number=2, state=Fate.UPCOMING,
                due_on=FRIDAY, first_due_on=FRIDAY, clock_on=FRIDAY,
            )  # fmt: skip


class TestOtherTerms:
    def test_move_what_is_to_come_alone(self, weekly, anna, bram, now):
        weekly.promise().declare_done(by=anna, at=now)
        monthly = replace(
            WEEKLY, due_on=date(2026, 12, 10), every=Cadence.MONTH, ends_on=date(2027, 3, 1)
        )
        weekly.renegotiate(1, monthly, by=anna, at=now)
        weekly.accept(2, by=bram, at=now)

        assert fates(weekly) == ["27 Nov declared", "10 Dec upcoming"]
        assert weekly.promise().first_due_on == date(2026, 12, 4)
        weekly.promise().declare_done(by=anna, at=now + WEEK)
        assert fates(weekly)[2:] == ["11 Jan upcoming"]  # the 10th is a Sunday

    def test_are_for_later_than_the_time_before(self, weekly, anna, now):
        weekly.promise().declare_done(by=anna, at=now)

        with pytest.raises(AgreementError, match="not over by that day"):
            weekly.renegotiate(1, WEEKLY, by=anna, at=now)

    def test_can_let_it_end_sooner(self, weekly, anna, bram, now):
        weekly.renegotiate(1, CALL_BACK, by=anna, at=now)
        weekly.accept(2, by=bram, at=now)

        weekly.promise().declare_done(by=anna, at=now)

        assert fates(weekly) == ["27 Nov declared"]

    def test_stay_on_the_table_while_an_older_day_is_judged(self, weekly, anna, bram, now):
        weekly.promise().declare_done(by=anna, at=now)
        later = replace(WEEKLY, due_on=date(2026, 12, 9))
        weekly.renegotiate(1, later, by=anna, at=now)

        weekly.promise(1).judge(Verdict.KEPT, by=bram, at=now)

        weekly.refresh_from_db()
        assert weekly.on_table == 2
        weekly.promise().release(by=bram, at=now)
        weekly.refresh_from_db()
        assert weekly.on_table is None

    def test_for_an_earlier_day_are_answered_by_it(self, anna, bram, now):
        one = agreed(replace(CALL_BACK, due_on=date(2026, 12, 24)), anna, bram, now)

        one.renegotiate(1, CALL_BACK, by=anna, at=now)

        assert one.answer_by == FRIDAY


class TestTheEnd:
    def test_it_ends_soon_by_its_last_day(self, anna, bram, now):
        long = agreed(replace(WEEKLY, ends_on=date(2027, 2, 26)), anna, bram, now)

        long.run_out(at=now)
        assert long.state == State.ACTIVE
        long.run_out(at=now + timedelta(days=65))
        assert long.state == State.EXPIRING

    def test_renewed_it_goes_on_in_its_step(self, weekly, anna, bram, now):
        weekly.run_out(at=now)

        again = weekly.renew(date(2027, 1, 31), by=anna, at=now)
        again.accept(1, by=bram, at=now)

        weekly.refresh_from_db()
        assert weekly.state == State.RENEWED
        assert fates(again) == ["28 Dec upcoming"]  # the 25th is Christmas
        assert again.version(1).ends_on == date(2027, 1, 31)
        weekly.promise().declare_done(by=anna, at=now)
        assert fates(weekly) == ["27 Nov declared", "04 Dec upcoming"]

    def test_renewed_it_stays_whatever_is_agreed_for_its_last_days(self, weekly, anna, bram, now):
        weekly.run_out(at=now)
        weekly.renew(date(2027, 1, 31), by=anna, at=now).accept(1, by=bram, at=now)
        weekly.refresh_from_db()

        weekly.renegotiate(1, replace(WEEKLY, due_on=date(2026, 12, 1)), by=anna, at=now)
        weekly.accept(2, by=bram, at=now)

        assert weekly.state == State.RENEWED

    def test_it_is_let_go_once_or_for_good(self, weekly, bram, now):
        weekly.promise().release(by=bram, at=now)
        assert fates(weekly) == ["27 Nov released", "04 Dec upcoming"]

        weekly.promise().release(by=bram, at=now, for_good=True)

        weekly.refresh_from_db()
        assert fates(weekly) == ["27 Nov released", "04 Dec released"]
        assert weekly.state == State.RETIRED


class TestWhatWaits:
    def acts(self, place, day):
        return [(asked.act, asked.promise.number) for asked in waiting_for(place, day)]

    def test_each_day_for_whom_it_concerns(self, weekly, anna, bram, now):
        weekly.promise().declare_done(by=anna, at=now)

        assert self.acts(bram, date(2026, 11, 27)) == [("judgement", 1)]
        assert self.acts(anna, date(2026, 11, 27)) == []  # the next time is not begun
        assert self.acts(anna, date(2026, 11, 28)) == [("completion", 2)]

    def test_the_oldest_is_judged_first(self, weekly, anna, bram, now):
        weekly.promise().declare_done(by=anna, at=now + timedelta(days=4))
        weekly.promise().declare_done(by=anna, at=now + timedelta(days=5))

        assert self.acts(bram, date(2026, 11, 28)) == [("judgement", 1)]
        weekly.promise(1).judge(Verdict.KEPT, by=bram, at=now + timedelta(days=5))
        assert self.acts(bram, date(2026, 11, 28)) == [("judgement", 2)]

    def test_what_comes_every_week_is_told_the_day_before(self, weekly, anna, bram, now):
        keep(weekly, anna, bram, now)

        told = {at.day: pass_morning(at) for at in week(morning(2026, 11, 25), 10)}

        assert [day for day, people in told.items() if people] == [3]


def test_each_time_counts_in_the_figures(weekly, team, anna, bram, now):
    keep(weekly, anna, bram, now)
    weekly.promise().run_out(at=now + 3 * WEEK)

    facts = kpis.get("agreements-kept").facts([team]).order_by("at")

    assert list(facts.values_list("numerator", flat=True)) == [1, 0]
