"""Files beside rows: how one goes when its row does, and which ones no row knows."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.fields.files import FieldFile

# So old is no file that is still on its way.
OLD = timedelta(days=1)


def remove_once_certain(file: FieldFile) -> None:
    """Remove the file when the transaction is stored; after a failure it is still there."""
    name, storage = file.name, file.storage
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def names_in(folder: str) -> list[str]:
    """The files in this folder of the storage."""
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{name}" for name in names]


def orphans(names: Collection[str], known: Collection[str], *, at: datetime) -> Iterator[str]:
    """Those of these files that no row knows, and that are not on their way any more.

    List the files first: what is written after that has its row in what is read next, or is young.
    """
    for name in names:
        if name not in known and default_storage.get_modified_time(name) < at - OLD:
            yield name
