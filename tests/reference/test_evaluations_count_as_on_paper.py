"""How often a team looked back in time, counted by the engine and once more on paper."""

from datetime import UTC, datetime, time, timedelta
from random import Random

import pytest

from dashboards import kpis
from dashboards.engine import measure
from dashboards.figures import WHOLE
from dashboards.periods import Period
from reviews.models import Evaluation
from tests import builders, looking_back
from tests.reference.test_facts_add_up_to_their_figure import assert_they_add_up

pytestmark = pytest.mark.django_db

UNTIL = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MONTHS = list(Period.parse("2025-01").through(Period.parse("2026-10")))
PERIODS = [*MONTHS, *Period.parse("2026-W30").through(Period.parse("2026-W47"))]


def on_paper(team, period: Period) -> float | None:
    """Of the twelve months before its end, whose last day to look back had come."""
    cut = min(period.end(team.zone), UNTIL)
    start = period.months_before_end(12, team.zone)
    held = []
    for one in Evaluation.objects.filter(team=team):
        due = datetime.combine(one.due_on, time.max, team.zone)
        if start <= due < cut:
            held.append(one.concluded_at is not None and one.concluded_at <= due)
    return sum(held) / len(held) if held else None


@pytest.mark.parametrize("seed", range(3))
def test_in_any_world(anna, carla, seed):
    chance = Random(seed)  # noqa: S311
    for month in MONTHS:
        at = month.published_at(anna.team.zone, anna.team.workdays)
        looking_back.asked(carla.team, at=at, month=month)
        match chance.choice(("in time", "late", "begun", "never", "not asked")):
            case "in time":
                looking_back.concluded(by=anna, at=at + timedelta(days=3), month=month)
            case "late":
                looking_back.asked(anna.team, at=at, month=month)
                looking_back.concluded(by=anna, at=at + timedelta(days=30), month=month)
            case "begun":
                looking_back.begun(by=anna, at=at, month=month)
            case "never":
                looking_back.asked(anna.team, at=at, month=month)
    kpi = kpis.get("evaluations-on-time")

    for kind in ("month", "week"):
        periods = [period for period in PERIODS if period.kind == kind]
        figures = measure(kpi, [anna.team, carla.team], periods, until=UNTIL)
        teams = {anna.team_id: anna.team, carla.team_id: carla.team}
        for figure in figures:
            assert figure.dimension == WHOLE
            expected = on_paper(teams[figure.team_id], figure.period)
            found = None if figure.value is None else float(figure.value)
            assert found == pytest.approx(expected), figure
        assert_they_add_up(anna.team, periods[-8:], UNTIL, {kpi.slug})


@pytest.mark.parametrize("sees_people", [True, False])
def test_each_side_is_led_to_what_it_reads(anna, mia, sees_people):
    at = UNTIL - timedelta(days=3)
    going_on = looking_back.begun(by=anna, at=at)
    over = looking_back.concluded(by=anna, at=at, month=looking_back.MONTH.previous)

    about = kpis.get("evaluations-on-time").about
    named = about.named(anna.team, [going_on.pk, over.pk], sees_people=sees_people)

    assert [named[one.pk].label for one in (going_on, over)] == ["October 2026", "September 2026"]
    browser = builders.browser(anna.user if sees_people else mia.user)
    assert browser.get(named[over.pk].url).status_code == 200
    assert bool(named[going_on.pk].url) is sees_people
