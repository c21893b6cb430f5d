"""What was asked for on the command line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """How much to fill, how often to measure. `json` is a file, or "-" for standard output.

    `markdown` asks for the short tables of a README.
    """

    teams: int
    deals: int
    requests: int
    repeats: int
    import_rows: int
    json: str | None
    markdown: bool
    keep: bool
