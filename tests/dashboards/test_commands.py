"""The commands about figures: what they print, and what they say to a wrong question."""

import json
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from tests import builders

PUBLISH = ["report", "rijnmond", "--publish", "--period"]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def a_won_deal(pipeline, anna):
    began, ended = (datetime(2026, 9, day, 12, tzinfo=AMSTERDAM) for day in (1, 11))
    deal = builders.deal(pipeline, by=anna, at=began, amount=Decimal("1234.56"))
    return builders.won(deal, by=anna, at=ended)


def printed(capsys, *arguments):
    call_command(*arguments)
    return json.loads(capsys.readouterr().out)


def series(capsys, team, kpi, *, first="2026-08", last="2026-09", period="month"):
    return printed(
        capsys, "series", team.slug, kpi,
        "--from", first, "--to", last, "--period", period, "--as-of", "2026-10-01", "--json",
    )  # fmt: skip


def test_a_series_has_a_row_for_every_period(capsys, team, a_won_deal):
    assert series(capsys, team, "value-won") == [
        {"period": "2026-08", "value": 0, "numerator": 0, "denominator": None, "n": 0},
        {"period": "2026-09", "value": 1234.56, "numerator": 1234.56, "denominator": None, "n": 1},
    ]


def test_a_median_has_neither_numerator_nor_denominator(capsys, team, a_won_deal):
    assert series(capsys, team, "cycle-time")[1] == (
        {"period": "2026-09", "value": 10, "numerator": None, "denominator": None, "n": 1}
    )


def test_a_span_in_months_can_be_asked_per_week(capsys, team, a_won_deal):
    rows = series(capsys, team, "win-rate", first="2026-09", last="2026-09", period="week")

    assert [row["period"] for row in rows] == [f"2026-W{week}" for week in range(36, 41)]
    assert rows[1] == {
        "period": "2026-W37", "value": 1, "numerator": 1, "denominator": 1, "n": 1
    }  # fmt: skip


def test_a_day_counts_whole(capsys, team, a_won_deal):
    arguments = ["series", team.slug, "deals-won", "--from", "2026-09", "--to", "2026-09", "--json"]

    assert printed(capsys, *arguments, "--as-of", "2026-09-10")[0]["value"] == 0
    assert printed(capsys, *arguments, "--as-of", "2026-09-11")[0]["value"] == 1


def test_without_json_a_series_is_a_table(capsys, team, a_won_deal):
    call_command("series", team.slug, "cycle-time", "--from", "2026-08", "--to", "2026-09")

    assert capsys.readouterr().out.splitlines() == [
        "Rijnmond, in days",
        "  2026-08               -  n 0",
        "  2026-09              10  n 1",
    ]


def test_without_json_a_report_is_a_list(capsys, team, a_won_deal):
    call_command("report", team.slug, "--period", "2026-09", "--as-of", "2026-10-01")

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "rijnmond, 2026-09: a draft, not published"
    figures = {line.split()[0]: line.split()[1:] for line in lines[1:]}
    assert figures["value-won"] == ["1234.56", "EUR", "n", "1", "signal", "-"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["series", "nobody", "deals-won", "--from", "2026-09", "--to", "2026-09"], "rijnmond"),
        (["series", "rijnmond", "luck", "--from", "2026-09", "--to", "2026-09"], "deals-won"),
        (["series", "rijnmond", "deals-won", "--from", "2026", "--to", "2026-09"], "no month"),
        (["series", "rijnmond", "deals-won", "--from", "2026-09", "--to", "2026-08"], "after"),
        (
            ["series", "rijnmond", "deals-won", "--from", "1100-01", "--to", "2026-08"],
            "1990 to 2100",
        ),
        (["report", "rijnmond", "--period", "2026-09", "--as-of", "31-9-2026"], "no date"),
        ([*PUBLISH, "2026-09", "--as-of", "2026-09-29"], "was not over by the end of that day"),
        ([*PUBLISH, "2999-09", "--as-of", "2999-12-31"], "outside"),
    ],
)
def test_a_wrong_question_gets_a_sentence(team, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command(*arguments)


def test_a_series_in_parts_names_every_one(capsys, team, pipeline, anna, a_won_deal):
    wanted = ["series", team.slug, "stage-conversion", "--from", "2026-09", "--to", "2026-09"]

    call_command(*wanted, "--by")

    assert capsys.readouterr().out.splitlines()[1:] == [
        "  2026-09               1  n 1",
        "  2026-09               1  n 1      Contact",
    ]
    with pytest.raises(CommandError, match="has no parts"):
        call_command(*[*wanted[:2], "deals-won", *wanted[3:]], "--by")
