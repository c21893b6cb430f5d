"""Kring with a believable world in it, ready to look around in."""

import time
from typing import Any

from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from config import env
from config.demo import world
from config.management.serving import ServingCommand
from teams.models import ManagerLink, Membership

READY = """\
Kring is ready at {address}
One click there signs you in as one of
  {member} (team member)
  {manager} (manager, reads)
Ctrl-C stops everything."""


class Command(ServingCommand):
    help = "Fill an empty database with the demo's world, and serve it."

    def handle(self, **_: Any) -> None:
        try:
            self.prepare()
        except world.WorldError as refusal:
            raise CommandError(str(refusal)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped; nothing was left running.", returncode=130) from None
        member = Membership.objects.select_related("user").order_by("pk")[0].user
        manager = ManagerLink.objects.select_related("user").order_by("pk")[0].user
        ready = READY.format(
            address=self.address(),
            member=member.get_short_name(),
            manager=manager.get_short_name(),
        )
        self.serve(ready, demo=True)

    def prepare(self) -> None:
        """Make tables, styles and the world, each only where it is missing."""
        if "teams_user" in connection.introspection.table_names():
            world.refuse_a_company()
        call_command("migrate", verbosity=0)
        self.collect_static()
        if world.stands():
            return
        months = env.number("KRING_DEMO_MONTHS", world.MONTHS)
        self.say(f"Building the demo's world: {months} months of two teams, once ...")
        began = time.monotonic()
        world.build(at=timezone.now(), months=months)
        # So many new rows at once: PostgreSQL should know them before the first page asks.
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
        self.say(f"Built in {time.monotonic() - began:.0f} seconds.")
