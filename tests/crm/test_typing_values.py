"""How people type names, amounts and days, in their own language."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from crm.fields import AmountField, SoughtField
from crm.models.customer import name_fits
from teams.fields import DayField, LineField


@pytest.mark.parametrize(
    ("language", "typed", "amount"),
    [
        ("en", "1250", "1250"),
        ("en", "1,250.50", "1250.50"),
        ("en", " 0.5 ", "0.5"),
        ("en", "1,234,567.89", "1234567.89"),
        ("nl", "1250,50", "1250.50"),
        ("nl", "1.250,50", "1250.50"),
        ("nl", "1.250", "1250"),
    ],
)
def test_an_amount_is_read_as_the_language_writes_it(language, typed, amount):
    with translation.override(language):
        assert AmountField().clean(typed) == Decimal(amount)


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en", "12,5"),  # 12.5 to one reader, 125 to another
        ("en", "1.250,50"),
        ("en", "1,25,000"),
        ("en", "1e3"),
        ("en", "1_000"),
        ("en", "NaN"),
        ("en", "Infinity"),
        ("en", "٣"),
        ("en", "\0"),
        ("en", "€ 5"),
        ("en", "."),
        ("nl", "12.5"),
        ("nl", "1,250.50"),
    ],
)
def test_an_amount_is_never_guessed(language, typed):
    with translation.override(language), pytest.raises(ValidationError) as refusal:
        AmountField().clean(typed)

    example = {"en": "1,234.56", "nl": "1.234,56"}[language]
    assert example in refusal.value.messages[0]


@pytest.mark.parametrize("typed", ["-1", "10000000000", "0.005", "9" * 5000])
def test_an_amount_has_bounds(typed):
    with pytest.raises(ValidationError):
        AmountField().clean(typed)


def test_no_amount_is_none():
    assert AmountField(required=False).clean(" ") is None


@pytest.mark.parametrize("typed", ["1990-01-01", "2100-12-31"])
def test_a_day_is_in_our_time(typed):
    assert DayField().clean(typed).isoformat() == typed


@pytest.mark.parametrize("typed", ["1989-12-31", "2101-01-01"])
def test_a_day_outside_is_refused(typed):
    with pytest.raises(ValidationError, match="between 1990 and 2100"):
        DayField().clean(typed)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_day_may_be_typed_the_day_first(language):
    with translation.override(language):
        assert DayField().clean("1-12-2026").isoformat() == "2026-12-01"


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("typed", ["12/31/26", "31-12-26", "1/2/2026", "Dec 1 2026", "12-31-2026"])
def test_a_day_is_never_guessed(language, typed):
    with translation.override(language), pytest.raises(ValidationError):
        DayField().clean(typed)


def test_a_line_loses_what_cannot_be_seen():
    assert LineField().clean(" two\tscanners\u200b ") == "two scanners"


@pytest.mark.parametrize("typed", ["", "\u200b", "a\0b", "\ud800"], ids=ascii)
def test_a_line_that_nobody_can_read_is_refused(typed):
    with pytest.raises(ValidationError):
        LineField().clean(typed)


@pytest.mark.parametrize(
    ("typed", "sought"), [(None, ""), ("a\0\u200bb ", "a b"), ("x" * 300, "x" * 100)]
)
def test_anything_can_be_sought(typed, sought):
    assert SoughtField(max_length=100, required=False).clean(typed) == sought


def test_a_name_that_grows_when_it_is_compared_is_measured_then():
    name_fits("ﬃ" * 53)

    with pytest.raises(ValidationError, match="too long"):
        name_fits("ﬃ" * 54)
