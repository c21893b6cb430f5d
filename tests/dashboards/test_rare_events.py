"""Figures of few cases: the chart that fits them, and the distances it shows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from dashboards import rare
from dashboards.fitting import ChartKind, chart_of
from dashboards.jobs import publish_period, update_figures
from dashboards.periods import Period
from dashboards.spc import Kind, Limits, Reason
from tests import builders
from tests.dashboards.published import agrees, document, needed

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LAST = Period.parse("2026-W47")
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
RANGE = Limits(0.5, 0.2, 0.8, 0.1, 20)


# --- the distances ---------------------------------------------------------------------------


def test_days_from_one_to_the_next():
    moments = [NOON, NOON + timedelta(days=3), NOON + timedelta(days=3, hours=12)]

    assert rare.days_between(moments) == [3, 0.5]
    assert rare.days_between([NOON]) == []


def test_cases_from_one_to_the_next():
    came = [False, True, False, False, True, True, False]

    assert rare.cases_between(came) == [2, 0]
    assert rare.cases_between([False, True]) == []


# --- published figures -----------------------------------------------------------------------


@needed
@pytest.mark.parametrize("name", ["montgomery_ex7_6_valve_failures_t"])
def test_the_range_of_days_is_the_published_one(name):
    vector = document(name)
    profile = replace(rare.RARE, limit_factor=3 / 1.128, screened=True)

    limits = rare.limits_of_days(vector["input"]["values"], profile)

    expected = vector["expected"]
    ours = [limits.centre, limits.lower, limits.upper]
    theirs = [expected["cl"][0], expected["lcl"][0], expected["ucl"][0]]
    assert agrees(ours, theirs, vector["tolerance"])


@needed
def test_the_range_of_many_days_is_the_published_one():
    vector = document("powerbi_t_67")
    profile = replace(rare.RARE, limit_factor=3 / 1.128, screened=True)

    limits = rare.limits_of_days(vector["input"]["values"], profile)

    ours = {"cl": limits.centre, "ul99": limits.upper, "ll99": limits.lower}
    assert all(agrees(ours[key], vector["expected"][key], vector["tolerance"]) for key in ours)


@needed
def test_the_range_of_cases_is_the_published_one():
    vector = document("cabg_surgeries_between_deaths_g")
    values, expected = vector["input"]["values"], vector["expected"]

    limits = rare.limits_of_cases(values)

    ours = [limits.centre, limits.lower, limits.upper]
    theirs = [expected["cl"][0], expected["lcl"][0], expected["ucl"][0]]
    assert agrees(ours, theirs, vector["tolerance"])
    far_out = [one.onset for one in rare.findings(values, limits) if one.rule == "outside"]
    assert far_out == expected["sigma_signal_indexes"]


# --- guards ----------------------------------------------------------------------------------


@pytest.mark.parametrize("limits_of", [rare.limits_of_days, rare.limits_of_cases])
def test_a_range_of_distances_takes_six_that_differ(limits_of):
    assert limits_of([3, 1, 4, 1, 5]) is None
    assert limits_of([0] * 9) is None
    assert isinstance(limits_of([3, 1, 4, 1, 5, 9]), Limits)


def test_signals_take_twelve_distances():
    calm = [5, 7, 4, 6, 8, 5, 6, 7, 4, 6]

    short, long = [*calm, 900], [*calm, 5, 900]

    assert rare.findings(short, rare.limits_of_cases(calm)) == []
    assert [one.onset for one in rare.findings(long, rare.limits_of_cases(calm))] == [11]


@pytest.mark.parametrize(
    ("kind", "reason", "bears_limits", "counts", "chart"),
    [
        (Kind.FLOW, None, RANGE, True, ChartKind.XMR),
        (Kind.RATIO, Reason.NO_LOCKED_BASELINE, RANGE, False, ChartKind.XMR),
        (Kind.RATIO, None, replace(RANGE, cases=14), True, ChartKind.P_PRIME),
        (Kind.DURATION, None, RANGE, False, ChartKind.MEDIAN),
        (Kind.RATIO, Reason.SMALL_SHARES, None, True, ChartKind.G),
        (Kind.RATIO, Reason.SMALL_SHARES, None, False, ChartKind.DOTS),
        (Kind.FLOW, Reason.CHUNKY, None, True, ChartKind.T),
        (Kind.FLOW, Reason.CHUNKY, None, False, ChartKind.DOTS),
        (Kind.FLOW, Reason.ENTANGLED, None, True, ChartKind.DOTS),
        (Kind.RATIO, Reason.ENTANGLED, None, True, ChartKind.DOTS),
        (Kind.DURATION, Reason.FEW_DURATIONS, None, False, ChartKind.DOTS),
    ],
)
def test_the_chart_follows_from_the_kind_and_its_history(kind, reason, limits, counts, chart):
    assert chart_of(kind, reason, limits, counts=counts) is chart


# --- the page --------------------------------------------------------------------------------

ADDRESS = "dashboards:figure"


@pytest.fixture
def seldom(team, pipeline, now):
    """A deal won every other week or so, and then none for months but the last."""
    days = [0, 9, 30, 41, 60, 74, 85, 101, 118, 127, 145, 160, 171, 310]
    begin = LAST.start(AMSTERDAM) + timedelta(days=2, hours=12) - timedelta(days=days[-1])
    builders.many_won(pipeline, [begin + timedelta(days=day) for day in days])
    update_figures(team, since=begin, at=now)
    return publish_period(team, LAST, at=now)


@pytest.fixture
def deals(team, pipeline, anna, now):
    """A deal closed every week, won or lost as told, the last of them lately."""

    def close(won: list[bool]) -> None:
        begin = LAST.start(AMSTERDAM) - timedelta(weeks=len(won))
        for week, is_won in enumerate(won):
            at = begin + timedelta(weeks=week, hours=12)
            end = builders.won if is_won else builders.lost
            end(builders.deal(pipeline, by=anna, at=at), by=anna, at=at + timedelta(days=1))
        update_figures(team, since=begin, at=now)
        publish_period(team, LAST, at=now)

    return close


def test_what_is_won_seldom_shows_the_days_between(annas, mias, team, seldom):
    hers, his = (
        each.get(reverse(ADDRESS, args=[team.slug, "deals-won"])).context["between"]
        for each in (annas, mias)
    )

    assert hers.name == "Days from one to the next"
    assert hers.picture.rows[0].value == "9"
    assert hers.says.startswith("Normal is ")
    assert hers.signal == "This lies above what the process normally gives."
    assert hers.picture.rows[-1].note == "signal: worse"
    assert (his.says, his.signal) == (hers.says, "")
    assert {row.note for row in his.picture.rows} == {""}


def test_a_report_leads_to_the_days_between(annas, team, seldom):
    page = annas.get(reverse("dashboards:reading", args=[team.slug]))

    panels = {panel.slug: panel for panel in page.context["unjudged"]}
    address = reverse(ADDRESS, args=[team.slug, "deals-won"])
    assert panels["deals-won"].fitting == "?by=week#between"
    assert panels["cycle-time"].fitting == ""
    assert f'href="{address}?by=week#between"' in page.content.decode()


def test_a_share_of_few_shows_the_cases_between(annas, team, deals):
    deals([True, True, True, False] * 10)

    between = annas.get(reverse(ADDRESS, args=[team.slug, "win-rate"])).context["between"]

    assert between.name == "Cases from one “no” to the next"
    assert [row.value for row in between.picture.rows] == ["3"] * 9
    assert between.says == "Normal is 0 to 13.4, in the middle 3."


def test_a_report_names_the_chart_and_the_rules(annas, team, seldom):
    entries = {entry["slug"]: entry for entry in seldom.payload["kpis"]}

    assert entries["deals-won"]["chart"] == "t"
    assert entries["deals-won"]["rules"] == []
    assert entries["cycle-time"]["chart"] == "dots"


@pytest.mark.parametrize("slug", ["deals-won", "win-rate", "pipeline-value", "cycle-time"])
def test_where_there_is_nothing_there_is_no_such_chart(annas, team, pipeline, now, slug):
    publish_period(team, LAST, at=now)

    shown = annas.get(reverse(ADDRESS, args=[team.slug, slug]))

    assert shown.context["between"] is None


def test_what_happens_as_often_as_not_is_not_rare(annas, team, deals):
    deals([True, False] * 10)

    shown = annas.get(reverse(ADDRESS, args=[team.slug, "win-rate"]))

    assert shown.context["between"] is None


def test_few_distances_are_shown_and_nothing_is_said_of_them(annas, team, deals):
    deals([False, True, True, True, True] * 4)

    between = annas.get(reverse(ADDRESS, args=[team.slug, "win-rate"])).context["between"]

    assert [row.value for row in between.picture.rows] == ["4", "4", "4"]
    assert between.says.startswith("Too early to say what is normal")
