"""Reads tests/rights.toml: who gets which answer where, and what is missing in it."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent.parent / "rights.toml"
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")


class NoRow(Exception):  # noqa: N818
    """The table says nothing, or two things; the message says which row to add or to take out."""


@dataclass(frozen=True)
class Answer:
    """What somebody gets. `writes` is true where the database must have changed, and only there.

    `gives` is true for what is only there when the thing is there.
    """

    name: str
    status: int
    leads_to: str = ""
    writes: bool = False
    gives: bool = False


@dataclass(frozen=True)
class Thing:
    """What an address is about, and the states in which it can be found or missed."""

    name: str
    says: str
    there: list[str]
    missing: list[str] = field(default_factory=list)

    @property
    def states(self) -> list[str]:
        return [*self.there, *self.missing]


@dataclass(frozen=True)
class Row:
    """The row of one address, or of several that are alike."""

    names: list[str]
    door: str
    thing: str
    unless: list[dict[str, Any]]


class Rights:
    def __init__(self, raw: dict[str, Any]) -> None:
        self.people: dict[str, str] = raw["people"]
        self.groups: dict[str, list[str]] = {
            **{person: [person] for person in self.people},
            **raw["groups"],
            "everybody": list(self.people),
        }
        self.answers = {name: Answer(name, **about) for name, about in raw["answers"].items()}
        self.things = {name: Thing(name, **about) for name, about in raw["things"].items()}
        self.doors: dict[str, dict[str, Any]] = raw["doors"]
        self.rows = [
            Row(row["names"], row["door"], row.get("thing", "nothing"), row.get("unless", []))
            for row in raw["url"]
        ]
        self.lists: list[dict[str, Any]] = raw.get("list", [])
        self._found: dict[str, Row] = {}

    def row(self, name: str) -> Row:
        """The one row of this address, looked for once. Raises NoRow."""
        if name not in self._found:
            self._found[name] = self._only_row(name)
        return self._found[name]

    def _only_row(self, name: str) -> Row:
        found = [row for row in self.rows if any(fnmatchcase(name, one) for one in row.names)]
        if not found:
            raise NoRow(f'add to tests/rights.toml: [[url]] names = ["{name}"] with its door')
        if len(found) > 1:
            raise NoRow(f"{name} stands in {len(found)} rows of tests/rights.toml; leave one")
        return found[0]

    def thing_of(self, name: str) -> Thing:
        row = self.row(name)
        if row.thing not in self.things:
            raise NoRow(f"add to tests/rights.toml: [things.{row.thing}] with its states")
        return self.things[row.thing]

    def answer(self, name: str, person: str, method: str, state: str) -> Answer:
        """What this person gets from this address. Raises NoRow."""
        row, thing = self.row(name), self.thing_of(name)
        if state not in thing.states:
            raise NoRow(f'add "{state}" to the states of [things.{thing.name}]')
        told = self._at_the_door(row.door, person, method)
        for exception in row.unless:
            if self._is_about(exception, person, method, state):
                told = self.answers[exception["answer"]]
        # Where nothing is, nobody gets it.
        return self.answers["not there"] if state in thing.missing and told.gives else told

    def used(self, name: str, methods: Sequence[str]) -> list[str]:
        """Those of the methods with which somebody gets something in the first state.

        HEAD is left out: it is a GET whose answer is not sent.
        """
        first = self.thing_of(name).states[0]
        return [
            method
            for method in methods
            if method != "HEAD"
            and any(self.answer(name, person, method, first).gives for person in self.people)
        ]

    def _at_the_door(self, name: str, person: str, method: str) -> Answer:
        if name not in self.doors:
            raise NoRow(f'add to tests/rights.toml: [doors."{name}"]')
        for methods, who in self.doors[name].items():
            if methods == "says" or method not in methods.split():
                continue
            # The narrowest group that the person is in decides.
            fitting = sorted((len(self.groups[g]), g) for g in who if person in self.groups[g])
            if not fitting:
                break
            if len(fitting) > 1 and fitting[0][0] == fitting[1][0]:
                raise NoRow(f'[doors."{name}"] {methods} says two things about {person}')
            return self.answers[who[fitting[0][1]]]
        raise NoRow(f'[doors."{name}"] says nothing about {method} by {person}; add it')

    def _is_about(self, exception: dict[str, Any], person: str, method: str, state: str) -> bool:
        return (
            person in self.groups[exception.get("who", "everybody")]
            and method in exception.get("method", method).split()
            and state in exception.get("states", [state])
        )


@cache
def rights() -> Rights:
    return Rights(tomllib.loads(SOURCE.read_text(encoding="utf-8")))
