"""Put a copy of the database back."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import backup, files


class Command(BaseCommand):
    help = "Put a copy back in the place of the whole database. Stop Kring first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `backup` wrote")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *, file: Path, yes: bool, **_: Any) -> None:
        question = "Everything that is in the database now will be replaced. Type yes: "
        if not yes and input(question).strip().lower() != "yes":
            raise CommandError("Nothing was changed.")
        try:
            backup.restore(file)
        except (backup.BackupError, OSError) as trouble:
            raise CommandError(str(trouble)) from None
        call_command("migrate", verbosity=0)
        self.stdout.write(f"The database is again as {file} holds it.")
        self.stdout.write(f"Files were not touched; they are in {files.place()}.")
