"""The page of a customer shows what the team itself knows, and the team writes it down there."""

import re

import pytest
from django.db import connection

from crm.models import Contact, OwnFacts
from tests import builders
from tests.bad_input.catalogue import texts
from tests.evidence import everything

pytestmark = pytest.mark.usefixtures("stopped_clock")

JSON = {"content_type": "application/json"}
TEAM = "/teams/rijnmond/"


@pytest.fixture
def fields(anna, now):
    about = {"target": "organization", "by": anna, "at": now}
    return [
        builders.field("Parking", **about),
        builders.field("Budget", "money", **about),
        builders.field("Needs", "choices", options=["Lift", "Key"], **about),
        builders.field("Drinks", target="contact", by=anna, at=now),
    ]


@pytest.fixture
def customers(acme):
    return f"{TEAM}customers/{acme.pk}/"


@pytest.fixture
def contacts(jan):
    return f"{TEAM}contacts/{jan.pk}/"


def shown(client, page):
    return client.get(page).content.decode()


class TestThePage:
    @pytest.mark.usefixtures("fields")
    def test_shows_what_is_written_there_and_offers_to_undo_it(self, annas, customers):
        sent = {"version": 0, "custom-parking": "Yard", "custom-budget": "1,250.50"}
        answer = annas.post(f"{customers}own-facts/", sent | {"custom-needs": ["Key", "Lift"]})

        assert (answer.status_code, answer.url) == (302, customers)
        page = shown(annas, customers)
        assert "What we ourselves know of Acme was changed (Parking, Budget, Needs)." in page
        for word in ("<dt>Parking</dt>", "Yard", "€1,250.50", "Lift, Key"):
            assert word in page
        assert page.count("/undo/") == 2  # beside the message, and in the story below

        annas.post(re.search('"([^"]*/undo/)"', page)[1])
        assert "Yard" not in shown(annas, customers)
        assert "Redo" in shown(annas, customers)

    @pytest.mark.usefixtures("fields")
    def test_of_a_contact_does_the_same(self, annas, contacts):
        annas.post(f"{contacts}own-facts/", {"version": 0, "custom-drinks": "Tea"})

        assert "<dt>Drinks</dt>" in shown(annas, contacts)
        assert "Parking" not in shown(annas, contacts)

    @pytest.mark.usefixtures("fields")
    def test_shows_both_to_who_comes_second(self, annas, brams, customers):
        first = {"version": 0, "custom-parking": "Yard", "custom-budget": "10"}
        brams.post(f"{customers}own-facts/", first)
        answer = annas.post(
            f"{customers}own-facts/",
            {"version": 0, "custom-parking": "Street", "custom-budget": ""},
        )

        page = answer.content.decode()
        assert answer.status_code == 409
        for words in ("Someone changed this a moment ago", "It now says: Yard", "It now says: €10"):
            assert words in page
        assert 'value="Street"' in page
        again = {"version": 1, "custom-parking": "Street", "custom-budget": "10"}
        assert annas.post(f"{customers}own-facts/", again).status_code == 302
        assert OwnFacts.objects.get().custom == {"parking": "Street", "budget": "10"}

    @pytest.mark.usefixtures("fields")
    def test_says_beside_the_field_what_is_wrong(self, annas, customers):
        before = everything()
        sent = {"version": 0, "custom-parking": "Yard", "custom-budget": "many"}
        answer = annas.post(f"{customers}own-facts/", sent)

        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'value="many"' in page
        assert 'value="Yard"' in page
        (begun,) = re.findall(r"<input[^>]*autofocus[^>]*>", page)
        assert 'name="custom-budget"' in begun
        assert everything() == before

    @pytest.mark.usefixtures("fields")
    def test_takes_or_refuses_anything(self, annas, customers):
        for each in texts()[::60]:
            for name in ("parking", "budget", "needs"):
                seen = OwnFacts.objects.values_list("version", flat=True).first() or 0
                sent = {"version": seen, f"custom-{name}": each.wire.decode(errors="replace")}
                answer = annas.post(f"{customers}own-facts/", sent)
                assert answer.status_code in {302, 400, 422}, each.name
        assert annas.get(customers).status_code == 200

    def test_takes_nothing_for_a_field_that_is_archived_in_this_very_moment(
        self, annas, customers, fields, anna, now
    ):
        once = iter([True])  # archiving waits for its turn as well

        def meanwhile(execute, sql, *words):
            if "FOR NO KEY UPDATE" in sql and next(once, False):
                fields[0].archive(by=anna, at=now)
            return execute(sql, *words)

        with connection.execute_wrapper(meanwhile):
            sent = {"version": 0, "custom-parking": "Yard"}
            answer = annas.post(f"{customers}own-facts/", sent)

        assert answer.status_code == 422
        assert "There is no field “parking”." in answer.content.decode()
        assert not OwnFacts.objects.exists()

    def test_says_what_will_be_there(self, annas, customers, contacts):
        for page in (customers, contacts):
            assert "Your team asks nothing of its own here yet." in shown(annas, page)

    @pytest.mark.usefixtures("fields")
    def test_of_somebody_anonymised_takes_nothing(self, annas, contacts, jan, now):
        Contact.objects.filter(pk=jan.pk).update(anonymised_at=now)

        answer = annas.post(f"{contacts}own-facts/", {"version": 0, "custom-drinks": "Tea"})

        assert answer.status_code == 409
        assert not OwnFacts.objects.exists()

    def test_another_team_sees_none_of_it(self, carlas, acme, anna, now):
        builders.known(acme, "In the yard", by=anna, at=now)

        page = shown(carlas, f"/teams/veluwe/customers/{acme.pk}/")

        assert "Acme" in page
        assert "In the yard" not in page
        assert "Own" not in page.split("What we ourselves know")[1].split("</section>")[0]

    def test_a_manager_reads_of_organizations_and_not_of_people(
        self, mias, acme, jan, customers, contacts, anna, now
    ):
        assert "What we ourselves know" not in shown(mias, customers)
        builders.known(acme, "In the yard", by=anna, at=now)
        builders.known(jan, "Drinks tea", by=anna, at=now)

        assert "In the yard" in shown(mias, customers)
        assert "own-facts" not in shown(mias, customers)
        assert "Drinks tea" not in shown(mias, contacts)
        assert "What we ourselves know of Jan Bos was changed (Own)." in shown(mias, contacts)

    def test_costs_the_same_for_many_fields(
        self, annas, acme, customers, anna, now, django_assert_num_queries
    ):
        builders.known(acme, "In the yard", by=anna, at=now)
        annas.get(customers)
        with django_assert_num_queries(22):
            annas.get(customers)
        for number in range(9):
            builders.field(f"More {number}", target="organization", by=anna, at=now)
        with django_assert_num_queries(22):
            annas.get(customers)


class TestThePageOfFields:
    def test_asks_about_what_a_new_field_is(self, annas, team):
        page = shown(annas, f"{TEAM}fields/")
        for heading in ("Deals", "Organizations", "Contacts"):
            assert f">{heading}</h2>" in page

        sent = {"target": "contact", "label": "Drinks", "type": "text"}
        annas.post(f"{TEAM}fields/", sent)

        assert team.fields.get().target == "contact"


@pytest.mark.usefixtures("fields")
class TestPrograms:
    @pytest.fixture
    def url(self, acme):
        return f"/api/v1{TEAM}customers/{acme.pk}/own-facts/"

    def test_read_and_write_by_key(self, annas, url):
        assert annas.get(url).json() == {"custom": {}, "version": 0}

        sent = {"version": 0, "custom": {"parking": "Yard", "budget": "12.50"}}
        answer = annas.patch(url, sent, **JSON)

        kept = {"custom": {"parking": "Yard", "budget": "12.5"}, "version": 1}
        assert (answer.status_code, answer.json()) == (200, kept)
        assert annas.patch(url, {"version": 1, "custom": {"budget": None}}, **JSON).json() == {
            "custom": {"parking": "Yard"},
            "version": 2,
        }

    def test_who_comes_second_gets_both(self, annas, brams, url):
        brams.patch(url, {"version": 0, "custom": {"parking": "Yard"}}, **JSON)
        sent = {"version": 0, "custom": {"parking": "Street"}}
        answer = annas.patch(url, sent, **JSON)

        assert answer.status_code == 409
        both = answer.json()
        assert (both["yours"], both["theirs"]) == (
            sent,
            {"custom": {"parking": "Yard"}, "version": 1},
        )

    @pytest.mark.parametrize(
        "sent",
        [
            {"version": 0, "custom": {"budget": "many"}},
            {"version": 0, "custom": {"drinks": "Tea"}},
            {"version": -1, "custom": {}},
            {"version": 0},
            {"custom": {}},
        ],
    )
    def test_are_told_what_is_wrong(self, annas, url, sent):
        assert annas.patch(url, sent, **JSON).status_code == 400
        assert not OwnFacts.objects.exists()

    def test_of_a_person_nothing_is_told_to_a_manager(self, annas, mias, jan, url):
        of_jan = f"/api/v1{TEAM}contacts/{jan.pk}/own-facts/"
        sent = {"version": 0, "custom": {"drinks": "Tea"}}

        assert annas.patch(of_jan, sent, **JSON).status_code == 200
        assert annas.get(of_jan).json()["custom"] == {"drinks": "Tea"}
        assert (mias.get(url).status_code, mias.get(of_jan).status_code) == (200, 404)
