"""People, money and days are written the same way everywhere."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context, Template
from django.utils import timezone, translation

from teams.templatetags import kring

TODAY = date(2026, 11, 20)
SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def in_dutch() -> Iterator[None]:
    with translation.override("nl"):
        yield


def rendered(source: str, **context: Any) -> str:
    return Template("{% load kring %}" + source).render(Context(context))


class TestIcons:
    def test_an_icon_is_decoration_without_a_label(self) -> None:
        svg = rendered('{% icon "house" %}')

        assert 'aria-hidden="true"' in svg
        assert 'icons.svg#house"' in svg

    def test_an_icon_with_a_label_is_read_aloud(self) -> None:
        svg = rendered('{% icon "house" label %}', label='A "house"')

        assert 'role="img"' in svg
        assert 'aria-label="A &quot;house&quot;"' in svg
        assert "aria-hidden" not in svg


class TestKeep:
    def test_a_block_is_kept_for_later_and_shown_where_it_is_wanted(self) -> None:
        source = "{% keep as word %}<b>{{ it }}</b>{% endkeep %}[{{ word }}{{ word }}]"

        assert rendered(source, it="<x>") == "[<b>&lt;x&gt;</b><b>&lt;x&gt;</b>]"


class TestFaces:
    @pytest.mark.parametrize(
        ("name", "letters"),
        [
            ("Sanne Visser", "SV"),
            ("Daan de Vries", "DV"),
            ("sanne", "S"),
            ("  Sanne   Visser ", "SV"),
            ("Ömer Ünal", "ÖÜ"),
            ("", ""),
        ],
    )
    def test_a_face_shows_the_first_letters_of_first_and_last_name(
        self, name: str, letters: str
    ) -> None:
        assert kring.initials(name) == letters
        assert kring.initials(SimpleNamespace(name=name)) == letters

    def test_a_person_always_has_the_same_hue(self) -> None:
        assert [kring.hue(SimpleNamespace(pk=number, name="x")) for number in (1, 8, 9)] == [
            1,
            0,
            1,
        ]
        assert kring.hue("Sanne") == kring.hue("Sanne")

    def test_there_are_eight_hues(self) -> None:
        assert {kring.hue(f"Person {number}") for number in range(200)} == set(range(8))


class TestMoneyAtAGlance:
    @pytest.mark.parametrize(
        ("amount", "text"),
        [
            (None, ""),
            (0, "€0"),
            ("0.40", "€0"),
            ("0.5", "€1"),
            (900, "€900"),
            ("999.49", "€999"),
            ("999.50", "€1k"),
            (1000, "€1k"),
            (1049, "€1k"),
            (1050, "€1.1k"),
            (18_500, "€18.5k"),
            (330_140, "€330.1k"),
            (999_949, "€999.9k"),
            (999_950, "€1M"),
            (10_005_534, "€10M"),
            (1_234_567_890, "€1,234.6M"),
            (-2_400, "−€2.4k"),
        ],
    )
    def test_an_amount_is_short(self, amount: str | int | None, text: str) -> None:
        assert kring.money_short(None if amount is None else Decimal(amount)) == text

    @pytest.mark.parametrize(
        ("currency", "text"), [("USD", "$18.5k"), ("GBP", "£18.5k"), ("CHF", f"CHF{SPACE}18.5k")]
    )
    def test_every_currency_has_its_own_sign(self, currency: str, text: str) -> None:
        assert kring.money_short(Decimal(18_500), currency) == text

    def test_dutch_has_a_decimal_comma(self, in_dutch: None) -> None:
        assert kring.money_short(Decimal(18_500)) == "€18,5k"


class TestMoneyInFull:
    @pytest.mark.parametrize(
        ("amount", "text"),
        [
            (None, ""),
            ("0", "€0"),
            ("18500", "€18,500"),
            ("18500.5", "€18,500.50"),
            ("18500.00", "€18,500"),
            ("-1234.56", "−€1,234.56"),
        ],
    )
    def test_an_amount_is_whole_and_has_cents_only_when_needed(
        self, amount: str | None, text: str
    ) -> None:
        assert kring.money(None if amount is None else Decimal(amount)) == text

    def test_dutch_has_its_own_separators_and_a_space(self, in_dutch: None) -> None:
        assert kring.money(Decimal("18500.5")) == f"€{SPACE}18.500,50"

    def test_no_language_means_english(self) -> None:
        with translation.override(None):
            assert kring.money_short(Decimal(900), "USD") == "$900"


class TestDays:
    def test_the_day_itself_is_called_today(self) -> None:
        assert kring.short_date(TODAY, TODAY) == "today"

    def test_a_day_of_this_year_needs_no_year(self) -> None:
        assert kring.short_date(date(2026, 12, 1), TODAY) == "1 Dec"

    def test_a_day_of_another_year_has_its_year(self) -> None:
        assert kring.short_date(date(2025, 12, 1), TODAY) == "1 Dec 2025"

    def test_without_a_day_to_compare_with_the_year_is_said(self) -> None:
        assert kring.short_date(date(2026, 12, 1)) == "1 Dec 2026"

    def test_no_day_is_nothing(self) -> None:
        assert kring.short_date(None, TODAY) == ""

    def test_a_day_is_written_in_the_language_of_the_page(self, in_dutch: None) -> None:
        assert kring.short_date(date(2026, 3, 1), TODAY) == "1 mrt"

    def test_a_moment_is_written_in_local_time(self) -> None:
        with timezone.override("Europe/Amsterdam"):
            late = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)

            assert kring.short_moment(late, TODAY) == "today 00:30"

    def test_no_moment_is_nothing(self) -> None:
        assert kring.short_moment(None, TODAY) == ""


class TestMessages:
    def test_a_message_says_where_it_is_undone(self) -> None:
        message = Message(constants.SUCCESS, "Moved.", extra_tags="late undo:/moves/3/undo/")

        assert kring.undo_url(message) == "/moves/3/undo/"

    @pytest.mark.parametrize("tags", [None, "", "late"])
    def test_a_message_that_cannot_be_undone_has_no_address(self, tags: str | None) -> None:
        assert kring.undo_url(Message(constants.SUCCESS, "Done.", extra_tags=tags)) == ""


class TestSentences:
    def test_a_headline_is_cut_into_its_sentences(self) -> None:
        text = "Two things changed. The rest is business as usual."

        assert kring.sentences(text) == ["Two things changed.", "The rest is business as usual."]

    def test_a_number_is_not_the_end_of_a_sentence(self) -> None:
        assert kring.sentences("It was 4.9 days.") == ["It was 4.9 days."]
