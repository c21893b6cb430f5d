"""What a company still has to set, said in sentences by `manage.py check`."""

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004


@register()
def mail_reaches_people(**_: Any) -> list[CheckMessage]:
    if settings.SMTP_URL or settings.DEMO:
        return []
    return [
        Warning(
            f"Mails are kept as files in {settings.EMAIL_FILE_PATH} and reach nobody.",
            hint="Set KRING_SMTP_URL=smtp://NAME:PASSWORD@HOST:587?tls=starttls",
            id="kring.W001",
        )
    ]


@register()
def home_can_be_written(**_: Any) -> list[CheckMessage]:
    folder = settings.HOME
    while not folder.exists():
        folder = folder.parent
    if os.access(folder, os.W_OK | os.X_OK):
        return []
    return [
        Error(
            f"The folder {settings.HOME} cannot be written by this account.",
            hint="Set KRING_HOME to a folder that can.",
            id="kring.E001",
        )
    ]
