"""Read a file of separated values, whoever saved it, and say where it is broken."""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from crm.imports.notes import Problem
from teams.text import is_readable

MOST_BYTES = 64 * 2**20
MOST_ROWS = 100_000
MOST_COLUMNS = 100
LONGEST_CELL = 5_000
DELIMITERS = ",;\t|"
# Enough rows to tell a delimiter from a comma in a name.
SAMPLE = 50

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class FileError(Exception):
    """The file cannot be read at all; the message says why, `row` where."""

    def __init__(self, sentence: str, row: int | None = None) -> None:
        super().__init__(sentence)
        self.row = row


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A file as rows. `columns` are the keys of its headers, `encoding` how it was written."""

    name: str
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    encoding: str = "utf-8"


def header_key(header: str) -> str:
    """The form in which headers are compared: “Opportunity ID” is opportunity_id."""
    text = unicodedata.normalize("NFC", header).casefold().strip().rstrip("*")
    return re.sub(r"[\s_-]+", "_", text.strip())


def read_table(path: Path) -> Table:
    """Read one file; what is wrong with it stands in the table's problems."""
    try:
        text, encoding = _decoded(path)
        records = list(_records(text, _delimiter(text)))
    except FileError as fault:
        return Table(path.name, problems=(Problem(path.name, fault.row, "", str(fault)),))
    return _Reading(path.name, encoding, records).table()


def _decoded(path: Path) -> tuple[str, str]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileError(
                _("The file is larger than %(most)d MB.") % {"most": MOST_BYTES // 2**20}
            )
        return decode(path.read_bytes())
    except OSError:
        raise FileError(_("The file cannot be opened.")) from None


def decode(content: bytes) -> tuple[str, str]:
    """Turn bytes into text: by the mark at the beginning, as UTF-8, or as Windows-1252.

    Returns the text and the encoding. Raises FileError when none of them fits.
    """
    for encoding in _encodings(content):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise FileError(_("The file is no text that can be read; save it as UTF-8."))


def _encodings(content: bytes) -> list[str]:
    if content.startswith(codecs.BOM_UTF8):
        return ["utf-8-sig"]
    if content.startswith(UTF_16):
        return ["utf-16"]
    # UTF-16 without a mark: Latin letters leave every other byte empty.
    start = content[:200]
    if start[1::2].count(0) > len(start) // 4:
        return ["utf-16-le"]
    if start[::2].count(0) > len(start) // 4:
        return ["utf-16-be"]
    return ["utf-8", "cp1252"]


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    # Strict, for otherwise a quote that is never closed swallows the rest of the file.
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 1
    try:
        for record in lines:
            yield record
            row += 1
    except csv.Error:
        sentence = _("The quotes in this row do not match, or a cell never ends.")
        raise FileError(sentence, row) from None


def _delimiter(text: str) -> str:
    """The delimiter by which the most rows have as many cells as the first, and the most cells."""

    def fitness(delimiter: str) -> tuple[int, int]:
        sample = list(_sample(text, delimiter))
        width = len(sample[0]) if sample else 0
        return (sum(len(row) == width for row in sample), width) if width > 1 else (0, 0)

    return max(DELIMITERS, key=fitness)


def _sample(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        for number, record in enumerate(_records(text, delimiter)):
            if number == SAMPLE:
                return
            if record:
                yield record
    except FileError:
        return  # with another delimiter the quotes may stand where they should


@dataclass
class _Reading:
    name: str
    encoding: str
    records: list[list[str]]
    problems: list[Problem] = field(default_factory=list)
    # Where the headers are. Blank lines above them are nobody's rows, but they count.
    top: int = 0

    def table(self) -> Table:
        columns = self._columns()
        rows = () if self.problems else tuple(self._rows(columns))
        return Table(self.name, tuple(columns), rows, tuple(self.problems), self.encoding)

    def _problem(self, row: int | None, column: str, sentence: str) -> None:
        self.problems.append(Problem(self.name, row, column, sentence))

    def _columns(self) -> list[str]:
        """The keys of the headers; an empty one is kept for a column in which nothing stands."""
        filled = (place for place, record in enumerate(self.records) if any(record))
        self.top = next(filled, -1)
        if self.top < 0:
            self._problem(None, "", _("The file is empty."))
            return []
        columns = [header_key(header) for header in self.records[self.top]]
        while columns and not columns[-1]:
            columns.pop()
        if len(columns) > MOST_COLUMNS:
            self._problem(
                None, "", _("More than %(most)d columns are too many.") % {"most": MOST_COLUMNS}
            )
        if len(self.records) - self.top - 1 > MOST_ROWS:
            self._problem(
                None, "", _("More than %(most)d rows are too many.") % {"most": MOST_ROWS}
            )
        for column in sorted({each for each in columns if each and columns.count(each) > 1}):
            self._problem(self.top + 1, column, _("Two columns have this header."))
        return columns

    def _rows(self, columns: list[str]) -> Iterator[Row]:
        for number, record in enumerate(self.records[self.top + 1 :], start=self.top + 2):
            if any(cell.strip() for cell in record):
                self._check_width(number, record, columns)
                cells = zip(columns, record, strict=False)
                yield Row(number, {c: self._cell(number, c, v) for c, v in cells if c})

    def _check_width(self, number: int, record: list[str], columns: list[str]) -> None:
        if len(record) < len(columns):
            self._problem(
                number,
                columns[len(record)],
                _("The row ends before this column: it has %(cells)d cells of %(columns)d.")
                % {"cells": len(record), "columns": len(columns)},
            )
        for place, cell in enumerate(record, start=1):
            if cell.strip() and (place > len(columns) or not columns[place - 1]):
                self._problem(
                    number,
                    _("column %(place)d") % {"place": place},
                    _("Something stands in a column without a header."),
                )

    def _cell(self, number: int, column: str, cell: str) -> str:
        if len(cell) > LONGEST_CELL:
            self._problem(
                number,
                column,
                _("More than %(most)d characters are too many.") % {"most": LONGEST_CELL},
            )
            return ""
        if not is_readable(cell):
            self._problem(number, column, _("A character here cannot be stored."))
            return ""
        return cell
