"""The countries a team may be in, by their two letters of ISO 3166."""

from functools import cache
from unicodedata import normalize

from babel import Locale
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy

# What the list of names holds besides countries: unions, parts that have no letters of their own
# in the standard, and letters for tests.
NO_COUNTRIES = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ")
)


def names() -> dict[str, str]:
    """Every country with its name in the language of the reader."""
    return _names(get_language() or "en")


@cache
def _names(language: str) -> dict[str, str]:
    every = Locale.parse(language, sep="-").territories.items()
    return {
        code: name
        for code, name in every
        if len(code) == 2 and code not in NO_COUNTRIES  # noqa: PLR2004
    }


def choices() -> list[tuple[str, str]]:
    """The countries by name, as a choice."""
    return _choices(get_language() or "en")


@cache
def _choices(language: str) -> list[tuple[str, str]]:
    # An accent does not send a name to the end.
    return sorted(_names(language).items(), key=lambda each: normalize("NFKD", each[1]))


def country_exists(code: str) -> None:
    if code not in names():
        raise ValidationError(gettext_lazy("%(code)s is no country."), params={"code": code})
