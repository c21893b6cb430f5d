"""What people fill in to keep a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.models.attachment import LARGEST_FILE, MEGABYTE


class AttachFile(forms.Form):
    """A file; what it may be is told by its bytes, when it is kept."""

    file = forms.FileField(label=gettext_lazy("File"), allow_empty_file=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "attach-%s", **kwargs})
        most = {"most": LARGEST_FILE // MEGABYTE}
        self.fields["file"].help_text = (
            _("PDF, pictures, office documents, text, CSV or ZIP, %(most)d MB at most.") % most
        )
