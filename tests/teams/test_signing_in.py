"""Signing in: by address and password, with limits; nobody makes an account for themselves."""

import re

import pytest
from django.core.cache import caches
from django.db import connections
from django.test import Client
from django.urls import reverse

from config import settings as product
from config.urls import signing_in
from teams import tasks
from teams.models import OutgoingMail, User
from tests import builders

SECRET = "correct horse battery"
SIGN_IN = "/accounts/login/"


@pytest.fixture
def dora(team, now) -> User:
    """A member of the team who has a password."""
    person = builders.member("Dora", team, at=now).user
    person.set_password(SECRET)
    person.save()
    return person


def sign_in(client: Client, email: str, password: str, **extra):
    return client.post(SIGN_IN, {"login": email, "password": password, **extra})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


class TestWithAPassword:
    def test_leads_to_the_team(self, client, dora):
        answer = sign_in(client, "Dora@Example.com", SECRET)

        assert (answer.status_code, answer.url) == (302, "/")
        assert client.get("/").url == "/teams/rijnmond/"

    def test_leads_back_to_the_page_that_was_asked_for(self, client, dora):
        asked = client.get("/teams/rijnmond/")
        assert (asked.status_code, asked.url) == (302, f"{SIGN_IN}?next=/teams/rijnmond/")

        answer = sign_in(client, dora.email, SECRET, next="/teams/rijnmond/")

        assert answer.url == "/teams/rijnmond/"

    def test_does_not_lead_to_another_site(self, client, dora):
        assert sign_in(client, dora.email, SECRET, next="https://evil.example").url == "/"

    def test_a_wrong_one_and_an_unknown_person_get_the_same_answer(self, client, dora):
        wrong = sign_in(client, dora.email, "not this one at all")
        unknown = sign_in(client, "nobody@example.com", SECRET)

        assert (wrong.status_code, unknown.status_code) == (200, 200)
        assert wrong.context["form"].errors == unknown.context["form"].errors
        assert wrong.context["form"].non_field_errors()
        assert not is_signed_in(client)

    def test_whoever_left_the_company_stays_outside(self, client, dora):
        User.objects.filter(pk=dora.pk).update(is_active=False)

        answer = sign_in(client, dora.email, SECRET)

        assert answer.url == "/accounts/inactive/"
        assert not is_signed_in(client)

    def test_whoever_leaves_the_company_is_outside_at_the_next_page(self, client, dora):
        client.force_login(dora)
        assert client.get("/teams/rijnmond/").status_code == 200
        User.objects.filter(pk=dora.pk).update(is_active=False)

        assert client.get("/teams/rijnmond/").url == f"{SIGN_IN}?next=/teams/rijnmond/"

    def test_signing_out_needs_a_press_on_the_button(self, client, dora):
        client.force_login(dora)

        assert client.get("/accounts/logout/").status_code == 200
        assert is_signed_in(client)

        assert client.post("/accounts/logout/").url == SIGN_IN
        assert not is_signed_in(client)


class TestTheLimit:
    def test_the_sixth_wrong_password_closes_the_door_for_a_while(self, client, dora):
        for _ in range(5):
            sign_in(client, dora.email, "wrong wrong wrong")

        answer = sign_in(client, dora.email, SECRET)

        assert "Too many failed" in answer.content.decode()
        assert not is_signed_in(client)

    @pytest.mark.django_db(transaction=True, databases=["default", "cache"])
    def test_the_products_own_cache_keeps_count(self, client, dora, settings):
        settings.CACHES = product.CACHES
        assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
        for _ in range(5):
            sign_in(client, dora.email, "wrong wrong wrong")

        refused = sign_in(client, dora.email, SECRET)
        caches["default"].clear()
        let_in = sign_in(client, dora.email, SECRET)

        assert "Too many failed" in refused.content.decode()
        assert let_in.status_code == 302

    @pytest.mark.django_db(transaction=True, databases=["default", "cache"])
    def test_no_address_of_the_network_stands_in_the_cache(self, client, dora, settings):
        settings.CACHES = product.CACHES
        sign_in(client, dora.email, "wrong wrong wrong")

        with connections["cache"].cursor() as cursor:
            cursor.execute("SELECT cache_key FROM kring_cache")
            keys = [key for (key,) in cursor.fetchall()]
        assert keys
        assert [key for key in keys if "127.0.0.1" in key] == []


class TestANewPassword:
    def test_comes_by_a_link_in_a_mail_to_the_own_address(self, client, dora, settings):
        settings.EMAIL_BACKEND = "teams.mail.OutboxBackend"
        answer = client.post("/accounts/password/reset/", {"email": dora.email})
        assert answer.url == "/accounts/password/reset/done/"
        mail = OutgoingMail.objects.get()
        assert mail.recipient == dora.email
        link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.text)

        form = client.get(link[1])
        client.post(form.url, {"password1": "a fresh secret 42", "password2": "a fresh secret 42"})

        assert sign_in(client, dora.email, "a fresh secret 42").status_code == 302
        tasks.do_all()
        mail.refresh_from_db()
        assert mail.text == ""

    def test_an_unknown_address_gets_the_same_answer_and_no_mail(self, client, dora, settings):
        settings.EMAIL_BACKEND = "teams.mail.OutboxBackend"

        answer = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})

        assert answer.url == "/accounts/password/reset/done/"
        assert not OutgoingMail.objects.exists()

    @pytest.mark.parametrize("weak", ["short", "1234567890", "dora@example.com"])
    def test_a_weak_one_is_refused(self, client, dora, weak):
        client.force_login(dora)

        answer = client.post(
            "/accounts/password/change/",
            {"oldpassword": SECRET, "password1": weak, "password2": weak},
        )

        assert answer.status_code == 200
        assert answer.context["form"].errors["password1"]
        dora.refresh_from_db()
        assert dora.check_password(SECRET)

    def test_is_kept_with_argon2(self):
        assert product.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


class TestNobodyMakesAnAccount:
    def test_signing_up_is_closed(self, client, db):
        form = {"email": "eve@example.com", "password1": SECRET, "password2": SECRET}

        pages = [client.get("/accounts/signup/"), client.post("/accounts/signup/", form)]

        assert [page.templates[0].name for page in pages] == ["account/signup_closed.html"] * 2
        assert not User.objects.exists()

    def test_nobody_adds_another_address(self, client, dora):
        client.force_login(dora)

        assert client.get("/accounts/email/").status_code == 404


class TestEveryPageOfTheLibrary:
    """Each opens or leads somewhere, for a stranger and for somebody who signed in."""

    OPEN = "open"
    KEYS = {
        "account_reset_password_from_key": {"uidb36": "1", "key": "unknown"},
    }
    FOR_A_STRANGER = {
        "account_login": OPEN,
        "account_logout": SIGN_IN,
        "account_inactive": OPEN,
        "account_signup": OPEN,
        "account_reauthenticate": f"{SIGN_IN}?next=/accounts/reauthenticate/",
        "account_change_password": f"{SIGN_IN}?next=/accounts/password/change/",
        "account_set_password": f"{SIGN_IN}?next=/accounts/password/set/",
        "account_reset_password": OPEN,
        "account_reset_password_from_key": OPEN,
        "account_reset_password_from_key_done": OPEN,
        "account_reset_password_done": OPEN,
    }
    FOR_DORA = {
        "account_login": "/",
        "account_logout": OPEN,
        "account_inactive": OPEN,
        "account_signup": "/",
        "account_reauthenticate": OPEN,
        "account_change_password": OPEN,
        "account_set_password": "/accounts/password/change/",
        "account_reset_password": OPEN,
        "account_reset_password_from_key": OPEN,
        "account_reset_password_from_key_done": OPEN,
        "account_reset_password_done": OPEN,
    }

    def test_all_of_them_are_listed(self):
        assert {page.name for page in signing_in} == set(self.FOR_A_STRANGER)
        assert set(self.FOR_DORA) == set(self.FOR_A_STRANGER)

    @pytest.mark.parametrize(("name", "expected"), FOR_A_STRANGER.items())
    def test_for_a_stranger(self, client, db, name, expected):
        assert self.look(client, name) == expected

    @pytest.mark.parametrize(("name", "expected"), FOR_DORA.items())
    def test_for_somebody_who_signed_in(self, client, dora, name, expected):
        client.force_login(dora)

        assert self.look(client, name) == expected

    def look(self, client: Client, name: str) -> str:
        answer = client.get(reverse(name, kwargs=self.KEYS.get(name)))
        if answer.status_code == 302:
            return answer.url
        assert answer.status_code == 200
        # Its own pages are framed like all others, with nothing inline.
        page = answer.content.decode()
        assert 'class="plain' in page
        assert not re.search(r"<style|<script(?![^>]* src=)| style=| on[a-z]+=", page)
        return self.OPEN


class TestTheDemo:
    def test_one_click_signs_in(self, client, dora):
        answer = client.post("/demo/sign-in/", {"person": dora.pk})

        assert answer.url == "/"
        assert client.session["_auth_user_id"] == str(dora.pk)

    @pytest.mark.parametrize("person", ["", "0", "x", "9" * 30])
    def test_an_unknown_person_does_not_exist(self, client, dora, person):
        assert client.post("/demo/sign-in/", {"person": person}).status_code == 404
        assert not is_signed_in(client)

    def test_nobody_becomes_an_administrator(self, client, admin):
        assert client.post("/demo/sign-in/", {"person": admin.pk}).status_code == 404

    def test_outside_the_demo_there_is_no_such_page(self, client, dora, settings):
        settings.DEMO = False

        assert client.post("/demo/sign-in/", {"person": dora.pk}).status_code == 404
        assert not is_signed_in(client)
        assert "demo/sign-in" not in client.get(SIGN_IN).content.decode()

    def test_the_first_member_and_the_first_manager_are_offered(self, client, anna, mia, bram):
        page = client.get(SIGN_IN)

        assert list(page.context["demo_people"]) == [anna.user, mia.user]
        assert "demo/sign-in" in page.content.decode()
