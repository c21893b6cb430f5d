"""What was asked for on the command line."""

from dataclasses import dataclass

# So many teams are asked for their pages, and debate.
DESKS = 10


@dataclass(frozen=True)
class Options:
    """How much to fill, how often to measure. `json` is a file, or "-" for standard output.

    `search` asks for search alone, among what it reads. `markdown` asks for the short tables of a
    README.
    """

    teams: int
    deals: int
    requests: int
    repeats: int
    import_rows: int
    search: bool
    json: str | None
    markdown: bool
    keep: bool

    @property
    def name(self) -> str:
        """What a database that is filled so is called."""
        return f"{self.teams}x{self.deals}{'_search' if self.search else ''}"
