"""Whom a command is about."""

from django.core.management.base import CommandError

from teams.models import User


def named(email: str) -> User:
    """The person with this address. Raises CommandError for nobody."""
    person: User | None = User.objects.filter(email=email.strip().lower()).first()
    if person is None:
        raise CommandError(f"There is nobody with the address {email}.")
    return person
