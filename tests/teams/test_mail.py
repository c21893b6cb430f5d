"""Mail leaves by the outbox: written with the change, sent by a job, once."""

from email import message_from_bytes

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import timezone

from teams import tasks
from teams.mail import OutboxBackend, send_mail
from teams.models import Job, OutgoingMail


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://kring.example.com:8443"


@pytest.fixture
def message():
    """A mail to two people, in plain text and with a richer form of it."""
    message = EmailMultiAlternatives(
        "Your\npassword",
        "Follow this link.",
        "kring@example.com",
        ["anna@example.com"],
        bcc=["bram@example.com"],
        connection=OutboxBackend(),
    )
    message.attach_alternative("<p>Follow this link.</p>", "text/html")
    message.attach_alternative(b"BEGIN:VCALENDAR", "text/calendar")
    return message


def post(**more):
    return OutgoingMail.post(
        sender="kring@example.com",
        recipient="anna@example.com",
        subject="Hello",
        text="Follow this link.",
        at=timezone.now(),
        **more,
    )


class TestTheDoor:
    def test_what_a_library_sends_is_posted_one_by_one(self, db, message):
        assert message.send() == 1

        assert mail.outbox == []
        posted = OutgoingMail.objects.order_by("recipient")
        assert [each.recipient for each in posted] == ["anna@example.com", "bram@example.com"]
        assert {each.subject for each in posted} == {"Your password"}
        assert {each.text for each in posted} == {"Follow this link."}
        assert {each.html for each in posted} == {"<p>Follow this link.</p>"}
        assert Job.objects.filter(kind="teams.send_mail").count() == 2

    def test_a_mail_of_plain_text_has_no_other_form(self, db):
        connection = get_connection("teams.mail.OutboxBackend")

        mail.send_mail("Hello", "Text", None, ["anna@example.com"], connection=connection)

        assert OutgoingMail.objects.get().html == ""

    def test_a_subject_that_is_too_long_is_cut(self, db):
        connection = get_connection("teams.mail.OutboxBackend")

        mail.send_mail("x" * 300, "Text", None, ["anna@example.com"], connection=connection)

        assert OutgoingMail.objects.get().subject == "x" * 200

    def test_a_mail_goes_nowhere_when_its_change_is_undone(self, db, message):
        with transaction.atomic():
            message.send()
            transaction.set_rollback(True)

        assert not OutgoingMail.objects.exists()
        assert not Job.objects.exists()


class TestSending:
    def test_a_mail_leaves_with_its_own_number_and_is_then_forgotten(self, db, message):
        message.send()

        assert tasks.do_all() == 2

        posted = OutgoingMail.objects.get(recipient="anna@example.com")
        sent = next(each for each in mail.outbox if each.to == ["anna@example.com"])
        assert (sent.subject, sent.body) == ("Your password", "Follow this link.")
        assert [tuple(part) for part in sent.alternatives] == [
            ("<p>Follow this link.</p>", "text/html")
        ]
        assert sent.extra_headers["Message-ID"] == f"<{posted.message_id}@kring.example.com>"
        assert posted.sent_at is not None
        assert (posted.text, posted.html) == ("", "")
        assert str(posted) == f"mail {posted.message_id}"

    def test_a_mail_is_sent_once(self, db):
        posted = post()

        send_mail(at=timezone.now(), mail_id=posted.pk)
        send_mail(at=timezone.now(), mail_id=posted.pk)

        assert len(mail.outbox) == 1
        assert not mail.outbox[0].alternatives

    def test_its_pictures_stand_in_its_text_and_are_forgotten_with_it(self, db):
        html = '<img src="cid:chart@kring" alt="Up">'
        posted = post(html=html, pictures={"chart@kring": b"\x89PNG drawn"})

        send_mail(at=timezone.now(), mail_id=posted.pk)

        whole = message_from_bytes(mail.outbox[0].message().as_bytes())
        assert whole.get_content_type() == "multipart/related"
        told, picture = whole.get_payload()
        assert [part.get_content_type() for part in told.get_payload()] == [
            "text/plain",
            "text/html",
        ]
        assert picture.get_payload(decode=True) == b"\x89PNG drawn"
        assert (picture["Content-ID"], picture["Content-Disposition"]) == (
            "<chart@kring>",
            "inline",
        )
        posted.refresh_from_db()
        assert posted.pictures == {}

    def test_it_says_where_to_leave_that_comes_again(self, db):
        send_mail(at=timezone.now(), mail_id=post().pk)
        page = "https://kring.example.com/mail/"
        send_mail(at=timezone.now(), mail_id=post(settings_url=page).pk)

        assert [each.extra_headers.get("List-Unsubscribe") for each in mail.outbox] == [
            None,
            f"<{page}>",
        ]

    def test_a_mail_that_is_gone_sends_nothing(self, db):
        send_mail(at=timezone.now(), mail_id=0)

        assert mail.outbox == []

    def test_a_mail_server_that_is_away_costs_nothing(self, db, settings, monkeypatch):
        posted = post()
        settings.DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_PORT = 1
        tasks.do_all()

        posted.refresh_from_db()
        job = Job.objects.get()
        assert (posted.sent_at, posted.text) == (None, "Follow this link.")
        assert (job.state, job.attempts) == ("due", 1)

        settings.DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        Job.objects.update(run_at=timezone.now())
        tasks.do_all()

        assert [each.to for each in mail.outbox] == [["anna@example.com"]]
