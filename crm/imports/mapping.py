"""The map file: what a person says about values that the files leave unclear."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from crm.imports.notes import CompanyImportError
from crm.imports.values import DateOrder, DecimalMark
from crm.models.naming import name_key

MOST_BYTES = 2**20


@dataclass(frozen=True)
class Said:
    """What the map file says. `values` per column: a value's key and what it stands for.

    `dates` and `numbers` hold a choice per column, or for every column under the empty name.
    """

    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: Mapping[str, DateOrder] = field(default_factory=dict)
    numbers: Mapping[str, DecimalMark] = field(default_factory=dict)

    def meaning(self, column: str, value: str) -> str | None:
        """What this value stands for, None when nothing was said about it."""
        return self.values.get(column, {}).get(name_key(value))

    def order_of(self, column: str) -> DateOrder | None:
        return self.dates.get(column) or self.dates.get("")

    def mark_of(self, column: str) -> DecimalMark | None:
        return self.numbers.get(column) or self.numbers.get("")


def read_map(path: Path, *, columns: frozenset[str]) -> Said:
    """Read a map file for values of these columns.

        [product]
        "GTXPro" = "GTX Pro"

        [dates]
        order = "day-first"         # or: engage_date = "day-first"

        [numbers]
        decimal = "comma"           # or: revenue = "comma"

    Raises CompanyImportError when the file is missing, is no TOML or says what has no meaning.
    """
    said = _toml(path)
    dates = _choices(said.pop("dates", {}), "dates", "order", DateOrder)
    numbers = _choices(said.pop("numbers", {}), "numbers", "decimal", DecimalMark)
    return Said(
        values={column: _values(column, table, columns) for column, table in said.items()},
        dates=dates,
        numbers=numbers,
    )


def _toml(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CompanyImportError(_("The map file %(file)s is too large.") % {"file": path.name})
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise CompanyImportError(
            _("The map file %(file)s cannot be read.") % {"file": path}
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise CompanyImportError(
            _("The map file %(file)s is no TOML: %(fault)s.") % {"file": path.name, "fault": fault}
        ) from None


def _values(column: str, table: object, columns: frozenset[str]) -> dict[str, str]:
    if column not in columns:
        raise CompanyImportError(
            _("The map file speaks of [%(table)s]. It may speak of: %(tables)s.")
            % {"table": column, "tables": ", ".join([*sorted(columns), "dates", "numbers"])}
        )
    meanings = {name_key(value): meaning for value, meaning in _table(column, table).items()}
    for value, meaning in meanings.items():
        if not isinstance(meaning, str):
            raise CompanyImportError(
                _("In the map file, [%(table)s] must say in quotes what “%(value)s” stands for.")
                % {"table": column, "value": value}
            )
    return meanings


def _choices(
    table: object, name: str, every: str, choices: type[DateOrder] | type[DecimalMark]
) -> dict[str, Any]:
    said = {}
    for column, choice in _table(name, table).items():
        try:
            said["" if column == every else column] = choices(choice)
        except ValueError:
            raise CompanyImportError(
                _("In the map file, [%(table)s] %(key)s must be one of: %(choices)s.")
                % {"table": name, "key": column, "choices": ", ".join(choices)}
            ) from None
    return said


def _table(name: str, table: object) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise CompanyImportError(
            _("In the map file, [%(table)s] must be a table.") % {"table": name}
        )
    return table
