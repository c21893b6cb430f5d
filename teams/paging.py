"""Pages of things that nobody counts: the page before this one, and whether one follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MOST_ROWS = 50
LONGEST_NUMBER = 6


@dataclass(frozen=True)
class Page:
    """Up to fifty things, and whether more follow."""

    number: int
    rows: list[Any]
    has_more: bool

    @property
    def newer_url(self) -> str:
        return f"?page={self.number - 1}" if self.number > 1 else ""

    @property
    def older_url(self) -> str:
        return f"?page={self.number + 1}" if self.has_more else ""

    def listed(self, path: str) -> dict[str, Any]:
        """The page as the API shows it."""
        return {
            "page": self.number,
            "previous": path + self.newer_url if self.newer_url else None,
            "next": path + self.older_url if self.older_url else None,
            "results": self.rows,
        }


def page_of(things: Sequence[Any] | Any, asked: str | None) -> Page:
    """The page that was asked for, in one query; the first where the number is none."""
    fits = asked and len(asked) < LONGEST_NUMBER and asked.isdecimal()
    number = max(1, int(asked)) if asked and fits else 1
    start = (number - 1) * MOST_ROWS
    rows = list(things[start : start + MOST_ROWS + 1])
    return Page(number, rows[:MOST_ROWS], has_more=len(rows) > MOST_ROWS)
