"""Do by hand, or from cron, what beat and the worker do: everything that is due."""

from typing import Any

from django.core.management.base import BaseCommand

from teams.tasks import do_all


class Command(BaseCommand):
    help = "Do every job that is due now. For a machine without a broker, from cron."

    def handle(self, **_: Any) -> None:
        done = do_all()
        self.stdout.write(f"{done} job{'' if done == 1 else 's'} done.")
