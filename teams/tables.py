"""Tables for spreadsheets and programs, which read the same in every language.

A text that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises
(https://owasp.org/www-community/attacks/CSV_Injection). JSON is no spreadsheet: there a text stands
as it is.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any, BinaryIO

FORMULA = ("=", "+", "-", "@", "\t", "\r")
Value = str | int | Decimal | date | None
Head = Sequence[str]


def harmless(value: Value) -> Value:
    """The value, unless a spreadsheet would take it for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def write_csv(head: Head, rows: Iterable[list[Value]], file: BinaryIO) -> None:
    """UTF-8 with a mark, so that Excel reads it; commas, and lines that end as RFC 4180 says."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(name) for name in head])
    writer.writerows([harmless(value) for value in row] for row in rows)
    text.flush()
    text.detach()


def write_json(head: Head, rows: Iterable[list[Any]], file: IO[bytes]) -> None:
    """A list of objects; amounts as text, so that no digit is lost."""
    file.write(b"[")
    for number, row in enumerate(rows):
        told = dict(zip(head, row, strict=True))
        line = json.dumps(told, ensure_ascii=False, default=str)
        file.write(f"{',' if number else ''}\n{line}".encode())
    file.write(b"\n]\n")
