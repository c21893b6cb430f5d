"""Collect the texts, check their translations, compile them: without the gettext tools."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import catalogue


class Command(BaseCommand):
    help = "Bring the translations up to date with the sources; or check, or compile them."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; name each text without a good one"
        )
        parser.add_argument(
            "--compile", action="store_true", help="write what the program reads (django.mo)"
        )

    def handle(self, *, check: bool, compile: bool, **_: Any) -> None:  # noqa: A002
        texts = [] if compile and not check else catalogue.collect(settings.BASE_DIR)
        for language in self.languages():
            if check:
                self.check_translations(texts, language)
            if compile:
                self.compile_translations(language)
            if not check and not compile:
                self.update(texts, language)

    def languages(self) -> list[str]:
        return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]

    def path(self, language: str) -> Path:
        return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"

    def check_translations(self, texts: list[catalogue.Text], language: str) -> None:
        faults = catalogue.faults(texts, catalogue.load(self.path(language), language))
        for fault in faults:
            self.stderr.write(f"{language}: {fault}")
        if faults:
            raise CommandError(f"{language}: {len(faults)} texts are not in order.")

    def compile_translations(self, language: str) -> None:
        path = self.path(language)
        catalogue.compile_to(catalogue.load(path, language), path.with_suffix(".mo"))

    def update(self, texts: list[catalogue.Text], language: str) -> None:
        merged = catalogue.merge(texts, catalogue.load(self.path(language), language))
        catalogue.save(merged, self.path(language))
        left = catalogue.faults(texts, merged)
        self.stdout.write(f"{language}: {len(merged)} texts, {len(left)} to translate.")
