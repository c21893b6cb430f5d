"""The contacts whom a team knows, in one list: how to reach them is for members alone."""

from urllib.parse import urlencode

import pytest

from crm.models import Affiliation, Contact, Deal, Organization
from tests import builders

pytestmark = pytest.mark.usefixtures("stopped_clock")

LIST = "/teams/rijnmond/contacts/"
API = f"/api/v1{LIST}"


@pytest.fixture
def eva(acme, anna, now):
    """Eva works at Acme too, has a phone, and no deal."""
    eva = Contact.objects.add("eva Aarts", acme, "Director", by=anna, at=now)
    eva.add_point("phone", "+31 20 555 0100", "mobile", by=anna, at=now)
    return eva


def names(browser, **asked):
    page = browser.get(f"{LIST}?{urlencode(asked)}").context["page"]
    return [contact.name for contact in page]


class TestTheList:
    def test_tells_of_each_where_they_work_how_to_reach_them_and_what_is_open(
        self, annas, jan, eva, deal
    ):
        Deal.objects.filter(pk=deal.pk).update(contact=jan)

        told = [
            (each.contact.name, each.place, each.open_deals, each.email and each.email.value)
            for each in annas.get(LIST).context["people"]
        ]

        assert told == [
            ("eva Aarts", "Acme", 0, None),
            ("Jan Bos", "Acme", 1, "jan@rijnmond.example"),
        ]
        html = annas.get(LIST).content.decode()
        assert 'href="mailto:jan@rijnmond.example"' in html
        assert 'href="tel:+31205550100"' in html

    def test_tells_a_manager_nothing_by_which_somebody_can_be_reached(self, mias, jan, eva):
        answer = mias.get(LIST)

        assert [each.contact.name for each in answer.context["people"]] == ["eva Aarts", "Jan Bos"]
        html = answer.content.decode()
        for hidden in ("jan@", "555", "mailto:", "tel:", "E-mail", "New contact"):
            assert hidden not in html

    def test_holds_those_alone_whom_the_team_knows(self, carlas, jan, other_team, carla, now):
        there = "/teams/veluwe/contacts/"
        assert "No contacts yet" in carlas.get(there).content.decode()

        builders.deal(builders.pipeline(other_team, at=now), by=carla, at=now, contact=jan)

        assert "Jan Bos" in carlas.get(there).content.decode()

    def test_counts_no_deal_of_another_team(self, annas, jan, other_team, carla, now):
        builders.deal(builders.pipeline(other_team, at=now), by=carla, at=now, contact=jan)

        assert [each.open_deals for each in annas.get(LIST).context["people"]] == [0]

    def test_holds_nobody_who_was_anonymised_or_merged(self, annas, jan, eva, anna, now):
        Contact.objects.filter(pk=jan.pk).update(anonymised_at=now)
        twin = Contact.objects.add("Eva Aarts", eva.affiliations.get().organization, "",
                                   by=anna, at=now)  # fmt: skip
        eva.absorb(twin, version=eva.version, other_version=twin.version, by=anna, at=now)

        assert names(annas) == ["eva Aarts"]

    def test_tells_the_first_of_several_addresses(self, annas, jan, anna, now):
        jan.add_point("email", "home@acme.example", "home", by=anna, at=now)

        [told] = annas.get(LIST).context["people"]

        assert (told.email.value, told.phone) == ("jan@rijnmond.example", None)

    def test_who_changed_their_place_stands_there_once_and_at_the_new_one(
        self, annas, jan, acme, anna, now
    ):
        jan.affiliations.get().end(by=anna, at=now)
        assert [each.place for each in annas.get(LIST).context["people"]] == [""]

        jan.begin(Organization.objects.add("Zeta", by=anna, at=now), "", by=anna, at=now)

        assert [each.place for each in annas.get(LIST).context["people"]] == ["Zeta"]

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("EV", ["eva Aarts"]),
            ("bos", ["Jan Bos"]),
            ("acme", ["eva Aarts", "Jan Bos"]),
            ("jan@rijn", ["Jan Bos"]),
            ("RIJNMOND.example", ["Jan Bos"]),
            ("20-555 01", ["eva Aarts"]),
            ("100%", []),
            ("zzz", []),
        ],
    )
    def test_is_searched_by_name_place_and_address(self, annas, jan, eva, words, found):
        assert names(annas, q=words) == found

    @pytest.mark.parametrize("words", ["jan@rijn", "rijnmond.example", "205550100"])
    def test_answers_no_manager_who_asks_for_an_address(self, mias, jan, eva, words):
        assert names(mias, q=words) == []
        assert names(mias, q="bos") == ["Jan Bos"]

    def test_finds_nobody_by_an_address_that_was_struck_out(self, annas, jan, anna, now):
        jan.remove_point(jan.points.get(), by=anna, at=now)

        assert names(annas, q="jan@") == []

    def test_is_sorted(self, annas, jan, eva, deal, anna, now):
        Deal.objects.filter(pk=deal.pk).update(contact=jan)
        eva.affiliations.get().end(by=anna, at=now)
        eva.begin(Organization.objects.add("Zeta", by=anna, at=now), "", by=anna, at=now)

        assert names(annas, sort="name") == names(annas) == ["eva Aarts", "Jan Bos"]
        assert names(annas, sort="-name") == ["Jan Bos", "eva Aarts"]
        assert names(annas, sort="customer") == ["Jan Bos", "eva Aarts"]
        assert names(annas, sort="-open") == ["Jan Bos", "eva Aarts"]
        assert annas.get(f"{LIST}?sort=email").status_code == 404

    def test_says_what_will_be_here(self, annas):
        assert "No contacts yet" in annas.get(LIST).content.decode()
        assert "No contact fits this" in annas.get(f"{LIST}?q=x").content.decode()

    def test_has_pages_that_keep_what_was_asked(self, annas, acme, jan):
        many(acme, 51)

        first, second = (annas.get(f"{LIST}?q=n0{end}").context for end in ("", "&page=2"))

        assert (first["previous_url"], first["next_url"]) == ("", "?q=n0&page=2")
        assert [each.name for each in second["page"]] == ["N050"]

    @pytest.mark.parametrize("more", [1, 1000])
    def test_costs_the_same_for_many(self, annas, acme, django_assert_num_queries, more):
        many(acme, more)
        annas.get(LIST)

        with django_assert_num_queries(11):
            assert annas.get(LIST).status_code == 200

    def test_is_led_to_from_the_customers_and_back(self, annas):
        assert f'href="{LIST}"' in annas.get("/teams/rijnmond/customers/").content.decode()
        assert 'href="/teams/rijnmond/customers/"' in annas.get(LIST).content.decode()


def many(acme, count):
    made = Contact.objects.bulk_create(Contact(name=f"N{n:03}") for n in range(count))
    Affiliation.objects.bulk_create(Affiliation(contact=one, organization=acme) for one in made)


class TestANewOne:
    def test_is_written_down_at_one_of_our_customers(self, annas, acme):
        sent = {"name": "Ida", "organization": " ACME ", "role": "Buyer"}

        answer = annas.post(LIST, sent)

        place = Affiliation.objects.select_related("contact").get(contact__name="Ida")
        assert answer.url == f"{LIST}{place.contact_id}/"
        assert (place.organization, place.role) == (acme, "Buyer")

    @pytest.mark.parametrize(
        ("sent", "field", "sentence"),
        [
            ({"name": "", "organization": "Acme"}, "name", "required"),
            ({"name": "Ida", "organization": ""}, "organization", "required"),
            ({"name": "Ida", "organization": "Nobody"}, "organization", "Begin a deal with them"),
            ({"name": "Ida", "organization": "Zeta"}, "organization", "Begin a deal with this"),
        ],
    )
    def test_is_refused_beside_the_field_and_what_was_typed_is_kept(
        self, annas, acme, anna, now, sent, field, sentence
    ):
        Organization.objects.add("Zeta", by=anna, at=now)

        answer = annas.post(LIST, sent)

        form = answer.context["add_form"]
        assert answer.status_code == 422
        assert list(form.errors) == [field]
        assert sentence in str(form.errors[field])
        assert form["organization"].value() == sent["organization"]
        assert not Contact.objects.filter(name="Ida").exists()

    def test_that_may_be_there_already_is_asked_about(self, annas, jan):
        sent = {"name": "Jan Boss", "organization": "Acme"}

        assert annas.post(LIST, sent).status_code == 409
        assert annas.post(LIST, sent | {"anyway": "Jan Boss"}).status_code == 302

    def test_is_not_written_down_by_a_manager(self, mias, acme):
        assert mias.post(LIST, {"name": "Ida", "organization": "Acme"}).status_code == 404


class TestForPrograms:
    def test_is_the_same_list(self, annas, jan, eva, acme):
        told = annas.get(API, {"q": "acme", "sort": "-name"}).json()

        assert (told["count"], told["page"], told["next"]) == (2, 1, None)
        assert told["results"][0] == {
            "id": jan.pk,
            "name": "Jan Bos",
            "do_not_contact": False,
            "organization": acme.pk,
            "organization_name": "Acme",
            "email": "jan@rijnmond.example",
            "phone": "",
            "open_deals": 0,
        }

    def test_tells_a_manager_no_address(self, mias, jan):
        [told] = mias.get(API).json()["results"]

        assert set(told) == {
            "id", "name", "do_not_contact", "organization", "organization_name", "open_deals",
        }  # fmt: skip

    def test_says_which_orders_there_are(self, annas, jan):
        answer = annas.get(API, {"sort": "email"})

        assert (answer.status_code, list(answer.json())) == (400, ["sort"])

    def test_has_pages(self, annas, acme):
        many(acme, 51)

        assert annas.get(API).json()["next"] == f"{API}?page=2"
        assert annas.get(API, {"page": 2}).json()["previous"] == f"{API}?"
