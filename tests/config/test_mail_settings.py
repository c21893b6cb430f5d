"""The mail server of a company: how it is set, and what is said where it is missing."""

import pytest
from django.core import mail
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from config import checks, env


def test_the_address_of_a_mail_server_is_taken_apart():
    assert env.mail("smtp://ada%40example.org:p%2Fw@mail.example.org:2525?tls=none") == {
        "EMAIL_HOST": "mail.example.org",
        "EMAIL_PORT": 2525,
        "EMAIL_HOST_USER": "ada@example.org",
        "EMAIL_HOST_PASSWORD": "p/w",
        "EMAIL_USE_TLS": False,
        "EMAIL_USE_SSL": False,
        "EMAIL_TIMEOUT": 20,
    }


@pytest.mark.parametrize(
    ("query", "port", "starttls", "ssl"),
    [("", 587, True, False), ("?tls=starttls", 587, True, False), ("?tls=ssl", 465, False, True)],
)
def test_ports_and_encryption_follow_from_the_kind(query, port, starttls, ssl):
    given = env.mail(f"smtp://mail.example.org{query}")

    assert (given["EMAIL_PORT"], given["EMAIL_USE_TLS"], given["EMAIL_USE_SSL"]) == (
        port,
        starttls,
        ssl,
    )


@pytest.mark.parametrize("url", ["mail.example.org", "http://x", "smtp://", "smtp://x?tls=maybe"])
def test_anything_else_is_refused_with_an_example(url):
    with pytest.raises(ImproperlyConfigured, match="smtp://NAME:PASSWORD@HOST:587"):
        env.mail(url)


def test_a_company_without_a_mail_server_is_told(settings):
    settings.DEMO = False
    (message,) = checks.mail_reaches_people()
    assert "reach nobody" in message.msg

    settings.SMTP_URL = "smtp://mail.example.org"
    assert checks.mail_reaches_people() == []


def test_the_demo_needs_none():
    assert [message for message in run_checks() if message.id == "kring.W001"] == []


def test_a_home_that_cannot_be_written_is_told(settings, monkeypatch, tmp_path):
    settings.HOME = tmp_path / "not" / "yet"
    assert checks.home_can_be_written() == []

    # An administrator may write anywhere, so the machine's own answer stands in.
    monkeypatch.setattr("os.access", lambda *_: False)
    (message,) = checks.home_can_be_written()
    assert "cannot be written" in message.msg


def test_a_mail_is_tried_at_once(capsys):
    call_command("try_mail", "ada@example.org")

    assert [sent.to for sent in mail.outbox] == [["ada@example.org"]]
    assert "handed to" in capsys.readouterr().out


def test_a_mail_server_that_is_away_is_told(settings):
    settings.DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    with pytest.raises(CommandError, match="did not take the mail"):
        call_command("try_mail", "ada@example.org")


def test_nonsense_is_no_address():
    with pytest.raises(CommandError, match="is no e-mail address"):
        call_command("try_mail", "ada")
