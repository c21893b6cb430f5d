"""Make the first administrator of an empty company."""

from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from teams.models import User
from teams.text import is_readable


class Command(BaseCommand):
    help = "Make the first administrator. Everybody else is invited from there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True, help="address to sign in with")
        parser.add_argument("--name", required=True, help="name as colleagues know it")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )

    @transaction.atomic
    def handle(self, *, email: str, name: str, password_stdin: bool, **_: Any) -> None:
        if User.objects.active().filter(is_staff=True).exists():
            raise CommandError("This company has an administrator already.")
        password = _asked(from_stdin=password_stdin)
        if not all(map(is_readable, (email, name, password))):
            raise CommandError("Leave out the characters that cannot be read.")
        person = User(email=email, name=name)
        try:
            person.full_clean(exclude=["password"])
            validate_password(password, person)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        User.objects.create_superuser(person.email, person.name, password)
        self.stdout.write(f"{person.name} can sign in as {person.email} and open the admin.")


def _asked(*, from_stdin: bool) -> str:
    try:
        return input() if from_stdin else getpass("Password: ")
    except EOFError:
        raise CommandError("There is no password on standard input.") from None
