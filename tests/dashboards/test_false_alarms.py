"""Below the charts stands how many false alarms to expect of them."""

import pytest
from django.urls import reverse

from bench.false_alarms import STABLE, stable
from dashboards import false_alarms, kpis
from dashboards.jobs import publish_period, update_figures
from dashboards.models import Baseline
from dashboards.periods import Period
from tests import builders


def entry(slug="deals-won", centre="20", n=20, status="full", limits=True):
    return {
        "slug": slug,
        "n": n,
        "status": status,
        "limits": {"centre": centre} if limits else None,
    }


@pytest.mark.parametrize(
    ("slug", "centre", "cases", "rate"),
    [
        ("deals-won", 20, 20, false_alarms.USUAL),
        ("deals-won", 1.2, 1, false_alarms.OF_FEW),
        ("win-rate", 0.3, 20, false_alarms.USUAL),
        ("win-rate", 0.95, 20, false_alarms.OF_FEW),
        ("open-deals", 1.0, 1, false_alarms.USUAL),
        ("cycle-time", 30, 20, false_alarms.OF_DURATIONS),
        ("first-response", 3, 20, false_alarms.OF_DURATIONS),
        ("cycle-time-km", 30, 400, false_alarms.OF_LEANING),
    ],
)
def test_a_chart_has_the_rate_of_its_kind(slug, centre, cases, rate):
    assert false_alarms.rate_of(kpis.get(slug), centre, cases) == rate


def test_sixteen_monthly_charts_cry_wolf_twice_a_year():
    found = false_alarms.sentence({"kind": "month", "kpis": [entry()] * 16})

    assert found.startswith("Of 16 charts with a normal range, expect about 2 false alarms a year")


def test_weekly_charts_more_often():
    weekly = false_alarms.budget({"kind": "week", "kpis": [entry()] * 3})

    assert weekly == false_alarms.Budget(3, pytest.approx(3 * 0.13 * 52 / 12))
    assert "about 2 false alarms" in false_alarms.sentence({"kind": "week", "kpis": [entry()] * 3})


def test_one_chart_is_told_as_one():
    one = {"kind": "month", "kpis": [entry()]}
    weekly = {"kind": "week", "kpis": [entry("cycle-time"), entry("cycle-time")]}

    assert false_alarms.sentence(one) == (
        "Of 1 chart with a normal range, expect less than one false alarm a year."
    )
    assert "about one false alarm a year" in false_alarms.sentence(weekly)


def test_what_tells_no_signals_cries_no_wolf():
    silent = [entry(limits=False), entry(status="team-only"), entry("lost-reasons")]

    assert false_alarms.sentence({"kind": "week", "kpis": silent}) == ""


def test_the_rates_are_those_that_are_measured():
    """Few KPIs, so within a tenth: a rate that was mistyped would not be."""
    processes = {process.name: process for process in STABLE}
    for name, rate in (
        ("normal", false_alarms.USUAL),
        ("middle of 8 skewed durations", false_alarms.OF_DURATIONS),
    ):
        assert stable(processes[name], 150, 1).per_judged == pytest.approx(rate, abs=0.1)


def test_the_reading_room_says_so(annas, mias, team, anna, pipeline, now):
    weeks = list(Period.parse("2026-W21").through(Period.parse("2026-W47")))
    won = [3, 5, 4, 4, 6, 5, 2, 3, 4, 6, 3, 5, 5, 4, 2, 3, 5, 6, 4, 4, 3, 5, 3, 4, 6, 4, 5]
    moments = [week.start(team.zone) for week, n in zip(weeks, won, strict=True) for _ in range(n)]
    builders.many_won(pipeline, moments)
    update_figures(team, since=weeks[0].start(team.zone), at=now)
    Baseline.sign(
        kpis.get("deals-won"), weeks[0], weeks[25], by=anna, at=now, reason="A calm half year"
    )
    publish_period(team, weeks[-1], at=now)
    room = reverse("dashboards:reading", args=[team.slug])

    for reader in (annas, mias):
        assert "expect about one false alarm a year" in reader.get(room).content.decode()
