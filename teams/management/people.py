"""Whom a command is about."""

from django.core.management.base import CommandError

from teams.models import User
from teams.text import is_readable


def named(email: str) -> User:
    """The person with this address. Raises CommandError for nobody."""
    person: User | None = None
    if is_readable(email):
        person = User.objects.filter(email=email.strip().lower()).first()
    if person is None:
        raise CommandError(f"There is nobody with the address {email}.")
    return person
