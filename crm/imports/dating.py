"""Choose how the dates of two columns are read, when one of them ends what the other begins.

What ends cannot end before it begins. So of several ways to read the dates, all but one may fall
away; that is said. When more than one is left, nobody guesses and a question is asked.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.imports.notes import Question
from crm.imports.sheet import Sheet
from crm.imports.values import DateOrder, Reading, is_certain
from teams.text import one_line

Dates = Reading[DateOrder, date]


@dataclass(frozen=True)
class _Way:
    """One way to read both columns, and in how many rows the end then lies before the beginning."""

    begin: Dates
    end: Dates
    backwards: int

    @property
    def is_in_one_order(self) -> bool:
        return not set(self.begin.choices).isdisjoint(self.end.choices)

    def of(self, place: int) -> Dates:
        return (self.begin, self.end)[place]


def settle_dates(sheet: Sheet, begin: str, end: str) -> tuple[Dates, Dates]:
    """The one way to read both columns. Notes a question when it is not certain."""
    ways = sorted(_ways(sheet, begin, end), key=lambda way: way.backwards)
    for place, column in enumerate((begin, end)):
        if _is_certain(ways):
            _tell(sheet, column, place, ways)
        elif len(_distinct(ways, place)) > 1:
            _ask(sheet, column, place, ways)
    return ways[0].begin, ways[0].end


def _is_certain(ways: list[_Way]) -> bool:
    """Whether the first way is the only one that turns no deal around, and in one order.

    Two columns of one file in two orders may fit by chance, so that is asked.
    """
    if len(ways) == 1:
        return True
    return not ways[0].backwards and ways[0].is_in_one_order and bool(ways[1].backwards)


def _ways(sheet: Sheet, begin: str, end: str) -> list[_Way]:
    begins, ends = sheet.dates(begin), sheet.dates(end)
    pairs = Counter(
        (one_line(row.cells.get(begin, "")), one_line(row.cells.get(end, ""))) for row in sheet.rows
    )
    return [_Way(b, e, _backwards(pairs, b, e)) for b in begins for e in ends]


def _backwards(pairs: Counter[tuple[str, str]], begin: Dates, end: Dates) -> int:
    return sum(
        count
        for (first, last), count in pairs.items()
        if first in begin.values and last in end.values and end.values[last] < begin.values[first]
    )


def _distinct(ways: Iterable[_Way], place: int) -> list[Dates]:
    found: list[Dates] = []
    for way in ways:
        if way.of(place) not in found:
            found.append(way.of(place))
    return found


def _evidence(ways: Iterable[_Way], place: int, against: Iterable[Dates]) -> str:
    """For each reading of a column, what it would do at best."""
    sentences = []
    for reading in against:
        backwards = min(way.backwards for way in ways if way.of(place) == reading)
        if backwards:
            sentences.append(
                ngettext(
                    "Read %(order)s, %(count)d deal would close before it begins.",
                    "Read %(order)s, %(count)d deals would close before they begin.",
                    backwards,
                )
                % {"order": reading.choices[0], "count": backwards}
            )
    return " ".join(sentences)


def _ask(sheet: Sheet, column: str, place: int, ways: list[_Way]) -> None:
    readings = _distinct(ways, place)
    text = min(text for text in readings[0].values if _differs(text, readings))
    meanings = [
        f"{reading.values[text]} ({reading.choices[0]})"
        for reading in readings
        if text in reading.values
    ]
    sentence = _("%(file)s, %(column)s: “%(text)s” may be %(meanings)s.") % {
        "file": sheet.table.name,
        "column": column,
        "text": text,
        "meanings": _(" or ").join(meanings),
    }
    orders = [reading.choices[0] for reading in readings]
    sheet.notes.questions.append(
        Question(
            f"{sentence} {_evidence(ways, place, readings)}".strip(),
            "dates",
            "order",
            orders[0],
            tuple(orders[1:]),
        )
    )


def _differs(text: str, readings: list[Dates]) -> bool:
    return len({reading.values.get(text) for reading in readings}) > 1


def _tell(sheet: Sheet, column: str, place: int, ways: list[_Way]) -> None:
    """Remark how dates were read that have another form than 2017-03-01."""
    chosen = ways[0].of(place)
    written = [one_line(row.cells.get(column, "")) for row in sheet.rows]
    others = [text for text in written if text in chosen.values and not is_certain(text)]
    if others:
        fallen = [reading for reading in _distinct(ways, place) if reading != chosen]
        meaning = f"{chosen.choices[0]}: {chosen.values[others[0]]}"
        evidence = _evidence(ways, place, fallen)
        sheet.notes.remark(
            "date-order",
            column,
            others[0],
            f"{meaning}. {evidence}" if evidence else meaning,
            count=len(others),
        )
