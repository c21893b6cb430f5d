"""How people type a line of text."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from teams.text import is_readable, one_line


class LineField(forms.CharField):
    """A text on one line; what cannot be seen is left out before anything is checked."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if not is_readable(text):
            raise ValidationError(_("Leave out the characters that cannot be read."))
        return one_line(text)
