"""Bring a company's people, teams, customers and deals in from a folder of files."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crm.imports.apply import import_company
from crm.imports.mapping import Said, read_map
from crm.imports.notes import Notes
from crm.imports.profiles import PROFILES, Profile
from crm.imports.recognise import read_folder, recognise
from crm.imports.summary import as_json, in_words
from crm.imports.values import FIRST_YEAR
from teams.refusals import Refusal


class Command(BaseCommand):
    help = (
        "Bring a company in from a folder of CSV files: all of it or nothing. A second run brings"
        " in only what is new in the files. Created, updated and unchanged count people, teams,"
        " organizations, products and deals together."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where the files are")
        parser.add_argument(
            "--profile",
            default="sales-opportunities",
            help=f"which system wrote the files: {', '.join(PROFILES)}",
        )
        parser.add_argument(
            "--as-of", help="the last day that the files know of, as 2017-12-31; default today"
        )
        parser.add_argument(
            "--currency", help="of all amounts, as USD; default that of the teams, else EUR"
        )
        parser.add_argument(
            "--map", dest="map_file", type=Path, help="a TOML file that explains unclear values"
        )
        parser.add_argument("--dry-run", action="store_true", help="plan everything, write nothing")
        parser.add_argument(
            "--json", dest="as_json", action="store_true", help="print the figures as JSON"
        )

    def handle(self, **options: Any) -> None:
        try:
            self.bring_in(**options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None

    def bring_in(
        self,
        *,
        folder: Path,
        profile: str,
        as_of: str | None,
        currency: str | None,
        map_file: Path | None,
        dry_run: bool,
        as_json: bool,
        **_: Any,
    ) -> None:
        system = known_profile(profile)
        now = timezone.now()
        last_day = day(as_of) if as_of else timezone.localdate(now)
        money = currency_code(currency) if currency else None
        said = read_map(map_file, columns=system.mappable) if map_file else Said()
        notes = Notes()
        files = recognise(read_folder(folder, notes), system.kinds, notes)
        company = system.read(files, notes, said)
        if notes.stand_in_the_way:
            if as_json:
                self.print_json(company, notes, None)
            raise CommandError(notes.refusal())
        plan = import_company(
            company, notes, as_of=last_day, currency=money, at=now, dry_run=dry_run
        )
        if as_json:
            self.print_json(company, notes, plan)
        else:
            self.stdout.write("\n".join(in_words(company, notes, plan, dry_run=dry_run)))

    def print_json(self, *figures: Any) -> None:
        self.stdout.write(json.dumps(as_json(*figures), ensure_ascii=False, indent=2))


def known_profile(name: str) -> Profile:
    if name not in PROFILES:
        raise CommandError(f"There is no profile {name}. Known are: {', '.join(PROFILES)}.")
    return PROFILES[name]


def day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--as-of {text} is no day; write it as 2017-12-31.") from None
    if found.year < FIRST_YEAR:
        raise CommandError(f"--as-of {text} is before {FIRST_YEAR}; nothing is kept of that time.")
    return found


def currency_code(text: str) -> str:
    code = text.upper()
    if not re.fullmatch("[A-Z]{3}", code):
        raise CommandError(f"--currency {text} is no currency; write three letters, as USD.")
    return code
