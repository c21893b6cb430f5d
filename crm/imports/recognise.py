"""Say what each file of a folder is, by what only such a file has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from crm.imports.notes import CompanyImportError, Notes
from crm.imports.read import Table, read_table

READABLE = frozenset({".csv", ".tsv", ".tab", ".txt"})
# Files that hold records but not in a form that is read here.
OTHER_DATA = frozenset({".xlsx", ".xls", ".ods", ".json", ".zip", ".xml"})


@dataclass(frozen=True)
class FileKind:
    """What a file may be. It is recognised by all of `marks` and one of `hints` in its headers.

    `title` says what it holds, `columns` must be there before it can be read.
    """

    role: str
    title: str | Promise
    marks: frozenset[str]
    hints: frozenset[str]
    columns: tuple[str, ...]
    optional: bool = False

    def fits(self, table: Table) -> bool:
        return self.marks.issubset(table.columns) and not self.hints.isdisjoint(table.columns)


def read_folder(folder: Path, notes: Notes) -> list[Table]:
    """Read every file of values in the folder itself; others with data in them are named.

    Raises CompanyImportError when there is no such folder.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        raise CompanyImportError(
            _("There is no folder %(folder)s to read.") % {"folder": folder}
        ) from None
    visible = [path for path in files if not path.name.startswith((".", "~"))]
    for path in visible:
        if path.suffix.lower() in OTHER_DATA:
            notes.remark("file-not-read", "", path.name, _("Save it as CSV."), about=path.name)
    return [read_table(path) for path in visible if path.suffix.lower() in READABLE]


def recognise(
    tables: Sequence[Table], kinds: Sequence[FileKind], notes: Notes
) -> Mapping[str, Table]:
    """Find the file of each role. What is missing, double or broken is noted as a problem."""
    found: dict[str, list[Table]] = {}
    for table in tables:
        kind = next((kind for kind in kinds if kind.fits(table)), None)
        if kind:
            found.setdefault(kind.role, []).append(table)
        else:
            why = str(table.problems[0]) if table.problems else ""
            notes.remark("file-not-read", "", table.name, why, about=table.name)
    for kind in kinds:
        _check(kind, found.get(kind.role, []), notes)
    return {role: tables[0] for role, tables in found.items()}


def _check(kind: FileKind, tables: Sequence[Table], notes: Notes) -> None:
    if not tables and not kind.optional:
        notes.problem(
            "",
            None,
            "",
            _("No file holds %(what)s; it would have the columns %(columns)s.")
            % {"what": kind.title, "columns": ", ".join(kind.columns)},
        )
    if len(tables) > 1:
        notes.problem(
            _names(tables),
            None,
            "",
            _("These files all look like %(what)s. Leave one of them in the folder.")
            % {"what": kind.title},
        )
    for table in tables:
        notes.problems.extend(table.problems)
        for column in kind.columns:
            if column not in table.columns:
                notes.problem(table.name, None, column, _("There is no such column."))


def _names(tables: Iterable[Table]) -> str:
    return ", ".join(table.name for table in tables)
