"""What an import has to say about the files: faults, questions and remarks."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from django.utils.translation import gettext as _

from teams.refusals import Refusal

MOST_LISTED = 25
# Looking for the nearest of many words is slow, and nobody reads the hundredth suggestion.
MOST_SUGGESTIONS = 50
MOST_CHOICES = 8


class CompanyImportError(Refusal):
    """The import refuses; the message is fit to show, and nothing was written."""


@dataclass(frozen=True)
class Problem:
    """A fault in a file. `row` counts as a spreadsheet does, the headers being row 1."""

    file: str
    row: int | None
    column: str
    sentence: str

    def __str__(self) -> str:
        places = [self.file] if self.file else []
        if self.row is not None:
            places.append(_("row %(row)d") % {"row": self.row})
        if self.column:
            places.append(self.column)
        return f"{', '.join(places)}: {self.sentence}" if places else self.sentence


@dataclass(frozen=True)
class Remark:
    """Something to know about the files that does not stand in the way.

    `count` is the number of rows it is about, `example` a value or the name of one such row.
    """

    code: str
    column: str
    count: int
    example: str
    suggestion: str


@dataclass
class Unknown:
    """A value that names nothing we know, in how many rows, and what comes nearest.

    `said` is what the map file says it stands for, which is unknown as well.
    """

    column: str
    value: str
    row: int
    said: str = ""
    count: int = 0
    nearest: str = ""
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        sentences = [
            _("“%(value)s” in %(column)s is unknown (rows: %(count)d, the first is row %(row)d).")
            % vars(self)
        ]
        if self.said:
            sentences.append(_("So is “%(said)s”, which the map file says.") % vars(self))
        if self.nearest:
            sentences.append(_("The nearest is “%(nearest)s”.") % vars(self))
        return " ".join(sentences)


@dataclass(frozen=True)
class Question:
    """What only a person can say, and the line of the map file that says it."""

    sentence: str
    table: str
    key: str
    answer: str
    others: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        line = f"{_bare(self.key)} = {_quoted(self.answer)}"
        return f"{line}  # {' | '.join(map(_quoted, self.others))}" if self.others else line


@dataclass
class Notes:
    """Everything there is to say about one reading of the files, in the order it was found."""

    problems: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    _unknown: dict[tuple[str, str], Unknown] = field(default_factory=dict)
    _remarks: dict[tuple[str, str, str], Remark] = field(default_factory=dict)

    def problem(self, file: str, row: int | None, column: str, sentence: str) -> None:
        self.problems.append(Problem(file, row, column, sentence))

    def remark(
        self,
        code: str,
        column: str,
        example: str,
        suggestion: str = "",
        *,
        about: str = "",
        count: int = 1,
    ) -> None:
        """Count one more row, or more, for the remark with this code, column and subject."""
        found = self._remarks.get((code, column, about))
        self._remarks[code, column, about] = Remark(
            code,
            column,
            found.count + count if found else count,
            found.example if found else example,
            found.suggestion if found else suggestion,
        )

    def unknown(
        self, column: str, value: str, row: int, known: Iterable[str], *, said: str = ""
    ) -> None:
        """Count one more row with a value that is none of the known ones."""
        found = self._unknown.get((column, value))
        if found is None:
            choices = tuple(known)
            found = Unknown(column, value, row, said)
            if len(self._unknown) < MOST_SUGGESTIONS:
                found.nearest = nearest(value, choices, cutoff=0.5)
            found.choices = choices if len(choices) <= MOST_CHOICES else ()
            self._unknown[column, value] = found
        found.count += 1

    @property
    def stand_in_the_way(self) -> bool:
        return bool(self.problems or self.questions or self._unknown)

    def remarks(self) -> list[Remark]:
        """The remarks, with every unknown value as one of them."""
        unknown = [
            Remark("unknown-value", each.column, each.count, each.value, each.nearest)
            for each in self._unknown.values()
        ]
        return unknown + list(self._remarks.values())

    def refusal(self) -> str:
        """Say in sentences why nothing was imported, and what to write in the map file."""
        parts = [_("Nothing was imported.")]
        parts += _first(self.problems)
        parts += [question.sentence for question in self.questions]
        parts += _first(self._unknown.values())
        answers = self._answers()
        if answers:
            parts += [_("Say what is meant in the map file (--map FILE.toml):"), "", answers]
        return "\n".join(parts)

    def _answers(self) -> str:
        tables: dict[str, dict[str, str]] = {}
        for question in self.questions:
            tables.setdefault(question.table, {})[question.key] = question.line
        for each in self._unknown.values():
            others = () if each.nearest else each.choices
            question = Question("", each.column, each.value, each.nearest, others)
            tables.setdefault(each.column, {})[each.value] = question.line
        return "\n\n".join(
            "\n".join([f"[{table}]", *lines.values()]) for table, lines in tables.items()
        )


def nearest(value: str, known: Iterable[str], *, cutoff: float) -> str:
    """The known word most like this one, whatever the case; empty when none is like it."""
    by_key = {word.casefold(): word for word in known}
    found = get_close_matches(value.casefold(), by_key, n=1, cutoff=cutoff)
    return by_key[found[0]] if found else ""


def _first(things: Iterable[object]) -> list[str]:
    sentences = [str(thing) for thing in things]
    more = len(sentences) - MOST_LISTED
    if more > 0:
        return [*sentences[:MOST_LISTED], _("… and %(count)d more like these.") % {"count": more}]
    return sentences


def _quoted(text: str) -> str:
    # A JSON string is a TOML string, but for the one control character that JSON lets through.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _bare(key: str) -> str:
    return key if re.fullmatch("[a-z0-9_]+", key) else _quoted(key)
