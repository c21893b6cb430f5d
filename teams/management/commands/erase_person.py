"""Erase a person who has left all teams."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from teams.erasing import ErasureError, erase, refuse_to_erase
from teams.management.people import named

STAYS = (
    "What {name} did stays, and points to “Somebody who left”. What people wrote in their own words"
    " stays too, also where it names them, and so do older backups. This cannot be undone."
    " Say --sure to erase them."
)


class Command(BaseCommand):
    help = "Erase a person who has left all teams: name, address and what was theirs alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address that they sign in with")
        parser.add_argument("--sure", action="store_true", help="do it; it cannot be undone")

    def handle(self, *, email: str, sure: bool, **_: Any) -> None:
        person = named(email)
        try:
            refuse_to_erase(person)
            if not sure:
                raise CommandError(STAYS.format(name=person.name))
            erase(person, by=None, at=timezone.now())
        except ErasureError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{email} is erased. Person {person.pk} is somebody who left.")
