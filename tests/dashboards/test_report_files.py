"""A published report to take along: the same figures, readable in every language."""

import csv
import hashlib
import io
import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from config.tokens import palette
from crm.models import LossReason
from dashboards import paper
from dashboards.jobs import publish_period
from dashboards.models import Commentary
from dashboards.periods import Period
from tests import builders

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LAST = Period.parse("2026-W47")


@pytest.fixture
def report(team, pipeline, anna, now):
    tuesday = LAST.start(AMSTERDAM) + timedelta(days=1, hours=12)
    builders.many_won(pipeline, [tuesday] * 3)
    lost = builders.deal(pipeline, by=anna, at=tuesday)
    builders.chosen(LossReason, team, "=cmd|'/C calc'!A0")
    builders.lost(lost, by=anna, at=tuesday, reason="=cmd|'/C calc'!A0")
    Commentary.objects.write(LAST, "-5 is a joke", kpi="deals-won", version=0, by=anna, at=now)
    return publish_period(team, LAST, at=now)


@pytest.fixture
def address(team):
    return reverse("dashboards:report-csv", args=[team.slug, str(LAST)])


def rows(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_the_table_holds_what_was_published(mias, report, address):
    response = mias.get(address)

    won = [row for row in rows(response) if row["kpi"] == "deals-won"]
    entry = next(kpi for kpi in report.payload["kpis"] if kpi["slug"] == "deals-won")
    assert [(row["period"], row["value"] or None) for row in won] == [
        (point["period"], point["value"]) for point in entry["series"]
    ]
    assert (won[-1]["value"], won[-1]["n"], won[-1]["unit"]) == ("3", "3", "count")
    assert response["Content-Disposition"] == 'attachment; filename="rijnmond-2026-W47.csv"'


def test_every_row_carries_the_seal(annas, report, address):
    assert {row["sha256"] for row in rows(annas.get(address))} == {report.sha256}


def test_it_is_the_same_in_every_language(annas, report, address):
    english = annas.get(address).content
    annas.cookies["django_language"] = "nl"

    assert annas.get(address).content == english
    shares = [row["value"] for row in rows(annas.get(address)) if row["kpi"] == "win-rate"]
    assert shares[-1] == "0.75"


def test_nothing_in_it_is_a_formula(annas, report, address):
    told = rows(annas.get(address))

    assert "'=cmd|'/C calc'!A0" in {row["part"] for row in told}
    assert "'-5 is a joke" in {row["words"] for row in told}


def test_strangers_and_other_periods_find_none(annas, carlas, team, report, address):
    assert carlas.get(address).status_code == 404
    for period in ("2026-W46", "2026-10", "whenever"):
        url = reverse("dashboards:report-csv", args=[team.slug, period])
        assert annas.get(url).status_code == 404


def test_a_program_reads_the_report_as_it_was_sealed(mias, team, report):
    told = mias.get(reverse("dashboards-api:report", args=[team.slug, str(LAST)])).json()

    assert (told["period"], told["sha256"]) == (str(LAST), report.sha256)
    assert hashlib.sha256(told["content"].encode()).hexdigest() == report.sha256


def test_the_page_offers_it(mias, team, report, address):
    assert address in mias.get(reverse("dashboards:reading", args=[team.slug])).content.decode()


class TestOnPaper:
    def test_it_says_what_the_page_says(self, mias, team, report):
        page = mias.get(reverse("dashboards:reading", args=[team.slug])).context

        told = paper.told(report)["read"]

        assert told.headline == page["headline"]
        assert [panel.value_text for panel in told.unjudged] == [
            panel.value_text for panel in page["unjudged"]
        ]
        assert report.sha256 in render_to_string("dashboards/paper.html", paper.told(report))

    def test_its_colours_are_those_of_the_pages(self):
        used = set(re.findall(r"#[0-9a-f]{6}", Path(paper._stylesheet()).read_text()))

        assert used <= set(palette("light").values())

    def test_where_nothing_draws_it_it_is_not_offered(self, annas, team, report, monkeypatch):
        monkeypatch.setattr(paper, "is_installed", lambda: False)
        url = reverse("dashboards:report-pdf", args=[team.slug, str(LAST)])

        assert annas.get(url).status_code == 404
        assert (
            url not in annas.get(reverse("dashboards:reading", args=[team.slug])).content.decode()
        )

    @pytest.mark.skipif(
        not paper.is_installed(), reason="WeasyPrint is not installed: pip install .[pdf]"
    )
    def test_it_is_a_pdf_drawn_once(self, mias, team, report, monkeypatch):
        url = reverse("dashboards:report-pdf", args=[team.slug, str(LAST)])

        response = mias.get(url)

        assert response.content.startswith(b"%PDF-")
        assert response["Content-Disposition"] == 'attachment; filename="rijnmond-2026-W47.pdf"'
        monkeypatch.setattr(paper, "_drawn", lambda _report: pytest.fail("drawn twice"))
        assert mias.get(url).content == response.content
