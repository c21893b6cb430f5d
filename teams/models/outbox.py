"""Mail on its way out: written with the change that caused it, sent by a job."""

import uuid
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Self

from django.db import models

from teams.models.job import Job

SEND_MAIL = "teams.send_mail"
LONGEST_SUBJECT = 200
# In which the names of mails that are sent once are made to ids (RFC 9562, version 5).
ONCE = uuid.UUID("5b9b0f4c-3a57-4f0e-9d53-6d1f0c6a7a11")


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def forget(self, names: Iterable[str]) -> None:
        """Clear away what was posted `once` under one of these names, and that it was."""
        ids = [uuid.uuid5(ONCE, name) for name in names]
        self.filter(message_id__in=ids).delete()
        Job.objects.filter(kind=SEND_MAIL, key__in=map(str, ids)).delete()


class OutgoingMail(models.Model):
    """One mail to one address. Its Message-ID is fixed, so a second sending can be recognised.

    What it says is cleared once it has left: it may hold a link that signs someone in. `pictures`
    are the PNGs that its HTML shows, in Base64, each by the name it has there behind `cid:`. Where
    somebody gets more of the same, `settings_url` is where they say that they no longer want it.
    """

    message_id = models.UUIDField(default=uuid.uuid4, unique=True)
    sender = models.CharField(max_length=320)
    recipient = models.EmailField(max_length=254)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    text = models.TextField()
    html = models.TextField(blank=True)
    pictures = models.JSONField(default=dict)
    settings_url = models.CharField(max_length=500, blank=True, default="")
    posted_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "outgoing mail"
        verbose_name_plural = "outbox"

    def __str__(self) -> str:
        return f"mail {self.message_id}"

    @classmethod
    def post(
        cls,
        *,
        sender: str,
        recipient: str,
        subject: str,
        text: str,
        html: str = "",
        pictures: Mapping[str, bytes] | None = None,
        settings_url: str = "",
        once: str = "",
        at: datetime,
    ) -> Self:
        """Put a mail in the outbox together with the job that sends it.

        Of those that are posted under one name, `once`, only the first is kept.
        """
        message_id = uuid.uuid5(ONCE, once) if once else uuid.uuid4()
        if once and (known := cls.objects.filter(message_id=message_id).first()):
            return known
        mail = cls.objects.create(
            message_id=message_id,
            sender=sender,
            recipient=recipient,
            subject=" ".join(subject.split())[:LONGEST_SUBJECT],
            text=text,
            html=html,
            pictures={name: b64encode(png).decode() for name, png in (pictures or {}).items()},
            settings_url=settings_url,
            posted_at=at,
        )
        Job.objects.arm(SEND_MAIL, str(mail.message_id), run_at=at, payload={"mail_id": mail.pk})
        return mail

    def has_left(self, *, at: datetime) -> None:
        """Note that the mail was handed over, and forget what it said."""
        OutgoingMail.objects.filter(pk=self.pk).update(sent_at=at, text="", html="", pictures={})
