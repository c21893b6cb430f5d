"""Find or do, on the ground floor: who is asked, what can be done, and where the wall stands."""

import pytest
from django.db import connection
from django.utils import translation

from teams import search, wall
from teams.search import DO, FEW, Hit, Kind, Query, few_of_each
from teams.text import words_of
from tests import builders

SEARCH = "/teams/rijnmond/search/"
BIRDS = Kind("birds", "Birds", 90)


@pytest.fixture
def sources(monkeypatch):
    """Only what a test registers is asked, and what the ground floor can do."""
    ground = [each for each in search._sources if each[1].__module__ == "teams.doings"]
    monkeypatch.setattr(search, "_sources", ground)


@pytest.fixture
def ask(team, anna):
    def ask(text: str, *, by=None) -> Query:
        return Query.by(by or anna.user, team, text)

    return ask


@pytest.fixture
def can_do(ask, anna, sources):
    """The titles of what Anna can do."""

    def can_do(text: str, *, by=None) -> list[str]:
        user = by or anna.user
        groups = few_of_each(user, ask(text, by=user))
        return [hit.title for group in groups for hit in group.hits]

    return can_do


class TestTheSources:
    def test_are_asked_for_the_person_and_the_query_and_tell_a_few(self, sources, ask, anna):
        asked = []

        @search.register(BIRDS)
        def birds(user, query):
            asked.append((user, query.text))
            yield from (Hit(f"Gull {nth}", "", "flag", "/") for nth in range(FEW + 1))

        search.register(BIRDS)(birds)  # a second time is no second source

        (group,) = [each for each in few_of_each(anna.user, ask("gull")) if each.kind == BIRDS]

        assert asked == [(anna.user, "gull")]
        assert (len(group.hits), group.has_more) == (FEW, True)

    def test_of_things_are_not_asked_for_nothing(self, sources, ask, anna):
        search.register(BIRDS)(lambda *_: pytest.fail("nobody asked"))

        assert {group.kind for group in few_of_each(anna.user, ask(" "))} == {DO}

    def test_read_all_teams_of_the_person_and_no_other_and_only_meanwhile(
        self, sources, ask, anna, other_team, now
    ):
        other_team.link_manager(anna.user, by=None, at=now)
        builders.team("Third", at=now)
        seen = []

        @search.register(BIRDS)
        def birds(_user, query):
            seen.append((wall._now(), [team.name for team in query.teams]))
            yield Hit("Gull", "", "flag", "/")

        with wall.opened([anna.team_id]):
            before = wall._now()
            few_of_each(anna.user, ask("gull"))
            assert wall._now() == before

        readable = f"{{{anna.team_id},{other_team.pk}}}"
        assert seen == [((readable, *before[1:]), ["Rijnmond", "Veluwe"])]


class TestDoing:
    def test_the_places_of_the_team_are_offered_unasked(self, can_do):
        assert "Reading room" in can_do("")
        assert "Theme: dark" not in can_do("")

    @pytest.mark.parametrize(
        ("asked", "title"),
        [
            ("read", "Reading room"),
            ("dark", "Theme: dark"),
            ("the da", "Theme: dark"),
            ("nederl", "Language: Dutch"),
            ("language", "Language: English"),
            ("prof", "Your profile"),
        ],
    )
    def test_whatever_every_word_begins(self, can_do, asked, title):
        assert title in can_do(asked)

    @pytest.mark.parametrize("asked", ["?", "ark", "dark moon", "\0dark"])
    def test_and_nothing_else(self, can_do, asked):
        assert "Theme: dark" not in can_do(asked)

    def test_other_teams_are_offered_to_those_who_read_them(self, can_do, anna, other_team, now):
        assert can_do("veluwe") == []

        other_team.welcome(anna.user, by=None, at=now)

        assert can_do("veluwe") == ["Go to team Veluwe"]

    def test_in_dutch_too(self, can_do):
        with translation.override("nl"):
            assert can_do("donker") == ["Thema: donker"]
            assert can_do("engl") == ["Taal: Engels"]

    def test_what_the_frame_can_do_is_a_button_of_its_form(self, annas):
        page = annas.get(SEARCH, {"q": "dark"}).content.decode()

        assert 'form="choose-theme" name="theme" value="dark"' in page.replace("\n", " ")
        assert page.count('id="choose-theme"') == 1
        assert page.count('id="choose-language"') == 1


@pytest.mark.parametrize(
    "text",
    ["Café ’t Hoekje", "STRASSE", "a-b_c.d", "IJssalon 2", "ΑΒΓ", "Ёж", "ﬁjn", "", "?!", "東京 塔"],
)
def test_names_in_the_program_have_the_words_that_the_database_would_give_them(db, text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT kring_words(%s)", [text])
        assert cursor.fetchone() == (words_of(text),)
