"""The team says when it works: from then on, with a line in the logbook, and in nobody's way."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.urls import reverse
from django.utils import timezone

from teams import story
from teams.hours_form import KeepHours, written
from teams.models import StaleHours, TeamError, WorkCalendar
from teams.worktime import NINE_TO_FIVE, OFFICE_WEEK, WorkHours
from tests import builders
from tests.racing import at_once

SHORT_FRIDAY = (*[(NINE_TO_FIVE,)] * 4, ((540, 720),), (), ())
PAGE = "/teams/rijnmond/hours/"


def week_of(team: Any, **changes: Any) -> WorkHours:
    words = {"week": SHORT_FRIDAY, "country": "NL", "closed": frozenset(), **changes}
    return WorkHours(team.zone, words["country"], words["week"], words["closed"])


def filled(calendar: WorkCalendar, **changes: Any) -> dict[str, Any]:
    days = {f"day_{n}": written(ranges) for n, ranges in enumerate(calendar.hours.week)}
    return (
        {"seen": calendar.number, "country": calendar.country, "closed_days": ""} | days | changes
    )


def agree(member: Any, hours: WorkHours, *, seen: int = 1, at: datetime | None = None) -> Any:
    return WorkCalendar.objects.agree(hours, seen=seen, by=member, at=at or timezone.now())


@pytest.mark.django_db
class TestTheRule:
    def test_a_team_begins_with_office_hours(self, team):
        assert team.work_calendar.number == 1
        assert team.work_calendar.hours.week == OFFICE_WEEK
        assert team.work_calendar.hours.zone == ZoneInfo("Europe/Amsterdam")

    def test_other_hours_hold_from_now_on(self, anna, now):
        picnic = frozenset({date(2027, 6, 3)})
        agree(anna, week_of(anna.team, closed=picnic), at=now)
        before, after = (
            anna.team.calendars.in_force_at(moment).get()
            for moment in (now - timedelta(seconds=1), now)
        )
        assert before.hours.week == OFFICE_WEEK
        assert (after.hours.week, after.hours.closed) == (SHORT_FRIDAY, picnic)
        long_ago = anna.team.calendars.in_force_at(now - timedelta(days=9999)).get()
        assert long_ago.number == 1

    def test_the_logbook_says_so(self, anna, now):
        agree(anna, week_of(anna.team), at=now)
        entry = anna.team.logbook.newest_first()[0]
        assert story.line(entry) == "The team changed its working hours: 35 hours a week."
        assert entry.actor == anna.user

    def test_the_same_hours_are_no_change(self, anna):
        assert agree(anna, anna.team.work_calendar.hours) is None
        assert anna.team.calendars.count() == 1

    def test_a_week_without_work_is_refused(self, anna):
        with pytest.raises(TeamError, match="some time"):
            agree(anna, week_of(anna.team, week=((),) * 7))

    def test_who_comes_second_is_told(self, anna, bram):
        agree(anna, week_of(anna.team))
        with pytest.raises(StaleHours):
            agree(bram, week_of(anna.team, country="BE"))
        assert anna.team.calendars.count() == 2

    def test_the_country_goes_along(self, anna):
        agree(anna, week_of(anna.team, country="BE"))
        anna.team.refresh_from_db()
        assert anna.team.country == "BE"

    def test_another_country_from_the_desk_makes_a_new_calendar(self, team, now):
        team.keep_holidays_of("DE", by=None, at=now)
        assert team.work_calendar.hours == WorkHours(team.zone, "DE", OFFICE_WEEK)
        assert team.work_calendar.number == 2

    def test_what_was_agreed_is_never_rewritten(self, team):
        with pytest.raises(ProgrammingError, match="permission"), transaction.atomic():
            team.calendars.update(country="DE")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM teams_workcalendar WHERE country = 'NL'")
            assert cursor.fetchone()[0] == team.calendars.count()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_kept(anna, bram):
    weeks = {anna: week_of(anna.team), bram: week_of(anna.team, country="BE")}
    outcomes = at_once([partial(agree, one, week) for one, week in weeks.items()])
    assert sum(isinstance(each, StaleHours) for each in outcomes) == 1
    assert anna.team.calendars.count() == 2


@pytest.mark.django_db
class TestThePage:
    def test_a_member_changes_the_hours(self, anna):
        page = builders.browser(anna.user)
        sent = filled(
            anna.team.work_calendar, day_4="9-12:30, 13.00–15:00", closed_days="24-12-2026"
        )
        assert page.post(PAGE, sent).status_code == 302
        hours = anna.team.work_calendar.hours
        assert hours.week[4] == ((540, 750), (780, 900))
        assert hours.closed == {date(2026, 12, 24)}
        shown = page.get(PAGE).content.decode()
        assert 'value="9:00-12:30, 13:00-15:00"' in shown
        assert "2026-12-24" in shown

    @pytest.mark.parametrize(
        ("field", "text", "says"),
        [
            ("day_0", "office hours", "Write the hours like"),
            ("day_0", "9:00-12:00 13:00-17:00", "Write the hours like"),
            ("day_0", "9:70-12:00", "60 minutes"),
            ("day_0", "9:00-24:01", "24 hours"),
            ("day_0", "17:00-9:00", "after it begins"),
            ("day_0", "9:00-9:00", "after it begins"),
            ("day_0", "9:00-12:00, 11:00-13:00", "overlap"),
            ("day_0", "0-1,2-3,4-5,6-7,8-9,10-11,12-13", "At most 6"),
            ("closed_days", "Christmas", "Write a day like"),
            ("closed_days", "2026-02-30", "Write a day like"),
            ("closed_days", "1066-10-14", "between 1990 and 2100"),
            ("country", "XX", "Select a valid choice"),
            ("seen", "x", "whole number"),
        ],
    )
    def test_what_is_wrong_stands_beside_the_field(self, anna, field, text, says):
        sent = filled(anna.team.work_calendar, **{field: text})
        answer = builders.browser(anna.user).post(PAGE, sent)
        assert answer.status_code == 422
        assert says in answer.content.decode()
        assert any(says in error for error in answer.context["form"].errors[field])
        assert anna.team.calendars.count() == 1

    def test_a_week_without_work_is_refused(self, anna):
        nothing = {f"day_{n}": "" for n in range(7)}
        answer = builders.browser(anna.user).post(PAGE, filled(anna.team.work_calendar, **nothing))
        assert answer.status_code == 422
        assert "some time of the week" in answer.content.decode()

    def test_who_comes_second_sees_both(self, anna, bram):
        seen = filled(anna.team.work_calendar, day_0="8:00-16:00")
        agree(anna, week_of(anna.team))
        page = builders.browser(bram.user)
        answer = page.post(PAGE, seen)
        text = answer.content.decode()
        assert answer.status_code == 409
        assert "Friday: 9:00-12:00" in text
        assert "Monday: 9:00-17:00" in text
        assert 'value="8:00-16:00"' in text
        again = {**seen, "seen": answer.context["form"]["seen"].value()}
        assert page.post(PAGE, again).status_code == 302
        assert anna.team.work_calendar.hours.week[0] == ((480, 960),)

    def test_a_manager_reads(self, mias, anna):
        agree(anna, week_of(anna.team, closed=frozenset({date(2026, 12, 24)})))
        text = mias.get(PAGE).content.decode()
        assert "9:00-12:00" in text
        assert "24 December 2026" in text
        assert "<textarea" not in text
        assert mias.post(PAGE, {}).status_code == 404

    def test_the_team_page_leads_here(self, anna):
        text = builders.browser(anna.user).get(reverse("people", args=["rijnmond"]))
        assert f'href="{PAGE}"' in text.content.decode()


@pytest.mark.django_db
def test_midnight_is_the_end_of_a_day(team):
    form = KeepHours(filled(team.work_calendar, day_6="22:00-24:00"), team=team)
    assert form.is_valid(), form.errors
    assert form.hours().week[6] == ((1320, 1440),)
