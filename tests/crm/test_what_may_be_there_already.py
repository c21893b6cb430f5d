"""Who is about to write down a customer once more is warned, and never held up."""

import pytest

from crm.models import Contact, Deal, Organization
from tests import builders

pytestmark = pytest.mark.usefixtures("stopped_clock")

TEAM = "/teams/rijnmond/"
ASKED = "Is it one of these?"


@pytest.fixture
def acme(deal, anna, now):
    builders.customer(deal, "Jansen Bouw B.V.", "José de Vries", by=anna, at=now)
    deal.refresh_from_db()
    return deal.organization


@pytest.fixture
def jose(acme):
    return Contact.objects.get()


class TestNames:
    @pytest.mark.parametrize(
        "typed",
        [
            "jansen bouw",
            "Janssen Bouw BV",
            "Bouw Jansen",
            "JANSEN-BOUW N.V.",
            "Jansen Bouw Nederland",
            "Jansem Bouw",
            "Jnsen Bouw",
        ],
    )
    def test_are_alike_but_for_a_letter_the_order_and_the_legal_form(self, acme, typed):
        assert Organization.objects.resembling(typed).get() == acme

    @pytest.mark.parametrize("typed", ["Jansen", "Hansem Bouw", "Bouw", "B.V.", "", "\u200b", "%"])
    def test_are_others_where_more_differs(self, acme, typed):
        assert not Organization.objects.resembling(typed).exists()

    def test_of_three_letters_are_alike_when_they_are_the_same(self, anna, now):
        Organization.objects.add("Bos", by=anna, at=now)

        assert not Organization.objects.resembling("Vos").exists()
        assert Organization.objects.resembling("BOS bv").exists()

    def test_the_very_same_comes_first(self, acme, anna, now):
        same = Organization.objects.add("Janssen Bouw", by=anna, at=now)

        assert list(Organization.objects.resembling("janssen bouw")) == [same, acme]


class TestWaysToReachSomebody:
    @pytest.mark.parametrize(
        ("kept", "typed"),
        [
            (("email", "Jose@Jansen.example"), "jose@jansen.EXAMPLE"),
            (("phone", "+31 20 555 0100"), "020-5550100"),
            (("phone", "020 555 01 00"), "0031 (0)20 5550100"),
            (("phone", "5550100"), "555 0100"),
            (("url", "https://jansen.example/Jose"), "https://jansen.example/jose"),
        ],
    )
    def test_are_the_same_however_they_are_typed(self, jose, anna, now, kept, typed):
        jose.add_point(*kept, "work", by=anna, at=now)

        assert Contact.objects.reached_at(typed).get() == jose

    def test_that_were_struck_out_or_are_none_are_nobodys(self, jose, anna, now):
        jose.remove_point(jose.points.get(), by=anna, at=now)

        assert not Contact.objects.reached_at("jan@rijnmond.example").exists()
        assert not Contact.objects.reached_at("no address").exists()


class TestANewCustomer:
    URL = f"{TEAM}customers/"

    def test_is_not_added_before_the_warning_was_seen(self, annas, acme):
        page = annas.post(self.URL, {"name": "Janssen Bouw"})

        assert page.status_code == 409
        html = page.content.decode()
        assert ASKED in html
        assert f'<a href="{self.URL}{acme.pk}/">Jansen Bouw B.V.</a>' in html
        assert 'name="anyway" value="Janssen Bouw"' in html
        assert Organization.objects.count() == 1

    def test_is_added_anyway(self, annas, acme):
        sent = {"name": " Janssen  Bouw", "anyway": "Janssen Bouw"}

        assert annas.post(self.URL, sent).status_code == 302
        assert Organization.objects.filter(name="Janssen Bouw").exists()

    def test_is_warned_about_again_under_another_name(self, annas, acme):
        sent = {"name": "Jansen Bouww", "anyway": "Janssen Bouw"}

        assert annas.post(self.URL, sent).status_code == 409

    def test_is_warned_about_while_it_is_typed(self, annas, acme):
        html = annas.get(self.URL).content.decode()
        assert f'hx-get="{self.URL}alike/"' in html

        typed = annas.get(f"{self.URL}alike/?name=Janssen+Bouw").content.decode()
        assert ASKED in typed
        assert "Jansen Bouw B.V." in typed
        assert annas.get(f"{self.URL}alike/?name=Quite+other").content.decode().strip() == ""

    def test_costs_the_same_for_one_and_for_many(
        self, annas, acme, anna, now, django_assert_max_num_queries
    ):
        for letter in "abcdefgh":
            Organization.objects.add(f"Jansen Bouw{letter}", by=anna, at=now)

        with django_assert_max_num_queries(8):
            html = annas.get(f"{self.URL}alike/?name=Jansen+Bouw").content.decode()
        assert html.count("<li>") == 5


class TestANewContact:
    def test_is_somebody_whom_the_team_knows(self, annas, acme, jose):
        page = annas.post(f"{TEAM}customers/{acme.pk}/contacts/", {"name": "Jose de Vriess"})

        assert page.status_code == 409
        assert f'<a href="{TEAM}contacts/{jose.pk}/">José de Vries</a>' in page.content.decode()
        sent = {"name": "Jose de Vriess", "anyway": "Jose de Vriess"}
        assert annas.post(f"{TEAM}customers/{acme.pk}/contacts/", sent).status_code == 302

    def test_whom_another_team_knows_is_not_told_of(self, carlas, jose):
        asked = "/teams/veluwe/contacts/alike/"

        for words in ("name=Jose+de+Vries", "value=jan@rijnmond.example"):
            assert carlas.get(f"{asked}?{words}").content.decode().strip() == ""

    def test_shares_an_address_with_somebody(self, annas, acme, jose, anna, now):
        other = Contact.objects.add("Somebody Else", acme, "", by=anna, at=now)
        url = f"{TEAM}contacts/{other.pk}/points/"
        sent = {"kind": "email", "value": "Jan@rijnmond.example", "label": "work"}

        page = annas.post(url, sent)

        assert page.status_code == 409
        assert "José de Vries" in page.content.decode()
        typed = annas.get(f"{TEAM}contacts/alike/?value=jan@rijnmond.example").content.decode()
        assert "José de Vries" in typed
        assert annas.post(url, {**sent, "anyway": sent["value"]}).status_code == 302
        assert other.points.get().value == "Jan@rijnmond.example"

    def test_repeats_no_warning_about_themselves(self, annas, jose):
        sent = {"kind": "email", "value": "jan@rijnmond.example", "label": "work"}

        page = annas.post(f"{TEAM}contacts/{jose.pk}/points/", sent)

        assert (page.status_code, ASKED in page.content.decode()) == (422, False)


class TestANewDeal:
    URL = f"{TEAM}deals/"

    def sent(self, deal, **more):
        return {"stage": deal.stage_id, "title": "Zink", "customer": "Janssen Bouw", **more}

    @pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
    def test_offers_the_customer_that_is_there(self, annas, acme, deal, headers):
        page = annas.post(self.URL, self.sent(deal), headers=headers)

        assert page.status_code == 409
        html = page.content.decode()
        assert ASKED in html
        assert 'name="customer" value="Jansen Bouw B.V."' in html
        assert Deal.objects.count() == 1

    def test_goes_to_the_one_that_was_chosen(self, annas, acme, deal):
        sent = self.sent(deal, customer=["Janssen Bouw", "Jansen Bouw B.V."], anyway="Janssen Bouw")

        assert annas.post(self.URL, sent).status_code == 302
        assert Deal.objects.get(title="Zink").organization == acme

    def test_goes_to_a_new_one_anyway(self, annas, acme, deal):
        annas.post(self.URL, self.sent(deal, anyway="Janssen Bouw"))

        assert Deal.objects.get(title="Zink").organization.name == "Janssen Bouw"

    @pytest.mark.parametrize("customer", ["", "jansen bouw b.v."])
    def test_asks_nothing_about_nobody_or_a_name_that_is_known(
        self, annas, acme, deal, anna, now, customer
    ):
        Organization.objects.add("Janssen Bouw", by=anna, at=now)

        assert annas.post(self.URL, self.sent(deal, customer=customer)).status_code == 302

    def test_is_warned_about_while_the_name_is_typed(self, annas, acme):
        typed = annas.get(f"{TEAM}customers/names/?customer=Janssen+Bouw").content.decode()

        assert ASKED in typed
        assert '<datalist id="customer-names">' in typed
