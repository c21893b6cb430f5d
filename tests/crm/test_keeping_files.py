"""Files with a deal or a note: kept, fetched, removed, put back and swept away."""

import json
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.contrib.messages import get_messages
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from config import uploads
from crm.file_kinds import content_type, family_of, file_name
from crm.models import Attachment, Deal, StaleWork, WorkError, attachment
from crm.models.attachment import FOLDER, STAYS_REMOVED
from crm.recycling import empty_bins
from crm.sweeping import sweep
from teams.files import OLD
from teams.models import LogEntry
from tests.builders import attached, noted

pytestmark = pytest.mark.usefixtures("stopped_clock", "empty_shelf")

TEAM = "/teams/rijnmond/"
URL = f"{TEAM}deals/1/"
API = "/api/v1/teams/rijnmond/"
PDF = b"%PDF-1.7\nhello"
DAY = timedelta(days=1)


def zipped(**held):
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, text in held.items():
            archive.writestr(name, text)
    return file.getvalue()


def words(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def on_shelf():
    try:
        return sorted(default_storage.listdir(FOLDER)[1])
    except FileNotFoundError:
        return []


@pytest.fixture
def empty_shelf():
    for name in on_shelf():
        default_storage.delete(f"{FOLDER}/{name}")


@pytest.fixture
def offer(deal, anna, now):
    return attached(deal, by=anna, at=now)


class TestWhatItIs:
    @pytest.mark.parametrize(
        ("start", "family"),
        [
            (PDF, "pdf"),
            (b"\x89PNG\r\n\x1a\n" + bytes(20), "png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "jpeg"),
            (b"\xff\xd8\xff\xe1\0\x10Exif\0", "jpeg"),
            (b"GIF89a\1\0\1\0", "gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
            (zipped(a="x"), "zip"),
            (b"PK\5\6" + bytes(18), "zip"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ole"),
            (b"Naam;Bedrag\r\nAcme;12\r\n", "text"),
            ("Café".encode("cp1252"), "text"),
            ("\ufeffCafé".encode(), "text"),
            (b"BMW;MZ;PK", "text"),
        ],
    )
    def test_is_told_by_its_bytes(self, start, family):
        assert family_of([start]) == family

    @pytest.mark.parametrize(
        "start",
        [
            b"<html><script>alert(1)</script>",
            b"\xef\xbb\xbf \n<!doctype html>",
            b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
            b"#!/bin/sh\n",
            b"MZ\x90\0\3\0\0\0",
            b"\x7fELF\2\1\1\0",
            b"\0" * 100,
            b"text, and then\0",
            b"Rar!\x1a\7\0",
        ],
    )
    def test_what_is_no_kind_of_ours_is_refused(self, start):
        with pytest.raises(WorkError, match="none of them"):
            family_of([start])

    def test_a_text_is_one_to_its_end(self):
        with pytest.raises(WorkError, match="none of them"):
            family_of([b"x" * 100, b"y", b"\x01"])

    def test_without_a_byte_it_is_empty(self):
        with pytest.raises(WorkError, match="empty"):
            family_of([])

    @pytest.mark.parametrize(
        ("name", "family", "tidy"),
        [
            ("offer.pdf", "pdf", "offer.pdf"),
            ("Offer.PDF", "pdf", "Offer.PDF"),
            ("../../etc/passwd", "text", "passwd.txt"),
            ("C:\\Temp\\offer.docx", "zip", "offer.docx"),
            ("offer.docx", "pdf", "offer.docx.pdf"),
            ("page.html", "text", "page.html.txt"),
            ("run.exe", "zip", "run.exe.zip"),
            ("gpj\u202efdp.exe", "pdf", "gpjfdp.exe.pdf"),
            ("a\r\nb\0.pdf", "pdf", "a b.pdf"),
            (".pdf", "pdf", "pdf.pdf"),
            ("", "png", "file.png"),
            ("...", "png", "file.png"),
            ('a<b>:"|?*%.csv', "text", "a_b_______.csv"),
            ("Ünïcödé 文件.xlsx", "zip", "Ünïcödé 文件.xlsx"),
            ("x" * 300_000 + ".pdf", "pdf", "x" * 116 + ".pdf"),
            ("x" * 300_000, "pdf", "x" * 116 + ".pdf"),
        ],
    )
    def test_its_name_is_tidied_and_its_ending_fits(self, name, family, tidy):
        assert file_name(name, family) == tidy

    def test_the_ending_chooses_within_the_family(self):
        assert content_type("a.CSV", "text") == "text/csv"
        assert content_type("a.docx", "zip").endswith("wordprocessingml.document")


class TestTheRule:
    def test_a_file_is_kept_and_the_logbook_knows_neither_name_nor_contents(self, deal, anna, now):
        offer = attached(deal, PDF, "../offer.docx", by=anna, at=now)

        assert (offer.name, offer.content_type) == ("offer.docx.pdf", "application/pdf")
        assert (offer.size, offer.sha256) == (len(PDF), sha256(PDF).hexdigest())
        assert default_storage.open(offer.key).read() == PDF
        assert "offer" not in offer.key
        entry = LogEntry.objects.about(offer).get()
        assert (entry.kind, entry.details) == ("crm.file.added", {"about": "Wi-Fi in the yard"})

    def test_a_bomb_is_kept_and_never_opened(self, deal, anna, now, monkeypatch):
        def opened(*_args, **_more):
            raise AssertionError("somebody opened it")

        bomb = zipped(zeros=bytes(10_000_000))
        monkeypatch.setattr(ZipFile, "__init__", opened)

        assert attached(deal, bomb, "bomb.zip", by=anna, at=now).size == len(bomb)

    def test_what_is_too_large_is_refused(self, deal, anna, now, monkeypatch):
        monkeypatch.setattr(attachment, "LARGEST_FILE", 10)

        with pytest.raises(WorkError, match="MB at most"):
            attached(deal, by=anna, at=now)
        assert on_shelf() == []

    def test_a_team_has_so_much_room(self, deal, anna, now, monkeypatch):
        attached(deal, by=anna, at=now).remove(by=anna, at=now)
        monkeypatch.setattr(attachment, "MOST_OF_A_TEAM", 2 * len(PDF) - 1)

        with pytest.raises(WorkError, match="no more room"):
            attached(deal, by=anna, at=now)
        assert len(on_shelf()) == 1

    def test_it_is_removed_and_put_back_once(self, offer, anna, now):
        offer.remove(by=anna, at=now)
        with pytest.raises(StaleWork):
            offer.remove(by=anna, at=now)
        assert not Attachment.objects.there().exists()

        offer.put_back(by=anna, at=now)

        with pytest.raises(StaleWork):
            offer.put_back(by=anna, at=now)
        assert Attachment.objects.there().get() == offer

    def test_it_is_there_as_long_as_its_note_and_its_deal(self, deal, anna, now):
        note = noted(deal, by=anna, at=now)
        attached(note, by=anna, at=now)
        assert Attachment.objects.there().exists()
        note.remove(version=1, by=anna, at=now)
        assert not Attachment.objects.there().exists()
        note.put_back(by=anna, at=now)
        deal.discard(by=anna, at=now)

        assert not Attachment.objects.there().exists()

    @pytest.mark.parametrize("name", ["attachment_is_the_teams", "attachment_note_is_the_teams"])
    def test_the_database_keeps_it_within_the_team(self, deal, anna, now, other_team, name):
        thing = noted(deal, by=anna, at=now) if "note" in name else deal
        attached(thing, by=anna, at=now)

        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Attachment.objects.update(team=other_team)


class TestSweeping:
    def test_a_file_without_a_row_goes_when_it_is_old(self, offer, now):
        default_storage.save(f"{FOLDER}/orphan", ContentFile(b"x"))

        assert sweep(at=now + OLD) == 0  # it may still be on its way
        assert sweep(at=now + OLD + DAY) == 1

        assert [f"{FOLDER}/{name}" for name in on_shelf()] == [offer.key]

    def test_an_upload_that_was_rolled_back_leaves_only_an_orphan(self, deal, anna, now):
        def upload():
            with transaction.atomic():
                attached(deal, by=anna, at=now)
                raise LookupError

        with pytest.raises(LookupError):
            upload()

        assert len(on_shelf()) == 1
        assert sweep(at=now + 2 * DAY) == 1
        assert on_shelf() == []

    def test_without_any_file_there_is_nothing_to_do(self, db, now):
        assert sweep(at=now) == 0

    def test_what_was_removed_long_ago_goes(
        self, offer, anna, now, django_capture_on_commit_callbacks
    ):
        offer.remove(by=anna, at=now)
        sweep(at=now + STAYS_REMOVED)
        assert Attachment.objects.exists()

        with django_capture_on_commit_callbacks(execute=True):
            sweep(at=now + STAYS_REMOVED + DAY)

        assert not Attachment.objects.exists()
        assert on_shelf() == []

    def test_a_deal_that_goes_for_ever_takes_its_files_along(
        self, offer, deal, anna, now, django_capture_on_commit_callbacks
    ):
        attached(noted(deal, by=anna, at=now), by=anna, at=now)
        deal.discard(by=anna, at=now)

        with django_capture_on_commit_callbacks(execute=True):
            empty_bins(at=now + 31 * DAY)

        assert not Deal.everything.exists()
        assert on_shelf() == []


class TestThePage:
    def send(self, client, path=f"{URL}files/", data=PDF, name="offer.pdf", **extra):
        file = SimpleUploadedFile(name, data, content_type="text/html")
        return client.post(path, {"file": file, **extra})

    def test_a_file_stands_in_the_stream_and_is_fetched(self, annas, deal):
        answer = self.send(annas, name="Prijs é.pdf")

        assert (answer.status_code, answer.url) == (302, URL)
        assert words(answer) == ["The file is kept."]
        file = Attachment.objects.get()
        assert f'href="{TEAM}files/{file.pk}/"' in annas.get(URL).content.decode()
        fetched = annas.get(f"{TEAM}files/{file.pk}/")
        assert b"".join(fetched) == PDF
        assert fetched["Content-Type"] == "application/pdf"
        disposition = fetched["Content-Disposition"]
        assert disposition == "attachment; filename*=utf-8''Prijs%20%C3%A9.pdf"
        assert fetched["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert fetched["X-Content-Type-Options"] == "nosniff"
        assert fetched["Cache-Control"] == "private, no-store"

    def test_a_file_of_a_note_stands_with_it(self, annas, deal, anna, now):
        note = noted(deal, by=anna, at=now)

        answer = self.send(annas, f"{TEAM}notes/{note.pk}/files/")

        assert (answer.status_code, answer.url) == (302, f"{TEAM}notes/{note.pk}/")
        for page in (URL, answer.url):
            assert "offer.pdf" in annas.get(page).content.decode()

    @pytest.mark.parametrize(
        ("data", "why"),
        [(b"", "empty"), (b"<html>", "none of them"), (b"MZ\x90\0", "none of them")],
    )
    def test_what_is_no_file_of_ours_is_refused_beside_its_field(
        self, annas, deal, anna, now, data, why
    ):
        note = noted(deal, by=anna, at=now)
        for path in (f"{URL}files/", f"{TEAM}notes/{note.pk}/files/"):
            answer = self.send(annas, path, data=data)
            assert answer.status_code == 422
            assert why in answer.content.decode()
        assert on_shelf() == []

    def test_without_a_file_it_is_refused(self, annas, deal):
        assert annas.post(f"{URL}files/", {"file": "offer.pdf"}).status_code == 422

    def test_what_is_far_too_large_is_not_even_read(self, annas, deal, monkeypatch):
        monkeypatch.setattr(uploads, "MOST_BYTES", 100)

        assert self.send(annas, data=b"x" * 200).status_code == 400
        assert not Attachment.objects.exists()

    def test_a_name_without_end_breaks_nothing(self, annas, deal):
        assert self.send(annas, name="x" * 300_000 + ".pdf").status_code in {302, 400}

    def test_a_removal_can_be_undone(self, annas, offer):
        path = f"{TEAM}files/{offer.pk}/"
        answer = annas.post(f"{path}removal/")

        (message,) = get_messages(answer.wsgi_request)
        assert str(message) == "The file is removed."
        assert annas.get(path).status_code == 404
        undo = message.extra_tags.removeprefix("undo:")
        back, again = annas.post(undo), annas.post(undo)

        assert "A file about Wi-Fi in the yard is back." in words(back)
        assert "This was undone already. Nothing was undone now." in words(again)
        assert annas.get(path).status_code == 200

    def test_one_whose_file_is_gone_is_not_there(self, annas, offer):
        default_storage.delete(offer.key)

        assert annas.get(f"{TEAM}files/{offer.pk}/").status_code == 404

    def test_a_manager_sees_that_it_is_there_and_no_more(self, mias, offer):
        html = mias.get(URL).content.decode()

        assert "A file" in html
        assert offer.name not in html
        assert mias.get(f"{TEAM}files/{offer.pk}/").status_code == 404

    def test_another_team_fetches_nothing(self, carlas, offer):
        for slug in ("rijnmond", "veluwe"):
            assert carlas.get(f"/teams/{slug}/files/{offer.pk}/").status_code == 404

    @pytest.mark.parametrize("many", [1, 4])
    def test_costs_the_same_however_many_there_are(
        self, annas, deal, anna, now, django_assert_num_queries, many
    ):
        for _ in range(many):
            attached(noted(deal, by=anna, at=now), by=anna, at=now)
            attached(deal, by=anna, at=now)

        # Files, notes, their mentions and their files, beside what a page of a deal costs anyway.
        with django_assert_num_queries(27):
            annas.get(URL)


class TestTheApi:
    def send(self, client, path="deals/1/files/", data=PDF, **headers):
        file = SimpleUploadedFile("offer.pdf", data, content_type="text/html")
        return client.post(f"{API}{path}", {"file": file}, headers=headers)

    def test_a_file_of_a_deal_and_one_of_a_note(self, annas, deal, anna, now):
        note = noted(deal, by=anna, at=now)
        for path in ("deals/1/files/", f"notes/{note.pk}/files/"):
            answer = self.send(annas, path)

            assert answer.status_code == 201
            (kept,) = annas.get(f"{API}{path}").json()["results"]
            assert kept == answer.json()
            assert kept == {
                "id": kept["id"],
                "name": "offer.pdf",
                "content_type": "application/pdf",
                "size": len(PDF),
                "sha256": sha256(PDF).hexdigest(),
                "by": {"id": anna.user.pk, "name": "Anna"},
                "added_at": "2026-11-23T10:00:00+01:00",
                "url": f"{TEAM}files/{kept['id']}/",
            }
            assert b"".join(annas.get(kept["url"])) == PDF

    def test_sent_twice_with_one_key_it_is_kept_once(self, annas, deal):
        large = b"x" * 3_000_000
        first, second = (
            self.send(annas, data=large, **{"Idempotency-Key": "one"}) for _ in range(2)
        )

        assert (first.status_code, second.status_code) == (201, 201)
        assert Attachment.objects.get().size == len(large)

    def test_a_manager_reads_that_it_is_there(self, mias, offer):
        (kept,) = mias.get(f"{API}deals/1/files/").json()["results"]

        assert kept == {"id": offer.pk, "added_at": "2026-11-23T10:00:00+01:00"}

    def test_what_is_no_file_of_ours_is_refused(self, annas, deal):
        assert self.send(annas, data=b"").status_code == 409
        assert self.send(annas, data=b"<svg>").status_code == 409
        none = annas.post(f"{API}deals/1/files/", {"file": "x"})
        assert (none.status_code, list(none.json())) == (400, ["file"])
        other = annas.post(
            f"{API}deals/1/files/", json.dumps({"file": "x"}), content_type="application/json"
        )
        assert other.status_code == 415

    def test_a_removal_and_the_way_back(self, annas, offer):
        for path, there in (("removal", []), ("return", [offer.pk])):
            answer = annas.post(
                f"{API}files/{offer.pk}/{path}/", {}, content_type="application/json"
            )
            assert answer.status_code == 200
            kept = annas.get(f"{API}deals/1/files/").json()["results"]
            assert [one["id"] for one in kept] == there
