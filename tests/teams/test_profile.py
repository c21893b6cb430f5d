"""One's own page: name, language, look, password; and the strip for newcomers."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from teams.models import LogEntry
from tests import builders
from tests.evidence import everything

PAGE = "/profile/"
PASSWORD = "wind over het water"


class TestTheProfile:
    def test_shows_what_is_known(self, annas):
        page = annas.get(PAGE).content.decode()

        assert 'value="Anna"' in page
        assert "You sign in with anna@example.com." in page

    def test_keeps_name_and_language(self, annas, anna):
        answer = annas.post(PAGE, {"name": " Anna  Aalbers ", "language": "nl"})

        anna.user.refresh_from_db()
        assert answer.url == PAGE
        assert (anna.user.name, anna.user.language) == ("Anna Aalbers", "nl")
        assert '<html lang="nl"' in annas.get(PAGE).content.decode()

    def test_says_that_it_is_kept_in_the_language_that_was_chosen(self, annas):
        annas.post(PAGE, {"name": "Anna", "language": "nl"})

        assert "Je profiel is bewaard." in annas.get(PAGE).content.decode()

    def test_leaves_the_language_to_the_browser_again(self, annas):
        annas.post(PAGE, {"name": "Anna", "language": "nl"})
        annas.post(PAGE, {"name": "Anna", "language": ""})

        page = annas.get(PAGE, headers={"Accept-Language": "en"}).content.decode()
        assert '<html lang="en"' in page

    def test_writes_one_line_that_says_nothing_about_the_person(self, annas, anna):
        annas.post(PAGE, {"name": "Anna Aalbers", "language": "nl"})

        line = LogEntry.objects.get(kind="teams.person.edited")
        assert (line.team, line.actor, line.details) == (None, anna.user, {})

    @pytest.mark.parametrize(
        ("field", "typed", "said"),
        [
            ("name", "", "This field is required."),
            ("name", " \u200b ", "This field is required."),
            ("name", "n" * 121, "at most 120 characters"),
            ("language", "tlh", "Select a valid choice"),
        ],
    )
    def test_tells_beside_the_field_what_is_wrong(self, annas, field, typed, said):
        before = everything()

        page = annas.post(PAGE, {"name": "Anna Aalbers", "language": "nl", field: typed})

        assert page.status_code == 422
        assert said in str(page.context["form"][field].errors)
        assert ("Anna Aalbers" in page.content.decode()) == (field != "name")
        assert everything() == before

    def test_is_ones_own(self, annas, carla):
        annas.post(PAGE, {"name": "Anna Aalbers", "language": ""})

        carla.user.refresh_from_db()
        assert carla.user.name == "Carla"

    def test_says_whether_one_is_reminded_by_mail(self, annas, anna):
        assert "checked" in annas.get(PAGE).content.decode()

        annas.post(PAGE, {"name": "Anna", "language": ""})
        anna.user.refresh_from_db()
        assert not anna.user.is_reminded

        annas.post(PAGE, {"name": "Anna", "language": "", "is_reminded": "on"})
        anna.user.refresh_from_db()
        assert anna.user.is_reminded

    def test_leads_to_the_password(self, anna):
        anna.user.set_password(PASSWORD)
        anna.user.save()

        assert (
            "/accounts/password/change/" in builders.browser(anna.user).get(PAGE).content.decode()
        )

    def test_leads_who_came_in_without_a_password_to_a_first_one(self, annas):
        page = annas.get(PAGE).content.decode()

        assert "/accounts/password/set/" in page
        assert annas.get("/accounts/password/set/").status_code == 200

    def test_is_found_in_the_menu(self, annas, mias):
        for browser in (annas, mias):
            assert f'href="{PAGE}"' in browser.get("/teams/rijnmond/").content.decode()


def test_nobody_can_be_without_a_name(anna, now):
    with pytest.raises(ValidationError):
        anna.user.edit(name="\u200b", language="nl", is_reminded=True, at=now)


class TestSigningIn:
    @pytest.fixture
    def dutch_anna(self, anna, now):
        anna.user.set_password(PASSWORD)
        anna.user.edit(name="Anna", language="nl", is_reminded=True, at=now)
        anna.user.save()
        return anna.user

    def test_goes_on_in_the_language_that_was_chosen(self, dutch_anna):
        client = Client()
        client.post("/accounts/login/", {"login": dutch_anna.email, "password": PASSWORD})

        assert '<html lang="nl"' in client.get("/teams/rijnmond/").content.decode()

    def test_as_somebody_of_the_demo_too(self, dutch_anna):
        client = Client()
        client.post("/demo/sign-in/", {"person": dutch_anna.pk})

        assert '<html lang="nl"' in client.get("/teams/rijnmond/").content.decode()

    def test_without_a_choice_the_browser_decides(self, anna):
        client = Client(headers={"Accept-Language": "nl"})
        client.post("/demo/sign-in/", {"person": anna.user.pk})

        assert '<html lang="nl"' in client.get("/teams/rijnmond/").content.decode()


class TestTheStrip:
    BOARD = "/teams/rijnmond/board/"
    WORDS = "You cannot break anything here."

    def board(self, client):
        return client.get(self.BOARD).content.decode()

    def test_greets_a_newcomer_on_the_board(self, annas, pipeline):
        assert self.WORDS in self.board(annas)

    def test_is_put_away_for_good(self, annas, pipeline):
        answer = annas.post("/strip/", {"next": self.BOARD})

        assert answer.url == self.BOARD
        assert self.WORDS not in self.board(annas)

    def test_leads_nowhere_else(self, annas):
        assert annas.post("/strip/", {"next": "https://example.com/"}).url == "/"

    def test_is_for_the_demo_only(self, annas, pipeline, settings):
        settings.DEMO = False

        assert self.WORDS not in self.board(annas)

    def test_is_not_for_whoever_reads_along(self, mias, pipeline):
        assert self.WORDS not in self.board(mias)
