"""Files that nobody needs any more: removed long ago, or never written in the database."""

from datetime import datetime

from django.core.files.storage import default_storage

from crm.models import Attachment
from crm.models.attachment import FOLDER, STAYS_REMOVED
from teams.files import names_in, orphans


def sweep(*, at: datetime) -> int:
    """Clear away both kinds. Returns how many files had no row.

    Stopped in the middle, it goes on where it stopped the next time.
    """
    Attachment.objects.filter(removed_at__lt=at - STAYS_REMOVED).delete()
    names = names_in(FOLDER)
    known = set(Attachment.objects.values_list("key", flat=True))
    lost = list(orphans(names, known, at=at))
    for name in lost:
        default_storage.delete(name)
    return len(lost)
