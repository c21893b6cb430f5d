"""Copy the whole database to a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config import backup, files
from teams.models import Heartbeat


class Command(BaseCommand):
    help = "Copy the whole database to a file, by default a dated one under KRING_HOME/backups."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="where to write the copy")

    def handle(self, *, file: Path | None, **_: Any) -> None:
        now = timezone.now()
        target = file or backup.usual_place() / f"kring-{now:%Y%m%d-%H%M%S}.dump"
        try:
            size = backup.dump(target)
        except (backup.BackupError, OSError) as trouble:
            raise CommandError(str(trouble)) from None
        Heartbeat.objects.beat("backup", at=now, note=target.name)
        self.stdout.write(f"{target} holds the whole database now: {size:,} bytes.")
        self.stdout.write(f"Files are not in it; keep a copy of {files.place()} as well.")
