"""Mail leaves by the outbox, so that a dead mail server fails no page and loses no mail."""

from base64 import b64decode
from collections.abc import Sequence
from datetime import datetime
from email.mime.image import MIMEImage
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone

from teams.jobs import handles
from teams.models.outbox import SEND_MAIL, OutgoingMail


class OutboxBackend(BaseEmailBackend):
    """Django's door to the outbox: what any library sends is posted, not sent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        now = timezone.now()
        for message in email_messages:
            html = "".join(
                str(part.content)
                for part in getattr(message, "alternatives", [])
                if part.mimetype == "text/html"
            )
            for recipient in message.recipients():
                OutgoingMail.post(
                    sender=message.from_email,
                    recipient=recipient,
                    subject=str(message.subject),
                    text=str(message.body),
                    html=html,
                    at=now,
                )
        return len(email_messages)


class Illustrated(EmailMultiAlternatives):
    """A mail whose pictures belong to its text (RFC 2387): they are no files that come along."""

    mixed_subtype = "related"


@handles(SEND_MAIL)
def send_mail(*, at: datetime, mail_id: int, **_: Any) -> None:
    """Hand one mail to the real mail server; the same mail keeps the same Message-ID."""
    mail = OutgoingMail.objects.select_for_update().filter(pk=mail_id, sent_at=None).first()
    if mail is None:
        return
    message = Illustrated(
        mail.subject,
        mail.text,
        mail.sender,
        [mail.recipient],
        headers=_headers(mail),
        connection=get_connection(settings.DELIVERY_BACKEND),
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for name, content in mail.pictures.items():
        message.attach(_picture(name, b64decode(content)))
    message.send()
    mail.has_left(at=at)


def _headers(mail: OutgoingMail) -> dict[str, str]:
    host = urlsplit(settings.SITE_URL).hostname
    headers = {"Message-ID": f"<{mail.message_id}@{host}>"}
    if mail.settings_url:
        headers["List-Unsubscribe"] = f"<{mail.settings_url}>"  # RFC 2369
    return headers


def _picture(name: str, png: bytes) -> MIMEImage:
    picture = MIMEImage(png, "png")
    picture["Content-ID"] = f"<{name}>"
    picture["Content-Disposition"] = "inline"
    return picture
