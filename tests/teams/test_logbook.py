"""The logbook: one line per change, two bells, and nobody who can rewrite it."""

from datetime import timedelta

import psycopg2
import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connections, transaction

from teams import story
from teams.models import LogEntry
from teams.signals import recorded, recording


@pytest.fixture
def entry(team, anna, now):
    return LogEntry.record("tests.painted", team, by=anna, at=now, kpi="walls", colour="blue")


def test_a_line_says_what_happened_to_what_by_whom_and_when(entry, team, anna, now):
    found = LogEntry.objects.get(pk=entry.pk)

    assert (found.kind, found.team, found.actor, found.at) == (
        "tests.painted",
        team,
        anna.user,
        now,
    )
    assert (found.subject_label, found.subject_id) == ("teams.team", team.pk)
    assert (found.kpi, found.details) == ("walls", {"colour": "blue"})
    assert str(found) == f"tests.painted teams.team {team.pk} ({found.pk})"


def test_a_person_without_a_place_writes_for_the_team_that_is_named(team, admin, now):
    entry = LogEntry.record("tests.painted", team, by=admin, at=now, team=team)

    assert (entry.actor, entry.team) == (admin, team)


def test_what_no_person_did_has_no_actor(team, now):
    entry = LogEntry.record("tests.painted", team, by=None, at=now)

    assert (entry.actor, entry.team) == (None, None)


def test_the_lines_about_a_thing_come_newest_first(entry, team, other_team, anna, now):
    later = LogEntry.record("tests.painted", team, by=anna, at=now + timedelta(hours=1))
    LogEntry.record("tests.painted", other_team, by=anna, at=now)

    painted = LogEntry.objects.about(team).filter(kind="tests.painted")

    assert list(painted.newest_first()) == [later, entry]


class TestTheBells:
    @pytest.fixture
    def heard(self):
        """What was heard, in order."""
        sounds = []

        def inside(*, entry, **_):
            sounds.append(("recording", entry.kind))

        def after(*, kind, team_id, entry_id, **_):
            sounds.append(("recorded", kind, team_id, entry_id))

        recording.connect(inside)
        recorded.connect(after)
        yield sounds
        recording.disconnect(inside)
        recorded.disconnect(after)

    @pytest.mark.django_db(transaction=True)
    def test_one_rings_with_the_line_and_one_when_it_is_stored(self, heard, team, now):
        heard.clear()
        with transaction.atomic():
            entry = LogEntry.record("tests.painted", team, by=None, at=now, team=team)
            assert heard == [("recording", "tests.painted")]

        assert heard[1:] == [("recorded", "tests.painted", team.pk, entry.pk)]

    @pytest.mark.django_db(transaction=True)
    def test_what_is_rolled_back_is_not_announced(self, heard, team, now):
        heard.clear()
        with transaction.atomic():
            LogEntry.record("tests.painted", team, by=None, at=now, team=team)
            transaction.set_rollback(True)

        assert heard == [("recording", "tests.painted")]

    @pytest.mark.django_db(transaction=True)
    def test_whoever_fails_to_listen_afterwards_stops_nobody(self, heard, team, now):
        def deaf(**_):
            raise RuntimeError

        recorded.connect(deaf)
        try:
            entry = LogEntry.record("tests.painted", team, by=None, at=now, team=team)
        finally:
            recorded.disconnect(deaf)

        assert LogEntry.objects.filter(pk=entry.pk).exists()
        assert ("recorded", "tests.painted", team.pk, entry.pk) in heard

    def test_whoever_must_not_miss_it_and_fails_takes_the_line_along(self, heard, team, now):
        def must_not_miss_it(**_):
            raise RuntimeError("not written down")

        recording.connect(must_not_miss_it)
        try:
            with pytest.raises(RuntimeError, match="not written down"), transaction.atomic():
                LogEntry.record("tests.painted", team, by=None, at=now, team=team)
        finally:
            recording.disconnect(must_not_miss_it)

        assert not team.logbook.filter(kind="tests.painted").exists()


class TestNobodyRewritesIt:
    @pytest.mark.parametrize(
        "rewrite",
        [
            lambda entry: LogEntry.objects.filter(pk=entry.pk).update(kind="tests.never"),
            lambda entry: LogEntry.objects.filter(pk=entry.pk).delete(),
            lambda entry: entry.save(),
            lambda entry: entry.delete(),
        ],
        ids=["update", "delete", "save", "delete one"],
    )
    def test_not_the_application(self, rewrite, entry):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            rewrite(entry)

        assert LogEntry.objects.get(pk=entry.pk).kind == "tests.painted"

    def test_the_application_cannot_empty_it_either(self, entry):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute("TRUNCATE teams_logentry")

        assert LogEntry.objects.filter(pk=entry.pk).exists()

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize(
        "statement",
        ["UPDATE teams_logentry SET kind = 'tests.never'", "DELETE FROM teams_logentry"],
    )
    def test_not_the_owner_of_the_table(self, statement, entry):
        owner = owners_connection()

        with (
            pytest.raises(psycopg2.errors.RestrictViolation, match="written once"),
            owner,
            owner.cursor() as cursor,
        ):
            cursor.execute(statement)
        owner.close()

        assert LogEntry.objects.get(pk=entry.pk).kind == "tests.painted"


def owners_connection() -> "psycopg2.extensions.connection":
    settings = connections["owner"].settings_dict
    return psycopg2.connect(
        dbname=settings["NAME"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        host=settings["HOST"],
        port=settings["PORT"] or None,
    )


def test_a_team_with_a_history_is_kept(team, entry):
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        team.delete()


class TestInWords:
    def test_a_line_reads_as_its_app_says(self, monkeypatch, entry):
        monkeypatch.setitem(story._phrases, "tests.painted", lambda details: details["colour"])

        assert story.line(entry) == "blue"

    def test_a_line_of_a_kind_that_nobody_tells_still_reads(self, entry):
        assert story.line(entry) == "Something changed."

    def test_every_line_of_the_ground_floor_has_words(self, team, anna, mia, now):
        team.rename("Delta", by=None, at=now)
        anna.leave(by=None, at=now)
        mia.leave(by=None, at=now)

        lines = [story.line(entry) for entry in team.logbook.order_by("pk")]

        assert lines == [
            "The team was started.",
            "A new member joined the team.",
            "A manager began to read along.",
            "The name or the goal of the team was changed.",
            "A member left the team.",
            "A manager stopped reading along.",
        ]
