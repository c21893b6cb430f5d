"""What came of taking many back at once, in a sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.models.undoing import Undone

MOST_NAMED = 5


def sentence_about(undone: Undone) -> str:
    """How many were taken back, and which could not be."""
    count = len(undone.lines)
    text = ngettext("%(count)s change was undone.", "%(count)s changes were undone.", count) % {
        "count": count
    }
    if not undone.refused:
        return text
    # A deal that was changed in several ways is named once.
    told = {line.subject_id: str(line.details.get("deal", "")) for line, _ in undone.refused}
    names = list(told.values())
    listed = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    return f"{text} " + _("Changed since, and left as they are: %(names)s.") % {"names": listed}
