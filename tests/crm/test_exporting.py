"""Deals as a file: asked for, made by a job, fetched by whoever asked, and safe to open."""

import csv
import io
import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from openpyxl import load_workbook

from crm import exports
from crm.exporting import COLUMNS, WRITERS
from crm.jobs import forget_old_exports
from crm.models import Deal, Export
from crm.models.export import KEPT
from teams.models import Job, LogEntry
from teams.tables import harmless
from tests import builders

LIST = "/teams/rijnmond/deals/"
EXPORTS = LIST + "exports/"

pytestmark = pytest.mark.usefixtures("files")


@pytest.fixture
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def deals(pipeline, anna, now):
    one = builders.deal(
        pipeline,
        by=anna,
        at=now,
        title="=cmd|' /C calc'!A0",
        customer='Käse, "Löffel" & Zoon',
        amount=Decimal("1234.50"),
        source="-2+3",
    )
    one.plan_step("@home", date(2026, 12, 1), by=anna, at=now)
    one.take(by=anna, at=now)
    two = builders.deal(pipeline, by=anna, at=now, title="plain")
    return [one, two]


@pytest.fixture
def write(anna, now):
    def write(kind, *lines):
        asked = {"filter": [[line] for line in lines], "sort": "number"}
        export = Export.objects.ask(kind, asked, by=anna, at=now)
        exports.write(export, at=now)
        with export.file.open("rb") as file:
            return file.read()

    return write


def work(now):
    """Let the jobs of exports that are due be done."""
    for job in Job.objects.filter(kind="crm.export", state="due"):
        Job.objects.claim(job.pk).run(at=now)


class TestTheFile:
    def test_csv(self, write, deals):
        text = write("csv").decode("utf-8-sig")

        first, second = csv.DictReader(io.StringIO(text))
        assert list(first) == list(COLUMNS)
        assert first["organization"] == 'Käse, "Löffel" & Zoon'
        assert (first["amount"], first["currency"]) == ("1234.50", "EUR")
        assert (first["next_step_on"], first["opened_on"]) == ("2026-12-01", "2026-11-23")
        assert (first["stage"], first["outcome"], first["owner"]) == ("Contact", "open", "Anna")
        assert (second["amount"], second["owner"], second["closed_on"]) == ("", "", "")

    def test_xlsx(self, write, deals):
        sheet = load_workbook(io.BytesIO(write("xlsx"))).active

        head, first, _second = sheet.iter_rows(values_only=True)
        assert head == tuple(COLUMNS)
        row = dict(zip(head, first, strict=True))
        assert row["amount"] == 1234.5
        assert row["next_step_on"].date() == date(2026, 12, 1)
        assert row["title"] == "'=cmd|' /C calc'!A0"
        assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)

    def test_json_keeps_every_text_and_digit(self, write, deals):
        first, second = json.loads(write("json"))

        assert (first["title"], first["amount"]) == ("=cmd|' /C calc'!A0", "1234.50")
        assert (second["amount"], second["next_step_on"]) == (None, None)

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_no_text_is_a_formula(self, start):
        assert harmless(f"{start}1") == f"'{start}1"
        assert harmless(f"1{start}") == f"1{start}"

    def test_a_number_is_no_text(self):
        assert harmless(Decimal(-1)) == Decimal(-1)

    @pytest.mark.parametrize("kind", WRITERS)
    def test_of_nothing_there_are_the_headings(self, write, team, pipeline, kind):
        assert write(kind)

    def test_holds_what_the_filter_asks_for(self, write, deals):
        assert [row["number"] for row in json.loads(write("json", ["title", "is", "plain"]))] == [2]

    def test_what_lost_its_meaning_does_not_open_the_gates(self, write, deals):
        assert json.loads(write("json", ["stage", "is", "0"])) == []

    def test_nothing_of_another_team(self, write, deals, carla, now):
        builders.deal(builders.pipeline(carla.team, at=now), by=carla, at=now, title="theirs")

        assert len(json.loads(write("json"))) == 2

    @pytest.mark.parametrize("many", [1, 6])
    def test_costs_the_same_however_many(
        self, write, pipeline, anna, now, django_assert_max_num_queries, many
    ):
        for number in range(many):
            builders.deal(pipeline, by=anna, at=now, customer=str(number))

        with django_assert_max_num_queries(25):
            write("csv")


class TestTheWay:
    def test_is_asked_for_made_and_fetched(self, annas, deals, now):
        with time_machine.travel(now, tick=False):
            page = annas.post(f"{EXPORTS}?q=plain", {"kind": "csv"}, follow=True)
            export = Export.objects.get()
            assert page.redirect_chain[0][0] == f"{EXPORTS}{export.pk}/"
            assert "being made" in page.content.decode()
            assert annas.get(f"{EXPORTS}{export.pk}/file/").status_code == 404

            work(now)

            page = annas.get(f"{EXPORTS}{export.pk}/", headers={"HX-Request": "true"})
            assert "1 deal." in page.content.decode()
            answer = annas.get(f"{EXPORTS}{export.pk}/file/")

        assert answer["Content-Disposition"] == 'attachment; filename="deals-2026-11-23.csv"'
        assert b"plain" in b"".join(answer.streaming_content)
        assert LogEntry.objects.filter(kind="crm.deals.exported").count() == 1

    def test_made_twice_it_is_the_same_file(self, anna, deals, now):
        export = Export.objects.ask("csv", {"filter": [], "sort": "number"}, by=anna, at=now)
        work(now)
        first = Export.objects.get().file.name

        exports.write(Export.objects.get(), at=now)

        assert Export.objects.get().rows == 2
        assert Export.objects.get().file.name.startswith(f"exports/{export.key}/")
        assert first.startswith(f"exports/{export.key}/")

    def test_says_how_far_it_is(self, anna, deals, now, monkeypatch):
        monkeypatch.setattr(exports, "CHUNK", 1)
        export = Export.objects.ask("csv", {"filter": [], "sort": "number"}, by=anna, at=now)
        assert exports.how_far(export) == 0

        rows = exports._told(iter([[1], [2]]), export, 2)

        assert [exports.how_far(export) for _row in rows] == [0, 50]

    def test_is_nobody_elses(self, brams, mias, annas, deals, anna, now):
        with time_machine.travel(now, tick=False):
            export = Export.objects.ask("csv", {"filter": [], "sort": "number"}, by=anna, at=now)
            exports.write(export, at=now)

            for client in (brams, mias):
                assert client.get(f"{EXPORTS}{export.pk}/").status_code == 404
                assert client.get(f"{EXPORTS}{export.pk}/file/").status_code == 404
            assert mias.post(EXPORTS, {"kind": "csv"}).status_code == 404
            assert "exports/" not in mias.get(LIST).content.decode()

    def test_of_who_left_nothing_is_made(self, deals, anna, now):
        Export.objects.ask("csv", {"filter": [], "sort": "number"}, by=anna, at=now)
        Deal.objects.update(owner=None)
        anna.leave(by=None, at=now)

        work(now)

        assert not Export.objects.get().file

    def test_is_gone_after_seven_days(self, annas, deals, anna, now):
        export = Export.objects.ask("csv", {"filter": [], "sort": "number"}, by=anna, at=now)
        exports.write(export, at=now)
        storage, name = export.file.storage, export.file.name

        later = now + KEPT + timedelta(minutes=1)
        with time_machine.travel(later, tick=False):
            assert annas.get(f"{EXPORTS}{export.pk}/file/").status_code == 404
            forget_old_exports(at=later)

        export.refresh_from_db()
        assert not export.file
        assert not storage.exists(name)

    def test_a_job_that_was_given_up_is_said(self, annas, deals, anna, now):
        with time_machine.travel(now, tick=False):
            export = Export.objects.ask("csv", {"filter": [], "sort": "number"}, by=anna, at=now)
            Job.objects.filter(key=str(export.key)).update(state="failed")

            page = annas.get(f"{EXPORTS}{export.pk}/").content.decode()

        assert "could not be made" in page
        assert "every 2s" not in page

    @pytest.mark.parametrize("kind", ["", "exe", "CSV"])
    def test_a_kind_of_file_that_nobody_makes(self, annas, deals, kind):
        assert annas.post(EXPORTS, {"kind": kind}).status_code == 422
        assert not Export.objects.exists()

    def test_what_cannot_be_asked_is_not_there(self, annas, deals):
        assert annas.post(f"{EXPORTS}?filter=x", {"kind": "csv"}).status_code == 404
