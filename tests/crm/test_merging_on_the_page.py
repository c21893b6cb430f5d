"""The way to one customer: who it may be, both side by side, and back again."""

import re

import pytest

from crm.models import Contact, Organization, OwnFacts
from teams.models import LogEntry
from tests import builders

pytestmark = pytest.mark.usefixtures("stopped_clock")

TEAM = "/teams/rijnmond/"
API = "/api/v1/teams/rijnmond/"


@pytest.fixture
def acme(deal, anna, now):
    builders.customer(deal, "Acme", by=anna, at=now)
    deal.refresh_from_db()
    deal.organization.edit({"phone": "1", "sector": "Zinc"}, version=1, by=anna, at=now)
    return deal.organization


@pytest.fixture
def double(acme, pipeline, anna, now):
    second = builders.deal(pipeline, by=anna, at=now, customer="Acme B.V.")
    second.organization.edit({"phone": "2", "location": "Delft"}, version=1, by=anna, at=now)
    return second.organization


@pytest.fixture
def again(acme, anna, now):
    return Contact.objects.add("Jan Boss", acme, "", by=anna, at=now)


@pytest.fixture
def url(acme, double):
    return f"{TEAM}customers/{acme.pk}/merger/{double.pk}/"


@pytest.fixture
def sent(acme, double):
    return {"version": acme.version, "other_version": double.version}


def line_about(acme):
    return LogEntry.objects.get(kind="crm.organization.merged", subject_id=acme.pk)


class TestChoosing:
    def test_begins_with_who_is_alike(self, annas, acme, double, url):
        customer = annas.get(f"{TEAM}customers/{acme.pk}/").content.decode()
        assert f'href="{TEAM}customers/{acme.pk}/merger/"' in customer

        html = annas.get(f"{TEAM}customers/{acme.pk}/merger/").content.decode()
        assert f'<a href="{url}"><b>Acme B.V.</b></a>' in html
        assert f"merger/{acme.pk}/" not in html

    def test_finds_another_by_a_part_of_the_name(self, annas, acme, anna, now):
        other = Organization.objects.add("Wholly other", by=anna, at=now)
        page = f"{TEAM}customers/{acme.pk}/merger/"

        assert "No other name is like this one" in annas.get(page).content.decode()
        assert f"merger/{other.pk}/" in annas.get(f"{page}?q=holly").content.decode()
        assert "Nobody of this name" in annas.get(f"{page}?q=zzz").content.decode()

    def test_offers_contacts_whom_the_team_knows(self, annas, jan, again, other_team, carla, now):
        theirs = builders.deal(builders.pipeline(other_team, at=now), by=carla, at=now)
        builders.customer(theirs, "Theirs", "Jan Bosss", by=carla, at=now)

        html = annas.get(f"{TEAM}contacts/{jan.pk}/merger/").content.decode()
        assert f"contacts/{jan.pk}/merger/{again.pk}/" in html
        assert "Jan Bosss" not in html
        assert (
            "Jan Bosss" not in annas.get(f"{TEAM}contacts/{jan.pk}/merger/?q=Jan").content.decode()
        )


class TestSideBySide:
    def test_shows_what_differs_and_what_moves(self, annas, url, double):
        html = annas.get(url).content.decode()

        assert "lives on" in html
        assert html.count('type="radio" name="phone"') == 2
        assert 'type="radio" name="sector"' not in html
        assert "Delft" in html
        assert "1 deal<" in html

    def test_counts_the_deals_of_other_teams_and_nothing_more(
        self, annas, url, double, other_team, carla, now
    ):
        theirs = builders.deal(
            builders.pipeline(other_team, at=now), by=carla, at=now, customer="Acme B.V."
        )
        builders.noted(theirs, by=carla, at=now)

        html = annas.get(url).content.decode()
        assert "1 deal of other teams" in html
        assert "note" not in html.split("What moves")[1].split("</section>")[0]

    def test_counts_the_fields_of_our_own_that_fill_a_gap(
        self, annas, url, acme, double, anna, carla, now
    ):
        builders.known(double, "In the yard", by=anna, at=now)
        builders.known(double, "In the street", by=carla, at=now)
        assert "1 field of our own" in annas.get(url).content.decode()

        OwnFacts.objects.of(anna.team, acme).edit({"own": "There"}, version=0, by=anna, at=now)
        assert "of our own" not in annas.get(url).content.decode().split("What moves")[1]

    def test_says_why_it_cannot_be(self, annas, acme, double, url):
        Organization.objects.filter(pk=double.pk).update(parent=acme)

        html = annas.get(url).content.decode()
        assert "Acme B.V. is a part of Acme, so they are two." in html
        assert "Make them one" not in html

    def test_of_one_and_the_same_is_its_page(self, annas, acme):
        answer = annas.get(f"{TEAM}customers/{acme.pk}/merger/{acme.pk}/")

        assert (answer.status_code, answer.url) == (302, f"{TEAM}customers/{acme.pk}/")

    def test_costs_the_same_for_one_and_for_many(
        self, annas, url, double, pipeline, anna, now, django_assert_num_queries
    ):
        with django_assert_num_queries(25):
            annas.get(url)
        for _ in range(3):
            deal = builders.deal(pipeline, by=anna, at=now, customer="Acme B.V.")
            builders.customer(deal, "Acme B.V.", f"Eva {_}", by=anna, at=now)
        with django_assert_num_queries(25):
            annas.get(url)


class TestMerging:
    def test_leads_to_the_one_that_lives_on_with_an_undo(self, annas, acme, double, url, sent):
        answer = annas.post(url, {**sent, "phone": "other", "name": "one"}, follow=True)

        assert answer.redirect_chain == [(f"{TEAM}customers/{acme.pk}/", 302)]
        html = answer.content.decode()
        assert "Acme B.V. and Acme are one now." in html
        assert "toast__undo" in html
        assert "Merged with" in html
        acme.refresh_from_db()
        assert (acme.name, acme.phone, acme.location) == ("Acme", "2", "Delft")

    def test_moves_what_is_behind_the_wall(self, annas, url, sent, double, other_team, carla, now):
        theirs = builders.deal(
            builders.pipeline(other_team, at=now), by=carla, at=now, customer="Acme B.V."
        )

        annas.post(url, sent)

        theirs.refresh_from_db()
        assert theirs.organization != double

    def test_fills_what_another_team_knows_and_shows_none_of_it(
        self, annas, acme, double, url, sent, carla, now
    ):
        builders.known(double, "In the street", by=carla, at=now)
        builders.field("Tills", "number", target="organization", by=carla, at=now)
        OwnFacts.objects.of(carla.team, acme).edit({"tills": 3}, version=0, by=carla, at=now)

        annas.post(url, sent)

        both = {"own": "In the street", "tills": "3"}
        assert OwnFacts.objects.of(carla.team, acme).custom == both
        page = annas.get(f"{TEAM}customers/{acme.pk}/").content.decode()
        assert "In the street" not in page

        undo = re.search('"([^"]*/undo/)"', page)
        annas.post(undo[1])
        assert OwnFacts.objects.of(carla.team, acme).custom == {"tills": "3"}
        assert OwnFacts.objects.of(carla.team, double).custom == {"own": "In the street"}

    def test_leads_old_addresses_on(self, annas, acme, double, url, sent):
        annas.post(url, sent)

        answer = annas.get(f"{TEAM}customers/{double.pk}/")
        assert (answer.status_code, answer.url) == (302, f"{TEAM}customers/{acme.pk}/")
        assert (
            annas.post(
                f"{TEAM}customers/{double.pk}/details/", {"name": "X", "version": 2}
            ).status_code
            == 409
        )
        again = annas.post(url, sent)
        assert (again.status_code, again.url) == (302, f"{TEAM}customers/{acme.pk}/")

    def test_is_undone_from_the_page_of_the_customer(self, annas, mias, acme, double, url, sent):
        annas.post(url, sent)
        page = f"{TEAM}customers/{acme.pk}/"
        line = line_about(acme)

        assert f"history/{line.pk}/undo/" in annas.get(page).content.decode()
        assert "undo/" not in mias.get(page).content.decode()
        answer = annas.post(
            f"{TEAM}history/{line.pk}/undo/", headers={"referer": f"http://testserver{page}"}
        )

        assert (answer.status_code, answer.url) == (302, page)
        html = annas.get(page).content.decode()
        assert "Acme B.V. and Acme are two again." in html
        assert f"history/{line.pk}/undo/" not in html
        assert annas.get(f"{TEAM}customers/{double.pk}/").status_code == 200

    def test_who_comes_second_sees_both_anew(self, annas, acme, double, url, sent, bram, now):
        acme.edit({"sector": "Tin"}, version=acme.version, by=bram, at=now)

        answer = annas.post(url, {**sent, "phone": "other"})

        assert answer.status_code == 409
        html = answer.content.decode()
        assert "Someone changed one of them a moment ago" in html
        assert "Tin" in html
        assert 'name="version" value="3"' in html
        assert 'name="phone" value="other" id="id_phone_1" checked' in html

    @pytest.mark.parametrize("wrong", [{"phone": "third"}, {"version": "x"}])
    def test_sends_back_what_cannot_be(self, annas, url, sent, wrong):
        assert annas.post(url, {**sent, **wrong}).status_code == 422
        assert Organization.objects.count() == 2

    def test_is_refused_with_the_reason(self, carlas, acme, double, carla, now):
        theirs = Organization.objects.add("Theirs", by=carla, at=now)
        url = f"/teams/veluwe/customers/{theirs.pk}/merger/{acme.pk}/"

        answer = carlas.post(url, {"version": 1, "other_version": acme.version})

        assert answer.status_code == 409
        assert "Another team has deals with Acme" in answer.content.decode()

    def test_of_contacts_is_the_same(self, annas, jan, again):
        url = f"{TEAM}contacts/{jan.pk}/merger/{again.pk}/"
        assert "What moves to Jan Bos" in annas.get(url).content.decode()

        answer = annas.post(url, {"version": 1, "other_version": 1, "name": "other"}, follow=True)

        assert answer.redirect_chain == [(f"{TEAM}contacts/{jan.pk}/", 302)]
        assert "are one now" in answer.content.decode()
        jan.refresh_from_db()
        assert jan.name == "Jan Boss"
        assert annas.get(f"{TEAM}contacts/{again.pk}/").url == f"{TEAM}contacts/{jan.pk}/"


class TestForPrograms:
    def test_two_customers_become_one_and_two(self, annas, acme, double, sent):
        kind = {"content_type": "application/json"}
        body = {**sent, "other": double.pk, "taken": ["phone"]}

        answer = annas.post(f"{API}customers/{acme.pk}/merger/", body, **kind)

        assert answer.status_code == 200
        assert answer.json()["customer"]["phone"] == "2"
        led = annas.get(f"{API}customers/{double.pk}/").json()
        assert led["id"] == acme.pk
        assert annas.post(answer.json()["undo"], {}, **kind).status_code == 200
        assert annas.get(f"{API}customers/{double.pk}/").json()["id"] == double.pk

    def test_two_contacts_become_one(self, annas, jan, again):
        body = {"version": 1, "other_version": 1, "other": again.pk}

        answer = annas.post(
            f"{API}contacts/{jan.pk}/merger/", body, content_type="application/json"
        )

        assert answer.json()["contact"]["id"] == jan.pk

    def test_who_comes_second_is_told(self, annas, acme, double, sent):
        body = {**sent, "other": double.pk, "version": 9}

        answer = annas.post(
            f"{API}customers/{acme.pk}/merger/", body, content_type="application/json"
        )

        assert answer.status_code == 409

    def test_what_may_be_there_is_told_to_members(self, annas, mias, acme, jan):
        told = annas.get(f"{API}customers/alike/?name=Acme+BV").json()
        assert told == [{"id": acme.pk, "name": "Acme", "place": ""}]
        for asked in ("name=jan+bos", "value=jan@rijnmond.example"):
            told = annas.get(f"{API}contacts/alike/?{asked}").json()
            assert told == [{"id": jan.pk, "name": "Jan Bos", "place": "Acme"}]
        assert mias.get(f"{API}contacts/alike/?name=jan").status_code == 404
