"""The administrator's desk: people, teams and places; no content, no figures, nothing deleted."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin as desk
from django.test import Client
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

from teams.models import LogEntry, ManagerLink, Membership, Team, User
from tests import builders
from tests.evidence import everything

SECRET = "correct horse battery"
MODELS = ("user", "team", "membership", "managerlink")
# What nobody should be able to type, in any field and in any address.
BAD = ["", "\x00", "\ud7ff\u202e", "x" * 3000, "-1", "9" * 40, "1' OR 1=1"]


@pytest.fixture
def adas(admin) -> Client:
    """The administrator's browser."""
    return builders.browser(admin)


@pytest.fixture
def dora(db) -> User:
    return builders.person("Dora")


def add(kind: str) -> str:
    return reverse(f"admin:teams_{kind}_add")


def told(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


class TestComingIn:
    def test_is_signing_in_like_everybody_else(self, client, db):
        assert client.get("/admin/").url == "/admin/login/?next=/admin/"
        assert client.get("/admin/login/?next=/admin/").url == "/accounts/login/?next=%2Fadmin%2F"

    def test_there_is_no_second_way_to_sign_in(self, client, admin):
        form = {"username": admin.email, "password": "a long enough secret"}

        answer = client.post("/admin/login/", form)

        assert answer.url.startswith("/accounts/login/")
        assert "_auth_user_id" not in client.session

    @pytest.mark.parametrize("who", ["annas", "mias", "carlas"])
    def test_is_not_for_the_people_of_a_team(self, who, request):
        browser = request.getfixturevalue(who)

        assert browser.get("/admin/", follow=True).status_code == 403
        for kind in MODELS:
            answer = browser.get(reverse(f"admin:teams_{kind}_changelist"), follow=True)
            assert answer.status_code == 403

    def test_shows_people_teams_and_places_and_nothing_else(self):
        assert set(desk.site._registry) == {User, Team, Membership, ManagerLink}

    def test_nothing_is_edited_in_a_list(self):
        for model_admin in desk.site._registry.values():
            assert model_admin.list_editable == ()
            assert model_admin.inlines == ()

    def test_opens_no_page_of_a_team(self, adas, team, deal):
        assert adas.get("/teams/rijnmond/").status_code == 404
        assert adas.get("/teams/rijnmond/board/").status_code == 404
        assert adas.get(f"/teams/rijnmond/deals/{deal.number}/").status_code == 404


def pages(world: dict[str, int]) -> list[str]:
    """Every address of the desk, with things that are there filled in."""
    found = []
    resolver = next(
        each
        for each in get_resolver().url_patterns
        if isinstance(each, URLResolver) and each.app_name == "admin"
    )
    for pattern in walk(resolver):
        names = set(pattern.pattern.converters)
        kind = (pattern.name or "").removeprefix("teams_").split("_")[0]
        values = {
            "object_id": world.get(kind, 1),
            "app_label": "teams",
            "content_type_id": 1,
            "id": world["user"],
            "url": "nowhere/",
        }
        if pattern.name is None:
            continue
        try:
            found.append(reverse(f"admin:{pattern.name}", kwargs={n: values[n] for n in names}))
        except NoReverseMatch:
            found.append(f"/admin/{kind}/")
    return found


def walk(resolver: URLResolver):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern)
        else:
            yield pattern


class TestEveryAddressOfTheDesk:
    @pytest.fixture
    def world(self, anna, mia, team) -> dict[str, int]:
        return {"user": anna.user.pk, "team": team.pk, "membership": anna.pk, "managerlink": mia.pk}

    def test_opens_leads_on_or_refuses_and_changes_nothing(self, adas, world):
        before = everything()

        found = {page: adas.get(page).status_code for page in pages(world)}

        assert len(found) > 25
        assert set(found.values()) <= {200, 302, 403, 404, 405}, found
        assert everything() == before

    def test_is_closed_to_strangers(self, client, world):
        before = everything()

        for page in pages(world):
            for ask in (client.get, client.post):
                assert ask(page).status_code in {302, 403, 404}, page
        assert everything() == before

    def test_is_closed_to_members(self, annas, world):
        before = everything()
        # What the desk shows to everybody: the texts of its scripts.
        for page in set(pages(world)) - {reverse("admin:jsi18n"), reverse("admin:login")}:
            for ask in (annas.get, annas.post):
                answer = ask(page, follow=True)
                assert answer.status_code in {403, 404}, page
        assert everything() == before

    def test_shows_no_deal_and_no_customer(self, adas, world, deal):
        type(deal).objects.filter(pk=deal.pk).update(title="Zonnepanelen Zevenaar")

        for page in pages(world):
            if page != reverse("admin:logout"):
                assert "Zonnepanelen" not in adas.get(page, follow=True).content.decode(), page

    def test_deletes_nothing(self, adas, world):
        before = everything()

        for kind in MODELS:
            page = reverse(f"admin:teams_{kind}_delete", args=[world[kind]])
            assert adas.get(page).status_code == 403
            assert adas.post(page, {"post": "yes"}).status_code == 403
            listing = reverse(f"admin:teams_{kind}_changelist")
            adas.post(listing, {"action": "delete_selected", "_selected_action": [world[kind]]})

        assert everything() == before

    @pytest.mark.parametrize("bad", BAD)
    def test_takes_nonsense_in_the_address_calmly(self, adas, world, bad):
        for kind in MODELS:
            listing = reverse(f"admin:teams_{kind}_changelist")
            for name in ("q", "o", "p", "team__id__exact", "_to_field"):
                answer = adas.get(listing, {name: bad})
                assert answer.status_code in {200, 302, 400}, (kind, name)
            prefilled = adas.get(add(kind), dict.fromkeys(["team", "user", "name"], bad))
            assert prefilled.status_code in {200, 400}, kind
        found = adas.get(
            reverse("admin:autocomplete"),
            {"app_label": "teams", "model_name": "membership", "field_name": bad, "term": bad},
        )
        assert found.status_code in {200, 400, 403, 404}

    @pytest.mark.parametrize("bad", [each for each in BAD if each.strip(" \x00")])
    def test_takes_nonsense_for_a_number_calmly(self, adas, world, bad):
        for kind in MODELS:
            for page in ("change", "history", "delete"):
                address = reverse(f"admin:teams_{kind}_{page}", args=[bad])
                assert adas.get(address).status_code in {302, 403, 404}, address

    @pytest.mark.parametrize("bad", BAD)
    def test_takes_nonsense_in_a_form_calmly(self, adas, world, bad):
        """The words may be a name all right; then somebody is called so, and the lists open."""
        forms = {
            add("user"): ["email", "name", "usable_password", "password1", "password2"],
            add("team"): ["name", "slug", "timezone", "country"],
            add("membership"): ["team", "user"],
            add("managerlink"): ["team", "user"],
            reverse("admin:teams_user_change", args=[world["user"]]): ["email", "name", "is_staff"],
            reverse("admin:teams_team_change", args=[world["team"]]): ["name"],
            reverse("admin:auth_user_password_change", args=[world["user"]]): ["password1"],
        }
        for address, fields in forms.items():
            answer = adas.post(address, dict.fromkeys(fields, bad))
            assert answer.status_code in {200, 302, 400}, address
        for kind in MODELS:
            assert adas.get(reverse(f"admin:teams_{kind}_changelist")).status_code == 200


class TestPeople:
    def form(self, **changes: str) -> dict[str, str]:
        return {
            "email": "dora@example.com",
            "name": "Dora",
            "usable_password": "true",
            "password1": SECRET,
            "password2": SECRET,
            **changes,
        }

    def test_are_added_and_can_sign_in(self, adas, client):
        answer = adas.post(add("user"), self.form(email="Dora@Example.com", name=" Dora  de Vries"))

        assert answer.status_code == 302
        dora = User.objects.get(email="dora@example.com")
        assert (dora.name, dora.is_staff) == ("Dora de Vries", False)
        signed_in = client.post("/accounts/login/", {"login": dora.email, "password": SECRET})
        assert signed_in.url == "/"

    def test_are_added_without_a_password_too(self, adas):
        adas.post(add("user"), self.form(usable_password="false", password1="", password2=""))

        assert not User.objects.get(email="dora@example.com").has_usable_password()

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"email": "DORA@example.com"}, "__all__", "already somebody with this address"),
            ({"email": "dora"}, "email", "valid email"),
            ({"name": "\u200b"}, "name", "Give a name that can be read"),
            ({"password1": "short", "password2": "short"}, "password2", "too short"),
            ({"password2": "something else"}, "password2", "match"),
        ],
    )
    def test_are_refused_in_words(self, adas, dora, changes, field, words):
        answer = adas.post(add("user"), self.form(**changes))

        assert answer.status_code == 200
        assert words in " ".join(answer.context["adminform"].form.errors[field])
        assert not User.objects.exclude(pk=dora.pk).filter(is_staff=False).exists()

    def test_who_get_another_address_lose_the_old_one(self, adas, dora):
        EmailAddress.objects.create(user=dora, email=dora.email, primary=True)
        page = reverse("admin:teams_user_change", args=[dora.pk])

        adas.post(page, {"email": "D.Vries@example.com", "name": "Dora", "is_active": "on"})

        dora.refresh_from_db()
        assert dora.email == "d.vries@example.com"
        assert not EmailAddress.objects.filter(user=dora).exists()

    def test_who_leave_the_company_cannot_sign_in_any_more(self, adas, annas, anna):
        page = reverse("admin:teams_user_change", args=[anna.user.pk])

        adas.post(page, {"email": anna.user.email, "name": "Anna"})

        assert annas.get("/teams/rijnmond/").url == "/accounts/login/?next=/teams/rijnmond/"


class TestTeams:
    def test_are_started_with_a_line_in_the_logbook(self, adas, admin):
        form = {
            "name": "Veluwe Noord",
            "slug": "veluwe",
            "country": "NL",
            "timezone": "Europe/Amsterdam",
        }

        adas.post(add("team"), form)

        team = Team.objects.get()
        assert (team.name, team.slug) == ("Veluwe Noord", "veluwe")
        entry = LogEntry.objects.about(team).get()
        assert (entry.kind, entry.actor) == ("teams.team.started", admin)

    def test_are_renamed_and_keep_their_address_and_time_zone(self, adas, team, admin):
        page = reverse("admin:teams_team_change", args=[team.pk])

        adas.post(
            page, {"name": "Delta", "country": "NL", "slug": "other", "timezone": "Asia/Tokyo"}
        )

        team.refresh_from_db()
        assert (team.name, team.slug, team.timezone) == ("Delta", "rijnmond", "Europe/Amsterdam")
        entry = LogEntry.objects.about(team).newest_first().first()
        assert (entry.kind, entry.actor) == ("teams.team.edited", admin)
        assert entry.details == {"old": "Rijnmond", "new": "Delta"}

    @pytest.mark.parametrize(
        "changes",
        [
            {"slug": "rijnmond"},
            {"timezone": "Mars/Olympus"},
            {"country": "XX"},
            {"name": ""},
            {"slug": "a b"},
        ],
    )
    def test_are_refused_in_words(self, adas, team, changes):
        form = {
            "name": "Veluwe",
            "slug": "veluwe",
            "country": "NL",
            "timezone": "Europe/Amsterdam",
            **changes,
        }

        answer = adas.post(add("team"), form)

        assert answer.status_code == 200
        assert set(answer.context["adminform"].form.errors) == set(changes)
        assert Team.objects.get() == team

    def test_whose_name_nobody_can_read_are_refused_with_what_was_typed(self, adas):
        form = {"name": "\u200b", "slug": "veluwe", "country": "NL", "timezone": "Europe/Amsterdam"}

        answer = adas.post(add("team"), form, follow=True)

        assert told(answer) == ["Give the team a name with letters in it."]
        assert answer.context["adminform"].form.initial["slug"] == "veluwe"
        assert not Team.objects.exists()


@pytest.mark.parametrize(
    ("kind", "model"), [("membership", Membership), ("managerlink", ManagerLink)]
)
class TestPlaces:
    def test_are_given(self, adas, team, dora, admin, kind, model):
        answer = adas.post(add(kind), {"team": team.pk, "user": dora.pk}, follow=True)

        assert answer.status_code == 200
        place = model.objects.get()
        assert (place.team, place.user) == (team, dora)
        assert LogEntry.objects.about(place).get().actor == admin

    def test_are_given_once_and_a_refusal_keeps_what_was_chosen(
        self, adas, team, dora, kind, model
    ):
        adas.post(add(kind), {"team": team.pk, "user": dora.pk})

        answer = adas.post(add(kind), {"team": team.pk, "user": dora.pk}, follow=True)

        assert "Dora" in told(answer)[-1]
        assert "already" in told(answer)[-1]
        assert answer.context["adminform"].form.initial == {
            "team": str(team.pk),
            "user": str(dora.pk),
        }
        assert model.objects.count() == 1

    def test_are_not_edited(self, adas, team, other_team, dora, kind, model, now):
        place = (team.welcome if kind == "membership" else team.link_manager)(dora, by=None, at=now)
        page = reverse(f"admin:teams_{kind}_change", args=[place.pk])

        assert adas.get(page).status_code == 200
        assert adas.post(page, {"team": other_team.pk, "user": dora.pk}).status_code == 403

        place.refresh_from_db()
        assert place.team == team

    def test_end_with_an_action_and_stay_readable(self, adas, team, dora, admin, kind, model, now):
        place = (team.welcome if kind == "membership" else team.link_manager)(dora, by=None, at=now)
        listing = reverse(f"admin:teams_{kind}_changelist")
        form = {"action": "end_now", "_selected_action": [place.pk]}

        adas.post(listing, form)

        place.refresh_from_db()
        assert place.until_at is not None
        assert LogEntry.objects.about(place).newest_first().first().actor == admin
        again = adas.post(listing, form, follow=True)
        assert "Dora" in told(again)[-1]

    def test_are_chosen_from_lists_by_name(self, adas, team, other_team, anna, dora, kind, model):
        page = adas.get(add(kind)).context["adminform"].form

        teams, people = (
            [label for value, label in page.fields[name].choices if value]
            for name in ("team", "user")
        )
        assert teams == ["Rijnmond", "Veluwe"]
        assert people == ["Ada", "Anna", "Dora"]


def test_the_fifty_first_is_refused_in_words(adas, team, dora, now):
    people = User.objects.bulk_create(
        User(email=f"p{number}@example.com", name=f"P{number}") for number in range(50)
    )
    Membership.objects.bulk_create(
        Membership(team=team, user=each, since_at=now - timedelta(days=1)) for each in people
    )

    answer = adas.post(add("membership"), {"team": team.pk, "user": dora.pk}, follow=True)

    assert told(answer) == ["This team is full: a team has at most 50 people."]
    assert not dora.memberships.exists()


def test_a_member_does_not_become_the_manager_as_well(adas, team, anna):
    answer = adas.post(add("managerlink"), {"team": team.pk, "user": anna.user.pk}, follow=True)

    assert told(answer) == ["Anna is a member of this team."]
