"""What `demo` and `serve` have in common."""

import sys
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from config import embedded, serving
from config.supervise import supervise


class ServingCommand(BaseCommand):
    """Runs the pages, the worker and the beat until told to end."""

    requires_system_checks = []

    def collect_static(self) -> None:
        """Bring what browsers fetch to where the pages serve it from, when something changed."""
        files = [
            Path(storage.path(name))
            for finder in get_finders()
            for name, storage in finder.list([])
        ]
        settings.STATIC_ROOT.parent.mkdir(parents=True, exist_ok=True)
        serving.when_changed(
            settings.STATIC_ROOT.with_suffix(".stamp"),
            files,
            lambda: call_command("collectstatic", interactive=False, clear=True, verbosity=0),
        )

    def serve(self, ready: str, *, demo: bool) -> None:
        """Serve until told to end, then end this process. `ready` is said when pages answer."""
        connections.close_all()
        code = supervise(
            serving.parts(
                database_url=settings.DATABASE_URL, redis_url=settings.REDIS_URL, demo=demo
            ),
            home=settings.HOME,
            announce=lambda: self.say(ready),
            meanwhile=self.look_after_servers,
        )
        sys.exit(code)

    def look_after_servers(self) -> None:
        try:
            revived = embedded.revive()
        except embedded.EmbeddedError as trouble:
            raise CommandError(str(trouble)) from trouble
        for name in revived:
            self.say(f"{name} had stopped and was started again.")

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    @staticmethod
    def address() -> str:
        return f"http://localhost:{serving.port()}"
