"""Write everything that is held about a person to a file."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from teams.copying import write_all
from teams.management.people import named


class Command(BaseCommand):
    help = "Write everything that Kring holds about a person to a ZIP file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address that they sign in with")
        parser.add_argument("--to", type=Path, help="the file; it must not be there yet")

    @transaction.atomic
    def handle(self, *, email: str, to: Path | None, **_: Any) -> None:
        person, now = named(email), timezone.now()
        path = to or Path(f"kring-{person.pk}-{now:%Y-%m-%d}.zip")
        try:
            # It is personal: nobody but the account that made it reads it.
            unread = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as trouble:
            raise CommandError(f"{path} cannot be made: {trouble.strerror}.") from None
        with os.fdopen(unread, "wb") as file, override(person.language or "en"):
            count = write_all(person, file, at=now)
        self.stdout.write(f"{path}: {count} rows about {person.name}.")
