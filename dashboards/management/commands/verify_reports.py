"""Look whether all reports are as they were published, and tell what is not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dashboards import reading
from dashboards.management.reading import team_of
from dashboards.verifying import verify
from teams.models import Team


class Command(BaseCommand):
    help = "Check the published reports of all teams, or of one; exit status 1 for any fault."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("team", nargs="?", help="the team's address, such as rijnmond")

    def handle(self, *, team: str | None, **_: Any) -> None:
        found = 0
        for one in [team_of(team)] if team is not None else Team.objects.by_name():
            faults = verify(one, at=timezone.now())
            self.stdout.write(f"{one.slug}: {one.reports.count()} reports, {len(faults)} faults")
            for fault in faults:
                self.stdout.write(f"  {reading.fault_text(fault)}")
            found += len(faults)
        if found:
            raise CommandError(f"{found} faults in all.", returncode=1)
