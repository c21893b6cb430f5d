"""What a company still has to set, said in sentences by `manage.py check`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004

from config import files


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
def files_can_be_kept(**_: Any) -> list[CheckMessage]:
    trouble = files.trouble()
    if not trouble:
        return []
    hint = "Try it with: manage.py try_storage"
    return [Error(trouble, hint=hint, id="kring.E002")]


@register()
def home_can_be_written(**_: Any) -> list[CheckMessage]:
    if files.can_be_written(settings.HOME):
        return []
    return [
        Error(
            f"The folder {settings.HOME} cannot be written by this account.",
            hint="Set KRING_HOME to a folder that can.",
            id="kring.E001",
        )
    ]
