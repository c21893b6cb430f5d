"""Importing a company: reading files, whoever saved them."""

import codecs
from pathlib import Path

import pytest

from crm.imports.read import LONGEST_CELL, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Table, read_table
from tests.shared import SHARED

TEXT = "Opportunity ID,Sales-Agent *\nA1,José\nA2,Søren\n"
ROWS = [
    (2, {"opportunity_id": "A1", "sales_agent": "José"}),
    (3, {"opportunity_id": "A2", "sales_agent": "Søren"}),
]


def read(tmp_path: Path, content: str | bytes) -> Table:
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path)


def rows(table: Table) -> list[tuple[int, dict[str, str]]]:
    assert table.problems == ()
    return [(row.number, row.cells) for row in table.rows]


def problems(table: Table) -> list[tuple[int | None, str, str]]:
    assert {problem.file for problem in table.problems} <= {"a.csv"}
    return [(problem.row, problem.column, problem.sentence) for problem in table.problems]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("cp1252"), "cp1252"),
    ],
)
def test_a_file_is_read_in_the_encoding_it_was_written_in(tmp_path, content, encoding):
    table = read(tmp_path, content)

    assert rows(table) == ROWS
    assert table.encoding == encoding


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_is_read_with_its_delimiter_and_line_ends(tmp_path, delimiter, end):
    content = TEXT.replace(",", delimiter).replace("\n", end)

    assert rows(read(tmp_path, content)) == ROWS


def test_decimal_commas_do_not_make_a_comma_the_delimiter(tmp_path):
    table = read(tmp_path, "name;revenue, in millions;x\nA;1,5;2,5\nB;3,0;4,1\n")

    assert table.columns == ("name", "revenue,_in_millions", "x")
    assert [row.cells["x"] for row in table.rows] == ["2,5", "4,1"]


def test_quotes_that_fit_another_delimiter_are_no_fault(tmp_path):
    assert rows(read(tmp_path, 'a;b\n"x";"y"\n"say ""z""";"1;2"\n')) == [
        (2, {"a": "x", "b": "y"}),
        (3, {"a": 'say "z"', "b": "1;2"}),
    ]


def test_a_quoted_cell_may_run_over_lines(tmp_path):
    assert rows(read(tmp_path, 'a,b\n"one\r\ntwo",2\n3,4\n')) == [
        (2, {"a": "one\r\ntwo", "b": "2"}),
        (3, {"a": "3", "b": "4"}),
    ]


def test_a_file_longer_than_the_sample_is_read_to_its_end(tmp_path):
    assert len(read(tmp_path, "a,b\n" + "1,2\n" * 200).rows) == 200


def test_a_file_of_one_column_is_read(tmp_path):
    assert rows(read(tmp_path, "a\n1\n")) == [(2, {"a": "1"})]


def test_blank_rows_are_passed_over_but_counted(tmp_path):
    assert rows(read(tmp_path, "\n\na,b\n1,2\n,\n\n3,4\n")) == [
        (4, {"a": "1", "b": "2"}),
        (7, {"a": "3", "b": "4"}),
    ]


def test_columns_without_a_header_may_be_empty(tmp_path):
    assert rows(read(tmp_path, "a,,b,,\n1,,2,,\n")) == [(2, {"a": "1", "b": "2"})]


def test_a_cell_without_a_header_is_a_fault(tmp_path):
    assert problems(read(tmp_path, "a,,b\n1,x,2\n1,,2,y\n")) == [
        (2, "column 2", "Something stands in a column without a header."),
        (3, "column 4", "Something stands in a column without a header."),
    ]


def test_a_row_that_ends_early_is_a_fault(tmp_path):
    assert problems(read(tmp_path, "a,b,c\n1,2,3\n1,2\n")) == [
        (3, "c", "The row ends before this column: it has 2 cells of 3.")
    ]


def test_two_columns_of_one_name_are_a_fault(tmp_path):
    table = read(tmp_path, "Account,Product,account \n1,2,3\n")

    assert problems(table) == [(1, "account", "Two columns have this header.")]
    assert table.rows == ()


@pytest.mark.parametrize("content", ["", "\n\n", ",,\n"])
def test_an_empty_file_says_so(tmp_path, content):
    assert problems(read(tmp_path, content)) == [(None, "", "The file is empty.")]


def test_a_quote_that_is_never_closed_swallows_nothing(tmp_path):
    assert problems(read(tmp_path, 'a,b\n1,2\n"3,4\n5,6\n')) == [
        (3, "", "The quotes in this row do not match, or a cell never ends.")
    ]


def test_what_the_database_cannot_store_is_a_fault(tmp_path):
    assert problems(read(tmp_path, "a,b\n1,x\0y\n")) == [
        (2, "b", "A character here cannot be stored.")
    ]


def test_a_cell_has_its_limit(tmp_path):
    fits, too_long = "x" * LONGEST_CELL, "x" * (LONGEST_CELL + 1)

    assert len(rows(read(tmp_path, f"a,b\n1,{fits}\n"))) == 1
    assert problems(read(tmp_path, f"a,b\n1,{too_long}\n")) == [
        (2, "b", "More than 5000 characters are too many.")
    ]


def test_a_file_has_its_limit_of_columns(tmp_path):
    fits = ",".join(f"c{number}" for number in range(MOST_COLUMNS))

    assert problems(read(tmp_path, f"{fits}\n")) == []
    assert problems(read(tmp_path, f"{fits},more\n")) == [
        (None, "", "More than 100 columns are too many.")
    ]


def test_a_file_has_its_limit_of_rows(tmp_path):
    fits = "a\n" + "1\n" * MOST_ROWS

    assert len(read(tmp_path, fits).rows) == MOST_ROWS
    assert problems(read(tmp_path, fits + "1\n")) == [
        (None, "", "More than 100000 rows are too many.")
    ]


def test_a_file_has_its_limit_of_size(tmp_path):
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(MOST_BYTES + 1)

    assert problems(read_table(tmp_path / "a.csv")) == [
        (None, "", "The file is larger than 64 MB.")
    ]


@pytest.mark.parametrize("content", [b"\xff\xfea\x00b", b"a,b\n1,\x81\n"])
def test_what_is_no_text_is_refused(tmp_path, content):
    assert problems(read(tmp_path, content)) == [
        (None, "", "The file is no text that can be read; save it as UTF-8.")
    ]


def test_a_file_that_is_gone_is_a_fault(tmp_path):
    assert problems(read_table(tmp_path / "a.csv")) == [(None, "", "The file cannot be opened.")]


AWKWARD = SHARED / "data" / "awkward_files"


@pytest.mark.skipif(not AWKWARD.is_dir(), reason=f"the awkward files are not at {AWKWARD}")
def test_awkward_files_are_read_or_say_what_is_wrong():
    tables = [read_table(path) for path in sorted(AWKWARD.rglob("*.[ct]sv"))]

    assert len(tables) > 80
    assert {table.encoding for table in tables} == {"utf-8", "utf-8-sig", "utf-16", "cp1252"}
    assert {table.name.removesuffix(".csv") for table in tables if table.problems} == {
        "Datagov_FY10_EDU_recp_by_State",  # a title above the headers
        "bad",
        "bad_skip_lines",
        "defective-rows",
        "duplicate-headers",
        "empty",
        "invalid",
        "issue-1004-data1",
        "issue-493",  # 126 columns
        "join_a_short",
        "matrix-with-comment",
        "null_byte",
        "schema-errors",
        "sheetsxlsx_converted",
        "skip-blank-at-the-end",
        "test_extra_header",
        "test_join_short_rows",
    }
