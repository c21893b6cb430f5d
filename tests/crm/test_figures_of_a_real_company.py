"""The figures of a real company, counted twice: by the engine and by hand from the files."""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from io import StringIO
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from dashboards import kpis, xmr
from dashboards.engine import measure
from dashboards.periods import Period, end_of_day
from teams.models import Team
from tests.shared import SHARED

FOLDER = SHARED / "data" / "sales_opportunities"
AS_OF = date(2017, 12, 31)
MONTHS = list(Period.parse("2017-03").through(Period.parse("2017-12")))

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER.name} is not beside this checkout"),
]


@pytest.fixture
def company(tmp_path: Path) -> None:
    names = tmp_path / "names.toml"
    names.write_text('[product]\n"GTXPro" = "GTX Pro"\n')
    arguments = ["--as-of", str(AS_OF), "--currency", "USD", "--map", str(names)]
    call_command("import_company", str(FOLDER), *arguments, stdout=StringIO())


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def deals_by_manager() -> dict[str, list[dict[str, str]]]:
    manager_of = {row["sales_agent"]: row["manager"] for row in rows("sales_teams.csv")}
    deals = defaultdict(list)
    for row in rows("sales_pipeline.csv"):
        deals[manager_of[row["sales_agent"]]].append(row)
    return deals


def days(row: dict[str, str]) -> int:
    return (day(row["close_date"]) - day(row["engage_date"])).days


def day(text: str) -> date:
    return date.fromisoformat(text)


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


def counted_by_hand(slug: str, deals: list[dict[str, str]], month: Period) -> float | None:
    closed = [row for row in deals if row["close_date"][:7] == str(month)]
    won = [row for row in closed if row["deal_stage"] == "Won"]
    counts: dict[str, Callable[[], float | None]] = {
        "deals-won": lambda: len(won),
        "deals-lost": lambda: len(closed) - len(won),
        "value-won": lambda: sum(float(row["close_value"]) for row in won),
        "win-rate": lambda: len(won) / len(closed) if closed else None,
        "cycle-time": lambda: median(map(days, closed)) if closed else None,
        "cycle-time-km": lambda: half_finished_by(
            followed(row, month) for row in deals if entered(row, month)
        ),
        "open-deals": lambda: sum(stood_open(row, month) for row in deals),
        "pipeline-value": lambda: sum(
            float(row["close_value"] or 0) for row in deals if stood_open(row, month)
        ),
        "next-step-coverage": lambda: 0 if any(stood_open(row, month) for row in deals) else None,
        "lost-reasons": lambda: len(closed) - len(won),
        "reopened": lambda: 0 if closed else None,
        "on-time": lambda: None,
        "first-time-right": lambda: None,
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


def stood_open(row: dict[str, str], month: Period) -> bool:
    begun = day(row["engage_date"] or str(AS_OF)) <= month.last_day
    return begun and (not row["close_date"] or day(row["close_date"]) > month.last_day)


def entered(row: dict[str, str], month: Period) -> bool:
    # No deal here is older than eighteen months, so that end of the window cuts nothing off.
    return bool(row["engage_date"]) and day(row["engage_date"]) <= month.last_day


def entered_this_year(row: dict[str, str], month: Period) -> bool:
    year_before = month.last_day.replace(year=month.first_day.year - 1)
    return entered(row, month) and day(row["engage_date"]) > year_before


def went_on(deals: list[dict[str, str]], month: Period) -> float | None:
    begun = [row for row in deals if entered_this_year(row, month)]
    won = [row for row in begun if row["deal_stage"] == "Won" and followed(row, month)[1]]
    return len(won) / len(begun) if begun else None


def won_within_90_days(deals: list[dict[str, str]], month: Period) -> float:
    """Aalen-Johansen as one would do it on paper, a day at a time."""
    cases = [
        (*followed(row, month), row["deal_stage"]) for row in deals if entered_this_year(row, month)
    ]
    still_open, share = 1.0, 0.0
    for time in range(91):
        at_risk = sum(lasted >= time for lasted, _, _ in cases)
        ended = [stage for lasted, done, stage in cases if lasted == time and done]
        share += still_open * ended.count("Won") / at_risk if at_risk else 0
        still_open *= 1 - len(ended) / at_risk if at_risk else 1
    return share


def followed(row: dict[str, str], month: Period) -> tuple[int, bool]:
    if row["close_date"] and day(row["close_date"]) <= month.last_day:
        return days(row), True
    return (month.last_day - day(row["engage_date"])).days, False


def test_every_figure_equals_the_one_counted_by_hand(company: None) -> None:
    until = end_of_day(AS_OF, ZoneInfo("Europe/Amsterdam"))
    by_manager = deals_by_manager()
    teams = {team.manager_links.get().user.name: team for team in Team.objects.by_name()}
    assert teams.keys() == by_manager.keys()

    for kpi in kpis.all_kpis():
        figures = {
            (figure.team_id, figure.period): figure.value
            for figure in measure(kpi, teams.values(), MONTHS, until=until)
        }
        for manager, deals in by_manager.items():
            for month in MONTHS:
                figure = figures[teams[manager].pk, month]
                expected = counted_by_hand(kpi.slug, deals, month)
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
