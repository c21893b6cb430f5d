"""Fields of forms, drawn once for the same content: a page has dozens that look alike each time."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.forms import BoundField
from django.forms.models import ModelChoiceIteratorValue
from django.forms.renderers import TemplatesSetting
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.translation import get_language

MOST_KEPT = 2048
# What is longer is somebody's text, or a list that is seldom drawn twice.
LONGEST_TEXT = 2000
MOST_PARTS = 40
PLAIN = (int, float, type(None))


class UncomparableError(Exception):
    """This is drawn each time: nobody can say whether it reads the same."""


class KeptTemplates(TemplatesSetting):
    """Django's own renderer of forms, which remembers what small parts look like.

    A part is found again by all that its template gets to see, so nothing that is kept can be out
    of date: other content is another part.
    """

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        shown = {"field": _facts(context["field"])} if "field" in context else context
        try:
            part = _Part(template_name, get_language(), _content(shown), shown)
        except UncomparableError:
            return str(super().render(template_name, shown, request))
        return _draw(part)


@dataclass(frozen=True)
class _Part:
    template: str
    language: str | None
    content: Hashable
    context: dict[str, Any] = field(compare=False)


@lru_cache(maxsize=MOST_KEPT)
def _draw(part: _Part) -> str:
    return str(get_template(part.template).render(part.context).strip())


def _facts(bound: BoundField) -> dict[str, Any]:
    """What a field with its label shows; its control and its errors are drawn already."""
    return {
        "id": bound.id_for_label,
        "auto_id": bound.auto_id,
        "label": bound.label,
        "is_required": bound.field.required,
        "is_group": bound.use_fieldset,
        "is_checkbox": bound.widget_type == "checkbox",
        "described_by": bound.aria_describedby if bound.use_fieldset else "",
        "help_text": bound.help_text,
        "control": bound.as_widget(),
        "errors": bound.errors.render() if bound.errors else "",
    }


def _content(thing: Any) -> Hashable:
    """What is written of a thing, to compare. Raises UncomparableError if nobody can."""
    if isinstance(thing, Promise):
        thing = str(thing)
    if isinstance(thing, ModelChoiceIteratorValue):
        thing = getattr(thing, "value")  # noqa: B009 -- the stubs do not know it
    if isinstance(thing, str):
        if len(thing) > LONGEST_TEXT:
            raise UncomparableError
        return type(thing), thing  # safe and unsafe, the same letters are written differently
    if isinstance(thing, PLAIN):
        return type(thing), thing  # True is no 1
    # No kinds of dict and list: a list of errors says besides whose they are.
    if type(thing) is dict:
        return tuple([(name, _content(part)) for name, part in thing.items()])
    if type(thing) in {list, tuple} and len(thing) <= MOST_PARTS:
        return tuple([_content(part) for part in thing])
    raise UncomparableError
