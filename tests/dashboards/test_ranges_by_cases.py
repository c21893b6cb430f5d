"""A share of a number of cases that differs has a normal range for each period (a P′ chart)."""

import csv
import io
import math
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dashboards import kpis, paper, reading, svg
from dashboards.charts import Chart, ChartPoint, Phase, chart_table
from dashboards.models import Baseline, Report
from dashboards.periods import Period
from dashboards.pprime import evened, share_limits, widens
from dashboards.reports import compose, text
from dashboards.series import from_measurements
from dashboards.spc import Kind, Limits, LockedBaseline, Reason, assess, baseline_of
from dashboards.xmr import TEAM, natural_limits
from tests import builders
from tests.dashboards.properties import repeatable
from tests.dashboards.published import agrees, document, needed

# So many closed in each of 27 weeks, and so many of them won: nothing changes but how many.
CLOSED = [
    14,
    28,
    37,
    35,
    34,
    12,
    18,
    13,
    25,
    34,
    24,
    25,
    30,
    22,
    35,
    16,
    13,
    25,
    10,
    38,
    36,
    22,
    23,
]
CLOSED += [29, 34, 34, 10]
WON = [5, 8, 17, 14, 18, 7, 8, 7, 14, 18, 11, 16, 16, 6, 18, 6, 7, 9, 6, 20, 10, 12, 16]
WON += [14, 16, 23, 5]
SHARES = [won / closed for won, closed in zip(WON, CLOSED, strict=True)]
WEEKS = list(Period.parse("2026-W21").through(Period.parse("2026-W47")))
RANGE = Limits(0.5, 0.2, 0.8, 0.3 / 2.66, 20, 25)


# --- published figures ------------------------------------------------------------------------


@needed
def test_the_limits_are_those_that_were_published():
    vector = document("nhs_accidents_pprime")
    cases, expected = vector["input"]["denominators"], vector["expected"]
    values = [some / of for some, of in zip(vector["input"]["values"], cases, strict=True)]

    limits = share_limits(values, cases, replace(TEAM, limit_factor=3 / 1.128, screened=True))

    each = [limits.of(of) for of in cases]
    ours = [[one.centre for one in each], [one.lower for one in each], [one.upper for one in each]]
    theirs = [expected["cl"], expected["lcl"], expected["ucl"]]
    assert agrees(values, expected["plotted"], vector["tolerance"])
    assert agrees(ours, theirs, vector["tolerance"])
    read = evened(values, cases, limits)
    assert [at for at, value in enumerate(read) if limits.outside(value)] == (
        expected["sigma_signal_indexes"]
    )


@needed
def test_two_thirds_of_the_way_are_published_too():
    vector = document("powerbi_pprime_20")
    cases, expected = vector["input"]["denominators"], vector["expected"]
    values = [
        100 * some / of for some, of in zip(vector["input"]["numerators"], cases, strict=True)
    ]

    limits = share_limits(values, cases, replace(TEAM, limit_factor=3 / 1.128, screened=True))

    each = [limits.of(of) for of in cases]
    ours = {
        "ll99": [one.lower for one in each],
        "ul99": [one.upper for one in each],
        "ll95": [one.centre - 2 / 3 * (one.centre - one.lower) for one in each],
        "ul95": [one.centre + 2 / 3 * (one.upper - one.centre) for one in each],
    }
    assert agrees(limits.centre, expected["cl"], vector["tolerance"])
    for name, found in ours.items():
        assert agrees(found, expected[name], vector["tolerance"]), name


# --- the arithmetic ---------------------------------------------------------------------------


def test_four_times_the_cases_have_half_the_range():
    assert (RANGE.of(100).lower, RANGE.of(100).upper) == pytest.approx((0.35, 0.65))
    assert RANGE.of(25) == replace(RANGE, cases=25)


@pytest.mark.parametrize("cases", [None, 0, 100])
def test_one_range_for_all_is_that_of_any_period(cases):
    plain = replace(RANGE, cases=None)

    assert plain.of(cases) is plain
    assert evened([0.3, None], [cases, 4], plain) == [0.3, None]


def test_of_an_unknown_number_of_cases_it_is_the_usual_range():
    assert RANGE.of(None) is RANGE


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(30, 90)), min_size=2, max_size=30))
@repeatable
def test_what_is_outside_its_own_range_is_outside_once_evened(pairs):
    """The rules read the evened figures, the chart shows each in its own range: one verdict."""
    values, cases = [some / of for some, of in pairs], [of for _some, of in pairs]
    limits = share_limits(values, cases)
    read = evened(values, cases, limits)

    for value, of, evened_value in zip(values, cases, read, strict=True):
        own = limits.of(of)
        if min(abs(value - own.lower), abs(value - own.upper)) > 1e-9:
            assert own.outside(value) == limits.outside(evened_value)


@given(st.lists(st.integers(0, 40), min_size=2, max_size=30))
@repeatable
def test_of_equal_numbers_of_cases_it_is_the_chart_of_single_figures(won):
    values = [some / 40 for some in won]

    ours, single = share_limits(values, [40] * len(won)), natural_limits(values)

    assert (ours.centre, ours.lower, ours.upper) == pytest.approx(
        (single.centre, single.lower, single.upper), abs=1e-12
    )


@pytest.mark.parametrize(
    ("values", "cases"), [([], []), ([0.5], [10]), ([None, None], [10, 20]), ([0.5, 0.6], [0, 0])]
)
def test_a_range_takes_two_shares_of_something(values, cases):
    assert share_limits(values, cases) is None


@pytest.mark.parametrize(
    ("cases", "differ"),
    [([20, 20, 20], False), ([16, 20, 24], False), ([16, 16, 28], True), ([], False)],
)
def test_more_than_a_quarter_from_the_usual_number_differs_much(cases, differ):
    assert widens([0.5] * len(cases), cases) is differ


def test_a_period_without_a_figure_does_not_count():
    assert not widens([0.5, None, 0.5], [20, 400, 20])
    with_gap = share_limits([0.5, None, 0.7, 0.6], [20, 400, 30, 25])
    assert with_gap.n == 3
    assert with_gap.cases == 25
    assert with_gap.centre == pytest.approx(46 / 75)


# --- which chart ------------------------------------------------------------------------------


def borne(cases, *, kind=Kind.RATIO, is_share=True):
    return baseline_of(SHARES, denominators=cases, kind=kind, is_share=is_share)


def test_a_share_of_uneven_cases_has_a_range_by_cases():
    assert borne(CLOSED).cases == pytest.approx(sum(CLOSED) / len(CLOSED))


@pytest.mark.parametrize(
    "other",
    [
        {"cases": [20] * 27},
        {"cases": CLOSED, "is_share": False},
        {"cases": CLOSED, "kind": Kind.STOCK},
        {"cases": None},
    ],
)
def test_everything_else_has_one_range_for_all(other):
    assert borne(**other).cases is None


def test_the_same_share_is_news_of_many_cases_and_none_of_few():
    def seen(cases):
        return assess(
            [*SHARES, 0.8],
            baseline=LockedBaseline(borne(CLOSED)),
            denominators=[*CLOSED, cases],
            kind=Kind.RATIO,
            is_share=True,
        ).live

    assert seen(12) is None
    assert seen(40).side == "up"


def test_a_range_that_was_signed_for_all_stays_one_for_all():
    signed = natural_limits(SHARES[:20])

    seen = assess(
        SHARES,
        baseline=LockedBaseline(signed),
        denominators=CLOSED,
        kind=Kind.RATIO,
        is_share=True,
    )

    assert seen.limits == signed


def test_shares_that_lean_on_each_other_are_refused_by_what_is_read():
    """Evened, these rise and fall in waves; raw, the periods of few cases hide it."""
    cases = [10, 1000] * 15
    waves = [0.06 * math.sin(2 * math.pi * at / 10) for at in range(30)]
    shares = [0.5 + wave * math.sqrt(505 / of) for wave, of in zip(waves, cases, strict=True)]

    by_cases, for_all = (
        baseline_of(shares, denominators=cases, kind=Kind.RATIO, is_share=is_share)
        for is_share in (True, False)
    )

    assert by_cases is Reason.ENTANGLED
    assert isinstance(for_all, Limits)


# --- the drawing ------------------------------------------------------------------------------


def drawn(**other):
    points = [ChartPoint(f"wk {n}", 0.5, n) for n in (25, 100, 16)]
    return Chart("c", "Share", "", points, [Phase(RANGE, 0, 2)], ceiling=1, **other)


def test_every_period_is_drawn_with_its_own_range():
    chart = drawn()
    (phase,) = chart.phases

    assert [chart.shown_range(phase, at) for at in range(3)] == [
        pytest.approx(ends) for ends in ((0.2, 0.8), (0.35, 0.65), (0.125, 0.875))
    ]
    assert chart.shown_range(phase) == pytest.approx((0.125, 0.875))


def test_the_range_goes_up_and_down_in_steps():
    fluid, fixed = svg.fluid(drawn()), svg.fixed(drawn())

    for picture in (fluid, fixed):
        assert picture.count('<path class="lim"') == 2
        assert picture.count('<path class="band"') == 1
        assert "<rect" not in picture
    assert 'preserveAspectRatio="none"' in fluid
    assert "preserveAspectRatio" not in fixed


def test_the_numbers_say_what_is_normal_in_each_period():
    notes = [row.note for row in chart_table(drawn(show=lambda value: f"{100 * value:.0f}%"))]

    assert notes == [
        "normal here: 20% to 80%",
        "normal here: 35% to 65%",
        "normal here: 12% to 88%",
    ]


# --- signed, published, read ------------------------------------------------------------------


@pytest.fixture
def closed(team, now):
    """Half a year in which half of what is closed is won, of very different numbers."""
    shares = list(zip(WON, CLOSED, strict=True))
    builders.measured_shares(team, kpis.get("win-rate"), WEEKS, shares, at=now)


def publish(team, week, at):
    """The report as it would be, from what was measured."""
    content = compose(team, week, from_measurements(team, week), as_of=at)
    return Report.publish(team, week, content, at=at)


@pytest.fixture
def signed(closed, anna, now):
    return Baseline.sign(
        kpis.get("win-rate"), WEEKS[0], WEEKS[24], by=anna, at=now, reason="A calm half year"
    )


def entry_of(report, slug="win-rate"):
    return next(entry for entry in report.payload["kpis"] if entry["slug"] == slug)


def test_the_team_signs_a_range_by_cases(signed):
    again = Baseline.objects.get(pk=signed.pk)

    assert again.cases == pytest.approx(sum(CLOSED[:25]) / 25)
    assert again.limits == baseline_of(
        [round(share, 10) for share in SHARES[:25]],
        denominators=CLOSED[:25],
        kind=Kind.RATIO,
        is_share=True,
    )


def test_a_report_seals_the_limits_of_every_period(team, signed, now):
    entry = entry_of(publish(team, WEEKS[-1], now))

    assert (entry["chart"], entry["status"]) == ("p-prime", "full")
    assert entry["limits"]["cases"] == text(signed.cases)
    points = entry["series"]
    assert len(points) == 26
    for point, of in zip(points, CLOSED[1:], strict=True):
        own = signed.limits.of(of)
        assert (point["lower"], point["upper"]) == (text(own.lower), text(own.upper))


def test_what_has_one_range_is_sealed_as_before(team, signed, now):
    builders.measured(team, kpis.get("deals-won"), WEEKS, WON, at=now)

    entry = entry_of(publish(team, WEEKS[-1], now), "deals-won")

    assert set(entry["limits"]) == {"centre", "lower", "upper", "mean_range", "n"}
    assert {tuple(point) for point in entry["series"]} == {("n", "period", "value")}


def test_a_jump_of_many_cases_is_told_to_the_manager(team, signed, now):
    later, then = WEEKS[-1].next, now + timedelta(weeks=1)
    builders.measured_shares(team, kpis.get("win-rate"), [later], [(40, 48)], at=then)

    entry = entry_of(publish(team, later, then))

    assert entry["signal"]["side"] == "up"
    panel = reading.panel(entry, {"kind": "week", "markers": []})
    assert panel.kind == "good"
    own = signed.limits.of(48)
    assert panel.expectation == (
        f"Normal was {round(100 * own.lower)}% to {round(100 * own.upper)}%"
    )


def test_the_room_says_why_the_range_differs(annas, mias, team, signed, now):
    read = reading.read(publish(team, WEEKS[-1], now))

    panel = next(one for one in read.calm if one.slug == "win-rate")
    assert "next week, of about 25 cases" in panel.expectation
    assert panel.by_cases.startswith("The number of cases differs much")
    assert panel.rows[-1].note.startswith("normal here: ")
    for reader in (annas, mias):
        page = reader.get(reverse("dashboards:reading", args=[team.slug])).content.decode()
        assert panel.by_cases in page
        assert panel.expectation in page


def test_paper_and_table_have_the_limits_of_each_period(annas, team, signed, now):
    report = publish(team, WEEKS[-1], now)
    address = reverse("dashboards:report-csv", args=[team.slug, str(report.period)])

    table = csv.DictReader(io.StringIO(annas.get(address).content.decode("utf-8-sig")))
    rows = [row for row in table if row["kpi"] == "win-rate"]

    points = entry_of(report)["series"]
    assert [(row["lower"], row["upper"]) for row in rows] == [
        (point["lower"], point["upper"]) for point in points
    ]
    assert len({row["upper"] for row in rows}) > 9
    assert "of about 25 cases" in str(paper.told(report)["read"].calm)


def test_the_page_of_the_range_says_of_how_many_cases(annas, mias, team, signed, now):
    publish(team, WEEKS[-1], now)
    address = reverse("dashboards:range", args=[team.slug, "win-rate"])

    for reader in (annas, mias):
        said = reader.get(address).context["page"].current.says
        assert "of about 25 cases, on average 47%" in said


def test_a_stretch_is_held_against_the_range_as_each_of_its_periods_is(annas, team, signed):
    address = reverse("dashboards:range-signing", args=[team.slug, "win-rate"])

    shown = annas.get(address, {"first": str(WEEKS[1]), "last": str(WEEKS[-1])})

    assert "Nothing in this stretch is a signal" in shown.content.decode()


def test_a_program_reads_of_how_many_cases(annas, team, signed):
    address = reverse("dashboards-api:ranges", args=[team.slug, "win-rate"])

    (told,) = annas.get(address).json()

    assert told["cases"] == pytest.approx(signed.cases)


def test_an_old_range_of_a_share_reads_and_reports_as_it_did(annas, team, anna, closed, now):
    """Signed before there were ranges by cases: it holds as signed, and its reports show it so."""
    limits = natural_limits([round(share, 10) for share in SHARES[:25]])
    old = Baseline._lock(
        kpis.get("win-rate"), (WEEKS[0], WEEKS[24]), limits, "dashboards.baseline.signed",
        by=anna, at=now, reason="A calm half year",
    )  # fmt: skip

    entry = entry_of(publish(team, WEEKS[-1], now))

    assert old.cases is None
    assert entry["chart"] == "xmr"
    assert "cases" not in entry["limits"]
    assert "lower" not in entry["series"][0]
    said = annas.get(reverse("dashboards:range", args=[team.slug, "win-rate"])).context["page"]
    assert "cases" not in said.current.says
