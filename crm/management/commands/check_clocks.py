"""Prove that the clocks of answers are what was said."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from crm.models import Deal, ResponseClock
from crm.proof import clocks_that_disagree


class Command(BaseCommand):
    help = "Prove that the clocks of answers are what was said with the customers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mend", action="store_true", help="write the clocks that disagree anew"
        )

    def handle(self, *, mend: bool, **_: Any) -> None:
        found = list(clocks_that_disagree())
        for deal in found:
            self.stdout.write(f"Deal {deal.number} of {deal.team} has other clocks.")
            if mend:
                self._mend(deal)
        if found and not mend:
            raise CommandError(f"{len(found)} disagreements were found.")
        count = ResponseClock.objects.living().count()
        self.stdout.write(f"{count} clocks and what was said agree.")

    @transaction.atomic
    def _mend(self, deal: Deal) -> None:
        ResponseClock.objects.follow(deal)
