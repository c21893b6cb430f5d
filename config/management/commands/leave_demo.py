"""Leave the demo: an empty database for a real company, and a copy of the demo's kept aside."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config import backup


class Command(BaseCommand):
    help = "Empty the database for a real company and make its first administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True, help="the first administrator's address")
        parser.add_argument("--name", required=True, help="the first administrator's name")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )

    def handle(self, *, email: str, name: str, password_stdin: bool, **_: Any) -> None:
        aside = backup.usual_place() / f"before-leaving-{timezone.now():%Y%m%d-%H%M%S}.dump"
        try:
            backup.dump(aside)
            backup.empty()
        except backup.BackupError as trouble:
            raise CommandError(str(trouble)) from None
        call_command("migrate", verbosity=0)
        call_command("start_company", email=email, name=name, password_stdin=password_stdin)
        self.stdout.write(f"What was there before is kept in {aside}. Now run: make serve")
