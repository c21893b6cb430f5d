"""Customers are the company's; who works there and how to reach them is for who serves them."""

import pytest

from crm.models import (
    Affiliation,
    Contact,
    ContactPoint,
    CustomerError,
    Deal,
    Organization,
    StaleCustomer,
    take_back,
)
from crm.models.contact import point_as_kept
from teams import panels, story
from teams.models import LogEntry
from teams.panels import Panel
from tests import builders

pytestmark = pytest.mark.usefixtures("stopped_clock")

LIST = "/teams/rijnmond/customers/"


class TestAnOrganization:
    def test_is_written_down_once(self, anna, now):
        Organization.objects.add("  Acme  BV ", by=anna, at=now)

        with pytest.raises(CustomerError, match="Acme BV is known already"):
            Organization.objects.add("ACME bv", by=anna, at=now)
        with pytest.raises(CustomerError, match="a name"):
            Organization.objects.add("\u200b", by=anna, at=now)

    def test_what_changed_is_kept_old_and_new_in_the_own_logbook(self, acme, anna, now):
        entry = acme.edit({"name": "Acme", "location": " Delft "}, version=1, by=anna, at=now)

        assert (acme.location, acme.version, entry.team) == ("Delft", 2, anna.team)
        assert (entry.details["old"], entry.details["new"]) == (
            {"location": ""},
            {"location": "Delft"},
        )
        assert acme.edit({"location": "Delft"}, version=1, by=anna, at=now) is None

    def test_its_name_goes_with_its_key(self, acme, anna, now):
        acme.edit({"name": "Acme Two"}, version=1, by=anna, at=now)

        assert acme.name_key == "acme two"

    def test_two_do_not_have_the_same_name(self, acme, anna, now):
        other = Organization.objects.add("Other", by=anna, at=now)

        with pytest.raises(CustomerError, match="known already"):
            other.edit({"name": "ACME"}, version=1, by=anna, at=now)
        with pytest.raises(CustomerError, match="a name"):
            other.edit({"name": " "}, version=1, by=anna, at=now)

    def test_who_comes_second_is_told(self, acme, anna, carla, now):
        seen = Organization.objects.get(pk=acme.pk)
        acme.edit({"sector": "Food"}, version=1, by=anna, at=now)

        with pytest.raises(StaleCustomer):
            seen.edit({"sector": "Wood"}, version=1, by=carla, at=now)
        assert seen.sector == "Food"


class TestAContact:
    def test_is_written_down_where_the_team_has_a_deal(self, anna, now):
        acme = Organization.objects.add("Acme", by=anna, at=now)

        with pytest.raises(CustomerError, match="Begin a deal"):
            Contact.objects.add("Jan", acme, "", by=anna, at=now)

    def test_has_a_name(self, jan, acme, anna, now):
        with pytest.raises(CustomerError, match="a name"):
            Contact.objects.add(" ", acme, "", by=anna, at=now)
        with pytest.raises(CustomerError, match="a name"):
            jan.edit({"name": ""}, version=1, by=anna, at=now)

    def test_works_at_a_place_once_and_until_a_day(self, jan, acme, anna, now):
        place = jan.affiliations.get()
        with pytest.raises(CustomerError, match="works at Acme already"):
            jan.begin(acme, "", by=anna, at=now)

        place.end(by=anna, at=now)

        assert (str(place.since_on), str(place.until_on)) == ("2026-11-23", "2026-11-23")
        with pytest.raises(StaleCustomer):
            place.end(by=anna, at=now)
        jan.begin(acme, "Director", by=anna, at=now)
        assert jan.affiliations.count() == 2

    def test_is_changed_by_one_at_a_time(self, jan, anna, now):
        jan.edit({"do_not_contact": True}, version=1, by=anna, at=now)

        assert jan.edit({"do_not_contact": True}, version=1, by=anna, at=now) is None
        with pytest.raises(StaleCustomer):
            jan.edit({"language": "Frysk"}, version=1, by=anna, at=now)

    def test_is_known_to_who_serves_the_customer(self, jan, acme, team, other_team, carla, now):
        assert list(Contact.objects.known_to(team)) == [jan]
        assert not Contact.objects.known_to(other_team).exists()

        there = builders.pipeline(other_team, at=now)
        builders.deal(there, by=carla, at=now, customer="Acme")
        assert list(Contact.objects.known_to(other_team)) == [jan]

    def test_is_known_to_who_has_a_deal_with_them(self, jan, other_team, carla, now):
        there = builders.pipeline(other_team, at=now)
        builders.deal(there, by=carla, at=now, contact=jan)

        assert list(Contact.objects.known_to(other_team)) == [jan]

    def test_of_a_deal_without_customer_no_stranger_is_known(self, jan, other_team, carla, now):
        builders.deal(builders.pipeline(other_team, at=now), by=carla, at=now)

        assert not Contact.objects.known_to(other_team).exists()


class TestAPoint:
    @pytest.mark.parametrize(
        ("kind", "value", "key"),
        [
            ("email", " Jan.Bos@Acme.Example ", "jan.bos@acme.example"),
            ("phone", "+31 (0)20 555-0100", "+31205550100"),
            ("phone", "0031 20 555 0100", "+31205550100"),
            ("phone", "020 555 0100", "0205550100"),
            ("url", "https://Acme.example/Jan", "https://acme.example/jan"),
        ],
    )
    def test_is_compared_by_what_it_means(self, kind, value, key):
        assert point_as_kept(kind, value) == (value.strip(), key)

    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            ("email", "jan"), ("email", ""), ("phone", "call me"), ("phone", "1"),
            ("phone", "١٢٣٤٥"), ("url", "javascript:alert(1)"), ("url", ""),
        ],
    )  # fmt: skip
    def test_that_is_none_is_refused(self, kind, value):
        with pytest.raises(CustomerError):
            point_as_kept(kind, value)

    def test_is_written_down_once_and_the_first_comes_first(self, jan, anna, now):
        jan.add_point("email", "home@acme.example", "home", by=anna, at=now)

        with pytest.raises(CustomerError, match="already"):
            jan.add_point("email", "HOME@acme.example", "work", by=anna, at=now)
        assert [point.is_primary for point in jan.points.in_order()] == [True, False]

    def test_is_struck_out_once_and_may_come_back(self, jan, anna, now):
        point = jan.points.get()
        jan.remove_point(point, by=anna, at=now)

        with pytest.raises(StaleCustomer):
            jan.remove_point(point, by=anna, at=now)
        jan.add_point("email", point.value, "work", by=anna, at=now)
        assert jan.points.living().get().is_primary

    def test_stands_in_no_logbook(self, jan, anna, now):
        jan.remove_point(jan.points.get(), by=anna, at=now)

        for entry in LogEntry.objects.about(jan):
            assert "example" not in str(entry.details)


class TestReachingIt:
    @pytest.mark.parametrize(
        ("phone", "dialled"),
        [
            ("020 555 01 00", "tel:0205550100"),
            ("+31 (0)20 555 0100", "tel:+31205550100"),
            ("0031 20-5550100", "tel:+31205550100"),
            ("....", ""),
            ("ask for Jan", ""),
            ("", ""),
        ],
    )
    def test_a_number_is_dialled(self, phone, dialled):
        assert Organization(phone=phone).phone_url == dialled

    @pytest.mark.parametrize(
        "website", ["javascript:alert(1)", "acme.example", "data:text/html,x", "ftp://a.example"]
    )
    def test_nothing_but_a_page_is_opened(self, annas, acme, website):
        Organization.objects.filter(pk=acme.pk).update(website=website)

        html = annas.get(f"{LIST}{acme.pk}/").content.decode()

        assert website in html
        assert f'href="{website}"' not in html

    def test_both_are_links_on_its_page(self, annas, acme):
        Organization.objects.filter(pk=acme.pk).update(
            website="https://acme.example/x", phone="020 555 01 00"
        )

        html = annas.get(f"{LIST}{acme.pk}/").content.decode()

        assert 'href="https://acme.example/x"' in html
        assert 'href="tel:0205550100"' in html


class TestTheList:
    def test_holds_every_organization_and_counts_our_open_deals(self, annas, acme, anna, now):
        Organization.objects.add("Zeta", by=anna, at=now)

        page = annas.get(LIST).context["page"]

        assert [(each.name, each.open_deals) for each in page] == [("Acme", 1), ("Zeta", 0)]

    @pytest.mark.parametrize(
        ("asked", "names"),
        [
            ("?q=zet", ["Zeta"]),
            ("?sort=-name", ["Zeta", "Acme"]),
            ("?sort=-open", ["Acme", "Zeta"]),
        ],
    )
    def test_is_found_and_sorted(self, annas, acme, anna, now, asked, names):
        Organization.objects.add("Zeta", by=anna, at=now)

        assert [each.name for each in annas.get(LIST + asked).context["page"]] == names

    def test_says_what_will_be_here(self, annas):
        assert "No customers yet" in annas.get(LIST).content.decode()
        assert "No customer is called that" in annas.get(f"{LIST}?q=x").content.decode()

    def test_an_order_that_nobody_knows_is_not_there(self, annas):
        assert annas.get(f"{LIST}?sort=pk").status_code == 404

    def test_has_pages(self, annas, db):
        Organization.objects.bulk_create(
            Organization(name=f"N{n:02}", name_key=f"n{n:02}") for n in range(51)
        )

        first, second = (annas.get(f"{LIST}{end}").context for end in ("", "?page=2"))
        assert (first["previous_url"], first["next_url"]) == ("", "?page=2")
        assert (second["previous_url"], second["next_url"]) == ("?", "")

    def test_a_member_writes_one_down(self, annas, acme):
        assert annas.post(LIST, {"name": "Zeta"}).status_code == 302
        assert annas.post(LIST, {"name": "acme"}).status_code == 409
        assert annas.post(LIST, {"name": "acme", "anyway": "acme"}).status_code == 422
        assert annas.post(LIST, {"name": ""}).status_code == 422

    @pytest.mark.parametrize("many", [1, 5])
    def test_costs_the_same_for_many(self, annas, anna, now, django_assert_max_num_queries, many):
        for number in range(many):
            Organization.objects.add(f"Acme {number}", by=anna, at=now)

        with django_assert_max_num_queries(10):
            annas.get(LIST)


class TestTyping:
    URL = f"{LIST}names/"

    def names(self, browser, asked):
        return browser.get(self.URL + asked).context["names"]

    def test_offers_the_customers_that_are_known_first_those_that_begin_so(self, annas, anna, now):
        for name in ("Bakery Blok", "The Bakery", "Acme", "bakery Aa"):
            Organization.objects.add(name, by=anna, at=now)

        for field in ("customer", "organization"):
            found = self.names(annas, f"?{field}=Bakery")
            assert found == ["bakery Aa", "Bakery Blok", "The Bakery"]

    @pytest.mark.parametrize("asked", ["", "?customer=b", "?customer=zzz"])
    def test_offers_nothing_for_what_says_nothing(self, annas, anna, now, asked):
        Organization.objects.add("Bakery", by=anna, at=now)

        assert self.names(annas, asked) == []

    def test_offers_no_more_than_can_be_read(self, annas, anna, now):
        for number in range(10):
            Organization.objects.add(f"Bakery {number}", by=anna, at=now)

        assert len(self.names(annas, "?customer=bak")) == 8

    @pytest.mark.parametrize("page", ["board/", "deals/1/"])
    def test_asks_on_the_board_and_on_the_page_of_a_deal(self, annas, acme, page):
        html = annas.get(f"/teams/rijnmond/{page}").content.decode()

        assert f'hx-get="{self.URL}"' in html
        assert '<datalist id="customer-names">' in html


class TestTheWayFromADeal:
    def test_leads_to_the_customer_and_the_contact(self, annas, mias, acme, jan, deal):
        Deal.objects.filter(pk=deal.pk).update(contact=jan)

        for reader in (annas, mias):
            page = reader.get(f"/teams/rijnmond/deals/{deal.number}/").content.decode()
            assert f'href="{LIST}{acme.pk}/"' in page
            assert f'href="/teams/rijnmond/contacts/{jan.pk}/"' in page


class TestThePage:
    def url(self, organization):
        return f"{LIST}{organization.pk}/"

    def test_shows_people_and_how_to_reach_them_to_who_serves_it(self, annas, mias, acme):
        ours, managers = (one.get(self.url(acme)).content.decode() for one in (annas, mias))

        assert "Jan Bos" in ours
        assert "jan@rijnmond.example" in ours
        assert "Jan Bos" in managers
        assert "jan@rijnmond.example" not in managers

    def test_shows_of_another_teams_deal_the_title_alone(self, carlas, acme, deal, anna, now):
        deal.edit({"amount": 4321}, version=1, by=anna, at=now)

        page = carlas.get(f"/teams/veluwe/customers/{acme.pk}/").content.decode()

        assert deal.title in page
        assert "Rijnmond" in page
        for hidden in ("4,321", "4321", "Anna", "Jan Bos", "jan@", "/teams/rijnmond/"):
            assert hidden not in page

    def test_is_changed_and_second_sees_both(self, annas, acme, carla, now):
        data = {"name": "Acme", "location": "Delft", "version": 1}
        assert annas.post(f"{self.url(acme)}details/", data).status_code == 302
        Organization.objects.get().edit({"sector": "Food"}, version=2, by=carla, at=now)

        stale = annas.post(f"{self.url(acme)}details/", data | {"sector": "Wood", "version": 2})

        assert stale.status_code == 409
        form = stale.context["edit_form"]
        assert form.errors["sector"] == ["It now says: Food"]
        assert form["version"].value() == 3

    def test_what_is_wrong_is_said_beside_it(self, annas, acme, anna, now):
        Organization.objects.add("Zeta", by=anna, at=now)
        for name in ("", "zeta"):
            data = {"name": name, "version": 1}
            answer = annas.post(f"{self.url(acme)}details/", data)
            assert (answer.status_code, list(answer.context["edit_form"].errors)) == (422, ["name"])

    def test_a_contact_is_added_where_we_have_a_deal(self, annas, acme, anna, now):
        zeta = Organization.objects.add("Zeta", by=anna, at=now)

        assert annas.post(f"{self.url(acme)}contacts/", {"name": "Eva"}).status_code == 302
        assert annas.post(f"{self.url(acme)}contacts/", {"name": ""}).status_code == 422
        assert annas.post(f"{self.url(zeta)}contacts/", {"name": "Ida"}).status_code == 422
        assert Affiliation.objects.count() == 2

    def test_tells_what_happened_in_the_own_team(self, annas, carlas, acme):
        ours = annas.get(self.url(acme)).context["stream"].lines
        theirs = carlas.get(f"/teams/veluwe/customers/{acme.pk}/").context["stream"].lines

        assert [told.line for told in ours] == ["Wi-Fi in the yard is new in Contact."]
        assert theirs == []

    def test_shows_what_other_apps_know_of_it(self, annas, acme, monkeypatch):
        def panel(_request, organization):
            return Panel("crm/_customer_names.html", {"about": organization})

        monkeypatch.setitem(panels._sources, "customer", [panel])

        shown = annas.get(self.url(acme)).context["panels"]

        assert [each.context["about"] for each in shown] == [acme]

    def test_a_group_and_its_parts_lead_to_each_other(self, annas, acme):
        part = Organization.objects.create(name="Part", name_key="part", parent=acme)

        assert self.url(part) in annas.get(self.url(acme)).content.decode()
        assert self.url(acme) in annas.get(self.url(part)).content.decode()


class TestThePageOfAContact:
    def url(self, jan):
        return f"/teams/rijnmond/contacts/{jan.pk}/"

    def test_is_there_for_who_serves_the_customer(self, annas, mias, carlas, jan):
        assert "jan@rijnmond.example" in annas.get(self.url(jan)).content.decode()
        assert "jan@" not in mias.get(self.url(jan)).content.decode()
        assert carlas.get(f"/teams/veluwe/contacts/{jan.pk}/").status_code == 404

    def test_points_are_added_and_struck_out(self, annas, jan):
        new = {"kind": "phone", "value": "+31 20 555 0100", "label": "mobile"}
        assert annas.post(f"{self.url(jan)}points/", new).status_code == 302
        assert annas.post(f"{self.url(jan)}points/", new).status_code == 422
        phone = ContactPoint.objects.get(kind="phone")
        assert 'href="tel:+31205550100"' in annas.get(self.url(jan)).content.decode()

        annas.post(f"{self.url(jan)}points/{phone.pk}/removal/")
        annas.post(f"{self.url(jan)}points/{phone.pk}/removal/")

        page = annas.get(self.url(jan)).content.decode()
        assert "tel:" not in page
        assert "removed this a moment ago" in page

        line = LogEntry.objects.get(kind="crm.contact.point-removed")
        undo = f"/teams/rijnmond/history/{line.pk}/undo/"
        assert f'action="{undo}"' in page

        annas.post(undo)

        assert 'href="tel:+31205550100"' in annas.get(self.url(jan)).content.decode()

    def test_is_changed_and_second_sees_both(self, annas, jan, bram, now):
        data = {"name": "Jan Bos", "do_not_contact": "on", "version": 1}
        assert annas.post(f"{self.url(jan)}details/", data).status_code == 302
        assert "Asked not to be contacted." in annas.get(self.url(jan)).content.decode()

        stale = annas.post(f"{self.url(jan)}details/", {"name": "Jan", "version": 1})

        assert stale.status_code == 409
        assert stale.context["edit_form"].errors["do_not_contact"] == ["It now says: yes"]
        assert annas.post(f"{self.url(jan)}details/", {"name": ""}).status_code == 422

    def test_who_left_works_there_no_more(self, annas, jan):
        place = jan.affiliations.get()

        answer = annas.post(f"/teams/rijnmond/affiliations/{place.pk}/ending/")

        assert answer.url == f"{LIST}{place.organization_id}/"
        assert "until" in annas.get(self.url(jan)).content.decode()

        annas.post(f"/teams/rijnmond/history/{LogEntry.objects.latest('pk').pk}/undo/")

        place.refresh_from_db()
        assert place.until_on is None


class TestTakingBack:
    """That somebody left, and that a way to reach them is no longer one."""

    @pytest.fixture
    def phone(self, jan, anna, now):
        jan.add_point("phone", "020 555 01 00", "work", by=anna, at=now)
        return jan.points.get(kind="phone")

    @pytest.fixture
    def left(self, jan, anna, now):
        return jan.affiliations.get().end(by=anna, at=now)

    @pytest.fixture
    def gone(self, jan, phone, anna, now):
        return jan.remove_point(phone, by=anna, at=now)

    def test_both_are_as_they_were_and_the_team_reads_so(self, left, gone, phone, jan, anna, now):
        told = [story.line(take_back(line, by=anna, at=now)) for line in (left, gone)]

        assert told == ["Jan Bos works at Acme.", "A way to reach Jan Bos is back."]
        phone.refresh_from_db()
        assert (phone.removed_at, phone.is_primary) == (None, True)
        assert jan.affiliations.get().until_on is None

    def test_what_was_written_down_again_meanwhile_stays_once(
        self, left, gone, jan, acme, anna, now
    ):
        jan.begin(acme, "", by=anna, at=now)
        jan.add_point("phone", "020 555 01 00", "mobile", by=anna, at=now)

        for line in (left, gone):
            with pytest.raises(CustomerError, match="already"):
                take_back(line, by=anna, at=now)

        assert jan.affiliations.filter(until_on=None).count() == 1
        assert jan.points.living().filter(kind="phone").count() == 1

    def test_another_one_that_came_first_stays_the_first(self, gone, phone, jan, anna, now):
        jan.add_point("phone", "020 555 01 99", "work", by=anna, at=now)

        take_back(gone, by=anna, at=now)

        phone.refresh_from_db()
        assert not phone.is_primary

    def test_of_whom_the_team_knows_no_more_nothing_comes_back(self, left, gone, anna, now):
        Deal.objects.update(organization=None, contact=None)

        for line in (left, gone):
            with pytest.raises(StaleCustomer, match="not here any more"):
                take_back(line, by=anna, at=now)


class TestThroughTheApi:
    API = "/api/v1/teams/rijnmond"

    def send(self, browser, method, path, **body):
        kind = {"content_type": "application/json"}
        return getattr(browser, method)(f"{self.API}/{path}", body, **kind)

    def test_customers_are_listed_found_and_written_down(self, annas, acme):
        made = self.send(annas, "post", "customers/", name="Zeta")

        assert (made.status_code, made.json()["name"]) == (201, "Zeta")
        assert self.send(annas, "post", "customers/", name="zeta").status_code == 409
        listed = annas.get(f"{self.API}/customers/?sort=-open").json()
        assert [(each["name"], each["open_deals"]) for each in listed["results"]] == [
            ("Acme", 1),
            ("Zeta", 0),
        ]
        assert annas.get(f"{self.API}/customers/?q=zet").json()["count"] == 1
        assert annas.get(f"{self.API}/customers/?sort=pk").status_code == 400

    def test_its_pages_lead_to_each_other(self, annas, db):
        Organization.objects.bulk_create(
            Organization(name=f"N{n:02}", name_key=f"n{n:02}") for n in range(51)
        )

        first = annas.get(f"{self.API}/customers/").json()
        second = annas.get(first["next"]).json()

        assert (first["previous"], second["page"], second["next"]) == (None, 2, None)
        assert annas.get(second["previous"]).json()["page"] == 1

    def test_an_organization_is_changed_by_one_at_a_time(self, annas, acme):
        path = f"customers/{acme.pk}/"
        changed = self.send(annas, "patch", path, version=1, location="Delft")
        stale = self.send(annas, "patch", path, version=1, location="Breda")

        assert (changed.status_code, changed.json()["version"]) == (200, 2)
        assert (stale.status_code, stale.json()["theirs"]["location"]) == (409, "Delft")
        assert annas.get(f"{self.API}/{path}").json()["location"] == "Delft"

    def test_who_works_there_is_told_with_points_to_members_alone(self, annas, mias, acme, jan):
        path = f"{self.API}/customers/{acme.pk}/contacts/"

        (ours,), (managers,) = annas.get(path).json(), mias.get(path).json()

        assert ours["points"][0]["value"] == "jan@rijnmond.example"
        assert ours["affiliations"][0]["name"] == "Acme"
        assert (managers["name"], "points" in managers) == ("Jan Bos", False)

    def test_a_contact_is_added_changed_and_reached(self, annas, acme):
        made = self.send(annas, "post", f"customers/{acme.pk}/contacts/", name="Eva", role="Chef")
        path = f"contacts/{made.json()['id']}/"
        changed = self.send(annas, "patch", path, version=1, language="Frysk")
        stale = self.send(annas, "patch", path, version=1, do_not_contact=True)
        point = self.send(annas, "post", f"{path}points/", kind="email", value="eva@acme.example")
        wrong = self.send(annas, "post", f"{path}points/", kind="email", value="eva")

        assert [each.status_code for each in (made, changed, stale, point, wrong)] == [
            201, 200, 409, 201, 409,
        ]  # fmt: skip
        assert stale.json()["theirs"]["language"] == "Frysk"
        assert made.json()["affiliations"][0]["role"] == "Chef"
        (written,) = point.json()["points"]
        assert (written["label"], written["is_primary"]) == ("work", True)
        gone = self.send(annas, "delete", f"{path}points/{written['id']}/")
        assert gone.json()["points"] == []

    def test_who_left_works_there_no_more(self, annas, jan):
        place = jan.affiliations.get()

        ended = self.send(annas, "post", f"affiliations/{place.pk}/ending/")

        assert ended.json()["affiliations"][0]["until_on"] == "2026-11-23"

    def test_another_team_finds_no_contact(self, carlas, jan):
        assert carlas.get(f"/api/v1/teams/veluwe/contacts/{jan.pk}/").status_code == 404
