"""The pages of the ground floor: choose a team, today, look and language."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from teams import duties, panels, places, story
from teams.duties import Duty
from teams.models import LogEntry
from teams.panels import Panel
from teams.places import Entry, Place
from teams.web import frame
from tests import builders


@pytest.fixture(autouse=True)
def quiet_house(monkeypatch):
    """Only what a test registers is heard."""
    monkeypatch.setattr(duties, "_sources", [])
    monkeypatch.setattr(panels, "_sources", {})
    monkeypatch.setattr(places, "_places", {})


class TestTheFirstPage:
    def test_leads_a_member_of_one_team_straight_in(self, annas):
        assert annas.get("/").url == "/teams/rijnmond/"

    def test_leads_the_manager_of_one_team_straight_in(self, mias):
        assert mias.get("/").url == "/teams/rijnmond/"

    def test_lets_somebody_of_more_teams_choose(self, team, other_team, mias, mia, now):
        other_team.welcome(mia.user, by=None, at=now)

        page = mias.get("/")

        assert page.status_code == 200
        assert (page.context["own"], page.context["followed"]) == ([other_team], [team])
        text = page.content.decode()
        assert "/teams/rijnmond/" in text
        assert "/teams/veluwe/" in text

    def test_leads_an_administrator_without_a_team_to_the_desk(self, admin):
        assert builders.browser(admin).get("/").url == "/admin/"

    def test_leads_an_administrator_with_a_team_there(self, team, admin, now):
        team.welcome(admin, by=None, at=now)

        assert builders.browser(admin).get("/").url == "/teams/rijnmond/"

    def test_tells_somebody_without_a_team_what_to_do(self, team):
        page = builders.browser(builders.person("Dora")).get("/")

        assert page.status_code == 200
        assert "You do not belong to a team yet" in page.content.decode()
        assert "rijnmond" not in page.content.decode()


class TestToday:
    def test_shows_a_member_what_is_theirs_to_do(self, annas, anna, team):
        asked = []

        @duties.register
        def deals(user, of_team, day):
            asked.append((user, of_team))
            return [Duty("Call", "Visser", day, "/call/"), Duty("Write", "Bakker", None, "/write/")]

        duties.register(deals)
        page = annas.get("/teams/rijnmond/")

        assert asked == [(anna.user, team)]
        assert [duty.what for duty in page.context["duties"]] == ["Call", "Write"]

    def test_has_nothing_to_do_for_a_manager(self, mias):
        duties.register(lambda user, team, day: [Duty("Call", "Visser", day, "/call/")])

        page = mias.get("/teams/rijnmond/")

        assert page.status_code == 200
        assert page.context["duties"] == []

    def test_shows_the_panels_of_the_other_apps(self, annas, team):
        @panels.register("today")
        def goal(request, subject):
            return Panel("teams/_happened.html", {"subject": subject})

        panels.register("today")(goal)
        panels.register("today")(lambda request, subject: None)
        page = annas.get("/teams/rijnmond/")

        assert [panel.context for panel in page.context["panels"]] == [{"subject": team}]
        assert panels.at("nowhere", None, None) == []

    def test_tells_what_happened_and_who_did_it_to_the_team_only(self, annas, mias, anna, now):
        LogEntry.record("tests.painted", anna.team, by=anna, at=now)

        hers = annas.get("/teams/rijnmond/").context["happened"]
        his = mias.get("/teams/rijnmond/").context["happened"]

        line = story.line(LogEntry.objects.newest_first().first())
        assert (hers[0]["who"], hers[0]["line"]) == (anna.user, line)
        assert {told["who"] for told in his} == {None}
        assert [told["line"] for told in his] == [told["line"] for told in hers]

    def test_tells_the_ten_newest_lines(self, annas, anna, now):
        for number in range(12):
            LogEntry.record("tests.painted", anna.team, by=anna, at=now, number=number)

        assert len(annas.get("/teams/rijnmond/").context["happened"]) == 10

    @pytest.mark.parametrize("lines", [1, 8])
    def test_costs_the_same_however_much_happened(
        self, annas, anna, now, lines, django_assert_num_queries
    ):
        for _ in range(lines):
            LogEntry.record("tests.painted", anna.team, by=anna, at=now)
        annas.get("/teams/rijnmond/")

        # The savepoint of the request and its end, the wall, session, person, place, READ ONLY,
        # the lines with who wrote them, the teams in the menu, whether we divide.
        with django_assert_num_queries(10):
            annas.get("/teams/rijnmond/")


class TestTheFrame:
    def test_knows_the_places_of_the_team_and_where_one_is(self, annas, anna):
        places.register(Place(20, "Later", "star", "home"))
        places.register(Place(10, "Today", "sun", "home", also=("teams",), tab=False))

        shown = annas.get("/teams/rijnmond/").context["places"]

        assert shown == [Entry("Today", "sun", "/teams/rijnmond/", current=True, tab=False)]

    def test_knows_who_may_write(self, annas, mias):
        assert annas.get("/teams/rijnmond/").context["can_write"] is True
        assert mias.get("/teams/rijnmond/").context["can_write"] is False

    def test_lists_the_teams_that_one_may_open(self, annas, anna, team, other_team, now):
        other_team.link_manager(anna.user, by=None, at=now)

        assert list(annas.get("/teams/rijnmond/").context["my_teams"]) == [team, other_team]

    def test_stands_without_a_team_and_without_anybody(self, db):
        request = RequestFactory().get("/")
        request.user = AnonymousUser()
        request.resolver_match = None

        shown = frame(request)

        assert (shown["team"], shown["places"], shown["can_write"]) == (None, [], False)
        assert list(shown["my_teams"]) == []

    def test_offers_no_demo_people_outside_the_demo(self, db, settings):
        settings.DEMO = False
        request = RequestFactory().get("/")
        request.resolver_match = None

        assert frame(request)["demo_people"] == []


class TestTheLook:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_is_kept_in_a_cookie(self, client, theme, db):
        answer = client.post("/theme/", {"theme": theme, "next": "/accounts/login/"})

        assert answer.url == "/accounts/login/"
        assert answer.cookies["theme"].value == theme
        assert f'data-theme="{theme}"' in client.get("/accounts/login/").content.decode()

    @pytest.mark.parametrize("theme", ["", "purple", "\x00", "<script>"])
    def test_of_the_device_is_what_anything_else_means(self, client, theme, db):
        client.post("/theme/", {"theme": "dark"})

        answer = client.post("/theme/", {"theme": theme})

        assert answer.cookies["theme"].value == ""
        assert "data-theme" not in client.get("/accounts/login/").content.decode()

    def test_is_not_read_from_a_cookie_of_another_making(self, client, db):
        client.cookies["theme"] = '"><script>'

        assert "data-theme" not in client.get("/accounts/login/").content.decode()

    @pytest.mark.parametrize(
        "elsewhere",
        ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil", "home", ""],
    )
    def test_leads_back_on_this_site_only(self, client, elsewhere, db):
        answer = client.post("/theme/", {"theme": "dark", "next": elsewhere})

        assert answer.status_code == 302
        assert answer.url in {"/", "home"}

    def test_is_not_chosen_by_following_a_link(self, client, db):
        assert client.get("/theme/").status_code == 405


class TestTheLanguage:
    def test_is_chosen_without_signing_in(self, client, db):
        answer = client.post("/i18n/setlang/", {"language": "nl", "next": "/accounts/login/"})

        assert answer.url == "/accounts/login/"
        page = client.get("/accounts/login/")
        assert page.headers["Content-Language"] == "nl"
        assert '<html lang="nl"' in page.content.decode()

    def test_is_that_of_the_browser_until_one_is_chosen(self, client, db):
        page = client.get("/accounts/login/", headers={"accept-language": "nl-BE,nl;q=0.8"})

        assert page.headers["Content-Language"] == "nl"

    @pytest.mark.parametrize("language", ["", "xx", "../../etc", "\x00"])
    def test_that_nobody_speaks_changes_nothing(self, client, language, db):
        answer = client.post("/i18n/setlang/", {"language": language, "next": "/"})

        assert answer.status_code == 302
        assert client.get("/accounts/login/").headers["Content-Language"] == "en"

    def test_is_not_chosen_by_following_a_link(self, client, db):
        assert client.get("/i18n/setlang/").status_code == 405
