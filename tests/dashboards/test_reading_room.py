"""The reading room: the same report for team and manager, and for nobody else."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboards import kpis
from dashboards.jobs import publish_period, update_figures
from dashboards.models import Baseline
from dashboards.periods import Period
from tests import builders

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LAST = Period.parse("2026-W47")
WINS = [3, 5, 4, 4, 6, 5, 2, 3, 4, 6, 3, 5, 5, 4, 2, 3, 5, 6, 4, 4, 3, 5, 3, 4, 6, 4]


@pytest.fixture
def weeks(pipeline):
    """Half a year of ordinary weeks, and one very busy week."""
    weeks = list(Period.parse("2026-W21").through(LAST))
    builders.many_won(
        pipeline,
        [
            week.start(AMSTERDAM) + timedelta(days=1, hours=12)
            for week, count in zip(weeks, [*WINS, 14], strict=True)
            for _ in range(count)
        ],
    )
    return weeks


@pytest.fixture
def report(team, weeks, anna, now):
    update_figures(team, since=weeks[0].start(AMSTERDAM), at=now)
    won = kpis.get("deals-won")
    Baseline.sign(won, weeks[0], weeks[25], by=anna, at=now, reason="A calm half year")
    return publish_period(team, LAST, at=now)


@pytest.fixture
def room(team):
    return reverse("dashboards:reading", args=[team.slug])


def test_team_and_manager_read_the_same_figures(annas, mias, report, room):
    hers, his = annas.get(room).context, mias.get(room).context

    assert hers["headline"] == "One thing changed. The rest is business as usual."
    assert [one.name for one in hers["lede"]] == ["Deals won"]
    assert his["panels"] == hers["panels"]
    assert 'id="kpi-deals-won"' in hers["panels"]


def test_each_reads_it_in_their_own_language(annas, mias, report, room):
    english = annas.get(room).context["panels"]
    dutch = annas.get(room, headers={"accept-language": "nl"}).context["panels"]

    assert ("What changed" in english, "Wat er veranderde" in dutch) == (True, True)
    assert mias.get(room).context["panels"] == english


def test_what_the_team_changed_leads_to_its_history(mias, team, pipeline, weeks, room, now):
    moment = weeks[20].start(AMSTERDAM) + timedelta(days=2)
    pipeline.revise("Shorter proposals", by=None, at=moment)
    update_figures(team, since=weeks[0].start(AMSTERDAM), at=now)
    publish_period(team, LAST, at=now)

    history = reverse("crm:process-history", args=[team.slug])
    assert f'<a href="{history}">Shorter proposals</a>' in mias.get(room).content.decode()
    assert "Shorter proposals" in mias.get(history).content.decode()


def test_without_a_normal_range_nothing_is_called_usual(annas, team, weeks, room, now):
    publish_period(team, LAST, at=now)

    context = annas.get(room).context

    assert context["headline"].startswith("Too early to tell.")
    assert (context["lede"], context["calm_count"], len(context["unjudged"])) == ([], 0, 15)


def test_a_changed_figure_says_what_was_normal(annas, report, room):
    panel = annas.get(room).context["changed"][0]

    assert (panel.kind, panel.label, panel.value_text) == ("good", "Improving", "14")
    assert panel.expectation == "Normal was 0.2 to 8.1"
    assert panel.why == "This lies above what the process normally gives."


def test_the_page_says_today_what_the_report_said(annas, report, room, pipeline):
    tuesday = LAST.start(AMSTERDAM) + timedelta(days=1)
    builders.many_won(pipeline, [tuesday])

    assert annas.get(room).context["changed"][0].value_text == "14"


def test_only_the_team_sees_the_running_week(annas, mias, report, room):
    assert annas.get(room).context["live"]
    assert mias.get(room).context["live"] == []


def test_a_win_of_this_week_stands_among_the_running_figures(annas, team, weeks, pipeline, room):
    this_week = timezone.now()
    builders.many_won(pipeline, [this_week])
    update_figures(team, since=this_week, at=this_week + timedelta(seconds=1))

    live = {figure.name: figure.value_text for figure in annas.get(room).context["live"]}

    assert (live["Deals won"], live["Win rate of closed deals"]) == ("1", "1 of 1")


def test_before_the_first_report_the_page_says_when_it_comes(annas, team, pipeline, room):
    response = annas.get(room)

    assert response.context["report"] is None
    assert "The first report comes by itself on Wednesday" in response.content.decode()


def test_months_have_reports_of_their_own(annas, team, weeks, now):
    publish_period(team, Period.parse("2026-10"), at=now)

    context = annas.get(reverse("dashboards:reading-months", args=[team.slug])).context

    assert context["period_name"] == "October 2026"
    assert [period["label"] for period in context["periods"]] == ["October 2026"]


def test_a_late_fact_is_told_in_the_next_report(annas, team, weeks, pipeline, room, now):
    publish_period(team, weeks[-2], at=now)
    builders.many_won(pipeline, [weeks[-2].start(AMSTERDAM) + timedelta(days=1)])
    publish_period(team, weeks[-1], at=now)

    restated = annas.get(room).context["restated"]

    assert "Deals won, week 46: published as 4, now 5." in restated
    assert "Win rate of closed deals, week 46: published as 100%, now 100%." not in restated


def test_a_share_of_few_is_written_as_a_count(annas, team, weeks, pipeline, room, anna, now):
    tuesday = weeks[-2].start(AMSTERDAM) + timedelta(days=1)
    lost = builders.deal(pipeline, by=anna, at=tuesday)
    builders.lost(lost, by=anna, at=tuesday)
    publish_period(team, weeks[-2], at=now)

    panels = {panel.slug: panel for panel in annas.get(room).context["unjudged"]}

    assert panels["win-rate"].value_text == "4 of 5"
    assert panels["cycle-time"].value_text == "7.0 days"


def test_strangers_find_no_reading_room(carlas, report, room):
    assert carlas.get(room).status_code == 404


@pytest.mark.parametrize("period", ["2026-W46", "2026-W54", "2026-13", "yesterday", "2026-11"])
def test_a_period_without_a_report_is_not_found(annas, team, report, period):
    assert annas.get(reverse("dashboards:report", args=[team.slug, period])).status_code == 404


def test_a_report_has_an_address_of_its_own(annas, team, report):
    response = annas.get(reverse("dashboards:report", args=[team.slug, "2026-W47"]))

    assert response.context["report"] == report
    assert response.context["periods"][0]["current"]


def test_numbers_are_written_as_the_reader_does(annas, report, room):
    annas.cookies["django_language"] = "nl"

    panel = annas.get(room).context["changed"][0]

    assert panel.expectation.endswith("0,2 tot 8,1")


@pytest.mark.parametrize("more", [0, 5])
def test_the_page_costs_the_same_however_many_reports(
    more, annas, team, weeks, report, room, now, django_assert_num_queries
):
    for week in weeks[:more]:
        publish_period(team, week, at=now)

    # Ten, and the two that begin and end the transaction within the test's own.
    with django_assert_num_queries(10 + 2):
        annas.get(room)
