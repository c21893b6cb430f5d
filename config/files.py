"""Where uploaded files and made exports are kept: a folder, or a bucket that speaks S3."""

import os
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage

EXTRA = ("storages", "boto3")


class Folder(FileSystemStorage):
    """Files in a folder. None has an address: asking for one raises ValueError."""

    base_url = None  # type: ignore[assignment]


def is_bucket() -> bool:
    return "://" in settings.FILES


def place() -> str:
    """The place in words, without the secret."""
    if not is_bucket():
        return str(settings.FILES)
    _login, _at, where = settings.FILES.rpartition("@")
    return f"the bucket {where.partition('?')[0]}"


def trouble() -> str:
    """Why no file can be kept, in a sentence; empty when nothing stands in the way."""
    if is_bucket():
        missing = any(find_spec(name) is None for name in EXTRA)
        sentence = "A bucket needs an extra: pip install 'django-storages[s3]>=1.14.6,<2'."
        return sentence if missing else ""
    if can_be_written(Path(settings.FILES)):
        return ""
    return f"The folder {settings.FILES} cannot be written by this account; set KRING_FILES."


def can_be_written(folder: Path) -> bool:
    """Whether this account may write in the folder, or make it."""
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
