"""Two records of one customer become one, and two again, with all that belongs to them."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from crm.models import (
    Activity,
    Affiliation,
    Contact,
    CustomerError,
    Deal,
    ExternalId,
    MergeRecord,
    Note,
    Organization,
    StaleCustomer,
    StaleDeal,
    take_back,
)
from crm.models.merging import Link, links_to
from teams import story
from teams.models import LogEntry
from tests import builders
from tests.evidence import everything
from tests.racing import at_once

pytestmark = pytest.mark.usefixtures("stopped_clock")

# What a merge and its undoing write down about themselves.
TOLD = {"teams_logentry", "crm_mergerecord", "crm_takenback", "teams_findable"}


@pytest.fixture
def double(pipeline, anna, now):
    """The same customer, written down once more: with a deal, Jan again, and Eva."""
    second = builders.deal(pipeline, by=anna, at=now, customer="Acme B.V.")
    found = second.organization
    found.edit({"phone": "020 555 0100", "sector": "Zinc"}, version=1, by=anna, at=now)
    jan = Contact.objects.get(name="Jan Bos")
    jan.begin(found, "Buyer", by=anna, at=now)
    Contact.objects.add("Eva Smit", found, "Chief", by=anna, at=now)
    builders.noted(second, by=anna, at=now)
    Note.objects.create(team=anna.team, organization=found, text="Zinc", written_at=now)
    Activity.objects.create(
        team=anna.team, organization=found, kind="call", title="Call", due_on=now.date()
    )
    ExternalId.objects.create(
        system="old", label="crm.organization", external_id="A", object_id=found.pk
    )
    found.refresh_from_db()
    return found


def merged(one, other, *taken, by, at):
    return one.absorb(other, taken, version=one.version, other_version=other.version, by=by, at=at)


class TestOneCustomer:
    def test_has_what_both_had(self, acme, double, anna, now):
        merged(acme, double, by=anna, at=now)

        acme.refresh_from_db()
        assert acme.deals.count() == 2
        assert {one.contact.name for one in acme.affiliations.all()} == {"Jan Bos", "Eva Smit"}
        assert (acme.notes.count(), acme.activities.count()) == (1, 1)
        assert (acme.name, acme.phone, acme.sector) == ("Acme", "020 555 0100", "Zinc")
        assert ExternalId.objects.get(label="crm.organization").object_id == acme.pk
        assert acme.version == 3

    def test_says_what_was_chosen_where_both_said_something(self, acme, double, anna, now):
        acme.edit({"phone": "1", "sector": "Wood"}, version=1, by=anna, at=now)

        merged(acme, double, "name", "phone", by=anna, at=now)

        acme.refresh_from_db()
        assert (acme.name, acme.name_key) == ("Acme B.V.", "acme b.v.")
        assert (acme.phone, acme.sector) == ("020 555 0100", "Wood")

    def test_is_told_in_one_line(self, acme, double, anna, now):
        entry = merged(acme, double, by=anna, at=now)

        assert story.line(entry) == "Acme B.V. and Acme are one now."
        assert (entry.team, entry.subject_id) == (anna.team, acme.pk)
        assert LogEntry.objects.filter(kind="crm.organization.merged").count() == 1

    def test_is_found_by_either_name(self, acme, double, anna, now):
        merged(acme, double, by=anna, at=now)

        assert list(Organization.objects.all()) == [acme]
        assert Organization.objects.named("acme b.v.") == acme
        assert Organization.objects.by_name() == {"acme": acme.pk, "acme b.v.": acme.pk}
        with pytest.raises(CustomerError, match="Acme is known already"):
            Organization.objects.add("Acme B.V.", by=anna, at=now)

    def test_keeps_what_other_teams_have_there(
        self, acme, double, other_team, carla, anna, deal, now
    ):
        theirs = builders.deal(
            builders.pipeline(other_team, at=now), by=carla, at=now, customer="Acme B.V."
        )

        merged(acme, double, by=anna, at=now)

        theirs.refresh_from_db()
        assert (theirs.organization, theirs.version) == (acme, 1)

    def test_that_was_merged_before_still_leads_on(self, acme, double, pipeline, anna, now):
        third = Organization.objects.add("Acme three", by=anna, at=now)
        merged(double, third, by=anna, at=now)
        double.refresh_from_db()

        merged(acme, double, by=anna, at=now)

        third.refresh_from_db()
        assert third.merged_into == acme

    def test_gets_what_is_written_about_the_other_afterwards(self, acme, double, anna, now):
        merged(acme, double, by=anna, at=now)

        note = Note.objects.create(team=anna.team, organization=double, text="Late", written_at=now)
        note.refresh_from_db()
        assert note.organization == acme
        with pytest.raises(StaleCustomer):
            double.edit({"sector": "Tin"}, version=double.version, by=anna, at=now)


class TestOneContact:
    @pytest.fixture
    def again(self, acme, jan, deal, anna, now):
        found = Contact.objects.add("J. Bos", acme, "Boss", by=anna, at=now)
        found.add_point("email", "jan@rijnmond.example", "work", by=anna, at=now)
        found.add_point("email", "j.bos@acme.example", "work", by=anna, at=now)
        found.add_point("phone", "020 555 0100", "work", by=anna, at=now)
        found.edit({"do_not_contact": True}, version=1, by=anna, at=now)
        Deal.objects.filter(pk=deal.pk).update(contact=found)
        found.refresh_from_db()
        return found

    def test_is_reached_in_all_ways_that_were_known(self, jan, again, anna, now):
        merged(jan, again, by=anna, at=now)

        told = {(point.value, point.is_primary) for point in jan.points.living()}
        assert told == {
            ("jan@rijnmond.example", True),
            ("j.bos@acme.example", False),
            ("020 555 0100", True),
        }

    def test_is_left_in_peace_when_one_of_them_asked_for_that(self, jan, again, deal, anna, now):
        merged(jan, again, by=anna, at=now)

        jan.refresh_from_db()
        deal.refresh_from_db()
        assert (jan.name, jan.do_not_contact, deal.contact) == ("Jan Bos", True, jan)

    def test_is_for_a_team_that_knows_both(self, jan, again, carla, now):
        with pytest.raises(CustomerError, match="does not know both"):
            merged(jan, again, by=carla, at=now)

    def test_becomes_two_again(self, jan, again, anna, now):
        before = everything()

        take_back(merged(jan, again, by=anna, at=now), by=anna, at=now)

        jan.refresh_from_db()
        Contact.objects.filter(pk=jan.pk).update(version=1)
        after = everything()
        assert {table for table in after if after[table] != before[table]} <= TOLD


class TestRefusing:
    def test_itself(self, acme, anna, now):
        with pytest.raises(CustomerError, match="one already"):
            merged(acme, acme, by=anna, at=now)

    @pytest.mark.parametrize("versions", [(9, 2), (1, 9)])
    def test_what_was_changed_since_it_was_seen(self, acme, double, anna, now, versions):
        before = everything()

        with pytest.raises(StaleCustomer, match="Look once more"):
            acme.absorb(double, version=versions[0], other_version=versions[1], by=anna, at=now)
        assert everything() == before

    def test_what_was_merged_already(self, acme, double, anna, now):
        third = Organization.objects.add("Third", by=anna, at=now)
        merged(third, double, by=anna, at=now)

        double.refresh_from_db()
        with pytest.raises(StaleCustomer, match="Someone merged"):
            merged(acme, double, by=anna, at=now)
        with pytest.raises(StaleCustomer, match="Look once more"):
            merged(double, acme, by=anna, at=now)

    def test_what_is_not_there(self, acme, anna, now):
        gone = Organization(pk=999_999, name="Gone")

        with pytest.raises(StaleCustomer, match="not here"):
            merged(acme, gone, by=anna, at=now)

    @pytest.mark.parametrize("turned", [False, True])
    def test_a_part_and_its_whole(self, acme, double, anna, now, turned):
        between = Organization.objects.create(name="Between", name_key="between", parent=acme)
        Organization.objects.filter(pk=double.pk).update(parent=between)
        one, other = (double, acme) if turned else (acme, double)

        with pytest.raises(CustomerError, match="is a part of Acme, so they are two"):
            merged(one, other, by=anna, at=now)

    def test_the_customer_of_another_team_alone(self, acme, double, carla, now):
        theirs = Organization.objects.add("Theirs", by=carla, at=now)

        with pytest.raises(CustomerError, match="Another team has deals with Acme and"):
            merged(theirs, acme, by=carla, at=now)
        assert merged(theirs, Organization.objects.add("New", by=carla, at=now), by=carla, at=now)


class TestTwoAgain:
    def test_brings_back_every_row(self, acme, double, other_team, carla, anna, now):
        builders.deal(builders.pipeline(other_team, at=now), by=carla, at=now, customer="Acme B.V.")
        third = Organization.objects.add("Acme three", by=anna, at=now)
        merged(double, third, by=anna, at=now)
        double.refresh_from_db()
        before = everything()

        entry = merged(acme, double, "name", by=anna, at=now)
        back = take_back(entry, by=anna, at=now + timedelta(minutes=1))

        assert story.line(back) == "Acme B.V. and Acme are two again."
        acme.refresh_from_db()
        assert acme.version > 2
        Organization.objects.filter(pk=acme.pk).update(version=1)
        after = everything()
        assert {table for table in after if after[table] != before[table]} <= TOLD

    def test_what_came_since_stays_and_what_went_elsewhere_too(
        self, acme, double, pipeline, anna, now
    ):
        moved = double.deals.get()
        entry = merged(acme, double, by=anna, at=now)
        late = builders.deal(pipeline, by=anna, at=now, customer="Acme")
        other = Organization.objects.add("Elsewhere", by=anna, at=now)
        Deal.objects.filter(pk=moved.pk).update(organization=other)

        take_back(entry, by=anna, at=now)

        moved.refresh_from_db()
        late.refresh_from_db()
        assert (moved.organization, late.organization) == (other, acme)

    def test_is_refused_when_its_facts_were_changed_since(self, acme, double, anna, now):
        entry = merged(acme, double, by=anna, at=now)
        acme.refresh_from_db()
        acme.edit({"phone": "1"}, version=acme.version, by=anna, at=now)
        before = everything()

        with pytest.raises(StaleCustomer, match="Someone changed Acme since"):
            take_back(entry, by=anna, at=now)
        assert everything() == before

    def test_is_refused_when_it_was_merged_further(self, acme, double, anna, now):
        entry = merged(acme, double, by=anna, at=now)
        acme.refresh_from_db()
        third = Organization.objects.add("Third", by=anna, at=now)
        merged(third, acme, by=anna, at=now)

        with pytest.raises(CustomerError, match="merged with another one since"):
            take_back(entry, by=anna, at=now)

    def test_is_refused_when_its_name_was_given_away(self, acme, double, anna, now):
        entry = merged(acme, double, by=anna, at=now)
        third = Organization.objects.add("Third", by=anna, at=now)
        third.edit({"name": "Acme B.V."}, version=1, by=anna, at=now)
        before = everything()

        with pytest.raises(StaleCustomer, match="stand there twice"):
            take_back(entry, by=anna, at=now)
        assert everything() == before

    def test_happens_once(self, acme, double, anna, now):
        entry = merged(acme, double, by=anna, at=now)
        take_back(entry, by=anna, at=now)

        with pytest.raises(StaleDeal, match="undone already"):
            take_back(entry, by=anna, at=now)
        MergeRecord.objects.get()

    def test_is_for_the_team_that_merged(self, acme, double, anna, carla, now):
        entry = merged(acme, double, by=anna, at=now)

        with pytest.raises(StaleDeal, match="cannot be undone"):
            take_back(entry, by=carla, at=now)


class TestTheDatabase:
    def test_keeps_two_names_apart_among_the_living(self, acme, double, anna, now):
        merged(acme, double, by=anna, at=now)
        Organization.objects.create(name="Acme B.V.", name_key="acme b.v.")

        with pytest.raises(IntegrityError, match="one_organization_per_name"), transaction.atomic():
            Organization.objects.create(name="Acme B.V.", name_key="acme b.v.")

    @pytest.mark.parametrize("kind", [Organization, Contact])
    def test_leads_on_whatever_is_written_about_a_customer(self, kind, db):
        name = kind._meta.model_name
        keys = {link.label for link in links_to(kind)}

        assert keys - {f"crm.{name}.merged_into", "crm.organization.parent"} == {
            f"crm.{each}.{name}"
            for each in (
                "deal",
                "affiliation",
                "activity",
                "note",
                "ownfacts",
                "goingcustomer",
                *ONLY[kind],
            )
        }


ONLY = {Organization: (), Contact: ("interaction", "contactpoint")}


@pytest.mark.django_db(transaction=True)
class TestPeopleWhoMeet:
    def test_two_merge_the_same_pair_both_ways(self, acme, double, anna, bram, now):
        told = at_once(
            [
                lambda: merged(acme, double, by=anna, at=now),
                lambda: merged(double, acme, by=bram, at=now),
            ]
        )

        assert sorted(type(one).__name__ for one in told) == ["LogEntry", "StaleCustomer"]
        assert Organization.objects.count() == 1

    def test_one_merges_what_another_edits(self, acme, double, anna, bram, now):
        told = at_once(
            [
                lambda: merged(acme, double, by=anna, at=now),
                lambda: double.edit({"sector": "Tin"}, version=2, by=bram, at=now),
            ]
        )

        assert sorted(type(one).__name__ for one in told) == ["LogEntry", "StaleCustomer"]

    def test_a_deal_that_comes_meanwhile_goes_to_the_one_that_lives_on(
        self, acme, double, pipeline, anna, bram, now
    ):
        told = at_once(
            [
                lambda: merged(acme, double, by=anna, at=now),
                lambda: Deal.objects.add(pipeline, "Late", organization=double, by=bram, at=now),
            ]
        )

        assert [one for one in told if isinstance(one, Exception)] == []
        assert set(Deal.objects.values_list("organization", flat=True)) == {acme.pk}

    def test_two_undo_at_once(self, acme, double, anna, bram, now):
        entry = merged(acme, double, by=anna, at=now)

        undos = [partial(take_back, entry, by=one, at=now) for one in (anna, bram)]
        told = at_once(undos)

        assert sum(isinstance(one, LogEntry) for one in told) == 1


def test_a_key_says_where_it_stands():
    assert Link(Affiliation, "contact").label == "crm.affiliation.contact"
