"""The first administrator: made at the command line, once, with a good password."""

import io

import pytest
from django.core.management import CommandError, call_command

from teams.management.commands import start_company
from teams.models import User

SECRET = "correct horse battery"


def start(monkeypatch, *, email="Ada@Example.com", name=" Ada  Lovelace", password=SECRET) -> str:
    out = io.StringIO()
    monkeypatch.setattr("builtins.input", lambda: password)
    call_command("start_company", email=email, name=name, password_stdin=True, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def database(db):
    """An empty company."""


def test_the_first_administrator_can_sign_in_and_open_the_desk(monkeypatch, client):
    told = start(monkeypatch)

    assert told == "Ada Lovelace can sign in as ada@example.com and open the admin.\n"
    ada = User.objects.get()
    assert (ada.is_staff, ada.is_superuser) == (True, True)
    client.post("/accounts/login/", {"login": ada.email, "password": SECRET})
    assert client.get("/", follow=True).redirect_chain == [("/admin/", 302)]


def test_the_password_is_asked_for_and_not_shown(monkeypatch):
    monkeypatch.setattr(start_company, "getpass", lambda prompt: SECRET)

    call_command("start_company", email="ada@example.com", name="Ada", stdout=io.StringIO())

    assert User.objects.get().check_password(SECRET)


def test_a_company_starts_once(monkeypatch):
    start(monkeypatch)

    with pytest.raises(CommandError, match="has an administrator already"):
        start(monkeypatch, email="eve@example.com")

    assert User.objects.count() == 1


def test_a_company_that_lost_its_administrator_may_start_again(monkeypatch):
    start(monkeypatch)
    User.objects.update(is_active=False)

    start(monkeypatch, email="grace@example.com", name="Grace")

    assert User.objects.active().get().name == "Grace"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "ada"}, "valid email address"),
        ({"email": "ada@example.com" + "x" * 254}, "at most 254 characters"),
        ({"name": ""}, "cannot be blank"),
        ({"name": "\u200b"}, "Give a name that can be read"),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"password": "short"}, "too short"),
        ({"password": "ada@example.com"}, "too similar"),
        ({"password": "1q2w3e4r5t6y"}, "too common"),
    ],
)
def test_what_is_wrong_is_said_in_words(monkeypatch, wrong, words):
    with pytest.raises(CommandError, match=words):
        start(monkeypatch, **wrong)

    assert not User.objects.exists()


def test_an_address_that_is_taken_is_said_to_be(monkeypatch):
    User.objects.create_user("ada@example.com", "Another Ada")

    with pytest.raises(CommandError, match="already somebody with this address"):
        start(monkeypatch)
