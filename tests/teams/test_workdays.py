"""The days on which a team works: public holidays, weekends, and counting from one to another."""

from datetime import date, timedelta
from itertools import islice

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse
from django.utils.translation import override
from holidays.registry import COUNTRIES
from hypothesis import given
from hypothesis import strategies as st

from teams import countries, story
from teams.models import Team
from teams.workdays import Workdays
from tests import builders

NETHERLANDS = Workdays("NL")
ANYWHERE = st.sampled_from(["NL", "US", "DE", "IL", "CN", "JP"]).map(Workdays)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
FEW = st.integers(0, 30)


class TestInTheNetherlands:
    @pytest.mark.parametrize(
        ("day", "works"),
        [
            (date(2026, 4, 2), True),  # Thursday before Easter
            (date(2026, 4, 6), False),  # Easter Monday
            (date(2026, 4, 7), True),
            (date(2026, 5, 14), False),  # Ascension
            (date(2026, 5, 25), False),  # Whit Monday
            (date(2024, 4, 27), False),  # King's Day, a Saturday
            (date(2026, 4, 27), False),  # King's Day, a Monday
            (date(2025, 5, 5), False),  # Liberation Day, free every five years
            (date(2026, 5, 5), True),
            (date(2026, 12, 24), True),
            (date(2026, 12, 25), False),
            (date(2028, 12, 26), False),  # the second day of Christmas, a Tuesday
            (date(2026, 12, 31), True),
            (date(2027, 1, 1), False),
            (date(2026, 11, 28), False),  # an ordinary Saturday
            (date(2026, 11, 29), False),
        ],
    )
    def test_a_holiday_is_no_working_day(self, day, works):
        assert (day in NETHERLANDS) is works

    def test_king_s_day_on_a_sunday_is_kept_the_day_before(self):
        # https://wetten.overheid.nl/BWBR0002448: 26 April where 27 April is a Sunday. In 2025 that
        # day was a Saturday, and the Monday after it was worked.
        assert date(2025, 4, 26) not in NETHERLANDS
        assert date(2025, 4, 28) in NETHERLANDS

    def test_the_year_ends_between_two_working_days(self):
        assert NETHERLANDS.after(date(2026, 12, 31)) == date(2027, 1, 4)
        assert NETHERLANDS.add(date(2026, 12, 24), 3) == date(2026, 12, 30)

    def test_the_third_working_day_of_a_month(self):
        assert NETHERLANDS.nth_of_month(date(2027, 1, 20), 3) == date(2027, 1, 6)
        assert NETHERLANDS.nth_of_month(date(2026, 11, 1), 1) == date(2026, 11, 2)

    def test_a_month_that_has_too_few_leads_into_the_next(self):
        assert NETHERLANDS.nth_of_month(date(2026, 2, 1), 21) == date(2026, 3, 2)


class TestElsewhere:
    def test_other_countries_have_other_holidays(self):
        thanksgiving = date(2026, 11, 26)
        assert thanksgiving in NETHERLANDS
        assert thanksgiving not in Workdays("US")
        assert date(2026, 4, 27) in Workdays("DE")

    def test_and_other_weekends(self):
        sunday = date(2026, 11, 29)
        assert sunday in Workdays("IL")
        assert sunday - timedelta(days=2) not in Workdays("IL")


class TestCounting:
    @given(ANYWHERE, DAYS)
    def test_the_next_working_day_is_the_first_that_comes(self, workdays, day):
        following = workdays.after(day)

        between = (day + timedelta(days=n) for n in range(1, (following - day).days))
        assert following > day
        assert following in workdays
        assert not any(each in workdays for each in between)

    @given(ANYWHERE, DAYS, FEW, FEW)
    def test_counting_on_is_counting_all(self, workdays, day, few, more):
        assert workdays.add(workdays.add(day, few), more) == workdays.add(day, few + more)

    @given(ANYWHERE, DAYS, st.integers(1, 30))
    def test_between_two_days_lie_as_many_working_days_as_were_added(self, workdays, day, count):
        last = workdays.add(day, count)

        passed = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
        assert sum(each in workdays for each in passed) == count

    @given(ANYWHERE, DAYS, st.integers(1, 10))
    def test_a_month_is_counted_from_its_first_day(self, workdays, day, nth):
        before = day.replace(day=1) - timedelta(days=1)

        assert workdays.nth_of_month(day, nth) == workdays.add(before, nth)

    @given(ANYWHERE, DAYS)
    def test_a_working_day_is_the_first_since_itself(self, workdays, day):
        first, second = islice(workdays.since(day), 2)

        assert (first == day) is (day in workdays)
        assert second == workdays.after(first)

    def test_nobody_counts_backwards(self):
        with pytest.raises(ValueError, match="islice"):
            NETHERLANDS.add(date(2026, 11, 25), -1)
        with pytest.raises(ValueError, match="islice"):
            NETHERLANDS.nth_of_month(date(2026, 11, 25), 0)


class TestTheCountries:
    def test_each_has_its_holidays_and_none_is_missing(self):
        assert set(countries.names()) == {codes[1] for codes in COUNTRIES.values()}

    def test_they_stand_by_name_in_the_language_of_the_reader(self):
        with override("nl"):
            names = [name for _code, name in countries.choices()]
        assert names.index("Åland") < names.index("België") < names.index("Zweden")

    @pytest.mark.parametrize("code", ["", "nl", "XX", "EU", "NLD"])
    def test_anything_else_is_none(self, code):
        with pytest.raises(ValidationError, match="is no country"):
            countries.country_exists(code)


class TestTheTeam:
    def test_keeps_the_holidays_of_the_netherlands_unless_it_says_otherwise(self, team, now):
        paris = Team.start("Paris", by=None, at=now, country="FR")

        assert date(2026, 7, 14) in team.workdays
        assert date(2026, 7, 14) not in paris.workdays

    def test_the_database_takes_no_other_word(self, team):
        with pytest.raises(IntegrityError, match="country_is_two_letters"):
            Team.objects.filter(pk=team.pk).update(country="nl")

    def test_a_change_is_told_once(self, team, now, admin):
        for _ in range(2):
            team.keep_holidays_of("BE", by=admin, at=now)

        (line,) = team.logbook.filter(kind="teams.country.chosen")
        assert Team.objects.get(pk=team.pk).country == team.country == "BE"
        assert story.line(line) == "The team keeps the public holidays of Belgium."

    def test_an_administrator_chooses_it(self, team, admin):
        adas = builders.browser(admin)
        page = reverse("admin:teams_team_change", args=[team.pk])
        assert '<option value="NL" selected>Netherlands</option>' in adas.get(page).content.decode()

        answer = adas.post(page, {"name": team.name, "country": "BE"})

        assert answer.status_code == 302
        assert Team.objects.get(pk=team.pk).country == "BE"

    def test_an_administrator_starts_a_team_elsewhere(self, db, admin):
        filled = {"name": "Gent", "slug": "gent", "timezone": "Europe/Brussels", "country": "BE"}

        builders.browser(admin).post(reverse("admin:teams_team_add"), filled)

        assert Team.objects.get(slug="gent").country == "BE"
