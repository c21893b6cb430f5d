"""The figures of a real company, counted twice: by the engine and by hand from the files."""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from io import StringIO
from statistics import median
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from dashboards import kpis, xmr
from dashboards.engine import measure
from dashboards.figures import WHOLE
from dashboards.periods import Period
from teams.models import Team
from teams.workdays import end_of_day
from tests.shared import SHARED

FOLDER = SHARED / "data" / "sales_opportunities"
AS_OF = date(2017, 12, 31)
MONTHS = list(Period.parse("2017-03").through(Period.parse("2017-12")))

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"{FOLDER.name} is not beside this checkout"
)


@pytest.fixture(scope="module")
def company(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any
) -> Iterator[None]:
    """The whole company, brought in once for the module and taken back at its end."""
    names = tmp_path_factory.mktemp("company") / "names.toml"
    names.write_text('[product]\n"GTXPro" = "GTX Pro"\n')
    arguments = ["--as-of", str(AS_OF), "--currency", "USD", "--map", str(names)]
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("import_company", str(FOLDER), *arguments, stdout=StringIO())
        yield
        transaction.set_rollback(True)


class Row(NamedTuple):
    """What the file says about one deal."""

    begun: date | None
    ended: date | None
    won: bool
    value: float

    @property
    def days(self) -> int:
        assert self.begun
        assert self.ended
        return (self.ended - self.begun).days


class Month(NamedTuple):
    first: date
    last: date


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def deals_by_manager() -> dict[str, list[Row]]:
    manager_of = {row["sales_agent"]: row["manager"] for row in rows("sales_teams.csv")}
    deals = defaultdict(list)
    for row in rows("sales_pipeline.csv"):
        begun, ended = day(row["engage_date"]), day(row["close_date"])
        won, value = row["deal_stage"] == "Won", float(row["close_value"] or 0)
        deals[manager_of[row["sales_agent"]]].append(Row(begun, ended, won, value))
    return deals


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def half_finished_by(cases: Iterable[tuple[int, bool]]) -> int | None:
    """Kaplan-Meier's median as one would do it on paper, a day at a time."""
    cases = list(cases)
    ended = Counter(followed for followed, done in cases if done)
    leaving = Counter(followed for followed, _ in cases)
    at_risk, still_open = len(cases), 1.0
    for time in range(1000):
        still_open *= 1 - ended[time] / at_risk if at_risk else 1
        at_risk -= leaving[time]
        if still_open <= 0.5 + 1e-12:
            return time
    return None


def counted_by_hand(slug: str, deals: list[Row], month: Month) -> float | None:
    closed = [row for row in deals if row.ended and month.first <= row.ended <= month.last]
    won = [row for row in closed if row.won]
    counts: dict[str, Callable[[], float | None]] = {
        "deals-won": lambda: len(won),
        "deals-lost": lambda: len(closed) - len(won),
        "value-won": lambda: sum(row.value for row in won),
        "win-rate": lambda: len(won) / len(closed) if closed else None,
        "cycle-time": lambda: median(row.days for row in closed) if closed else None,
        "cycle-time-km": lambda: half_finished_by(
            followed(row, month) for row in deals if entered(row, month)
        ),
        "open-deals": lambda: sum(stood_open(row, month) for row in deals),
        "pipeline-value": lambda: sum(row.value for row in deals if stood_open(row, month)),
        "next-step-coverage": lambda: 0 if any(stood_open(row, month) for row in deals) else None,
        # Nobody is a member of the team that the files came to.
        "span-of-open-work": lambda: None,
        "lost-reasons": lambda: len(closed) - len(won),
        "reopened": lambda: 0 if closed else None,
        "on-time": lambda: None,
        "first-time-right": lambda: None,
        "agreements-kept": lambda: None,
        "agreements-moved": lambda: None,
        "debate-participation": lambda: None,
        "decision-latency": lambda: None,
        "debate-yield": lambda: None,
        "decisions-evaluated": lambda: None,
        "evaluations-on-time": lambda: None,
        "review-participation": lambda: None,
        "procedures-buried": lambda: 0,
        "hours-freed": lambda: 0,
        "interventions": lambda: 0,
        "first-response": lambda: None,
        "answered-in-time": lambda: None,
        "customer-score": lambda: None,
        "customer-response-rate": lambda: None,
        "win-rate-cohort": lambda: won_within_90_days(deals, month),
        # Before its end a deal stood in one stage only, so far as the files know.
        "time-in-stage": lambda: half_finished_by(
            followed(row, month) for row in deals if entered_this_year(row, month)
        ),
        "stage-conversion": lambda: went_on(deals, month),
    }
    return counts[slug]()


def stood_open(row: Row, month: Month) -> bool:
    return (row.begun or AS_OF) <= month.last and (row.ended is None or row.ended > month.last)


def entered(row: Row, month: Month) -> bool:
    # No deal here is older than eighteen months, so that end of the window cuts nothing off.
    return row.begun is not None and row.begun <= month.last


def entered_this_year(row: Row, month: Month) -> bool:
    year_before = month.last.replace(year=month.first.year - 1)
    return row.begun is not None and year_before < row.begun <= month.last


def went_on(deals: list[Row], month: Month) -> float | None:
    begun = [row for row in deals if entered_this_year(row, month)]
    won = [row for row in begun if row.won and followed(row, month)[1]]
    return len(won) / len(begun) if begun else None


def won_within_90_days(deals: list[Row], month: Month) -> float:
    """Aalen-Johansen as one would do it on paper, a day at a time."""
    cases = [(*followed(row, month), row.won) for row in deals if entered_this_year(row, month)]
    still_open, share = 1.0, 0.0
    for time in range(91):
        at_risk = sum(lasted >= time for lasted, _, _ in cases)
        ended = [won for lasted, done, won in cases if lasted == time and done]
        share += still_open * sum(ended) / at_risk if at_risk else 0
        still_open *= 1 - len(ended) / at_risk if at_risk else 1
    return share


def followed(row: Row, month: Month) -> tuple[int, bool]:
    assert row.begun
    is_over = row.ended is not None and row.ended <= month.last
    return (row.days if is_over else (month.last - row.begun).days), is_over


def test_every_figure_equals_the_one_counted_by_hand(company: None) -> None:
    until = end_of_day(AS_OF, ZoneInfo("Europe/Amsterdam"))
    by_manager = deals_by_manager()
    teams = {team.manager_links.get().user.name: team for team in Team.objects.by_name()}
    assert teams.keys() == by_manager.keys()

    for kpi in kpis.all_kpis():
        figures = {
            (figure.team_id, figure.period): figure.value
            for figure in measure(kpi, teams.values(), MONTHS, until=until)
            if figure.dimension == WHOLE
        }
        for manager, deals in by_manager.items():
            for month in MONTHS:
                figure = figures[teams[manager].pk, month]
                days = Month(month.first_day, month.last_day)
                expected = counted_by_hand(kpi.slug, deals, days)
                assert (None if figure is None else float(figure)) == pytest.approx(expected), (
                    kpi.slug,
                    manager,
                    month,
                )


def test_the_year_adds_up_and_no_month_stands_out(company: None) -> None:
    until = end_of_day(AS_OF, ZoneInfo("Europe/Amsterdam"))
    sums = {
        slug: [
            sum(figure.numerator or 0 for figure in figures),
            sum(figure.denominator or 0 for figure in figures),
        ]
        for slug in ("deals-won", "deals-lost", "value-won", "win-rate")
        for figures in [measure(kpis.get(slug), Team.objects.all(), MONTHS, until=until)]
    }

    assert sums["deals-won"][0] == 4_238
    assert sums["deals-lost"][0] == 2_473
    assert sums["value-won"][0] == 10_005_534
    assert float(sums["win-rate"][0] / sums["win-rate"][1]) == pytest.approx(0.631501, abs=5e-7)

    for team in Team.objects.by_name():
        figures = measure(kpis.get("value-won"), [team], MONTHS, until=until)
        values = [float(figure.value or 0) for figure in figures]
        limits = xmr.natural_limits(values, xmr.WHEELER)
        assert xmr.judge(values, baseline=limits, profile=xmr.WHEELER) == []
