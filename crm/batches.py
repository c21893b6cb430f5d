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
    names = [str(line.details.get("deal", "")) for line, _reason in undone.refused]
    listed = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    return f"{text} " + _("Changed since, and left as they are: %(names)s.") % {"names": listed}
