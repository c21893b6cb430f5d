"""What was asked for on the command line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """How much to fill, how often to measure. `json` is a file, or "-" for standard output."""

    teams: int
    deals: int
    requests: int
    repeats: int
    import_rows: int
    json: str | None
    keep: bool
