"""A table under the eyes of a profile: cells become values, and what is wrong is noted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from crm.imports.mapping import Said
from crm.imports.notes import Notes, Question
from crm.imports.read import Row, Table
from crm.imports.values import DateOrder, Reading, date_readings, number_readings
from crm.models.naming import name_key
from teams.text import one_line

# What a column for money can keep: twelve digits before the mark, two behind it.
MOST_MONEY = Decimal(10) ** 12
CENT = Decimal("0.01")
MOST_WHOLE = 2**31 - 1


@dataclass
class Sheet:
    """One recognised file, the notes that are made while it is read, and what was said of it."""

    table: Table
    notes: Notes
    said: Said
    _read: set[str] = field(default_factory=set)

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.table.rows

    def problem(self, row: Row, column: str, sentence: str) -> None:
        self.notes.problem(self.table.name, row.number, column, sentence)

    # -- texts ---------------------------------------------------------------------------------

    def text(self, row: Row, column: str, *, longest: int, required: bool = False) -> str:
        """The cell on one line, after the map file had its say; empty after a fault."""
        self._read.add(column)
        text = one_line(row.cells.get(column, ""))
        meaning = self.said.meaning(column, text) if text else None
        if meaning is not None:
            meaning = one_line(meaning)
            self.notes.remark("mapped-value", column, text, meaning, about=name_key(text))
            text = meaning
        if required and not text:
            self.problem(row, column, _("This cannot be empty."))
        # Comparing letters makes some of them longer: ß is ss.
        if max(len(text), len(name_key(text))) > longest:
            self.problem(
                row, column, _("More than %(most)d characters are too many.") % {"most": longest}
            )
            return ""
        return text

    def key(
        self, row: Row, column: str, known: Mapping[str, str], *, required: bool = False
    ) -> str | None:
        """The key that the cell names among the known ones (key to name), None for none."""
        name = self.text(row, column, longest=200, required=required)
        if not name:
            return None
        if name_key(name) not in known:
            value = one_line(row.cells[column])
            said = name if name != value else ""
            self.notes.unknown(column, value, row.number, known.values(), said=said)
            return None
        return name_key(name)

    def is_first(self, row: Row, column: str, key: str, seen: Iterable[str]) -> bool:
        """Whether this key can be used: it is there, and no earlier row has it."""
        if key and key in seen:
            self.problem(row, column, _("An earlier row has the same: “%(key)s”.") % {"key": key})
        return bool(key) and key not in seen

    # -- numbers and dates ---------------------------------------------------------------------

    def numbers(self, column: str) -> Mapping[str, Decimal]:
        """The numbers of a column by their texts. Asks when they can be read in two ways."""
        texts = self._texts(column)
        readings = number_readings(texts, self.said.mark_of(column))
        if len(readings) > 1:
            self._ask_for_decimals(column, readings[0].values, readings[1].values)
        return readings[0].values

    def _ask_for_decimals(
        self, column: str, point: Mapping[str, Decimal], comma: Mapping[str, Decimal]
    ) -> None:
        text = min(text for text in point if point[text] != comma.get(text))
        sentence = _(
            "%(file)s, %(column)s: “%(text)s” may be %(one)s or %(other)s; no other row decides it."
        ) % {
            "file": self.table.name,
            "column": column,
            "text": text,
            "one": point[text],
            "other": comma.get(text, _("no number")),
        }
        self.notes.questions.append(Question(sentence, "numbers", "decimal", "point", ("comma",)))

    def dates(self, column: str) -> list[Reading[DateOrder, date]]:
        """The ways in which this column's dates can be read."""
        return date_readings(self._texts(column), self.said.order_of(column))

    def _texts(self, column: str) -> set[str]:
        self._read.add(column)
        return {text for row in self.rows if (text := one_line(row.cells.get(column, "")))}

    def money(self, row: Row, column: str, numbers: Mapping[str, Decimal]) -> Decimal | None:
        """The cell as an amount with two decimals; None when it is empty or at fault."""
        number = self._number(row, column, numbers)
        if number is None:
            return None
        if not 0 <= number < MOST_MONEY:
            self.problem(row, column, _("An amount is at least 0 and below 1,000,000,000,000."))
            return None
        if number != number.quantize(CENT):
            self.problem(row, column, _("An amount has at most two decimals."))
            return None
        return number.quantize(CENT)

    def whole(
        self, row: Row, column: str, numbers: Mapping[str, Decimal], *, most: int = MOST_WHOLE
    ) -> int | None:
        """The cell as a whole number from 0 up to `most`; None when it is empty or at fault."""
        number = self._number(row, column, numbers)
        if number is None:
            return None
        if not 0 <= number <= most or number != int(number):
            self.problem(
                row, column, _("Only a whole number from 0 to %(most)d fits here.") % {"most": most}
            )
            return None
        return int(number)

    def _number(self, row: Row, column: str, numbers: Mapping[str, Decimal]) -> Decimal | None:
        text = one_line(row.cells.get(column, ""))
        if text and text not in numbers:
            self.problem(row, column, _("“%(text)s” is no number.") % {"text": text[:40]})
        return numbers.get(text)

    def day(self, row: Row, column: str, reading: Reading[DateOrder, date]) -> date | None:
        """The cell as a day in this reading; None when it is empty or at fault."""
        text = one_line(row.cells.get(column, ""))
        if text and text not in reading.values:
            self.problem(
                row,
                column,
                _("“%(text)s” is no date between 1990 and 2100 (read %(order)s).")
                % {"text": text[:40], "order": reading.choices[0]},
            )
        return reading.values.get(text)

    # -- what to know --------------------------------------------------------------------------

    def remark_on_the_encoding(self) -> None:
        """Say when the letters could only be read as Windows writes them."""
        if self.table.encoding == "cp1252":
            cells = (cell for row in self.rows for cell in row.cells.values())
            example = next((cell for cell in cells if not cell.isascii()), "")
            self.notes.remark(
                "encoding", "", one_line(example), "Windows-1252", about=self.table.name
            )

    def remark_on_the_rest(self) -> None:
        """Say which columns hold something that is not brought in."""
        for column in self.table.columns:
            if column and column not in self._read:
                for row in self.rows:
                    if text := one_line(row.cells[column]):
                        self.notes.remark("column-not-read", column, text)
