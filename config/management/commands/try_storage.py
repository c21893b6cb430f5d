"""Write one file, read it back, remove it, and say what came of it."""

from importlib import import_module
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.utils.crypto import get_random_string

from config import files


class Command(BaseCommand):
    help = "Write one file where files are kept, read it back, remove it, and say what came of it."

    def handle(self, **_: Any) -> None:
        if trouble := files.trouble():
            raise CommandError(trouble)
        try:
            came_back = _there_and_back(get_random_string(32).encode())
        except _troubles() as trouble:
            raise CommandError(f"No file can be kept in {files.place()}: {trouble}") from None
        if not came_back:
            raise CommandError(f"{files.place()} gave back something else than was written.")
        self.stdout.write(
            f"A file was written to {files.place()}, read back and removed. Files can be kept."
        )


def _there_and_back(content: bytes) -> bool:
    name = default_storage.save("try_storage.txt", ContentFile(content))
    try:
        with default_storage.open(name) as file:
            return bool(file.read() == content)
    finally:
        default_storage.delete(name)


def _troubles() -> tuple[type[Exception], ...]:
    if not files.is_bucket():
        return (OSError, SuspiciousFileOperation)
    botocore = import_module("botocore.exceptions")
    return (OSError, botocore.BotoCoreError, botocore.ClientError)
