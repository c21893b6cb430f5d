"""Importing a company: dates and numbers, read by the column and never guessed."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError

from crm.imports.values import (
    DateOrder,
    DecimalMark,
    date_readings,
    number_readings,
    read_date,
    read_number,
)
from crm.models import Deal, Organization
from tests.crm.companies import CompanyFiles, warnings

DAY, MONTH, YEAR = DateOrder
POINT, COMMA = DecimalMark
SPRING = date(2017, 3, 1)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        *(("2017-03-01", order, SPRING) for order in DateOrder),
        *(("2017/3/1", order, SPRING) for order in DateOrder),
        ("2017-03-01 00:00", DAY, SPRING),
        ("2017-03-01T00:00:00.000", DAY, SPRING),
        ("2017-03-01 08:30", DAY, None),
        ("01-03-2017", DAY, SPRING),
        ("1.3.17", DAY, SPRING),
        ("3/1/2017", MONTH, SPRING),
        ("17-03-01", YEAR, SPRING),
        ("01-03-2017", YEAR, None),
        ("1/3-2017", DAY, None),
        ("2017-1", DAY, None),
        ("20/10/2016", MONTH, None),
        ("31-2-2017", DAY, None),
        ("1-1-90", DAY, date(1990, 1, 1)),
        ("1-1-89", DAY, date(2089, 1, 1)),
        ("31-12-1989", DAY, None),
        ("2100-12-31", DAY, date(2100, 12, 31)),
        ("2101-01-01", DAY, None),
        ("0000-01-01", DAY, None),
        ("1-1-217", DAY, None),
        ("١-٣-٢٠١٧", DAY, None),
        ("", DAY, None),
        ("soon", DAY, None),
    ],
)
def test_a_date_is_read_in_an_order(text, order, day):
    assert read_date(text, order) == day


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [
        ("1054", POINT, "1054"),
        ("1054", COMMA, "1054"),
        ("-3", POINT, "-3"),
        ("1,054.50", POINT, "1054.50"),
        ("1.054,50", COMMA, "1054.50"),
        ("1 054 000", POINT, "1054000"),
        ("1'054'000,5", COMMA, "1054000.5"),
        ("1,054", POINT, "1054"),
        ("1,054", COMMA, "1.054"),
        ("1100.04", COMMA, None),
        ("1,05,000", POINT, None),
        ("1,054 000", POINT, None),
        ("1e5", POINT, None),
        ("NaN", POINT, None),
        ("٣", POINT, None),
        ("$5", POINT, None),
        (".5", POINT, None),
        ("", POINT, None),
    ],
)
def test_a_number_is_read_with_a_mark(text, mark, number):
    assert read_number(text, mark) == (number and Decimal(number))


def refusal_of(files: CompanyFiles) -> str:
    with pytest.raises(CommandError) as refusal:
        files.bring_in()
    return str(refusal.value)


class TestAColumn:
    def test_dates_that_say_their_order_have_one_reading(self):
        (reading,) = date_readings(["2017-03-01", "2017-12-31"])
        assert reading.choices == tuple(DateOrder)

    def test_an_empty_column_has_one_reading(self):
        (reading,) = date_readings([])
        assert reading.values == {}

    def test_one_date_decides_for_all(self):
        (reading,) = date_readings(["3/1/2017", "10/20/2016"])
        assert reading.choices == (MONTH,)
        assert reading.values["3/1/2017"] == SPRING

    def test_dates_that_fit_two_orders_have_two_readings(self):
        assert [r.choices for r in date_readings(["1/3/2017"])] == [(DAY,), (MONTH,)]
        assert [r.choices for r in date_readings(["20-10-16"])] == [(DAY,), (YEAR,)]

    def test_orders_that_mean_the_same_are_one_reading(self):
        (reading,) = date_readings(["3/3/2017"])
        assert reading.choices == (DAY, MONTH)

    def test_the_order_that_leaves_the_fewest_unread_is_taken(self):
        (reading,) = date_readings(["13/1/2017", "14/1/2017", "1/13/2017"])
        assert reading.choices == (DAY,)
        assert set(reading.values) == {"13/1/2017", "14/1/2017"}

    def test_what_was_said_decides(self):
        (reading,) = date_readings(["1/3/2017"], DAY)
        assert reading.values == {"1/3/2017": SPRING}

    def test_numbers_without_a_mark_have_one_reading(self):
        (reading,) = number_readings(["1054", "0"])
        assert reading.choices == (POINT, COMMA)

    def test_numbers_that_fit_both_marks_have_two_readings(self):
        assert len(number_readings(["1.054", "2.000"])) == 2
        assert [r.choices for r in number_readings(["1.054", "2.5"])] == [(POINT,)]
        assert [r.choices for r in number_readings(["1.054"], COMMA)] == [(COMMA,)]


@pytest.mark.django_db
class TestInACompany:
    @pytest.fixture
    def files(self, tmp_path: Path) -> CompanyFiles:
        return CompanyFiles(tmp_path)

    @pytest.fixture
    def dated(self, files: CompanyFiles) -> CompanyFiles:
        """Two deals with dates that fit more than one order."""
        files.deals = files.deals[:3]
        files.set(1, engage_date="01-02-2024", close_date="05-02-2024")
        files.set(2, engage_date="01-03-2024", close_date="02-04-2024")
        return files

    def test_american_dates_are_read(self, files):
        files.set(1, engage_date="1/10/2024", close_date="2/20/2024")
        files.set(2, engage_date="1/15/2024", close_date="3/1/2024")
        files.set(3, engage_date="5/2/2024")
        files.set(5, engage_date="6/1/2024", close_date="6/1/2024")

        said = files.figures()

        assert warnings(said, "date-order") == [
            ("engage_date", 4, "1/10/2024", "month-first: 2024-01-10"),
            ("close_date", 3, "2/20/2024", "month-first: 2024-02-20"),
        ]
        assert Deal.objects.filter(outcome="lost", closed_at__date=date(2024, 3, 1)).exists()

    def test_a_reading_that_closes_deals_before_they_begin_falls_away(self, files):
        files.set(1, engage_date="30-01-24", close_date="29-02-24")
        files.set(2, engage_date="15-01-24", close_date="01-03-24")
        files.set(3, engage_date="02-05-24")
        files.set(5, engage_date="01-06-24", close_date="01-06-24")

        said = files.figures()

        one = "Read year-first, 1 deal would close before it begins."
        two = "Read year-first, 2 deals would close before they begin."
        assert warnings(said, "date-order") == [
            ("engage_date", 4, "30-01-24", f"day-first: 2024-01-30. {one}"),
            ("close_date", 3, "29-02-24", f"day-first: 2024-02-29. {two}"),
        ]
        assert Deal.objects.get(outcome="lost").opened_at.date() == date(2024, 1, 15)

    def test_an_order_that_nothing_decides_is_asked(self, dated):
        assert refusal_of(dated).splitlines() == [
            "Nothing was imported.",
            "deals.csv, engage_date: “01-02-2024” may be 2024-02-01 (day-first) or 2024-01-02"
            " (month-first).",
            "deals.csv, close_date: “02-04-2024” may be 2024-04-02 (day-first) or 2024-02-04"
            " (month-first).",
            "Say what is meant in the map file (--map FILE.toml):",
            "",
            "[dates]",
            'order = "day-first"  # "month-first"',
        ]
        assert not Deal.objects.exists()

    @pytest.mark.parametrize(
        ("says", "began"),
        [
            ('[dates]\norder = "day-first"', date(2024, 2, 1)),
            ('[dates]\norder = "month-first"', date(2024, 1, 2)),
            (
                '[dates]\nengage_date = "day-first"\nclose_date = "day-first"',
                date(2024, 2, 1),
            ),
        ],
    )
    def test_the_map_file_answers(self, dated, says, began):
        dated.bring_in(says=says)

        assert Deal.objects.get(outcome="won").opened_at.date() == began

    def test_two_orders_in_one_file_are_asked_with_the_evidence(self, dated):
        """Only month-first beginnings and day-first endings turn no deal around."""
        dated.set(1, engage_date="02-01-2024", close_date="01-02-2024")
        dated.set(2, engage_date="01-04-2024", close_date="02-03-2024")

        assert "\n".join(refusal_of(dated).splitlines()[1:3]) == (
            "deals.csv, engage_date: “01-04-2024” may be 2024-01-04 (month-first) or 2024-04-01"
            " (day-first). Read day-first, 1 deal would close before it begins.\n"
            "deals.csv, close_date: “01-02-2024” may be 2024-02-01 (day-first) or 2024-01-02"
            " (month-first). Read month-first, 1 deal would close before it begins."
        )

    def test_a_column_that_is_certain_is_not_asked(self, dated):
        dated.set(1, close_date="2024-02-05")
        dated.set(2, close_date="2024-04-02")

        asked = refusal_of(dated)

        assert "engage_date: “01-02-2024” may be 2024-02-01 (day-first) or" in asked
        assert "close_date" not in asked

    def test_a_date_that_is_none_names_its_row(self, files):
        files.set(2, engage_date="yesterday")

        with pytest.raises(CommandError) as refusal:
            files.bring_in()

        assert (
            "deals.csv, row 3, engage_date: “yesterday” is no date between 1990 and 2100"
            " (read day-first)." in str(refusal.value)
        )

    def test_decimal_commas_are_read(self, files):
        for row, revenue in enumerate(["1.100,04", "251,4", ""], start=1):
            files.accounts[row][3] = revenue

        files.bring_in()

        assert Organization.objects.get(name="Dune Works").revenue == Decimal("1100.04")

    def test_a_mark_that_nothing_decides_is_asked(self, files):
        for row, revenue in enumerate(["1.100", "251", ""], start=1):
            files.accounts[row][3] = revenue

        with pytest.raises(CommandError) as refusal:
            files.bring_in()

        assert str(refusal.value).splitlines()[1:] == [
            "accounts.csv, revenue: “1.100” may be 1.100 or 1100; no other row decides it.",
            "Say what is meant in the map file (--map FILE.toml):",
            "",
            "[numbers]",
            'decimal = "point"  # "comma"',
        ]

        files.bring_in(says='[numbers]\nrevenue = "comma"')
        assert Organization.objects.get(name="Dune Works").revenue == 1100

    def test_a_mark_that_fits_one_row_each_is_asked(self, files):
        for row, revenue in enumerate(["1,5", "2.5", ""], start=1):
            files.accounts[row][3] = revenue

        with pytest.raises(CommandError, match=r"“2\.5” may be 2\.5 or no number"):
            files.bring_in()

    @pytest.mark.parametrize(
        ("column", "cell", "sentence"),
        [
            (3, "lots", "row 2, revenue: “lots” is no number."),
            (3, "-1", "row 2, revenue: An amount is at least 0 and below"),
            (3, "1000000000000", "row 2, revenue: An amount is at least 0 and below"),
            (3, "1.0045", "row 2, revenue: An amount has at most two decimals."),
            (4, "2.5", "row 2, employees: Only a whole number from 0 to 2147483647 fits here."),
            (4, "-2", "row 2, employees: Only a whole number"),
            (2, "2101", "row 2, year_established: Only a whole number from 0 to 2100 fits here."),
        ],
    )
    def test_a_number_that_does_not_fit_names_its_row(self, files, column, cell, sentence):
        files.accounts[1][column] = cell

        with pytest.raises(CommandError) as refusal:
            files.bring_in()

        assert f"accounts.csv, {sentence}" in str(refusal.value)
