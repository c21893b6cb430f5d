"""Compute one test vector and print the answer, to hold our statistics to account."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dashboards.vector import VectorError
from dashboards.vectors import answer_text


class Command(BaseCommand):
    """`manage.py analyse_series FILE.json`: one JSON object on standard output.

    A file that cannot be read or answered gives a sentence and exit status 2. Needs no
    database.
    """

    help = "Read a chart, profile, params and input from a JSON file; print the answer as JSON."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the vector to answer")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}", returncode=2) from error
        try:
            self.stdout.write(answer_text(text))
        except VectorError as error:
            raise CommandError(str(error), returncode=2) from error
