"""The columns of the list as they are being chosen: every change is an address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm.columns import TITLE, Column, Columns
from crm.listing import Wish


@dataclass(frozen=True)
class Chosen:
    """A column that is shown, and what leads to a list where it stands elsewhere or not at all.

    An address is empty where there is no such way: what a row is about is always there.
    """

    name: Any
    earlier_url: str
    later_url: str
    without_url: str


@dataclass(frozen=True)
class Choice:
    """What is shown and what is not, for the page that changes it."""

    wish: Wish
    columns: Columns

    @property
    def shown(self) -> list[Chosen]:
        return [self._chosen(place) for place in range(len(self._shown))]

    @property
    def offered(self) -> list[tuple[Any, str]]:
        """What can be added, each with its address."""
        rest = [column for column in self.columns.all() if column not in self._shown]
        return [(column.name, self._address([*self._shown, column])) for column in rest]

    @property
    def done_url(self) -> str:
        return self.wish.address()

    @property
    def usual_url(self) -> str:
        return self.wish.address(columns=())

    @property
    def _shown(self) -> list[Column]:
        return self.columns.chosen(self.wish.columns)

    def _chosen(self, place: int) -> Chosen:
        shown = self._shown
        column, rest = shown[place], [*shown[:place], *shown[place + 1 :]]

        def at(other: int) -> str:
            return self._address([*rest[:other], column, *rest[other:]])

        return Chosen(
            name=column.name,
            earlier_url=at(place - 1) if place else "",
            later_url=at(place + 1) if place < len(rest) else "",
            without_url="" if column.key == TITLE else self._address(rest),
        )

    def _address(self, columns: Sequence[Column]) -> str:
        return self.wish.address(columns=self.columns.as_kept(columns))
