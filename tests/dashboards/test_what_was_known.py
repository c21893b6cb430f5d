"""What did we know on that day: from what had been measured by then, without what came later."""

import json
from datetime import timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.urls import reverse

from dashboards import kpis
from dashboards.jobs import publish_period, update_figures
from dashboards.models import Baseline
from dashboards.periods import Period
from tests import builders

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEEKS = list(Period.parse("2026-W44").through(Period.parse("2026-W47")))
FIRST = WEEKS[0].start(AMSTERDAM)


def wednesday_after(week):
    return week.end(AMSTERDAM) + timedelta(days=2, hours=12)


@pytest.fixture
def lived(team, pipeline):
    """Four weeks, each measured and reported on its Wednesday; one win comes to light late."""
    for week, wins in zip(WEEKS, (2, 3, 1, 4), strict=True):
        moments = [week.start(AMSTERDAM) + timedelta(hours=hour) for hour in range(1, wins + 1)]
        builders.many_won(pipeline, moments)
        if week == WEEKS[3]:
            builders.many_won(pipeline, [WEEKS[1].start(AMSTERDAM) + timedelta(days=1)])
        update_figures(team, since=FIRST, at=wednesday_after(week))
        publish_period(team, week, at=wednesday_after(week))


def page(team, on="", by="week", kpi="deals-won"):
    return reverse("dashboards:known", args=[team.slug, kpi], query={"on": on, "by": by})


def known(client, team, on):
    return client.get(page(team, on)).context["known"]


def values(panel):
    return [row.value for row in panel.rows if row.value != "–"]


def test_it_shows_the_figure_as_it_stood(annas, mias, team, lived):
    day = wednesday_after(WEEKS[2]).date().isoformat()

    for client in (annas, mias):
        then = known(client, team, day)
        assert (then.period, then.panel.value_text) == ("week 46", "1")
        assert values(then.panel) == ["2", "3", "1"]
        assert [(one.period, one.then, one.now) for one in then.corrections] == [
            ("week 45", "3", "4")
        ]


def test_the_day_of_the_correction_counts_whole(annas, team, lived):
    day = wednesday_after(WEEKS[3]).date()

    before, after = (known(annas, team, str(one)) for one in (day - timedelta(days=1), day))

    assert values(before.panel) == ["2", "3", "1"]
    assert values(after.panel) == ["2", "4", "1", "4"]
    assert after.corrections == []


def test_the_page_says_that_it_is_not_now(annas, team, lived):
    content = annas.get(page(team, "2026-11-19")).content.decode()

    assert "You see what was known by the end of 19 November 2026" in content
    assert (
        f'href="{reverse("dashboards:facts", args=[team.slug, "deals-won", "2026-W45"])}"'
        in content
    )


@pytest.mark.parametrize("week", WEEKS[:2])
def test_the_command_agrees_where_nothing_came_late(annas, team, lived, week):
    """`series --as-of` counts what had happened; what was known is the same, unless told late."""
    day = str(wednesday_after(week).date())
    printed = StringIO()
    call_command(
        "series", team.slug, "deals-lost", "--json", "--period", "week", "--as-of", day,
        "--from", str(WEEKS[0]), "--to", str(week), stdout=printed,
    )  # fmt: skip
    lost = [row["value"] for row in json.loads(printed.getvalue())]
    then = annas.get(page(team, day, kpi="deals-lost")).context["known"]
    assert values(then.panel) == [str(value) for value in lost]

    printed = StringIO()
    call_command(
        "series", team.slug, "deals-won", "--json", "--period", "week", "--as-of", day,
        "--from", str(WEEKS[0]), "--to", str(WEEKS[0]), stdout=printed,
    )  # fmt: skip
    (won,) = json.loads(printed.getvalue())
    assert values(known(annas, team, day).panel)[0] == str(won["value"]) == "2"


def test_the_normal_range_is_the_one_that_held(annas, team, anna, now):
    weeks = list(Period.parse("2026-W20").through(Period.parse("2026-W47")))
    figures = [3, 5, 4, 4, 6, 5, 2] * 4
    won = kpis.get("deals-won")
    begun = weeks[0].start(AMSTERDAM)
    builders.measured(team, won, weeks, figures, at=begun)
    Baseline.sign(won, weeks[0], weeks[21], by=anna, at=now, reason="A calm half year")

    yesterday = str((now - timedelta(days=1)).date())
    before, after = known(annas, team, yesterday), known(annas, team, str(now.date()))

    assert before.panel.kind == "none"
    assert after.panel.kind == "steady"


def test_before_the_first_report_only_the_team_reads(annas, mias, team, lived):
    day = str((FIRST + timedelta(days=8)).date())

    assert known(annas, team, day).period == "week 44"
    answer = mias.get(page(team, day))
    assert answer.context["known"] is None
    assert "no report had been published" in answer.content.decode()


def test_without_a_day_one_is_asked_for(annas, team):
    assert "Choose a day" in annas.get(page(team)).content.decode()


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "x" * 999])
def test_what_is_no_day_is_said_beside_the_field(annas, team, text):
    answer = annas.get(page(team, text))

    assert answer.status_code == 422
    assert "Write a day like 2026-03-01." in answer.content.decode()
    assert text in answer.content.decode()


def test_strangers_find_nothing(carlas, team, lived):
    assert carlas.get(page(team, "2026-11-19")).status_code == 404
    assert carlas.get(page(team, kpi="smiles")).status_code == 404


# --- programs -------------------------------------------------------------------------------


def api(team, kpi="deals-won", **asked):
    query = {"query": asked} if asked else {}
    return reverse("dashboards-api:known", args=[team.slug, kpi], **query)


def test_a_program_reads_what_was_known(annas, mias, team, lived):
    day = wednesday_after(WEEKS[2]).date().isoformat()

    for client in (annas, mias):
        told = client.get(api(team, on=day)).json()
        assert (told["on"], told["period"], told["figure"]["value"]) == (day, "2026-W46", "1")
        assert [point["value"] for point in told["figure"]["series"][-3:]] == ["2", "3", "1"]
        assert told["corrections"] == [{"period": "2026-W45", "then": "3", "now": "4"}]


def test_a_program_is_told_of_months_too(annas, team, lived):
    told = annas.get(api(team, on="2026-11-22", by="month")).json()

    assert told["period"] == "2026-10"


def test_before_anything_was_published_a_manager_knew_nothing(mias, team, lived):
    told = mias.get(api(team, on="2026-10-01")).json()

    assert (told["period"], told["figure"], told["corrections"]) == (None, None, [])


@pytest.mark.parametrize("on", ["", "yesterday", "2026-02-30", "1066-10-14"])
def test_a_program_says_which_day(annas, team, lived, on):
    answer = annas.get(api(team, on=on))

    assert answer.status_code == 400
    assert list(answer.json()) == ["on"]


# --- the reading room -----------------------------------------------------------------------


def room(team, on="", by="week"):
    return reverse("dashboards:reading-known", args=[team.slug], query={"on": on, "by": by})


def test_the_room_shows_the_report_of_that_day(annas, mias, team, lived):
    day = wednesday_after(WEEKS[2]).date().isoformat()

    for client in (annas, mias):
        page = client.get(room(team, day))
        then = page.context["known"]
        assert (then.period, then.report.period) == ("week 46", WEEKS[2])
        won = [one for one in then.corrections if one.kpi == "deals-won"]
        assert [(one.name, one.key, one.then, one.now) for one in won] == [
            ("Deals won", "2026-W45", "3", "4")
        ]
        content = page.content.decode()
        assert "You see the newest report by the end of 18 November 2026" in content
        assert f"{len(then.corrections)} of its figures were corrected since." in content
        facts = reverse("dashboards:facts", args=[team.slug, "deals-won", "2026-W45"])
        assert f'href="{facts}"' in content


def test_the_room_of_the_day_before_shows_the_week_before(annas, team, lived):
    day = wednesday_after(WEEKS[2]).date()

    before, then = (
        annas.get(room(team, str(one))).context["known"] for one in (day - timedelta(days=1), day)
    )

    assert (before.period, then.period) == ("week 45", "week 46")


def test_what_was_never_corrected_is_said_too(annas, team, lived):
    content = annas.get(room(team, "2026-11-25")).content.decode()

    assert "None of its figures was corrected since." in content
    assert "What is known otherwise now" not in content


def test_another_definition_is_no_correction(annas, team, lived):
    day = wednesday_after(WEEKS[2]).date().isoformat()
    team.measurements.filter(kpi="deals-won").update(kpi_version=9)

    then = annas.get(room(team, day)).context["known"]

    assert [one for one in then.corrections if one.kpi == "deals-won"] == []


@pytest.mark.parametrize("on", ["2026-10-30", "2001-01-01"])
def test_before_the_first_report_the_room_is_empty(annas, mias, team, lived, on):
    for client in (annas, mias):
        answer = client.get(room(team, on))
        assert answer.context["known"] is None
        assert "no report had been published" in answer.content.decode()


def test_the_room_asks_for_a_day(annas, team):
    assert "Choose a day, and read the report" in annas.get(room(team)).content.decode()


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "x" * 999])
def test_the_room_says_what_is_no_day(annas, team, text):
    answer = annas.get(room(team, text))

    assert answer.status_code == 422
    assert "Write a day like 2026-03-01." in answer.content.decode()
    assert text in answer.content.decode()


def test_the_room_is_read_in_few_queries(annas, team, lived, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        annas.get(room(team, "2026-11-19"))


def test_the_reading_room_leads_there(mias, team, lived):
    page = mias.get(reverse("dashboards:reading", args=[team.slug])).content.decode()

    assert f'href="{reverse("dashboards:reading-known", args=[team.slug])}?by=week"' in page


def reports_api(team, **asked):
    return reverse("dashboards-api:reports-known", args=[team.slug], query=asked)


def test_a_program_reads_the_report_of_that_day(annas, mias, team, lived):
    day = wednesday_after(WEEKS[2]).date().isoformat()

    for client in (annas, mias):
        told = client.get(reports_api(team, on=day)).json()
        report = team.reports.get(start_on=WEEKS[2].first_day)
        assert (told["on"], told["report"]["period"]) == (day, "2026-W46")
        assert told["report"]["sha256"] == report.sha256
        assert {"kpi": "deals-won", "period": "2026-W45", "then": "3", "now": "4"} in (
            told["corrections"]
        )


def test_a_program_is_told_that_there_was_none(mias, team, lived):
    told = mias.get(reports_api(team, on="2026-10-01", by="month")).json()

    assert told == {"on": "2026-10-01", "report": None, "corrections": []}


@pytest.mark.parametrize("on", ["", "yesterday", "2026-02-30", "1066-10-14"])
def test_a_program_says_which_day_of_the_room(annas, team, lived, on):
    answer = annas.get(reports_api(team, on=on))

    assert answer.status_code == 400
    assert list(answer.json()) == ["on"]


def test_strangers_find_no_room(carlas, team, lived):
    assert carlas.get(room(team, "2026-11-19")).status_code == 404
    assert carlas.get(reports_api(team, on="2026-11-19")).status_code == 404
