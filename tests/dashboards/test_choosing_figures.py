"""The team chooses by which figures it steers; all are measured and published all the same."""

from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from dashboards import false_alarms, following, kpis, reading
from dashboards.jobs import publish_period
from dashboards.models import ChoiceError, FigureChoice, StaleChoice
from dashboards.periods import Period
from dashboards.verifying import verify
from teams import story
from teams.models import LogEntry
from tests import builders, racing

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LAST = Period.parse("2026-W47")
WHY = "These tell whether customers come back"


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


def chosen(*slugs, by, at, seen=0, reason=WHY):
    return FigureChoice.objects.choose(
        [kpis.get(slug) for slug in slugs], reason=reason, seen=seen, by=by, at=at
    )


@pytest.fixture
def report(team, pipeline, now):
    """A report of a week in which there was something to measure."""

    def publish(period=LAST):
        return publish_period(team, period, at=now)

    team.started_at = LAST.previous.start(AMSTERDAM)
    team.save()
    builders.many_won(pipeline, [week.start(AMSTERDAM) for week in (LAST.previous, LAST)])
    return publish


def panels(report):
    read = reading.read(report)
    return {panel.slug for panel in (*read.changed, *read.calm, *read.unjudged)}


def test_without_a_choice_a_report_shows_all_figures(report):
    published = report()

    assert "followed" not in published.payload
    assert "deals-lost" in panels(published)
    assert reading.read(published).steered_by == ""


def test_a_report_shows_what_was_chosen_and_what_keeps_it_honest(anna, now, report):
    chosen("deals-won", by=anna, at=now)

    published = report()

    assert panels(published) == {"deals-won", kpis.get("deals-won").counter}
    assert len(published.payload["kpis"]) == len(kpis.all_kpis())
    sentence = reading.read(published).steered_by
    assert sentence.startswith("We steer by 2 of ")
    assert sentence.endswith(f"figures since 23 November 2026: “{WHY}”")


def test_what_the_team_wants_is_shown_too(anna, now, report):
    chosen("deals-won", by=anna, at=now)
    builders.wanted("value-won", by=anna, at=now.replace(day=16))

    assert "value-won" in panels(report())


def test_a_choice_changes_no_report_of_before(anna, now, report, team):
    before = report(LAST.previous)
    seen = panels(before)

    chosen("deals-won", by=anna, at=now)

    assert panels(before) == seen
    report()
    assert verify(team, at=now) == []


def test_a_report_shows_what_was_chosen_by_then(anna, now, report):
    chosen("deals-won", by=anna, at=now)
    chosen("win-rate", by=anna, at=now.replace(hour=23), seen=1)

    assert panels(report()) == {"deals-won", kpis.get("deals-won").counter}


def test_false_alarms_are_expected_of_what_is_shown_alone():
    entries = [
        {"slug": slug, "n": 20, "status": "full", "limits": {"centre": "20"}}
        for slug in ("deals-won", "deals-lost")
    ]
    payload = {"kind": "week", "kpis": entries}

    assert false_alarms.budget(payload).charts == 2
    followed = {"kpis": ["deals-won"]}
    assert false_alarms.budget({**payload, following.KEY: followed}).charts == 1


@pytest.mark.parametrize(
    ("slugs", "reason", "sentence"),
    [
        ([], WHY, "one figure at least"),
        (["deals-won"], " ", "Say why"),
        (["deals-won", "time-in-stage"], WHY, "read in its parts"),
    ],
)
def test_some_choices_are_none(anna, now, slugs, reason, sentence):
    with pytest.raises(ChoiceError, match=sentence):
        chosen(*slugs, by=anna, at=now, reason=reason)
    assert not FigureChoice.objects.exists()


def test_the_same_once_more_is_no_change(anna, now):
    first = chosen("deals-won", "win-rate", by=anna, at=now)

    assert chosen("win-rate", "deals-won", by=anna, at=now, seen=first.number) is None
    assert chosen("win-rate", by=anna, at=now, seen=first.number).number == 2
    lines = LogEntry.objects.filter(kind="dashboards.figures.chosen").order_by("pk")
    assert [story.line(line) for line in lines] == [
        "The team steers by 2 figures.",
        "The team steers by 1 figure.",
    ]


def test_whoever_comes_second_is_told(anna, bram, now):
    chosen("deals-won", by=anna, at=now)

    with pytest.raises(StaleChoice, match="a moment ago"):
        chosen("win-rate", by=bram, at=now)


def test_of_two_at_once_one_has_chosen(transactional_db, anna, bram, now):
    told = racing.at_once(
        [lambda: chosen("deals-won", by=anna, at=now), lambda: chosen("win-rate", by=bram, at=now)]
    )

    assert sorted(type(one).__name__ for one in told) == ["FigureChoice", "StaleChoice"]


def test_a_choice_is_kept_as_it_was(anna, now):
    chosen("deals-won", by=anna, at=now)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM dashboards_figurechoice")


# --- the page and programs ------------------------------------------------------------------


@pytest.fixture
def page(team):
    return reverse("dashboards:choice", args=[team.slug])


@pytest.fixture
def api(team):
    return reverse("dashboards-api:choices", args=[team.slug])


def test_anna_chooses_on_the_page(annas, mias, page):
    assert "the reports show all figures" in annas.get(page).content.decode()
    sent = {"which": ["deals-won", "win-rate"], "reason": WHY, "seen": 0}

    assert annas.post(page, sent).status_code == 302

    told = mias.get(page).content.decode()
    assert "Deals won, Win rate of closed deals" in told
    assert WHY in told
    assert "Steer by these" not in told
    assert mias.post(page, sent).status_code == 404
    assert annas.get(page).context["form"].initial["which"] == ["deals-won", "win-rate"]


def test_what_is_missing_is_said_and_the_ticks_are_kept(annas, page):
    answer = annas.post(page, {"which": ["win-rate"], "reason": "", "seen": 0})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"reason"}
    assert answer.context["form"]["which"].value() == ["win-rate"]


def test_bram_who_was_slower_decides_once_more(annas, brams, page):
    sent = {"which": ["win-rate"], "reason": WHY, "seen": 0}
    annas.post(page, sent)

    answer = brams.post(page, {**sent, "which": ["deals-won"]})

    assert answer.status_code == 409
    assert "a moment ago" in answer.content.decode()
    again = answer.context["form"]
    assert again["which"].value() == ["deals-won"]
    assert brams.post(page, {**sent, "which": ["deals-won"], "seen": 1}).status_code == 302
    assert again["seen"].value() == "1"


def test_a_figure_in_parts_is_refused_in_a_sentence(annas, page):
    sent = {"which": ["time-in-stage"], "reason": WHY, "seen": 0}

    assert annas.post(page, sent).status_code == 422


def test_the_page_costs_the_same_however_often_was_chosen(
    annas, anna, page, now, django_assert_max_num_queries, django_assert_num_queries
):
    chosen("deals-won", by=anna, at=now)
    with django_assert_max_num_queries(10) as once:
        annas.get(page)
    for number, slug in enumerate(("win-rate", "deals-lost", "value-won"), start=1):
        chosen(slug, by=anna, at=now, seen=number)
    with django_assert_num_queries(len(once)):
        annas.get(page)


def test_programs_choose_by_the_same_rule(annas, brams, mias, api):
    sent = {"kpis": ["win-rate", "deals-won"], "reason": WHY, "seen": 0}

    made = annas.post(api, sent, content_type="application/json")
    again = annas.post(api, {**sent, "seen": 1}, content_type="application/json")
    late = brams.post(api, {**sent, "kpis": ["deals-lost"]}, content_type="application/json")
    empty = brams.post(api, {**sent, "kpis": []}, content_type="application/json")

    assert (made.status_code, made.json()["kpis"]) == (201, ["deals-won", "win-rate"])
    assert (again.status_code, again.json()["number"]) == (200, 1)
    assert (late.status_code, late.json()["theirs"]["number"]) == (409, 1)
    assert empty.status_code == 409
    assert [choice["reason"] for choice in mias.get(api).json()] == [WHY]
    assert mias.post(api, sent, content_type="application/json").status_code == 403
