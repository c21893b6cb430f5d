"""A small company in files, as a folder of a test: two teams, three customers, five deals."""

import csv
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management import call_command

from crm.models import Deal, ExternalId

AS_OF = "2024-06-30"

TEAMS = """
sales_agent,manager,regional_office
Anna de Vries,Mia Jansen,West
Bram Bakker,Mia Jansen,West
Carla Smit,Nora Post,East
"""
ACCOUNTS = """
account,sector,year_established,revenue,employees,office_location,subsidiary_of
Dune Works,technology,1996,1100.04,2822,Kenya,Harbour
Harbour,retail,1999,251.4,495,Belgium,
Mill & Sons,,,,,,
"""
PRODUCTS = """
product,series,sales_price
Radio Pro,Radio,550
Radio Plus,Radio,4821
"""
DEALS = """
opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
A1,Anna de Vries,Radio Pro,Harbour,Won,2024-01-10,2024-02-20,530
A2,Bram Bakker,Radio Plus,Dune Works,Lost,2024-01-15,2024-03-01,0
A3,Carla Smit,Radio Pro,Harbour,Engaging,2024-05-02,,
A4,Carla Smit,Radio Plus,,Prospecting,,,
A5,Anna de Vries,Radio Pro,Mill & Sons,Won,2024-06-01,2024-06-01,12.5
"""

Rows = list[list[str]]


def rows_of(text: str) -> Rows:
    return [line.split(",") for line in text.strip().splitlines()]


@dataclass
class CompanyFiles:
    """The files, to be changed before they are written: `rows[1]` is row 2 of a spreadsheet."""

    folder: Path
    teams: Rows = field(default_factory=lambda: rows_of(TEAMS))
    accounts: Rows = field(default_factory=lambda: rows_of(ACCOUNTS))
    products: Rows = field(default_factory=lambda: rows_of(PRODUCTS))
    deals: Rows = field(default_factory=lambda: rows_of(DEALS))

    def write(self) -> Path:
        for name in ("teams", "accounts", "products", "deals"):
            content = io.StringIO()
            csv.writer(content).writerows(getattr(self, name))
            (self.folder / f"{name}.csv").write_text(content.getvalue(), newline="")
        return self.folder

    def set(self, deal: int, **cells: str) -> None:
        """Change cells of this deal, the first being number 1."""
        for column, cell in cells.items():
            self.deals[deal][self.deals[0].index(column)] = cell

    def add(self, like: int, **cells: str) -> None:
        """One more deal, like another one but for these cells."""
        self.deals.append([*self.deals[like]])
        self.set(len(self.deals) - 1, **cells)

    def bring_in(self, *options: str, as_of: str = AS_OF, says: str = "") -> str:
        """Write the files, import them, and return what was printed."""
        return bring_in(self.write(), *options, as_of=as_of, says=says)

    def figures(self, *options: str, as_of: str = AS_OF, says: str = "") -> dict[str, Any]:
        return figures(self.write(), *options, as_of=as_of, says=says)


def bring_in(folder: Path, *options: str, as_of: str = AS_OF, says: str = "") -> str:
    """Run the command; `says` is the content of a map file."""
    printed = io.StringIO()
    if says:
        (folder / "map.toml").write_text(says, encoding="utf-8")
        options = (*options, "--map", str(folder / "map.toml"))
    call_command("import_company", str(folder), "--as-of", as_of, *options, stdout=printed)
    return printed.getvalue()


def figures(folder: Path, *options: str, as_of: str = AS_OF, says: str = "") -> dict[str, Any]:
    """Run the command with --json and return what it says."""
    figures: dict[str, Any] = json.loads(
        bring_in(folder, "--json", *options, as_of=as_of, says=says)
    )
    return figures


def warnings(figures: dict[str, Any], code: str) -> list[tuple[str, int, str, str]]:
    """The warnings of this code: column, count, example and suggestion."""
    return [
        (each["column"], each["count"], each["example"], each["suggestion"])
        for each in figures["warnings"]
        if each["code"] == code
    ]


def deal_of(key: str) -> Deal:
    """The deal that the files call so."""
    name = ExternalId.objects.get(label="crm.deal", external_id=key)
    return Deal.objects.get(pk=name.object_id)
