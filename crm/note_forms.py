"""What people fill in for a note."""

from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy

from crm.forms import Edit
from crm.models import Note
from crm.models.note import LONGEST_NOTE
from teams.fields import ParagraphsField


class WriteNote(forms.Form):
    """What the team writes down for itself."""

    text = ParagraphsField(
        label=gettext_lazy("Note"),
        max_length=LONGEST_NOTE,
        help_text=gettext_lazy("For the team alone. @Name asks somebody of the team to read it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    is_pinned = forms.BooleanField(label=gettext_lazy("Keep it on top"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "note-%s", **kwargs})


class EditNote(WriteNote, Edit):
    """The note as it should read."""

    names = ("text", "is_pinned")

    @classmethod
    def about(cls, note: Note) -> Self:
        """The form as it stands on the page of the note."""
        return cls(initial={name: getattr(note, name) for name in (*cls.names, "version")})
