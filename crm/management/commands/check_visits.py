"""Prove that deals, visits and logbook agree."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm.models import Deal
from crm.proof import disagreements


class Command(BaseCommand):
    help = "Prove that every deal, its visits and the logbook tell the same story."

    def handle(self, **_: Any) -> None:
        count = 0
        for count, sentence in enumerate(disagreements(), start=1):  # noqa: B007
            self.stdout.write(sentence)
        if count:
            raise CommandError(f"{count} disagreements were found.")
        self.stdout.write(f"{Deal.objects.count()} deals, their visits and the logbook agree.")
