"""What can be wrong with a published report. Each has its own sentence in `dashboards.words`."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """CHANGED: its bytes do not fit its seal. REMOVED: it was published and is gone. UNCHAINED: it
    does not follow on the one before it. DIFFERS: it shows what was never measured. MISSPACED: the
    distances between rare events in it fit neither their range nor the figure beside them.
    MISCOUNTED: a figure that is kept is not what the facts give."""

    CHANGED = "changed"
    REMOVED = "removed"
    UNCHAINED = "unchained"
    DIFFERS = "differs"
    MISSPACED = "misspaced"
    MISCOUNTED = "miscounted"


@dataclass(frozen=True)
class Fault:
    """A fault in the report of this period; `was` and `now` are a figure as a report writes it.

    `was_n` and `now_n` are the facts behind them; None where nothing is known.
    """

    kind: FaultKind
    period: str
    kpi: str = ""
    unit: str = ""
    was: str | None = None
    was_n: int | None = None
    now: str | None = None
    now_n: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", FaultKind(self.kind))
