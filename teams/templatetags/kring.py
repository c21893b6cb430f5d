"""How people, money and days are written on the pages: once, here, for every template and view."""

import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple
from zlib import crc32

from babel.numbers import get_currency_symbol
from django import template
from django.contrib.messages.storage.base import Message
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from teams.once import FIELD

register = template.Library()

HUES = 8
SPRITE = "vendor/lucide/icons.svg"
UNDO, REDO = "undo:", "redo:"
NO_BREAK = "\N{NO-BREAK SPACE}"
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


class Step(NamedTuple):
    """From this amount on, the short form of money counts in `of`, and says so with `letter`."""

    start: Decimal
    of: Decimal
    letter: str


# A step starts where the one before it would round up to it: nothing reads "1000k" or "1000".
STEPS = (
    Step(Decimal(999_950), Decimal(1_000_000), "M"),
    Step(Decimal("999.5"), Decimal(1_000), "k"),
)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon from the sprite; without a label it is decoration and is not read aloud."""
    if label:
        picture = '<svg class="i" role="img" aria-label="{}"><use href="{}"/></svg>'
        return format_html(picture, label, f"{_sprite()}#{name}")
    return _decoration(name)


@cache
def _decoration(name: str) -> SafeString:
    return format_html(
        '<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>', _sprite(), name
    )


@cache
def _sprite() -> str:
    return static(SPRITE)  # a page asks for it some eighty times


@register.simple_block_tag
def keep(content: str) -> str:
    """Keep what the block renders (`{% keep as name %}`), to write the same thing many times."""
    return content


@register.simple_tag
def once() -> SafeString:
    """The key of a form, beside its `csrf_token`: what is sent twice is done once."""
    return format_html(
        '<input type="hidden" name="{}" value="{}">', FIELD, secrets.token_urlsafe(16)
    )


@register.filter
def initials(person: Any) -> str:
    """The first letters of a person's first and last name, for the face that stands for them."""
    words = _name(person).split()
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()


@register.filter
def hue(person: Any) -> int:
    """Which of the eight hues (0 to 7) a person's face takes, always the same one."""
    number = getattr(person, "pk", None)
    if isinstance(number, int):
        return number % HUES
    return crc32(_name(person).encode()) % HUES


@register.filter
def money_short(amount: Decimal | int | None, currency: str = "EUR") -> str:
    """Money at a glance, in the language of the page: €900, €18.5k, €1.2M; nothing for None."""
    return "" if amount is None else _short(Decimal(amount), currency, get_language())


@lru_cache(maxsize=2048)
def _short(value: Decimal, currency: str, _language: str | None) -> str:
    step = next((step for step in STEPS if abs(value) >= step.start), None)
    if step is None:
        return _with_symbol(value, _number(_rounded(value, "1")), currency, space="")
    number = _number(_rounded(value / step.of, "0.1")) + step.letter
    return _with_symbol(value, number, currency, space="")


@register.filter
def money(amount: Decimal | int | None, currency: str = "EUR") -> str:
    """Money in full, in the language of the page: €18,500 or € 18.500; cents only when needed."""
    return "" if amount is None else _full(Decimal(amount), currency, get_language())


@lru_cache(maxsize=2048)
def _full(value: Decimal, currency: str, _language: str | None) -> str:
    places = 0 if value == value.to_integral_value() else 2
    number = formats.number_format(abs(value), places, use_l10n=True, force_grouping=True)
    space = "" if _in_english() else NO_BREAK
    return _with_symbol(value, number, currency, space=space)


@register.filter
def short_date(day: date | None, today: date | None = None) -> str:
    """A day in a few letters: today, 1 Dec, and with the year when it is another than today's."""
    if day is None:
        return ""
    if day == today:
        return gettext("today")
    return _day(day, get_language(), has_year=today is None or day.year != today.year)


@lru_cache(maxsize=2048)
def _day(day: date, _language: str | None, *, has_year: bool) -> str:
    # English alone writes its months with a capital.
    month = "M" if _in_english() else "b"
    return formats.date_format(day, f"j {month}{' Y' if has_year else ''}")


@register.filter
def short_moment(moment: datetime | None, today: date | None = None) -> str:
    """A moment in a few letters, in local time: today 14:05, 1 Dec 9:30."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{short_date(local.date(), today)} {formats.date_format(local, 'H:i')}"


@register.filter
def in_hours(seconds: int) -> str:
    """Seconds as hours, with no more places than needed: 4, 2.5, 0.25."""
    hours = (Decimal(seconds) / 3600).quantize(Decimal("0.01")).normalize()
    return formats.number_format(format(hours, "f"), use_l10n=True)


@register.filter
def undo_url(message: Message) -> str:
    """Where the Undo of a message posts to; empty when it cannot be undone.

    A view says so by `messages.success(request, text, extra_tags=f"undo:{url}")`.
    """
    return _tagged(message, UNDO)


@register.filter
def redo_url(message: Message) -> str:
    """Where what a message says was undone can be done again; a view says so as for undo."""
    return _tagged(message, REDO)


def _tagged(message: Message, mark: str) -> str:
    tags = (message.extra_tags or "").split()
    return next((tag.removeprefix(mark) for tag in tags if tag.startswith(mark)), "")


@register.filter
def of(found: Mapping[Any, Any], key: Any) -> Any:
    """What stands under this key, or nothing."""
    return found.get(key)


@register.filter
def sentences(text: str) -> list[str]:
    """The sentences of a text, so that a headline can give each a line of its own."""
    return SENTENCE_END.split(str(text).strip())


def _in_english() -> bool:
    return (get_language() or "en").startswith("en")


def _name(person: Any) -> str:
    return str(getattr(person, "name", person))


def _rounded(value: Decimal, to: str) -> Decimal:
    return abs(value).quantize(Decimal(to), ROUND_HALF_UP)


def _number(value: Decimal) -> str:
    places = 0 if value == value.to_integral_value() else 1
    return formats.number_format(value, places, use_l10n=True, force_grouping=True)


def _with_symbol(value: Decimal, number: str, currency: str, *, space: str) -> str:
    symbol = _symbol(currency, get_language() or "en")
    if symbol[-1].isalpha():
        space = NO_BREAK
    sign = "\N{MINUS SIGN}" if value < 0 else ""
    return f"{sign}{symbol}{space}{number}"


@cache
def _symbol(currency: str, language: str) -> str:
    symbol: str = get_currency_symbol(currency, locale=language.replace("-", "_"))
    return symbol
