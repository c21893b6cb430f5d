"""Empty the test database after a test that really committed.

The application's role may not truncate, which is what Django's own command would try.
"""

from argparse import ArgumentParser
from typing import Any

import psycopg2
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

KEPT = ("django_migrations", "django_content_type", "auth_permission")


class Command(BaseCommand):
    help = "Empty the test database as its owner."
    # What Django's own test case passes along, and this command has no use for.
    stealth_options = ("allow_cascade", "inhibit_post_migrate", "interactive", "reset_sequences")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database")

    def handle(self, **_: Any) -> None:
        # A connection of its own: tests may use the application's role only.
        parameters = connections["owner"].get_connection_params()
        parameters = {
            key: parameters[key]
            for key in ("dbname", "user", "password", "host", "port")
            if parameters.get(key)
        }
        assert str(parameters["dbname"]).startswith(settings.TEST_DATABASE_PREFIX)
        owner = psycopg2.connect(**parameters)
        owner.autocommit = True
        with owner.cursor() as cursor:
            cursor.execute(
                "SELECT quote_ident(tablename) FROM pg_tables"
                " WHERE schemaname = 'public' AND tablename <> ALL(%s)",
                [list(KEPT)],
            )
            tables = ", ".join(name for (name,) in cursor.fetchall())
            cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
        owner.close()
