"""Every figure by itself: the same page for team and manager, and nobody's name on it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from dashboards.jobs import publish_period, update_figures
from dashboards.periods import Period
from tests import builders

LAST = Period.parse("2026-W47")
BEGIN = LAST.start(ZoneInfo("Europe/Amsterdam"))


@pytest.fixture
def counted(team, pipeline, stages, anna, now):
    """A week with a deal in each stage, and three lost for two reasons."""
    deal = builders.deal(pipeline, by=anna, at=BEGIN)
    deal.move_to(stages[1], seen_in=stages[0], by=anna, at=BEGIN + timedelta(days=2))
    for reason in ("Too expensive", "No answer", "Too expensive"):
        lost = builders.deal(pipeline, by=anna, at=BEGIN)
        builders.lost(lost, by=anna, at=BEGIN + timedelta(days=3), reason=reason)
    update_figures(team, since=BEGIN, at=now)


@pytest.fixture
def published(team, counted, now):
    return publish_period(team, LAST, at=now)


def page(team, *kpi):
    name = "dashboards:figure" if kpi else "dashboards:figures"
    return reverse(name, args=[team.slug, *kpi])


def test_the_list_has_every_figure_with_its_unit_and_cases(annas, team, published):
    rows = {entry.slug: entry for entry in annas.get(page(team)).context["entries"]}

    lost = rows["deals-lost"]
    assert (lost.value_text, lost.unit, lost.n_text) == ("3", "number", "n = 3")
    assert (rows["value-won"].unit, rows["on-time"].value_text) == ("EUR", "–")


def test_team_and_manager_read_the_same(annas, mias, team, published):
    for address in (page(team), page(team, "time-in-stage"), page(team, "lost-reasons")):
        hers, his = annas.get(address), mias.get(address)

        assert hers.status_code == his.status_code == 200
        assert "Anna" not in his.content.decode()
    assert hers.context["page"] == his.context["page"]


def test_before_the_first_report_only_the_team_sees_figures(annas, mias, team, counted):
    assert "entries" in annas.get(page(team)).context
    assert "entries" not in mias.get(page(team)).context
    assert "No figures yet" in mias.get(page(team, "deals-won")).content.decode()


def test_reasons_stand_in_order_and_add_up(annas, team, published):
    shown = annas.get(page(team, "lost-reasons")).context["page"]

    assert [(part.label, part.value_text, part.width, part.so_far) for part in shown.parts] == [
        ("Too expensive", "2", 100, "67%"),
        ("No answer", "1", 50, "100%"),
    ]
    assert shown.parts_say == "Added up from week 22 to week 47."


def test_stages_stand_in_the_order_of_the_process_with_what_chance_may_do(annas, team, published):
    shown = annas.get(page(team, "stage-conversion")).context["page"]

    assert [(part.label, part.value_text, part.interval, part.n) for part in shown.parts] == [
        ("Contact", "1 of 4", "5% to 70%", 4),
        ("Proposal", "0 of 1", "0% to 79%", 1),
    ]
    assert shown.counter.slug == "time-in-stage"


def test_a_middle_says_from_where_on_it_may_lie(annas, team, published):
    contact, proposal = annas.get(page(team, "time-in-stage")).context["page"].parts

    assert (contact.value_text, contact.interval) == ("3.0 days", "2.0 or more")
    assert (proposal.value_text, proposal.interval) == ("–", "")


def test_what_the_team_changed_leads_to_its_history_from_a_figure(
    annas, team, pipeline, published, now
):
    pipeline.revise("Shorter proposals", by=None, at=BEGIN + timedelta(days=1))

    shown = annas.get(page(team, "deals-won")).content.decode()

    history = reverse("crm:process-history", args=[team.slug])
    assert f'<a href="{history}">Shorter proposals</a>' in shown


def test_months_are_asked_for_and_anything_else_is_weeks(annas, team, published):
    for asked, current in (("month", "Monthly"), ("week", "Weekly"), ("nonsense", "Weekly")):
        kinds = annas.get(page(team), {"by": asked}).context["kinds"]

        assert [kind["label"] for kind in kinds if kind["current"]] == [current]


def test_the_page_and_the_report_say_by_which_definition(annas, team, published):
    entry = next(one for one in published.payload["kpis"] if one["slug"] == "deals-won")

    shown = annas.get(page(team, "deals-won")).content.decode()

    assert f"version {entry['version']}; every report" in shown


def test_what_is_not_measured_is_not_there(annas, team):
    assert annas.get(page(team, "smiles")).status_code == 404


def test_the_reading_room_leads_to_a_figure_and_stays_calm(annas, team, published):
    response = annas.get(reverse("dashboards:reading", args=[team.slug]))

    slugs = {panel.slug for panel in response.context["unjudged"]}
    assert not slugs & {"lost-reasons", "time-in-stage", "stage-conversion", "on-time"}
    assert page(team, "deals-won") in response.content.decode()


@pytest.mark.parametrize("more", [0, 30])
def test_the_page_costs_the_same_however_many_deals(
    annas, team, pipeline, anna, counted, now, more, django_assert_max_num_queries
):
    for _ in range(more):
        builders.lost(
            builders.deal(pipeline, by=anna, at=BEGIN),
            by=anna,
            at=BEGIN + timedelta(days=1),
            reason=f"Reason {_}",
        )
    update_figures(team, since=BEGIN, at=now)

    with django_assert_max_num_queries(24):
        annas.get(page(team, "lost-reasons"))
