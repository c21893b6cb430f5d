"""Fragments that many pages show again and again: drawn once for the same content."""

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

# Some 3 KB each: at most 12 MB in a worker.
MOST_KEPT = 4096


@register.simple_tag
def drawn(name: str, *holes: str, **given: Any) -> SafeString:
    """The fragment of this name, drawn from what is given and nothing else.

    What is given must be equal only where it reads the same: plain texts, numbers, frozen
    dataclasses of them, never a model, which stays equal when its content changes. So what is kept
    cannot grow old: other content is another fragment. `holes` are HTML that may be another each
    time, as the token of a form; the fragment writes them as `{{ holes.0 }}`.

    Raises TypeError for what has no hash.
    """
    draw = _draw.__wrapped__ if settings.DEBUG else _draw  # whoever writes templates sees them
    html: str = draw(name, get_language(), len(holes), tuple(given.items()))
    for nth, hole in enumerate(holes):
        html = html.replace(_mark(nth), hole)
    return mark_safe(html)  # noqa: S308 -- a template wrote it


@lru_cache(maxsize=MOST_KEPT)
def _draw(
    name: str, _language: str | None, holes: int, given: tuple[tuple[str, Any], ...]
) -> SafeString:
    marks = [mark_safe(_mark(nth)) for nth in range(holes)]  # noqa: S308 -- no letters of anybody
    return render_to_string(name, {"holes": marks, **dict(given)})


def _mark(nth: int) -> str:
    # No text that somebody typed can hold it: forms and database refuse the first letter.
    return f"\0{nth}\0"
