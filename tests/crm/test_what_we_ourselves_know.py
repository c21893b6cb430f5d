"""A team writes down what it wants to know of customers besides, and no other team sees it."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from crm.happenings import Happening
from crm.models import (
    FieldError,
    MergeRecord,
    Organization,
    OwnFacts,
    StaleCustomer,
    StaleDeal,
    take_back,
)
from crm.models.retention import forget
from teams import story
from teams.models import LogEntry
from tests import builders
from tests.racing import at_once

pytestmark = pytest.mark.usefixtures("stopped_clock")


@pytest.fixture
def fields(anna, now):
    """Parking and the number of shops of an organization, and what somebody at one drinks."""
    about = {"target": "organization", "by": anna, "at": now}
    return [
        builders.field("Parking", **about),
        builders.field("Shops", "number", **about),
        builders.field("Drinks", "choice", target="contact", options=["Tea"], by=anna, at=now),
    ]


@pytest.fixture
def know(anna, now):
    """What Anna's team knows of a customer, as she writes it down."""

    def know(customer, by=anna, **values):
        facts = OwnFacts.objects.of(by.team, customer)
        return facts.edit(values, version=facts.version, by=by, at=now)

    return know


def known(team, customer):
    return OwnFacts.objects.of(team, customer).custom


@pytest.mark.usefixtures("fields")
class TestWhatATeamKnows:
    def test_is_kept_as_it_was_meant_and_told_without_its_values(self, acme, know, anna, team):
        entry = know(acme, parking=" In the  yard ", shops=3)

        assert known(team, acme) == {"parking": "In the yard", "shops": "3"}
        told = {"about": "Acme", "fields": ["Parking", "Shops"], "version": 1}
        assert entry.details == told | {"facts": OwnFacts.objects.get().pk}
        assert (entry.kind, entry.team, entry.actor) == (
            Happening.OWN_FACTS_EDITED,
            team,
            anna.user,
        )
        assert story.line(entry) == ("What we ourselves know of Acme was changed (Parking, Shops).")

    def test_what_is_not_named_stays_and_what_is_emptied_goes(self, acme, know, team):
        know(acme, parking="Yard", shops=3)
        entry = know(acme, parking=None)

        assert known(team, acme) == {"shops": "3"}
        assert entry.details["fields"] == ["Parking"]

    def test_what_stands_there_already_is_no_change(self, acme, know, anna, now):
        know(acme, parking="Yard")

        seen_long_ago = OwnFacts.objects.of(anna.team, acme)
        assert seen_long_ago.edit({"parking": "Yard"}, version=0, by=anna, at=now) is None
        assert know(acme) is None

    @pytest.mark.parametrize("values", [{"shops": "many"}, {"drinks": "Tea"}, {"nothing": "x"}])
    def test_a_value_that_its_field_cannot_hold_is_refused(self, acme, know, values):
        with pytest.raises(FieldError):
            know(acme, **values)

        assert not OwnFacts.objects.exists()

    def test_is_the_teams_alone(self, acme, know, team, carla, other_team, now):
        builders.field("Parking", target="organization", by=carla, at=now)
        know(acme, parking="Yard")
        know(acme, by=carla, parking="Street")

        assert known(team, acme) == {"parking": "Yard"}
        assert known(other_team, acme) == {"parking": "Street"}
        acme.refresh_from_db()
        assert acme.version == 1

    def test_who_comes_second_is_told_and_sees_the_newest(self, acme, know, anna, bram, now):
        seen = OwnFacts.objects.of(anna.team, acme)
        know(acme, parking="Yard")

        with pytest.raises(StaleCustomer):
            seen.edit({"parking": "Street"}, version=0, by=bram, at=now)
        assert (seen.custom, seen.version) == ({"parking": "Yard"}, 1)

    def test_comes_back_with_its_field(self, acme, fields, know, team, anna, now):
        know(acme, parking="Yard", shops=3)
        fields[0].archive(by=anna, at=now)
        know(acme, shops=4)

        assert known(team, acme) == {"parking": "Yard", "shops": "4"}
        with pytest.raises(FieldError):
            know(acme, parking="Street")

    def test_the_database_keeps_one_row_about_one_customer(self, acme, jan, know, team):
        know(acme, parking="Yard")

        for about, promise in (
            ({"organization": acme}, "stand_once_per_organization"),
            ({}, "are_about_one_customer"),
            ({"organization": acme, "contact": jan}, "are_about_one_customer"),
        ):
            with pytest.raises(IntegrityError, match=promise), transaction.atomic():
                OwnFacts.objects.create(team=team, **about)


@pytest.mark.usefixtures("fields")
class TestTakingItBack:
    def test_lets_it_be_as_it_was_and_once_more(self, acme, know, team, bram, now):
        know(acme, parking="Yard")
        entry = know(acme, parking="Street", shops=3)

        undone = take_back(entry, by=bram, at=now)
        assert known(team, acme) == {"parking": "Yard"}
        assert story.line(undone) == (
            "What we ourselves know of Acme is as it was (Parking, Shops)."
        )

        take_back(undone, by=bram, at=now)
        assert known(team, acme) == {"parking": "Street", "shops": "3"}

    def test_is_too_late_after_another_change(self, acme, know, team, anna, now):
        entry = know(acme, parking="Yard")
        know(acme, shops=3)

        with pytest.raises(StaleCustomer, match="Nothing was undone"):
            take_back(entry, by=anna, at=now)
        assert known(team, acme) == {"parking": "Yard", "shops": "3"}

    def test_is_for_the_team_that_wrote_it(self, acme, know, carla, now):
        with pytest.raises(StaleDeal):
            take_back(know(acme, parking="Yard"), by=carla, at=now)

    def test_brings_nothing_back_of_whom_nobody_knows(self, jan, know, anna, now):
        entry = know(jan, drinks="Tea")
        forget(jan, at=now)

        with pytest.raises(StaleCustomer, match="Nobody knows"):
            take_back(entry, by=anna, at=now)


@pytest.mark.usefixtures("fields")
class TestMerging:
    @pytest.fixture
    def double(self, anna, now):
        return Organization.objects.add("Acme B.V.", by=anna, at=now)

    @pytest.fixture
    def merge(self, acme, double, anna, now):
        def merge():
            acme.refresh_from_db()
            double.refresh_from_db()
            versions = {"version": acme.version, "other_version": double.version}
            return acme.absorb(double, **versions, by=anna, at=now)

        return merge

    def test_fills_the_gaps_of_the_one_that_lives_on(self, acme, double, know, merge, team):
        know(acme, parking="Yard")
        know(double, parking="Street", shops=3)

        merge()

        assert known(team, acme) == {"parking": "Yard", "shops": "3"}

    def test_does_so_for_every_team(self, acme, double, know, merge, carla, other_team, now):
        builders.field("Parking", target="organization", by=carla, at=now)
        know(double, by=carla, parking="Street")

        entry = merge()

        assert known(other_team, acme) == {"parking": "Street"}
        assert "Street" not in str(entry.details)
        assert "Street" not in str(MergeRecord.objects.values().get())

    def test_who_saw_one_of_the_two_is_told(self, acme, double, know, merge, anna, now):
        know(double, parking="Street")
        know(double, parking="Lane")
        know(acme, parking="Yard")
        know(acme, shops=3)
        merge()

        with pytest.raises(StaleCustomer):
            OwnFacts.objects.of(anna.team, acme).edit({"shops": 4}, version=2, by=anna, at=now)

    def test_undone_brings_back_what_each_had(self, acme, double, know, merge, team, anna, now):
        know(acme, parking="Yard")
        know(double, parking="Street", shops=3)

        take_back(merge(), by=anna, at=now)

        assert known(team, acme) == {"parking": "Yard"}
        assert known(team, double) == {"parking": "Street", "shops": "3"}

    def test_what_was_written_since_stays_where_it_was_written(
        self, acme, double, know, merge, team, anna, now
    ):
        know(double, parking="Street", shops=3)
        entry = merge()
        know(acme, shops=4)

        take_back(entry, by=anna, at=now)

        assert known(team, acme) == {"shops": "4"}
        assert known(team, double) == {"parking": "Street", "shops": "3"}

    def test_nothing_is_written_about_the_one_that_was_merged(
        self, acme, double, know, merge, anna, now
    ):
        seen = OwnFacts.objects.of(anna.team, double)
        merge()

        with pytest.raises(StaleCustomer):
            seen.edit({"parking": "Street"}, version=0, by=anna, at=now)
        assert not OwnFacts.objects.exists()


@pytest.mark.usefixtures("fields")
class TestForgettingSomebody:
    def test_takes_away_what_every_team_wrote_of_them(self, jan, acme, know, carla, now):
        builders.field("Drinks", target="contact", by=carla, at=now)
        know(jan, drinks="Tea")
        know(jan, by=carla, drinks="Coffee")
        know(acme, parking="Yard")

        forget(jan, at=now)

        assert OwnFacts.objects.get().organization == acme
        assert "Tea" not in str(list(LogEntry.objects.values_list("details", flat=True)))
        jan.refresh_from_db()
        with pytest.raises(StaleCustomer):
            know(jan, drinks="Tea")


@pytest.mark.django_db(transaction=True)
class TestPeopleWhoMeet:
    def test_of_some_who_write_the_first_line_one_does_and_the_others_are_told(
        self, acme, fields, anna, now
    ):
        seen = [OwnFacts.objects.of(anna.team, acme) for _ in range(6)]

        told = at_once(
            [
                partial(facts.edit, {"shops": number}, version=0, by=anna, at=now)
                for number, facts in enumerate(seen)
            ]
        )

        names = [type(one).__name__ for one in told]
        assert sorted(names) == ["LogEntry", *["StaleCustomer"] * 5]
        assert known(anna.team, acme) == {"shops": str(names.index("LogEntry"))}

    def test_who_writes_while_somebody_merges_loses_nothing_in_silence(
        self, acme, fields, know, anna, bram, now
    ):
        double = Organization.objects.add("Acme B.V.", by=anna, at=now)
        know(double, parking="Street")
        seen = OwnFacts.objects.of(anna.team, double)

        wrote, merged = at_once(
            [
                lambda: seen.edit({"shops": 3}, version=1, by=bram, at=now),
                lambda: acme.absorb(double, version=1, other_version=1, by=anna, at=now),
            ]
        )

        assert isinstance(merged, LogEntry)
        more = {} if isinstance(wrote, StaleCustomer) else {"shops": "3"}
        assert known(anna.team, acme) == {"parking": "Street", **more}
