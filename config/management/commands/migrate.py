"""Migrate as the owner of the tables, then state what the application may do."""

from typing import Any

from django.core.management import CommandParser, call_command
from django.core.management.commands import migrate

from config.rights import grant


class Command(migrate.Command):
    help = "Migrate as the owner of the tables and state the rights of the application's role."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if (
            options["database"] == "owner"
            and not options["check_unapplied"]
            and not options["plan"]
        ):
            call_command("createcachetable", database="owner", verbosity=options["verbosity"])
            grant()
