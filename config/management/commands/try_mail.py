"""Send one mail at once, and say what came of it."""

import smtplib
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email


class Command(BaseCommand):
    help = "Send one mail to this address at once, past the outbox, and say what came of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="who gets the mail")

    def handle(self, *, address: str, **_: Any) -> None:
        try:
            validate_email(address)
        except ValidationError:
            raise CommandError(f"{address!r} is no e-mail address.") from None
        mail = EmailMessage(
            "Kring can send mail",
            "This mail was sent to see whether it arrives. It did.",
            to=[address],
            connection=get_connection(settings.DELIVERY_BACKEND),
        )
        try:
            mail.send()
        except (OSError, smtplib.SMTPException) as trouble:
            raise CommandError(f"The mail server did not take the mail: {trouble}") from None
        where = "the mail server" if settings.SMTP_URL else str(settings.EMAIL_FILE_PATH)
        self.stdout.write(f"The mail was handed to {where}.")
