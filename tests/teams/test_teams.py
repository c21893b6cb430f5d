"""A team: how it starts, what it is called, where its days begin."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from teams import story
from teams.models import Goal, LogEntry, Team, TeamError
from teams.models.team import timezone_exists


class TestStarting:
    def test_a_team_has_an_address_made_of_its_name(self, db, admin, now):
        team = Team.start("Noord Zee & Kust", by=admin, at=now)

        assert (team.slug, team.started_at) == ("noord-zee-kust", now)
        assert team.zone == ZoneInfo("Europe/Amsterdam")
        entry = team.logbook.get()
        assert (entry.kind, entry.actor, entry.at) == ("teams.team.started", admin, now)

    def test_its_address_and_time_zone_may_be_chosen(self, db, now):
        team = Team.start("東京", by=None, at=now, timezone="Asia/Tokyo", slug="tokyo")

        assert (team.slug, team.zone) == ("tokyo", ZoneInfo("Asia/Tokyo"))

    @pytest.mark.parametrize("name", ["", "  ", "東京", "!?", "\u200b"])
    def test_a_name_without_letters_is_refused(self, db, name, now):
        with pytest.raises(TeamError, match="a name with letters"):
            Team.start(name, by=None, at=now)

    def test_a_name_that_nobody_can_see_is_refused_with_an_address_too(self, db, now):
        with pytest.raises(TeamError, match="a name with letters"):
            Team.start("\u200b \u2060", by=None, at=now, slug="empty")

    def test_an_address_is_given_out_once(self, team, now):
        with pytest.raises(TeamError, match="already a team called Rijnmond"):
            Team.start("rijnmond!", by=None, at=now)

        assert Team.objects.get() == team


class TestRenaming:
    def test_the_old_and_the_new_name_stand_in_the_logbook(self, team, admin, now):
        team.rename("  Rijn\nDelta ", by=admin, at=now)

        team.refresh_from_db()
        assert (team.name, team.slug) == ("Rijn Delta", "rijnmond")
        entry = LogEntry.objects.about(team).newest_first().first()
        assert (entry.kind, entry.details) == (
            "teams.team.edited",
            {"old": "Rijnmond", "new": "Rijn Delta"},
        )

    def test_the_same_name_is_no_news(self, team, admin, now):
        team.rename("Rijnmond", by=admin, at=now)

        assert not team.logbook.filter(kind="teams.team.edited").exists()

    def test_a_team_keeps_a_name(self, team, now):
        with pytest.raises(TeamError, match="a name with letters"):
            team.rename(" \u200b", by=None, at=now)

        team.refresh_from_db()
        assert team.name == "Rijnmond"


class TestTheGoal:
    GOAL = Goal("40 wins", "deals-won", Decimal(40), date(2026, 1, 1), date(2026, 12, 31))

    def test_is_set_with_a_line_in_the_logbook(self, team, admin, now):
        team.set_goal(self.GOAL, by=admin, at=now)

        team.refresh_from_db()
        assert (team.goal, team.goal_kpi, team.goal_target) == ("40 wins", "deals-won", 40)
        assert (team.goal_from_on, team.goal_until_on) == (date(2026, 1, 1), date(2026, 12, 31))
        entry = LogEntry.objects.about(team).newest_first().first()
        assert (entry.kind, entry.actor) == ("teams.goal.set", admin)
        assert story.line(entry) == "The team set its goal."

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"words": " \u200b"}, "a sentence with a number"),
            ({"target": Decimal(0)}, "a sentence with a number"),
            ({"until_on": date(2026, 1, 1)}, "needs a day in the future"),
        ],
    )
    def test_that_makes_no_sense_is_refused(self, team, now, changes, words):
        with pytest.raises(TeamError, match=words):
            team.set_goal(replace(self.GOAL, **changes), by=None, at=now)

        team.refresh_from_db()
        assert team.goal == ""

    def test_progress_is_a_measurement_and_nobodys_line(self, team):
        before = team.logbook.count()

        team.note_progress(Decimal(12))
        team.note_progress(Decimal(12))

        team.refresh_from_db()
        assert (team.goal_now, team.logbook.count()) == (Decimal(12), before)

    @pytest.mark.parametrize(
        ("changes", "constraint"),
        [
            ({"goal_target": 0}, "goal_is_a_positive_number"),
            (
                {"goal_from_on": date(2026, 2, 1), "goal_until_on": date(2026, 1, 31)},
                "goal_ends_after_it_begins",
            ),
            ({"name": ""}, "team_has_a_name"),
        ],
    )
    def test_the_database_refuses_what_makes_no_sense(self, team, changes, constraint):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Team.objects.filter(pk=team.pk).update(**changes)


def test_a_time_zone_must_exist():
    timezone_exists("Europe/Amsterdam")

    with pytest.raises(ValidationError, match="Mars/Olympus is no time zone"):
        timezone_exists("Mars/Olympus")


def test_a_team_is_called_by_its_name(team):
    assert str(team) == "Rijnmond"
