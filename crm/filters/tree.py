"""A filter: lines that all hold, each a condition or some of which one holds.

It is written in an address (`amount:at-least:1000`, alternatives with `|` between them), kept as
JSON in a saved view, asked of the database as a Q, and told in words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, Self

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.filters.vocabulary import Field, Fields
from crm.refusals import FilterError

MOST_LINES = 10
MOST_ALTERNATIVES = 5
OR, ESCAPE = "|", "\\"
ALTERNATIVE = re.compile(r"(?:[^|\\]|\\.?)+", re.DOTALL)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)

# The usual conditions have a word of their own in the address: `?stage=3&step=none`.
SHORT = {"q": "contains", "stage": "is", "outcome": "is", "step": "is", "age": "is", "owner": "is"}
USUAL_OUTCOME = "open"
ANY_OUTCOME = "all"


@dataclass(frozen=True)
class Condition:
    field: Field
    operator: str
    value: Any = ""

    @classmethod
    def read(cls, field: str, operator: str, text: str, vocabulary: Fields) -> Self:
        """The condition that was written so. Raises FilterError for what it does not know."""
        found = vocabulary[field]
        return cls(found, operator, found.operator(operator).shape.read(text))

    @property
    def q(self) -> Q:
        return self.field.operator(self.operator).q(self.value)

    @property
    def written(self) -> str:
        """The value, the same in every language."""
        return self.field.operator(self.operator).shape.write(self.value)

    @property
    def words(self) -> str:
        """What it asks, in the language of the page."""
        name, shape, _q = self.field.operator(self.operator)
        return f"{self.field.name} {str(name).replace('…', shape.tell(self.value))}"

    def __str__(self) -> str:
        return _in_an_address(self.field.key, self.operator, self.written)


Line = tuple[Condition, ...]


@dataclass(frozen=True)
class Filter:
    lines: tuple[Line, ...] = ()

    @classmethod
    def of(cls, *conditions: Condition) -> Self:
        """All of these."""
        return cls(tuple((condition,) for condition in conditions))

    @classmethod
    def read(cls, texts: Sequence[str], vocabulary: Fields) -> Self:
        """The lines that were written so. Raises FilterError."""
        _check(texts, MOST_LINES)
        return cls(tuple(_line(text, vocabulary) for text in texts))

    @classmethod
    def kept(cls, lines: Any, vocabulary: Fields) -> tuple[Self, list[str]]:
        """What was kept as JSON, and a sentence for every line that has lost its meaning since."""
        read, lost = [], []
        for line in lines:
            try:
                read.append(
                    tuple(
                        Condition.read(field, operator, value, vocabulary)
                        for field, operator, value in line
                    )
                )
            except FilterError as refusal:
                lost.append(str(refusal))
        return cls(tuple(read)), lost

    def and_also(self, other: "Filter") -> "Filter":
        return Filter((*self.lines, *other.lines))

    def of_board(self) -> "Filter":
        """The filter without the usual outcome: a board shows what was won lately as well."""
        usual = ("outcome", "is", USUAL_OUTCOME)
        return Filter(
            tuple(
                line
                for line in self.lines
                if [(each.field.key, each.operator, each.value) for each in line] != [usual]
            )
        )

    def as_json(self) -> list[list[list[str]]]:
        """Lines of alternatives, each with field, operator and value."""
        return [
            [[each.field.key, each.operator, each.written] for each in line] for line in self.lines
        ]

    @property
    def q(self) -> Q:
        return reduce(and_, (reduce(or_, (each.q for each in line)) for line in self.lines), Q())

    @property
    def words(self) -> str:
        """All that it asks, as one sentence."""
        alone = len(self.lines) == 1
        told = (_(" or ").join(each.words for each in line) for line in self.lines)
        return _(" and ").join(
            f"({text})" if len(line) > 1 and not alone else text
            for line, text in zip(self.lines, told, strict=True)
        )

    @property
    def is_personal(self) -> bool:
        """Whether it asks what one person looks after: no figure may stand beside it."""
        return any(each.field.is_personal for each in self)

    @property
    def asks_closed(self) -> bool:
        return any(each.field.asks_closed for each in self)

    def __iter__(self) -> Iterator[Condition]:
        return (each for line in self.lines for each in line)

    @property
    def texts(self) -> list[str]:
        """The lines as they are written in an address."""
        return [_written(line) for line in self.lines]

    def address(self) -> list[tuple[str, str]]:
        """A filter of deals as the parameters of an address, the usual ones by short names."""
        short: dict[str, str] = {}
        long = []
        for line in self.lines:
            first = line[0]
            key = first.field.key
            if len(line) == 1 and SHORT.get(key) == first.operator and key not in short:
                short[key] = first.written
            else:
                long.append(_written(line))
        outcome = short.setdefault("outcome", ANY_OUTCOME)
        if outcome == USUAL_OUTCOME:
            del short["outcome"]
        return [
            *((key, short[key]) for key in SHORT if key in short),
            *(("filter", text) for text in long),
        ]


EVERYTHING = Filter()


def lines_of(kept: Any) -> list[str]:
    """The lines of what was kept as JSON, as they are written in an address."""
    return [OR.join(_in_an_address(*condition) for condition in line) for line in kept]


def _written(line: Line) -> str:
    return OR.join(map(str, line))


def _in_an_address(field: str, operator: str, written: str) -> str:
    value = written.replace(ESCAPE, ESCAPE * 2).replace(OR, ESCAPE + OR)
    return ":".join(filter(None, [field, operator, value]))


def _line(text: str, vocabulary: Fields) -> Line:
    alternatives = ALTERNATIVE.findall(text)
    _check(alternatives, MOST_ALTERNATIVES)
    if not alternatives:
        raise FilterError(_("Nobody knows this field."))
    return tuple(_condition(each, vocabulary) for each in alternatives)


def _condition(text: str, vocabulary: Fields) -> Condition:
    field, _colon, rest = text.partition(":")
    operator, _colon, value = rest.partition(":")
    return Condition.read(field, operator, ESCAPED.sub(r"\1", value), vocabulary)


def _check(found: Sequence[Any], most: int) -> None:
    if len(found) > most:
        raise FilterError(_("This is more than can be asked at once."))
