"""Everything that Kring holds about somebody: asked for, made by a job, and theirs alone."""

import io
import json
from dataclasses import replace
from datetime import timedelta
from zipfile import ZipFile

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from reviews.models import Draft
from teams import copying, progress, recorded, wall
from teams.copying import FORGET, forget_copies, forget_copies_every_day, write_all
from teams.files import OLD, names_in
from teams.models import Job, PersonalCopy, User
from teams.models.copy import FOLDER, KEPT, WRITE
from tests import builders, held
from tests.held import ADDRESS, HERS, THEIRS
from tests.racing import at_once

JUST_HERS = ("reviews.draft.json", "reviews.answer.json", "reviews.feedback.json")
PAGE, FILE, API = "/profile/copy/", "/profile/copy/file/", "/api/v1/copy/"


@pytest.fixture
def stopped(now):
    with time_machine.travel(now, tick=False):
        yield


def ask(person: User, now) -> PersonalCopy:
    return PersonalCopy.objects.ask(person, language="en", at=now)


def work(now) -> None:
    """Let a worker make the copies that are due."""
    for job in Job.objects.filter(kind=WRITE, state="due"):
        Job.objects.claim(job.pk).run(at=now)


def copy_of(person: User, now) -> ZipFile:
    file = io.BytesIO()
    write_all(person, file, at=now)
    return ZipFile(file)


def rows(archive: ZipFile, label: str) -> list[dict]:
    return json.loads(archive.read(f"{label}.json"))


class TestTheWay:
    def test_is_asked_for_made_and_fetched(self, annas, anna, now, stopped):
        assert "Make the file" in annas.get(PAGE).content.decode()

        page = annas.post(PAGE, follow=True).content.decode()
        assert "Your file is being made." in page
        assert 'hx-trigger="every 2s"' in page
        assert annas.get(FILE).status_code == 404
        work(now)

        part = annas.get(PAGE, headers={"HX-Request": "true"}).content.decode()
        assert part.strip().startswith("<div")
        assert "Your file is ready. It is yours alone, until" in part
        assert "every 2s" not in part
        answer = annas.get(FILE)
        archive = ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
        assert answer["Content-Disposition"] == 'attachment; filename="kring-2026-11-23.zip"'
        assert rows(archive, "teams.user")[0]["email"] == "anna@example.com"
        assert "What Kring holds about Anna" in archive.read("index.html").decode()

    def test_is_nobody_elses(self, annas, brams, mias, anna, now, stopped):
        ask(anna.user, now)
        work(now)

        for browser in (brams, mias):
            assert browser.get(FILE).status_code == 404
            assert "Make the file" in browser.get(PAGE).content.decode()
            assert browser.get(API).status_code == 404

    def test_asked_for_twice_it_is_one(self, anna, now):
        first, second = ask(anna.user, now), ask(anna.user, now + timedelta(minutes=1))

        assert first.key == second.key
        assert Job.objects.filter(kind=WRITE).count() == 1

    def test_asked_for_again_it_takes_the_place_of_the_old_one(
        self, anna, now, django_capture_on_commit_callbacks
    ):
        ask(anna.user, now)
        work(now)
        old = PersonalCopy.objects.get()

        with django_capture_on_commit_callbacks(execute=True):
            ask(anna.user, now + timedelta(hours=1))

        new = PersonalCopy.objects.get()
        assert new.is_being_made
        assert new.key != old.key
        assert not default_storage.exists(old.place)

    def test_a_worker_that_was_killed_is_followed_by_another(self, anna, now):
        copy = ask(anna.user, now)
        # It had written the file, and died before anything of it was stored.
        default_storage.save(copy.place, ContentFile(b"half"))
        job = Job.objects.claim(Job.objects.get(kind=WRITE).pk)
        Job.objects.filter(pk=job.pk).update(lease_until=now - timedelta(days=999))

        Job.objects.claim(job.pk).run(at=now)

        copy.refresh_from_db()
        assert copy.file.name == copy.place
        with copy.file.open("rb") as file:
            assert ZipFile(file).testzip() is None
        names = default_storage.listdir(FOLDER)[1]
        assert [name for name in names if str(copy.key) in name] == [f"{copy.key}.zip"]

    def test_a_copy_that_was_asked_for_anew_meanwhile_is_not_made(self, anna, now):
        copy = ask(anna.user, now)

        copying.write_copy(at=now, copy_id=copy.pk, key="00000000-0000-0000-0000-000000000000")

        copy.refresh_from_db()
        assert not copy.file

    def test_a_job_that_was_given_up_is_said(self, annas, anna, now, stopped):
        ask(anna.user, now)
        Job.objects.filter(kind=WRITE).update(state="failed")

        page = annas.get(PAGE).content.decode()

        assert "The file could not be made. Ask once more." in page
        assert "every 2s" not in page
        assert ask(anna.user, now).is_being_made

    def test_says_how_far_it_is(self, anna, now, monkeypatch):
        monkeypatch.setattr(copying, "CHUNK", 1)
        copy, seen = ask(anna.user, now), []
        monkeypatch.setattr(progress, "tell", lambda *told: seen.append(told[1:]))

        copying.write(copy, at=now)

        total = copy.rows
        assert seen == [(number, total) for number in range(total)]
        assert copying.how_far(copy) == 100

    def test_is_as_far_as_was_told(self, anna, now):
        copy = ask(anna.user, now)
        assert copying.how_far(copy) == 0

        progress.tell(copying._place(copy), 1, 3)

        assert copying.how_far(copy) == 33

    def test_speaks_the_language_in_which_it_was_asked_for(self, annas, anna, now, stopped):
        annas.post(PAGE, headers={"Accept-Language": "nl"})
        work(now)

        with PersonalCopy.objects.get().file.open("rb") as file:
            page = ZipFile(file).read("index.html").decode()
        assert '<html lang="nl">' in page
        assert "Het logboek" in page


class TestForPrograms:
    def test_is_the_same(self, annas, anna, now, stopped):
        assert annas.get(API).status_code == 404

        asked = annas.post(API, content_type="application/json")
        assert asked.status_code == 201
        assert asked.json() | {"asked_at": ""} == {
            "asked_at": "", "language": "en", "percent": 0, "has_failed": False, "rows": 0,
            "url": None,
        }  # fmt: skip
        work(now)

        told = annas.get(API).json()
        assert (told["percent"], told["url"]) == (100, FILE)
        assert told["rows"] > 0

    def test_is_for_nobody_who_did_not_sign_in(self, client, db):
        assert client.get(API).status_code in {401, 403}


class TestWhatIsOver:
    def test_the_file_is_gone_after_seven_days(
        self, annas, anna, now, django_capture_on_commit_callbacks
    ):
        copy = ask(anna.user, now)
        work(now)
        later = now + KEPT

        with (
            time_machine.travel(later, tick=False),
            django_capture_on_commit_callbacks(execute=True),
        ):
            assert annas.get(FILE).status_code == 404
            assert "Make the file" in annas.get(PAGE).content.decode()
            forget_copies(at=later)

        copy.refresh_from_db()
        assert (copy.file.name, copy.rows) == ("", 0)
        assert not default_storage.exists(copy.place)

    def test_one_that_is_not_over_stays(self, anna, now, django_capture_on_commit_callbacks):
        copy = ask(anna.user, now)
        work(now)

        with django_capture_on_commit_callbacks(execute=True):
            forget_copies(at=now + KEPT - timedelta(minutes=1))

        assert default_storage.exists(copy.place)

    def test_what_no_row_knows_goes_once_it_is_old(self, db):
        name = default_storage.save(f"{FOLDER}/lost.zip", ContentFile(b"x"))
        written = default_storage.get_modified_time(name)

        forget_copies(at=written + OLD)
        assert default_storage.exists(name)
        forget_copies(at=written + OLD + timedelta(seconds=1))

        assert not default_storage.exists(name)

    def test_of_a_folder_that_is_not_there_is_nothing(self, settings, tmp_path):
        settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "config.files.Folder"}}
        settings.MEDIA_ROOT = tmp_path

        assert names_in("nowhere") == []

    def test_is_looked_for_once_a_day(self, db, now):
        for minutes in (0, 5):
            forget_copies_every_day(now + timedelta(minutes=minutes))

        assert Job.objects.get(kind=FORGET).key == "2026-11-23"


class TestWhatItHolds:
    @pytest.fixture
    def hers(self, team, now):
        member = held.zwaantje(team, at=now)
        held.has_worked(member, at=now)
        return member

    def test_is_something_of_every_table(self, hers, now):
        archive = copy_of(hers.user, now)

        told = [entry for entry in recorded.all_entries() if entry.told]
        assert [entry.label for entry in told if not rows(archive, entry.label)] == []
        names = {f"{entry.label}.json" for entry in told}
        assert set(archive.namelist()) == names | {"index.html", "copy.css"}

    def test_is_her_own_words_and_nobody_elses(self, hers, now):
        archive = copy_of(hers.user, now)

        everything = "".join(archive.read(name).decode() for name in archive.namelist())
        assert f"Point with {HERS}" in everything
        assert f"learn {HERS}" in everything
        assert f"View of {HERS}" in everything
        assert THEIRS not in everything
        for name in ("Bram", "Dora", "dora@example.com"):
            assert name not in everything

    def test_of_customers_are_no_words(self, hers, now):
        archive = copy_of(hers.user, now)

        for label in ("note", "interaction", "activity", "attachment", "deal"):
            assert HERS not in archive.read(f"crm.{label}.json").decode()

    def test_says_by_what_a_row_is_about_her(self, hers, now):
        archive = copy_of(hers.user, now)

        assert "assignee" in {row["as"] for row in rows(archive, "crm.activity")}
        witness, own = sorted(rows(archive, "agreements.contest"), key=lambda row: row["as"])
        assert (witness["as"], witness["words"]) == ("named_by_other", None)
        assert (own["as"], own["words"]) == ("party", f"not {HERS}")

    def test_of_reviews_is_what_she_may_read(self, hers, now):
        held.was_written_to(hers.user, at=now)

        archive = copy_of(hers.user, now)

        # What she has not opened yet may be put in other words still.
        assert {row["text"] for row in rows(archive, "reviews.feedback")} == {
            HERS,
            f"Shown: {THEIRS}",
        }
        assert {row["as"] for row in rows(archive, "reviews.answer")} == {"about", "author"}
        assert {row["as"] for row in rows(archive, "reviews.draft")} == {"author"}

    def test_is_the_same_behind_the_wall(self, hers, now):
        before = {name: copy_of(hers.user, now).read(name) for name in JUST_HERS}
        wall.close()

        # As a worker stands before it.
        with wall.opened():
            archive = copy_of(hers.user, now)

        assert {name: archive.read(name) for name in JUST_HERS} == before

    def test_of_a_colleague_is_nothing_whatever_the_entries_ask_for(self, hers, now, monkeypatch):
        (entry,) = [one for one in recorded.all_entries() if one.model is Draft]
        everybodys = replace(entry, rows=lambda _person: Draft.objects.order_by("pk"))
        monkeypatch.setitem(recorded._entries, Draft, everybodys)

        archive = copy_of(hers.user, now)

        assert {row["as"] for row in rows(archive, "reviews.draft")} == {"author"}

    def test_counts_all_and_shows_the_first(self, hers, now, monkeypatch):
        monkeypatch.setattr(copying, "MOST_SHOWN", 2)

        archive = copy_of(hers.user, now)

        lines = len(rows(archive, "teams.logentry"))
        assert f"The first 2 of {lines}:" in " ".join(archive.read("index.html").decode().split())

    def test_costs_the_same_however_much_there_is(self, anna, now, django_assert_max_num_queries):
        process = builders.pipeline(anna.team, at=now)
        for number in range(6):
            builders.deal(process, by=anna, at=now, customer=str(number))

        # One counts and one reads, for each table.
        with django_assert_max_num_queries(3 * len(recorded.all_entries())):
            copy_of(anna.user, now)


class TestTheCommand:
    def test_writes_a_file_that_only_its_maker_reads(self, anna, tmp_path, capsys):
        path = tmp_path / "anna.zip"

        call_command("export_person", " Anna@example.com ", to=path)

        assert rows(ZipFile(path), "teams.user")[0]["name"] == "Anna"
        assert path.stat().st_mode & 0o777 == 0o600
        assert "rows about Anna." in capsys.readouterr().out

    def test_calls_it_by_number_and_day_where_no_name_is_given(self, anna, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)

        call_command("export_person", "anna@example.com")

        assert [path.suffix for path in tmp_path.iterdir()] == [".zip"]

    def test_writes_over_nothing(self, anna, tmp_path):
        path = tmp_path / "anna.zip"
        path.write_text("mine")

        with pytest.raises(CommandError, match="cannot be made"):
            call_command("export_person", "anna@example.com", to=path)

        assert path.read_text() == "mine"

    def test_knows_nobody_by_another_address(self, db):
        with pytest.raises(CommandError, match="There is nobody with the address"):
            call_command("export_person", ADDRESS)


@pytest.mark.django_db(transaction=True)
def test_two_askings_at_once_are_one_however_often_they_meet(now):
    for number in range(10):
        person = builders.person(f"Person {number}")

        first, second = at_once([lambda: ask(person, now).key] * 2)  # noqa: B023

        assert first == second
        assert Job.objects.filter(kind=WRITE).count() == number + 1
