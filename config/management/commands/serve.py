"""Kring on the configured database."""

from typing import Any

from django.core.management import CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from config.demo import world
from config.management.serving import ServingCommand
from teams.models import User

BEHIND = """\
The database does not have the tables of this version yet ({count} migrations are missing).
Make a backup, then run: .venv/bin/python manage.py migrate"""
NOBODY = """\
Nobody can sign in yet. Make the first administrator:
.venv/bin/python manage.py start_company --email you@example.org --name "Your Name\""""
DEMO = """\
This database holds the demo's world, whose people sign in with one click in make demo only.
For your own company, set KRING_HOME to another folder, or DATABASE_URL and REDIS_URL."""


class Command(ServingCommand):
    help = "Serve Kring on the configured database, without the demo's data."

    def handle(self, **_: Any) -> None:
        missing = self.missing_migrations()
        if missing:
            raise CommandError(BEHIND.format(count=missing))
        self.collect_static()
        if not User.objects.exists():
            self.say(NOBODY)
        elif world.stands():
            self.say(DEMO)
        self.serve(f"Kring is ready at {self.address()}\nCtrl-C stops everything.", demo=False)

    @staticmethod
    def missing_migrations() -> int:
        executor = MigrationExecutor(connections["default"])
        return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
