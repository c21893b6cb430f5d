"""Deal by deal: how long each took, how old each is and how far each month came; for the team."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from crm.models import Precision, Stage, StageVisit
from dashboards import cohorts, each, kpis
from dashboards.dots import beside, down, percentile, top_of
from tests import builders

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


def on(month, day):
    return datetime(2026, month, day, 12, tzinfo=AMSTERDAM)


def move(deal, stage, *, by, at):
    deal.move_to(stage, seen_in=deal.stage, by=by, at=at)


def page(team, name, kpi):
    return reverse(f"dashboards:{name}", args=[team.slug, kpi])


# --- where things stand ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 3), (0.51, 4), (0.85, 6), (1, 6), (1 / 6, 1)]
)
def test_a_percentile_is_a_value_that_was(share, expected):
    assert percentile([6, 1, 5, 2, 4, 3], share) == expected


def test_of_five_no_percentile_is_told():
    assert percentile([1, 2, 3, 4, 5], 0.5) is None


@pytest.mark.parametrize("share", [0, -0.1, 1.1])
def test_a_share_is_a_share(share):
    with pytest.raises(ValueError, match="above 0"):
        percentile([1] * 6, share)


def test_a_picture_begins_at_nought_and_ends_above_the_highest():
    assert top_of([]) == top_of([0, 0]) == 1
    top = top_of([50, 100])
    assert top == pytest.approx(106)
    assert (down(0, top, 280), down(top, top, 280)) == ("280.0", "0.0")


def test_several_stand_evenly_around_their_middle():
    assert beside(0, 1, width=10) == 0
    assert [beside(number, 3, width=10) for number in range(3)] == [-5, 0, 5]


# --- how long each took ---------------------------------------------------------------------


@pytest.fixture
def seven_won(pipeline, anna):
    """Seven deals that took 1 to 7 days, and one that took 60."""
    for days in (*range(1, 8), 60):
        deal = builders.deal(pipeline, by=anna, at=on(9, 1), title=f"Took {days}")
        builders.won(deal, by=anna, at=on(9, 1) + timedelta(days=days))


def test_each_deal_is_a_dot_as_high_as_it_took_long(team, seven_won, now):
    found = each.picture(kpis.get("cycle-time"), team, at=now)

    assert found.says == "Of 8 deals half took up to 4 days, and 85 of 100 up to 7 days."
    assert [dot.says for dot in found.dots][:2] == ["60 days", "7 days"]
    assert [line.says for line in found.lines] == [
        "half within 4 days",
        "85 of 100 within 7 days",
        "95 of 100 within 60 days",
    ]
    assert [(row.subject.label, row.days) for row in found.rows[:2]] == [
        ("Took 60", "60 days"),
        ("Took 7", "7 days"),
    ]
    heights = [float(dot.y) for dot in found.dots]
    assert heights == sorted(heights)


def test_those_beyond_nearly_all_stand_out(team, pipeline, anna, now):
    for number in range(40):
        deal = builders.deal(pipeline, by=anna, at=on(9, 1))
        builders.won(deal, by=anna, at=on(9, 2 if number < 39 else 28))

    found = each.picture(kpis.get("cycle-time"), team, at=now)

    assert [dot.says for dot in found.dots if dot.is_slow] == ["27 days"]


def test_of_few_nothing_is_called_usual(team, pipeline, anna, now):
    builders.won(builders.deal(pipeline, by=anna, at=on(9, 1)), by=anna, at=on(9, 2))

    found = each.picture(kpis.get("cycle-time"), team, at=now)

    assert found.says == "1 deal ended in half a year: too few to say what is usual."
    assert (len(found.dots), found.lines) == (1, [])


def test_what_ended_long_ago_is_no_dot(team, pipeline, anna, now):
    builders.won(builders.deal(pipeline, by=anna, at=on(1, 5)), by=anna, at=on(2, 2))

    assert each.picture(kpis.get("cycle-time"), team, at=now).dots == []


# --- how old each is ------------------------------------------------------------------------


def test_each_open_deal_stands_in_its_stage_as_high_as_it_is_old(
    team, pipeline, stages, anna, now, seven_won
):
    builders.deal(pipeline, by=anna, at=on(10, 1), title="Old", customer="Kwik BV")
    builders.deal(pipeline, by=anna, at=on(11, 20), title="New")
    elsewhere = builders.deal(pipeline, by=anna, at=on(11, 20), title="Elsewhere")
    move(elsewhere, stages[1], by=anna, at=on(11, 21))

    found = each.picture(kpis.get("time-in-stage"), team, at=now)

    assert [place.label for place in found.places] == [stages[0].name, stages[1].name]
    assert [(row.subject.label, row.where, row.days) for row in found.rows] == [
        ("Old", stages[0].name, "53 days"),
        ("New", stages[0].name, "3 days"),
        ("Elsewhere", stages[1].name, "2 days"),
    ]
    assert [dot.is_slow for dot in found.dots] == [False, True, False]
    assert found.says == "1 of 3 open deals stand longer in their stage than 85 of 100 did."
    # Of the second stage there are too few to say what is usual.
    assert [line.says for line in found.lines] == ["half within 4 days", "85 of 100 within 7 days"]


def test_what_has_no_date_has_no_age(team, pipeline, anna, now):
    deal = builders.deal(pipeline, by=anna, at=on(11, 1))
    StageVisit.objects.filter(deal=deal).update(precision=Precision.NONE)
    builders.deal(pipeline, by=anna, at=on(11, 2))

    found = each.picture(kpis.get("time-in-stage"), team, at=now)

    assert (len(found.dots), found.left_out) == (1, 1)


@pytest.mark.parametrize("slug", ["deals-won", "first-response", "cycle-time-km"])
def test_other_figures_have_no_dots(team, now, slug):
    with pytest.raises(LookupError):
        each.picture(kpis.get(slug), team, at=now)


# --- how far each month came ----------------------------------------------------------------


def test_a_deal_counts_in_the_month_in_which_it_began(team, pipeline, stages, anna, now):
    first = builders.deal(pipeline, by=anna, at=on(8, 3))
    builders.won(first, by=anna, at=on(9, 10))
    second = builders.deal(pipeline, by=anna, at=on(8, 20))
    move(second, stages[1], by=anna, at=on(10, 1))
    builders.lost(builders.deal(pipeline, by=anna, at=on(9, 2)), by=anna, at=on(9, 3))
    builders.deal(pipeline, by=anna, at=on(9, 4))

    found = cohorts.cohorts(kpis.get("stage-conversion"), team, at=now)

    assert found.stages[:2] == [stages[0].name, stages[1].name]
    told = {month.name: (month.n, [cell.n for cell in month.cells]) for month in found.months}
    # Two began in August: both came to the first stage, one to the second, and one was won.
    assert told["August 2026"][0] == 2
    assert told["August 2026"][1][0] == 2
    assert told["August 2026"][1][1] == 1
    assert told["August 2026"][1][-1] == 1
    assert told["September 2026"] == (2, [2, *[0] * (len(found.stages) - 1), 0])
    august = next(month for month in found.months if month.name == "August 2026")
    assert (august.cells[1].share, august.cells[1].width) == ("50%", 50)


def test_a_stage_that_was_skipped_was_passed(team, pipeline, stages, anna, now):
    deal = builders.deal(pipeline, by=anna, at=on(11, 2))
    open_stages = [stage for stage in stages if stage.category in {"intake", "open"}]
    move(deal, open_stages[-1], by=anna, at=on(11, 3))

    [month] = cohorts.cohorts(kpis.get("stage-conversion"), team, at=now).months

    assert [cell.n for cell in month.cells] == [1] * len(open_stages) + [0]


def test_what_came_about_later_was_not_known(team, pipeline, anna, now):
    deal = builders.deal(pipeline, by=anna, at=on(11, 2))
    builders.won(deal, by=anna, at=on(11, 20))

    [month] = cohorts.cohorts(kpis.get("stage-conversion"), team, at=on(11, 10)).months

    assert month.cells[-1].n == 0


def test_a_stage_in_which_no_deal_is_open_any_more_has_no_column(team, pipeline, stages, anna, now):
    builders.deal(pipeline, by=anna, at=on(11, 2))
    Stage.objects.filter(pk=stages[0].pk).update(category="won")

    assert cohorts.cohorts(kpis.get("stage-conversion"), team, at=now).months == []


def test_other_figures_follow_no_deal(team, now):
    with pytest.raises(LookupError):
        cohorts.cohorts(kpis.get("win-rate"), team, at=now)


# --- the pages ------------------------------------------------------------------------------


def test_the_team_sees_the_pictures_and_nobody_else(annas, mias, carlas, team, seven_won):
    figure = reverse("dashboards:figure", args=[team.slug, "cycle-time"])
    for name, kpi in (
        ("each", "cycle-time"),
        ("each", "time-in-stage"),
        ("cohorts", "stage-conversion"),
    ):
        assert annas.get(page(team, name, kpi)).status_code == 200
        assert mias.get(page(team, name, kpi)).status_code == 404
        assert carlas.get(page(team, name, kpi)).status_code == 404
    assert page(team, "each", "cycle-time") in annas.get(figure).content.decode()
    assert page(team, "each", "cycle-time") not in mias.get(figure).content.decode()


def test_a_page_with_nothing_says_what_will_be_there(annas, team, pipeline):
    for name, kpi in (("each", "cycle-time"), ("cohorts", "stage-conversion")):
        assert "Nothing to show yet" in annas.get(page(team, name, kpi)).content.decode()


def test_other_figures_have_no_such_page(annas, team):
    assert annas.get(page(team, "each", "deals-won")).status_code == 404
    assert annas.get(page(team, "cohorts", "win-rate")).status_code == 404


@pytest.mark.parametrize(
    ("name", "kpi"),
    [("each", "cycle-time"), ("each", "time-in-stage"), ("cohorts", "stage-conversion")],
)
def test_a_page_costs_the_same_however_many_deals_there_are(
    annas, team, pipeline, anna, name, kpi, django_assert_max_num_queries, django_assert_num_queries
):
    def another():
        builders.won(builders.deal(pipeline, by=anna, at=on(10, 1)), by=anna, at=on(10, 9))
        builders.deal(pipeline, by=anna, at=on(11, 1))

    another()
    annas.get(page(team, name, kpi))
    with django_assert_max_num_queries(12) as few:
        annas.get(page(team, name, kpi))
    for _each in range(5):
        another()
    with django_assert_num_queries(len(few)):
        annas.get(page(team, name, kpi))
