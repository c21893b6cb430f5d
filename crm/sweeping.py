"""Files that nobody needs any more: removed long ago, or never written in the database."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import default_storage

from crm.models import Attachment
from crm.models.attachment import FOLDER, STAYS_REMOVED

# So old is no upload that is still on its way.
OLD = timedelta(days=1)


def sweep(*, at: datetime) -> int:
    """Clear away both kinds. Returns how many files had no row.

    Stopped in the middle, it goes on where it stopped the next time.
    """
    Attachment.objects.filter(removed_at__lt=at - STAYS_REMOVED).delete()
    orphans = list(_orphans(at=at))
    for key in orphans:
        default_storage.delete(key)
    return len(orphans)


def _orphans(*, at: datetime) -> Iterator[str]:
    try:
        # The files first: what is written after this has its row in what is read next, or is young.
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    known = set(Attachment.objects.values_list("key", flat=True))
    for name in names:
        key = f"{FOLDER}/{name}"
        if key not in known and default_storage.get_modified_time(key) < at - OLD:
            yield key
