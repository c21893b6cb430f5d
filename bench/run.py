"""One run of the benchmark, from an empty database to a table."""

import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import connection, connections

from bench.options import DESKS, Options
from bench.results import Floor, Loaded, Results

# The settings are read here, with the addresses that bench.scratch has set.
django.setup()

from bench import company, crowd, figures, floor, pages, scratch  # noqa: E402
from bench.fill import bare_copy, fill, size_of, spread  # noqa: E402
from bench.server import WORKERS, gunicorn  # noqa: E402
from config.celery import app  # noqa: E402
from dashboards.periods import PeriodKind  # noqa: E402
from teams import wall  # noqa: E402
from teams.models import Team  # noqa: E402

wall.stand_open()

PACKAGES = ("Django", "psycopg2-binary", "gunicorn")


def run(options: Options, *, is_filled: bool) -> Results:
    """Fill what is not filled yet, measure everything, and leave the queue empty."""
    _tell("the tables")
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    measure = _search if options.search else _everything
    try:
        return measure(options, datetime.now(UTC), is_filled=is_filled)
    finally:
        app.control.purge()
        connections.close_all()


def _everything(options: Options, now: datetime, *, is_filled: bool) -> Results:
    copy, loaded = _filled(options, now, is_filled=is_filled)
    results = _measured(options, now, copy)
    results.fill = loaded
    return results


def _search(options: Options, now: datetime, *, is_filled: bool) -> Results:
    if not is_filled:
        crowd.fill(options, now)
        _keep(options)
    _tell("searches")
    results = Results(_conditions(options, now))
    with gunicorn() as server:
        view, results.pages = pages.measure_pages(_desks(), server, options, pages.SEARCHES)
    results.floors.append(view)
    return results


def _filled(options: Options, now: datetime, *, is_filled: bool) -> tuple[Floor, list[Loaded]]:
    if is_filled:
        return bare_copy(), []
    filled = fill(options, now)
    _keep(options)
    return filled


def _keep(options: Options) -> None:
    if options.keep:
        connections.close_all()
        scratch.keep(options)


def _measured(options: Options, now: datetime, copy: Floor) -> Results:
    _tell("figures of all teams")
    scan = floor.scan()
    results = Results(_conditions(options, now), floors=[copy, scan])
    figures.unlimited()
    results.work.append(figures.nightly(now, scan))
    for kind in PeriodKind:
        results.work += figures.close(kind, now, scan)
    _tell("one team at a time")
    desks = _desks()
    figures.know_the_past(desks, now)
    reported = figures.reports(desks, now, scan, repeats=options.repeats)
    _tell("pages")
    with gunicorn() as server:
        view, results.pages = pages.measure_pages(desks, server, options, pages.PAGES)
    results.floors += [view, floor.wall(desks[0].team)]
    results.work.append(figures.late_facts(desks, now, scan, repeats=options.repeats))
    results.work.append(reported)
    _tell("an import")
    results.imports.append(company.measure_import(options.import_rows, copy))
    results.conditions["load"] = f"{os.getloadavg()[0]:.1f} at the end"
    return results


def _desks() -> list[pages.Desk]:
    """A few teams, spread over all of them."""
    return [pages.Desk.of(team) for team in spread(list(Team.objects.order_by("pk")), DESKS)]


def _conditions(options: Options, now: datetime) -> dict[str, Any]:
    versions = [f"{name} {version(name)}" for name in PACKAGES]
    return {
        "date": f"{now:%Y-%m-%d}",
        "machine": f"{os.cpu_count()} cores, {_processor()}, {_memory()} GB",
        "versions": ", ".join(
            [f"Python {platform.python_version()}", f"PostgreSQL {_postgres()}", *versions]
        ),
        "size": f"{options.teams:,} teams with {options.deals:,} deals each, {size_of()}",
        "requests": f"{options.requests} each, {WORKERS} workers, one at a time, {DESKS} teams",
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def _postgres() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (text,) = cursor.fetchone()
        return str(text).split()[0]


def _tell(what: str) -> None:
    sys.stderr.write(f"bench: {what} ...\n")
