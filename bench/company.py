"""An import: a company's folder in the shape of sales opportunities, made up and brought in."""

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from django.core.management import call_command

from bench.results import Floor, Loaded
from bench.world import FIRST, KIND, LAST, PLACE, SEED

LAST_DAY = date(2017, 12, 31)
DAYS = 400
ACCOUNTS = 85
MANAGERS = 6
AGENTS = 36
PRODUCTS = (("Basic", 550), ("Advanced", 3_393), ("Plus", 1_096), ("Special", 55), ("Pro", 4_821))
STAGES = {"Prospecting": 6, "Engaging": 18, "Won": 48, "Lost": 28}


def measure_import(rows: int, copy: Floor) -> Loaded:
    """Bring in a company with so many deals, by the command that an administrator uses."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_company(folder, rows)
        start = perf_counter()
        call_command(
            "import_company",
            str(folder),
            "--profile=sales-opportunities",
            f"--as-of={LAST_DAY}",
            "--currency=USD",
            "--json",
            stdout=StringIO(),
        )
        return Loaded.of("deals with visits", rows, perf_counter() - start, copy)


def write_company(folder: Path, rows: int) -> None:
    """Write the four files: accounts, products, teams and their deals."""
    random = Random(SEED)
    people = [
        f"{FIRST[n % len(FIRST)]} {LAST[n % len(LAST)]} {n}" for n in range(AGENTS + MANAGERS)
    ]
    managers, agents = people[:MANAGERS], people[MANAGERS:]
    accounts = [f"{random.choice(KIND)} {random.choice(PLACE)} Works {n}" for n in range(ACCOUNTS)]
    _write(
        folder / "accounts.csv",
        "account,sector,year_established,revenue,employees,office_location,subsidiary_of",
        (
            [name, "retail", 1990 + n % 20, "812.5", 40 + n, "Kenya", ""]
            for n, name in enumerate(accounts)
        ),
    )
    _write(
        folder / "products.csv",
        "product,series,sales_price",
        ([name, "GX", price] for name, price in PRODUCTS),
    )
    _write(
        folder / "sales_teams.csv",
        "sales_agent,manager,regional_office",
        ([name, managers[n % MANAGERS], PLACE[n % 3]] for n, name in enumerate(agents)),
    )
    _write(
        folder / "sales_pipeline.csv",
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value",
        ([f"K{n:07}", *_opportunity(random, agents, accounts)] for n in range(rows)),
    )


def _opportunity(random: Random, agents: list[str], accounts: list[str]) -> list[object]:
    product, price = random.choice(PRODUCTS)
    (stage,) = random.choices(list(STAGES), list(STAGES.values()))
    engaged = LAST_DAY - timedelta(days=random.randint(30, DAYS))
    closed = min(engaged + timedelta(days=random.randint(1, 140)), LAST_DAY)
    value = {"Won": round(price * random.uniform(0.8, 1.1)), "Lost": 0}.get(stage, "")
    return [
        random.choice(agents),
        product,
        random.choice(accounts),
        stage,
        "" if stage == "Prospecting" else engaged,
        closed if stage in {"Won", "Lost"} else "",
        value,
    ]


def _write(path: Path, heads: str, rows: Iterable[list[object]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads.split(","))
        writer.writerows(rows)
