"""Figures of few cases: the chart that fits them, and the distances it shows."""

import csv
import io
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from dashboards import paper, rare, reading, spacing
from dashboards.between import Gaps, Sort
from dashboards.fitting import ChartKind, chart_of, is_seldom
from dashboards.jobs import publish_period, update_figures
from dashboards.periods import Period
from dashboards.reports import compose, text
from dashboards.series import from_facts
from dashboards.spc import Kind, Limits, Reason
from dashboards.verifying import misspaced, verify
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
    ("kind", "reason", "limits", "counts", "chart"),
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
    assert chart_of(kind, reason, limits, counts=counts, is_seldom=True) is chart


def test_what_happens_every_day_has_no_days_between():
    """The weeks before a team began make its counts coarse, and not rare."""
    assert is_seldom([0, 0, 1, None, 3, 0, 5])
    assert not is_seldom([0, 0, 0, 0, 0, 0, 22, 26, 27])
    chart = chart_of(Kind.FLOW, Reason.CHUNKY, None, counts=True, is_seldom=False)
    assert chart is ChartKind.DOTS


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


def held_by(report, slug="deals-won"):
    entry = next(entry for entry in report.payload["kpis"] if entry["slug"] == slug)
    return entry, entry.get("between")


def test_a_report_seals_the_days_between(team, seldom):
    entry, held = held_by(seldom)

    assert held["sort"] == "days"
    assert [gap["length"] for gap in held["gaps"]][:3] == ["9", "21", "11"]
    assert (held["since"], held["gaps"][-1]["until"]) == ("2026-01-12", "2026-11-18")
    limits = rare.limits_of_days([float(gap["length"]) for gap in held["gaps"]])
    assert held["limits"]["upper"] == text(limits.upper)
    assert entry["signals"] == []
    assert held_by(seldom, "cycle-time")[1] is None


def test_what_comes_later_changes_nothing_in_it(annas, mias, team, pipeline, seldom, now):
    """Deals that are written down afterwards stand on the page of the figure, not in the report."""
    builders.many_won(pipeline, [LAST.start(AMSTERDAM) + timedelta(hours=1)] * 2)
    update_figures(team, since=LAST.start(AMSTERDAM), at=now)

    for reader in (annas, mias):
        page = reader.get(reverse("dashboards:reading", args=[team.slug]))
        panel = next(one for one in page.context["unjudged"] if one.slug == "deals-won")
        shown = panel.between
        assert (shown.name, shown.signal) == ("Days from one to the next", "")
        assert [row.value for row in shown.picture.rows][-1] == "139.0"
        assert shown.says.startswith("Normal is ")
        assert "Days from one to the next</h4>" in page.content.decode()
    assert verify(team, at=now) == []


def test_a_report_of_before_leads_to_the_days_between(seldom):
    """It says which chart fits, and holds none of it."""
    entry, _held = held_by(seldom)
    before = {key: told for key, told in entry.items() if key != "between"}

    old, new = (reading.panel(one, seldom.payload) for one in (before, entry))

    assert (old.fitting, old.between) == ("?by=week#between", None)
    assert new.fitting == ""


def test_paper_and_table_show_the_days_between(annas, team, seldom):
    told = paper.told(seldom)
    panel = next(one for one in told["read"].unjudged if one.slug == "deals-won")
    page = render_to_string("dashboards/paper.html", told)
    table = annas.get(reverse("dashboards:report-csv", args=[team.slug, str(LAST)]))

    assert panel.between.says in page
    assert str(panel.between.chart_on_paper) in page
    rows = csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))
    days = [row for row in rows if row["part"] == "between: days" and row["kpi"] == "deals-won"]
    assert [(row["period"], row["unit"]) for row in days][-1] == ("2026-11-18", "days")
    assert [row["value"] for row in days][:3] == ["9", "21", "11"]


# --- what follows from what ------------------------------------------------------------------


def test_a_report_that_is_well_fits(seldom):
    entry, held = held_by(seldom)

    assert spacing.fits(held, entry, LAST)


@pytest.mark.parametrize("name", ["centre", "lower", "upper"])
def test_a_range_that_its_distances_do_not_give_is_found(seldom, name):
    entry, held = held_by(seldom)
    moved = {**held["limits"], name: "61.5"}

    assert not spacing.fits({**held, "limits": moved}, entry, LAST)
    assert not spacing.fits({**held, "limits": None}, entry, LAST)


def test_a_range_of_too_few_is_found(seldom):
    entry, held = held_by(seldom)
    few = {**held, "gaps": held["gaps"][-3:], "since": "2026-06-16"}

    assert not spacing.fits(few, entry, LAST)


def test_an_event_that_its_figure_does_not_count_is_found(seldom):
    entry, held = held_by(seldom)

    assert not spacing.fits(held, {**entry, "n": 2}, LAST)
    assert not spacing.fits(held, {**entry, "n": 0}, LAST)


def held_of(lengths, since, until, sort="days"):
    """Distances that all ended on one day, with the range that they give."""
    limits = Gaps(Sort(sort), lengths, LAST.first_day, []).limits
    gaps = [{"until": until, "length": text(length)} for length in lengths]
    told = {name: text(getattr(limits, name)) for name in ("centre", "lower", "upper")}
    return {"sort": sort, "since": since, "gaps": gaps, "limits": told}


def test_of_many_events_in_one_period_not_all_are_held():
    """Where the first distance begins in the period itself, there may have been more before it."""
    held = held_of([0.1, 0.2, 0.1, 0.3, 0.2, 0.4], "2026-11-17", "2026-11-18")

    assert spacing.fits(held, {"n": 80}, LAST)
    assert not spacing.fits(held, {"n": 6}, LAST)


@pytest.mark.parametrize(("sort", "counted"), [("yes", "6"), ("no", "94")])
def test_cases_are_counted_by_their_side(sort, counted):
    held = held_of([3.0, 4, 2, 5, 3, 4], "2026-11-10", "2026-11-18", sort)

    assert spacing.fits(held, {"numerator": counted, "denominator": "100"}, LAST)
    assert not spacing.fits(held, {"numerator": "7", "denominator": "100"}, LAST)
    assert not spacing.fits(held, {"numerator": None, "denominator": None}, LAST)


def test_whoever_seals_other_distances_is_found_out(team, seldom, now):
    """Even with a new hash over them: the night sees that they do not fit."""
    payload = deepcopy(seldom.payload)
    held = held_by(seldom)[1]
    at = next(at for at, one in enumerate(payload["kpis"]) if one["slug"] == "deals-won")
    payload["kpis"][at]["between"] = {**held, "gaps": held["gaps"][:-1]}
    seldom.payload = payload

    faults = list(misspaced([seldom]))

    assert [reading.fault_text(fault) for fault in faults] == [
        "Deals won, week 47: the distances in the report do not fit the figure beside them."
    ]


def test_what_was_written_down_between_two_countings_waits(team, pipeline, seldom, now):
    """A report whose figure counts less than there is now holds no distances, and stays well."""
    later = LAST.next
    counted = from_facts(team, later, until=later.end(AMSTERDAM))
    builders.many_won(pipeline, [later.start(AMSTERDAM) + timedelta(days=1)])

    content = compose(team, later, counted, as_of=later.end(AMSTERDAM))

    won = next(entry for entry in content["kpis"] if entry["slug"] == "deals-won")
    assert won["chart"] == "t"
    assert "between" not in won


def test_a_share_of_few_shows_the_cases_between(annas, team, deals):
    deals([True, True, True, False] * 10)

    between = annas.get(reverse(ADDRESS, args=[team.slug, "win-rate"])).context["between"]

    assert between.name == "Cases from one “no” to the next"
    assert [row.value for row in between.picture.rows] == ["3"] * 9
    assert between.says == "Normal is 0 to 13.4, in the middle 3."
    held = held_by(team.reports.get(), "win-rate")[1]
    assert held["sort"] == "no"
    assert [gap["length"] for gap in held["gaps"]] == ["3"] * 9


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
