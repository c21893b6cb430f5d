"""Mail leaves by the outbox, so that a dead mail server fails no page and loses no mail."""

from collections.abc import Sequence
from datetime import datetime
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


@handles(SEND_MAIL)
def send_mail(*, at: datetime, mail_id: int, **_: Any) -> None:
    """Hand one mail to the real mail server; the same mail keeps the same Message-ID."""
    mail = OutgoingMail.objects.select_for_update().filter(pk=mail_id, sent_at=None).first()
    if mail is None:
        return
    host = urlsplit(settings.SITE_URL).hostname
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        mail.sender,
        [mail.recipient],
        headers={"Message-ID": f"<{mail.message_id}@{host}>"},
        connection=get_connection(settings.DELIVERY_BACKEND),
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    message.send()
    mail.has_left(at=at)
