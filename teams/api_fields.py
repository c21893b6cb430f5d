"""How text comes over the wire: with the care of the forms."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from teams.text import is_readable, one_line, paragraphs


class LineField(serializers.CharField):
    """A text on one line; what cannot be seen is left out before anything is checked."""

    tidy: Callable[[str], str] = staticmethod(one_line)
    default_error_messages = {"unreadable": _("Leave out the characters that cannot be read.")}

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not is_readable(text):
            self.fail("unreadable")
        tidy = self.tidy(text)
        if not tidy and not self.allow_blank:
            self.fail("blank")
        return tidy


class ParagraphsField(LineField):
    """A text of several lines, with the same care."""

    tidy = staticmethod(paragraphs)
