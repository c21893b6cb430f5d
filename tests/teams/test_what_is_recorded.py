"""What Kring records of people: of every table in words, and on a page for everybody."""

import re

import pytest
from django.core.checks import run_checks
from django.db import models

from dashboards.models import Voice
from debates.models import Weight
from teams import recorded
from teams.models import LogEntry, User
from tests import builders

PAGE = "/profile/recorded/"


@pytest.fixture
def entries(monkeypatch) -> dict:
    """The entries, for a test that changes them."""
    copied = dict(recorded._entries)
    monkeypatch.setattr(recorded, "_entries", copied)
    return copied


class TestEveryTable:
    def test_that_points_to_a_person_says_what_it_records(self):
        assert [recorded._missing(model) for model in recorded.untold()] == []

    def test_is_missed_where_it_says_nothing(self, entries):
        del entries[Voice]

        (error,) = [each for each in run_checks() if each.id == "teams.E001"]

        assert error.obj is Voice
        assert "Voice points to a person by person" in error.msg
        assert "Add an Entry(Voice, …) to the register(…) in dashboards/held.py" in error.msg

    def test_of_a_library_is_told_on_the_ground(self, entries):
        (desk,) = [model for model in entries if model._meta.label == "admin.LogEntry"]

        assert "in teams/held.py" in recorded._missing(desk)

    def test_is_missed_where_it_points_to_a_seat_of_a_person(self, entries):
        del entries[Weight]

        assert recorded.untold() == [Weight]
        assert recorded.ways_to_a_person(Weight) == ["seat__person"]

    def test_names_fields_that_are_there(self):
        for entry in recorded.all_entries():
            rows = models.QuerySet(entry.model)
            words = [name for names in entry.own.values() for name in names]
            str(rows.values(*entry.told, *words).query)
            assert set(entry.own) <= set(recorded.ways_to_a_person(entry.model))

    def test_tells_no_words_where_it_points_to_several_people(self):
        """Whose words these are nobody can say; `own` says to whom they belong."""
        free = {
            (entry.label, name)
            for entry in recorded.all_entries()
            if len(recorded.ways_to_a_person(entry.model)) > 1
            for name in entry.told
            if "__" not in name
            and isinstance(field := entry.model._meta.get_field(name), models.CharField)
            and not field.choices
        }

        assert free == set()

    def test_of_people_themselves_tells_every_field(self):
        (account,) = [entry for entry in recorded.all_entries() if entry.model is User]

        # A key tells nothing, a fingerprint nobody reads, and rights are told by one of the two.
        untold = {"id", "password", "is_superuser", "erased_at"}
        assert set(account.told) | untold == {each.name for each in User._meta.concrete_fields}

    def test_says_nothing_of_other_people(self):
        """What stands for somebody else is no part of what one is told."""
        for entry in recorded.all_entries():
            for name in entry.told:
                field = entry.model._meta.get_field(name.partition("__")[0])
                assert field.related_model is not User, (entry.label, name)


class TestThePage:
    @pytest.mark.parametrize("who", ["annas", "carlas", "mias"])
    def test_is_for_everybody_who_signs_in(self, who, request):
        browser = request.getfixturevalue(who)

        page = browser.get(PAGE).content.decode()

        for entry in recorded.all_entries():
            assert f"<h3>{entry.name}</h3>" in page
        assert page.count("Who sees it") == len(recorded.all_entries())

    def test_is_for_nobody_else(self, client, db):
        assert client.get(PAGE).url.startswith("/accounts/login/")

    def test_stands_under_headings_from_oneself_to_debates(self, annas):
        page = annas.get(PAGE).content.decode()

        assert re.findall(r"<h2>(.*?)</h2>", page) == [
            "Who you are",
            "Your place in a team",
            "What you did",
            "Figures and reports",
            "Work for customers",
            "Agreements",
            "Debates",
            "Reviews and feedback",
            "When you leave",
        ]

    def test_says_who_sees_something_and_what_bounds_it(self, annas):
        page = " ".join(annas.get(PAGE).content.decode().split())
        logbook = page.partition("<h3>The logbook</h3>")[2].partition("</section>")[0]
        sessions = page.partition("<h3>Where you are signed in</h3>")[2].partition("</section>")[0]

        assert "You · The people of the team · The managers who read along" in logbook
        assert "A manager reads what the team did and not who" in logbook
        assert "never changed" in logbook
        assert "Somebody who left" in logbook
        assert "Nobody" in sessions
        assert "It is removed." in sessions

    def test_speaks_dutch(self, annas):
        page = annas.get(PAGE, headers={"Accept-Language": "nl"}).content.decode()

        assert "Wat Kring vastlegt, wie het ziet, hoe lang" in page
        assert "Who sees it" not in page
        assert "Het logboek" in page

    def test_is_found_from_the_profile_the_menu_and_the_search(self, annas, team):
        link = f'href="{PAGE}"'

        assert link in annas.get("/profile/").content.decode()
        assert link in annas.get("/teams/rijnmond/").content.decode()
        assert link in annas.get("/teams/rijnmond/search/?q=records").content.decode()

    def test_costs_no_question_about_what_it_tells(self, annas, django_assert_max_num_queries):
        with django_assert_max_num_queries(8):
            annas.get(PAGE)


def test_the_rows_of_somebody_are_theirs_alone(anna, bram, now):
    (entry,) = [each for each in recorded.all_entries() if each.model is LogEntry]
    process = builders.pipeline(anna.team, at=now)
    builders.deal(process, by=anna, at=now)

    assert {line.actor for line in entry.of(anna.user)} == {anna.user}
    assert not entry.of(bram.user).exists()
