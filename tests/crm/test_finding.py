"""What somebody finds: deals, organizations and what is written about them, by a few letters."""

import pytest
from django.db import connection

from crm.models import Contact, Deal, Note, Organization
from crm.search import CONTACTS, DEALS, NOTES, ORGANIZATIONS, PLANNED, SAID
from teams import wall
from teams.search import DO, MOST, PAGE, Query, few_of_each, page_of
from tests import builders

SEARCH = "/teams/rijnmond/search/"


@pytest.fixture
def add(pipeline, anna, now):
    def add(title="Wi-Fi in the yard", customer="", **extra) -> Deal:
        return builders.deal(pipeline, by=anna, at=now, title=title, customer=customer, **extra)

    return add


@pytest.fixture
def find(team, anna):
    """The titles under each heading, as Anna finds them or somebody else does."""

    def find(text, *, by=None, here=None) -> dict[str, list[str]]:
        user = by or anna.user
        query = Query.by(user, here or team, text)
        groups = few_of_each(user, query)
        return {g.kind.key: [hit.title for hit in g.hits] for g in groups if g.kind != DO}

    return find


class TestWords:
    @pytest.mark.parametrize(
        "asked",
        [
            "zorg",
            "ZORGGROEP",
            "meer zo",
            "cafe",
            "CAFÉ",
            "strasse",
            "straße",
            "oresund",
            "Øresund",
            "installatie",  # the stem of installaties
            "deliver",  # of deliveries
            "  zorg,  (meer) ",
        ],
    )
    def test_a_deal_is_found_by_the_beginnings_of_its_words_however_they_are_written(
        self, add, find, asked
    ):
        add("Café Straße Øresund installaties deliveries", "Zorggroep Meerdal")
        add("Something else", "Nobody")

        assert find(asked)["deals"] == ["Zorggroep Meerdal"]

    @pytest.mark.parametrize(
        "asked", ["", "   ", "?!", "org", "zorg bakker", "z", "' | 'x", "zorg:*a"]
    )
    def test_and_not_by_their_middle_nor_by_less_than_all_of_them(self, add, find, asked):
        add("Wi-Fi", "Zorggroep Meerdal")

        assert find(asked) == {}

    def test_by_its_number(self, add, find):
        add(customer="First")
        second = add(customer="Second")

        assert find(str(second.number))["deals"] == ["Second"]
        assert find(f"#{second.number}")["deals"] == ["Second"]

    @pytest.mark.parametrize("odd", ["\0", "a\0b", "\ud800", "x" * 5000, "a " * 500, "\\", "''''"])
    def test_odd_words_find_nothing(self, add, find, odd):
        add("Yard", "Zorggroep")

        assert find(odd) == {}

    def test_the_first_ten_words_count(self, add, find):
        add("one two three four five six seven eight nine ten", "Many")

        assert find("one two three four five six seven eight nine ten eleven")["deals"] == ["Many"]


class TestWhatIsKept:
    def test_follows_the_title(self, add, find, anna, now):
        deal = add("Phones", "Bakkerij Smit")
        deal.edit({"title": "Cameras"}, version=deal.version, by=anna, at=now)

        assert find("phones") == {}
        assert find("cameras")["deals"] == ["Bakkerij Smit"]

    def test_follows_the_name_of_a_customer_in_every_team(self, add, find, other_team, carla, now):
        add(customer="Bakkerij Smit")
        theirs = builders.pipeline(other_team, at=now)
        builders.deal(theirs, by=carla, at=now, customer="Bakkerij Smit")
        with wall.opened([carla.team_id]):
            Organization.objects.update(name="Banket Jansen")

        for by, here in ((None, None), (carla.user, other_team)):
            assert find("smit", by=by, here=here) == {}
            assert find("jansen", by=by, here=here) == {
                "deals": ["Banket Jansen"],
                "organizations": ["Banket Jansen"],
            }

    def test_follows_the_name_of_a_contact(self, add, find):
        contact = Contact.objects.create(name="Piet de Vries")
        add(contact=contact)
        Contact.objects.update(name="Petra de Vries")

        assert find("piet") == {}
        assert find("petra") == {"deals": ["Petra de Vries"], "contacts": ["Petra de Vries"]}

    def test_follows_the_deal_to_another_customer(self, add, find):
        deal = add(customer="Bakkerij Smit")
        deal.organization = Organization.objects.named("Garage Jansen")
        deal.save()

        assert find("jansen")["deals"] == ["Garage Jansen"]
        assert find("smit") == {"organizations": ["Bakkerij Smit"]}

    def test_goes_with_the_deal(self, add, find):
        deal = add(customer="Bakkerij Smit")
        deal.visits.all().delete()
        deal.spells.all().delete()
        deal.delete()

        assert find("smit") == {"organizations": ["Bakkerij Smit"]}

    def test_and_with_the_customer(self, add, find):
        Organization.objects.named("Bakkerij Smit").delete()
        contact = Contact.objects.create(name="Smit")
        deal = add(contact=contact)
        Deal.objects.update(contact=None)
        contact.delete()

        assert find("smit") == {}
        assert find(str(deal.number)) == {"deals": ["Wi-Fi in the yard"]}

    def test_rests_with_the_deal_in_the_recycle_bin(self, add, find, anna, now):
        deal = add("Parabool", "Bakkerij Smit")
        builders.said(deal, by=anna, at=now, text="They want a parabool")
        builders.planned(deal, by=anna, at=now, title="Measure the parabool")
        whole = find("parabool")
        assert set(whole) == {"deals", "said", "planned"}

        deal.discard(by=anna, at=now)
        assert find("parabool") == {}
        assert "deals" not in find("smit")

        deal.restore(by=anna, at=now)
        assert find("parabool") == whole

    def test_is_kept_for_many_at_once_too(self, pipeline, find, now):
        builders.many_won(pipeline, [now] * 3)

        assert len(find("seats")["deals"]) == 3

    def test_what_was_said_until_it_is_removed(self, add, find, anna, now):
        deal = add(customer="Bakkerij Smit")
        said = builders.said(deal, by=anna, at=now, text="They want a parabool")
        assert find("parabool") == {"said": ["They want a parabool"]}

        said.edit({"text": "They want a dish"}, version=said.version, by=anna, at=now)
        assert find("parabool") == {}
        said.remove(version=said.version, by=anna, at=now)
        assert find("dish") == {}

        said.put_back(by=anna, at=now)
        assert find("dish") == {"said": ["They want a dish"]}

    def test_what_is_planned_until_it_is_dropped(self, add, find, anna, now):
        plan = builders.planned(add(), by=anna, at=now, title="Measure the parabool")
        assert find("parabool") == {"planned": ["Measure the parabool"]}

        plan.drop(version=plan.version, by=anna, at=now)
        assert find("parabool") == {}


class TestNotes:
    def test_about_a_deal_a_customer_and_a_contact_lead_there(self, annas, team, add, anna, now):
        contact = Contact.objects.create(name="Wulp")
        deal = add(customer="Kievit BV", contact=contact)
        about = {"deal": deal, "organization": deal.organization, "contact": contact}
        for name, thing in about.items():
            Note.objects.write(team, f"Parabool of {name}", by=anna, at=now, **{name: thing})

        page = annas.get(SEARCH, {"q": "parabool"}).content.decode()

        for path in (
            f"deals/{deal.number}/#note-{Note.objects.get(deal=deal).pk}",
            f"customers/{deal.organization_id}/",
            f"contacts/{contact.pk}/",
        ):
            assert f'href="/teams/rijnmond/{path}"' in page

    def test_are_found_by_members_alone_until_they_are_removed(
        self, team, add, find, anna, mia, now
    ):
        note = Note.objects.write(team, "A parabool", by=anna, at=now, deal=add())
        assert find("parabool") == {"notes": ["A parabool"]}
        assert find("parabool", by=mia.user) == {}

        note.remove(version=note.version, by=anna, at=now)
        assert find("parabool") == {}


class TestOrder:
    def test_what_is_open_stands_first_and_then_the_newest(self, add, find, anna, now):
        builders.won(add(customer="Smit won"), by=anna, at=now)
        add(customer="Smit old")
        add(customer="Smit new")
        builders.lost(add(customer="Smit lost"), by=anna, at=now)

        assert find("smit")["deals"] == ["Smit new", "Smit old", "Smit lost", "Smit won"]

    def test_one_kind_is_read_page_by_page(self, team, pipeline, anna, now):
        builders.many_won(pipeline, [now] * (PAGE + 1))
        query = Query.by(anna.user, team, "seats", most=MOST)

        first, second = (page_of(DEALS, anna.user, query, page=page) for page in (1, 2))

        assert (len(first.hits), first.has_more) == (PAGE, True)
        assert (len(second.hits), second.has_more) == (1, False)


class TestWhoFinds:
    @pytest.fixture
    def work(self, add, anna, now) -> Deal:
        deal = add("Goudplevier", "Kievit BV", contact=Contact.objects.create(name="Wulp"))
        builders.said(deal, by=anna, at=now, text="Said kluut")
        builders.planned(deal, by=anna, at=now, title="Plan kluut")
        return deal

    def test_a_member_finds_all_of_it(self, work, find):
        assert find("goudplevier") == {"deals": ["Kievit BV"]}
        assert find("kievit") == {"deals": ["Kievit BV"], "organizations": ["Kievit BV"]}
        assert find("wulp") == {"deals": ["Kievit BV"], "contacts": ["Wulp"]}
        assert find("kluut") == {"said": ["Said kluut"], "planned": ["Plan kluut"]}

    def test_a_manager_finds_deals_and_organizations_alone(self, work, find, mia):
        assert find("goudplevier", by=mia.user) == {"deals": ["Kievit BV"]}
        assert set(find("kievit", by=mia.user)) == {"deals", "organizations"}
        assert find("wulp", by=mia.user) == {}
        assert find("kluut", by=mia.user) == {}

    def test_a_manager_is_not_told_the_name_of_a_contact(self, add, find, mia):
        add("Goudplevier", contact=Contact.objects.create(name="Wulp"))

        assert find("goudplevier", by=mia.user) == {"deals": ["Goudplevier"]}

    def test_another_team_finds_the_organization_that_is_the_companys_alone(
        self, work, find, carla, other_team
    ):
        for asked in ("goudplevier", "wulp", "kluut"):
            assert find(asked, by=carla.user, here=other_team) == {}
        assert find("kievit", by=carla.user, here=other_team) == {"organizations": ["Kievit BV"]}

    def test_who_works_in_two_teams_finds_both_the_present_one_first(
        self, add, find, team, other_team, carla, anna, now
    ):
        add(customer="Kievit here")
        theirs = builders.pipeline(other_team, at=now)
        builders.deal(theirs, by=carla, at=now, customer="Kievit there")
        other_team.welcome(anna.user, by=None, at=now)

        assert find("kievit")["deals"] == ["Kievit here", "Kievit there"]
        assert find("kievit", here=other_team)["deals"] == ["Kievit there", "Kievit here"]

    def test_who_works_here_and_follows_there_reads_there_as_a_manager(
        self, find, other_team, carla, anna, now
    ):
        theirs = builders.pipeline(other_team, at=now)
        deal = builders.deal(theirs, by=carla, at=now, customer="Kievit there")
        builders.said(deal, by=carla, at=now, text="Said kluut")
        other_team.link_manager(anna.user, by=None, at=now)

        assert find("kievit")["deals"] == ["Kievit there"]
        assert find("kluut") == {}

    def test_the_function_itself_finds_in_open_teams_alone(self, work, team, other_team):
        def keys() -> list[tuple[int]]:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT kring_find('d', %s, %s, 'kievit', 9)", [[team.pk], [team.pk]]
                )
                return cursor.fetchall()

        assert keys() == [(work.pk,)]
        with wall.opened([other_team.pk]):
            assert keys() == []
        with wall.opened([]):
            assert keys() == []


class TestHowToReachThem:
    @pytest.fixture
    def wulp(self, add, anna, now) -> Contact:
        contact = Contact.objects.create(name="Wulp")
        add(customer="Kievit BV", contact=contact)
        contact.add_point("email", "Piet@Bakkerij.example", "work", by=anna, at=now)
        contact.add_point("phone", "+31 6 12 34 56 78", "work", by=anna, at=now)
        return contact

    @pytest.mark.parametrize(
        "asked",
        ["piet@bak", "PIET", "@bakkerij", "kerij.ex", "0612345678", "06-1234", "345 67", "+316123"],
    )
    def test_a_part_of_an_address_or_a_number_is_enough(self, wulp, find, asked):
        assert find(asked)["contacts"] == ["Wulp"]

    @pytest.mark.parametrize("asked", ["et", "pier", "12346"])
    def test_three_letters_at_the_least_and_all_of_them(self, wulp, find, asked):
        assert "contacts" not in find(asked)

    def test_what_is_no_longer_so_finds_nobody(self, wulp, find, anna, now):
        for point in wulp.points.all():
            wulp.remove_point(point, by=anna, at=now)

        assert find("bakkerij") == find("12345") == {}

    def test_a_manager_and_another_team_find_nobody(self, wulp, find, mia, carla, other_team):
        for asked in ("piet", "12345", "wulp"):
            assert find(asked, by=mia.user) == {}
            assert find(asked, by=carla.user, here=other_team) == {}

    def test_who_works_at_a_customer_is_found_without_a_deal_of_their_own(self, add, find):
        deal = add(customer="Kievit BV")
        there = Contact.objects.named("Grutto", at=deal.organization)

        page = find("grutto")

        assert page == {"contacts": ["Grutto"]}
        assert there.affiliations.exists()


class TestAmongVeryMany:
    """More than a search looks at have the word: the team's own are found all the same."""

    @pytest.fixture
    def strangers(self, add):
        """Those of the team are the oldest and not the first by name."""
        contact = Contact.objects.create(name="Wulp Zuid")
        add("Goudplevier", "Kievit Zuid", contact=contact)
        for nth in range(MOST + 1):
            Organization.objects.named(f"Kievit {nth}")
        Contact.objects.bulk_create(Contact(name=f"Wulp {nth}") for nth in range(MOST + 1))

    def test_the_organizations_of_its_deals_stand_first(self, strangers, find):
        first, second, *_ = find("kievit")["organizations"]

        assert (first, second) == ("Kievit Zuid", "Kievit 1")

    def test_who_is_known_to_it_is_found(self, strangers, find):
        assert find("wulp")["contacts"] == ["Wulp Zuid"]


class TestThePage:
    def test_shows_what_was_found_and_leads_there(self, annas, add):
        deal = add("Phones", "Bakkerij Smit")

        page = annas.get(SEARCH, {"q": "smit"}).content.decode()

        assert f'href="/teams/rijnmond/deals/{deal.number}/"' in page
        assert "Phones · Contact" in page

    def test_says_what_to_try_where_nothing_was_found(self, annas, pipeline):
        page = annas.get(SEARCH, {"q": "nobody"})

        assert page.status_code == 200
        assert "Nothing begins with “nobody”" in page.content.decode()

    def test_offers_what_can_be_done_unasked(self, annas, pipeline):
        page = annas.get(SEARCH).content.decode()

        assert "New deal in Contact" in page
        assert "Reading room" in page

    def test_offers_a_manager_nothing_to_write(self, mias, pipeline):
        for asked in ("", "new deal"):
            assert "New deal" not in mias.get(SEARCH, {"q": asked}).content.decode()

    def test_every_stage_in_which_a_deal_can_begin(self, annas, pipeline):
        page = annas.get(SEARCH, {"q": "new prop"}).content.decode()

        assert "New deal in Proposal" in page
        assert "New deal in Delivered" not in page

    def test_leads_from_a_few_to_all_and_back(self, annas, pipeline, now):
        builders.many_won(pipeline, [now] * (PAGE + 1))

        few = annas.get(SEARCH, {"q": "seats"}).content.decode()
        assert f"{SEARCH}?q=seats&amp;kind=deals" in few
        first = annas.get(SEARCH, {"q": "seats", "kind": "deals"}).content.decode()
        assert "?q=seats&amp;kind=deals&amp;page=2" in first
        second = annas.get(SEARCH, {"q": "seats", "kind": "deals", "page": "2"}).content.decode()
        assert 'href="?q=seats&amp;kind=deals"' in second
        assert 'href="?q=seats"' in second

    @pytest.mark.parametrize("page", ["", "0", "-1", "99", "x", "9" * 40])
    def test_a_page_that_there_is_not_is_the_first(self, annas, add, page):
        add(customer="Smit")

        assert (
            "Smit"
            in annas.get(SEARCH, {"q": "smit", "kind": "deals", "page": page}).content.decode()
        )

    def test_a_part_of_it_for_the_palette(self, annas, add):
        add(customer="Bakkerij Smit")

        part = annas.get(SEARCH, {"q": "smit"}, headers={"HX-Request": "true"}).content.decode()

        assert "Bakkerij Smit" in part
        assert "<html" not in part

    @pytest.mark.parametrize("many", [1, 5])
    def test_asks_as_often_for_many_as_for_one(
        self, annas, add, anna, now, django_assert_num_queries, many
    ):
        for nth in range(many):
            deal = add(customer=f"Smit {nth}")
            builders.said(deal, by=anna, at=now, text="Smit")
            builders.planned(deal, by=anna, at=now, title="Smit")

        with django_assert_num_queries(18):
            annas.get(SEARCH, {"q": "smit"})


class TestForPrograms:
    API = "/api/v1/teams/rijnmond/search/"

    def test_the_same_hits_by_kind(self, annas, add):
        deal = add("Phones", "Bakkerij Smit")

        found = annas.get(self.API, {"q": "smit"}).json()

        assert found["q"] == "smit"
        assert [group["kind"] for group in found["groups"]] == ["deals", "organizations"]
        assert found["groups"][0] == {
            "kind": "deals",
            "name": "Deals",
            "has_more": False,
            "hits": [
                {
                    "title": "Bakkerij Smit",
                    "about": "Phones · Contact",
                    "url": f"/teams/rijnmond/deals/{deal.number}/",
                }
            ],
        }

    def test_nothing_unasked(self, annas, add):
        add(customer="Smit")

        assert annas.get(self.API).json() == {"q": "", "groups": []}


def test_the_kinds_stand_in_their_order():
    kinds = [DO, DEALS, ORGANIZATIONS, CONTACTS, SAID, NOTES, PLANNED]

    assert sorted(kinds, key=lambda kind: kind.order) == kinds
