"""The list of customers narrowed by what a team itself knows of them and of who works there."""

from decimal import Decimal

import pytest

from crm.models import Affiliation, Contact, Deal, Organization, OwnFacts
from tests import builders

pytestmark = pytest.mark.usefixtures("stopped_clock")

LIST = "/teams/rijnmond/customers/"
BUILD = f"{LIST}filter/"
API = "/api/v1/teams/rijnmond/customers/"
ABOUT = ("organization", "contact")


@pytest.fixture
def field(anna, now):
    def field(kind="text", about="organization", *, by=anna, options=()):
        return builders.field("Branch", kind, target=about, options=options, by=by, at=now)

    return field


@pytest.fixture
def add(pipeline, anna, now):
    """An organization where somebody works, of whom the team knows this in the field about them."""

    def add(name, value=None, about="organization", *, by=anna, of=pipeline):
        deal = builders.deal(of, by=by, at=now, customer=name)
        there = deal.organization
        jan = Contact.objects.add(f"Jan {name}", there, "Buyer", by=by, at=now)
        if value is not None:
            facts = OwnFacts.objects.of(by.team, there if about == "organization" else jan)
            facts.edit({"branch": value}, version=0, by=by, at=now)
        return there

    return add


def names(answer):
    return "".join(each.name for each in answer.context["page"])


class TestFinding:
    @pytest.mark.parametrize("about", ABOUT)
    @pytest.mark.parametrize(
        ("kind", "values", "lines"),
        [
            ("text", ("Retail", "Care"), {"contains:ETA": "a", "is-not:retail": "bc"}),
            ("number", (Decimal("9.5"), Decimal(100)), {"at-least:10": "b", "empty": "c"}),
            ("date", ("2026-11-23", "2026-12-01"), {"is:2026-11-23": "a", "next:30": "ab"}),
            ("yes_no", (True, False), {"is:yes": "a", "is-not:yes": "bc", "filled": "ab"}),
        ],
    )
    def test_a_customer_is_found_by_what_we_know_of_it_or_of_somebody_there(
        self, annas, field, add, about, kind, values, lines
    ):
        field(kind, about)
        add("a", values[0], about), add("b", values[1], about), add("c")

        found = {
            line: names(annas.get(LIST, {"filter": f"{about}-branch:{line}"})) for line in lines
        }

        assert found == lines

    @pytest.mark.parametrize(
        ("line", "found"),
        [("name:contains:B", "b"), ("place:is:goes", "a"), ("sector:empty|name:is:a", "ab")],
    )
    def test_by_what_all_teams_know(self, annas, add, line, found):
        add("a"), add("b")
        Organization.objects.filter(name="a").update(location="Goes", sector="Care")

        assert names(annas.get(LIST, {"filter": line})) == found

    def test_nothing_that_another_team_wrote_down_finds_anything(
        self, annas, field, add, other_team, carla, now
    ):
        theirs = builders.pipeline(other_team, at=now)
        for about in ABOUT:
            field(about=about), field(about=about, by=carla)
            add(about, "Retail", about, by=carla, of=theirs)

            answer = annas.get(LIST, {"filter": f"{about}-branch:filled"})

            assert names(answer) == ""

    def test_of_who_left_nothing_is_asked(self, annas, field, add, now):
        field(about="contact")
        add("a", "Retail", "contact")
        asked = {"filter": "contact-branch:is:retail"}
        assert names(annas.get(LIST, asked)) == "a"

        Affiliation.objects.update(until_on=now.date())

        assert names(annas.get(LIST, asked)) == ""

    def test_nor_of_whom_the_team_knows_no_more(self, annas, field, add):
        field(about="contact")
        add("a", "Retail", "contact")

        Deal.objects.update(organization=None)

        assert names(annas.get(LIST, {"filter": "contact-branch:is:retail"})) == ""


class TestThePage:
    @pytest.fixture(autouse=True)
    def customers(self, field, add):
        field("choice", options=["Retail", "Care"])
        add("a", "Retail"), add("b", "Care"), add("c")

    @pytest.mark.parametrize("who", ["annas", "mias"])
    def test_says_what_is_shown_and_leads_back(self, request, who):
        client = request.getfixturevalue(who)

        page = client.get(LIST, {"filter": "organization-branch:is:Retail", "sort": "-name"})

        html = page.content.decode()
        assert names(page) == "a"
        assert "Shown: Branch (organization) is Retail" in html
        assert f'href="{BUILD}?sort=-name&amp;filter=organization-branch:is:Retail"' in html
        assert page.context["clear_url"] == "?sort=-name"
        assert page.context["headings"][1].url == (
            "?sort=place&filter=organization-branch:is:Retail"
        )
        assert 'name="filter" value="organization-branch:is:Retail"' in html

    def test_a_filter_is_built_and_leads_to_the_list(self, annas):
        page = annas.get(BUILD, {"q": "x", "sort": "place"})
        assert "Which customers?" in page.content.decode()
        assert "all customers" in page.content.decode()
        assert [each.key for each in page.context["offered"]] == [
            "organization-branch", "name", "place", "sector",
        ]  # fmt: skip

        page = annas.get(BUILD, {"q": "x", "do": "add", "new": "organization-branch"})
        assert ">Care</option>" in page.content.decode()

        row = {"field": "organization-branch", "operator": "is", "value": "Care"}
        rows = {f"row0-{name}": text for name, text in row.items()}
        answer = annas.get(BUILD, rows | {"do": "show", "sort": "place"})
        assert answer["Location"] == f"{LIST}?sort=place&filter=organization-branch:is:Care"

        page = annas.get(answer["Location"].replace(LIST, BUILD))
        assert [row.asked.key for row in page.context["rows"]] == ["organization-branch"]

    def test_what_cannot_be_asked_is_said_beside_it(self, annas):
        rows = {"row0-field": "organization-branch", "row0-operator": "is", "row0-value": "x"}

        answer = annas.get(BUILD, rows | {"do": "show"})

        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode()

    @pytest.mark.parametrize("line", ["x", "owner:is:me", "title:is:x", "name:at-least:5"])
    def test_what_nobody_can_ask_is_not_there(self, annas, line):
        assert annas.get(LIST, {"filter": line}).status_code == 404
        assert annas.get(BUILD, {"filter": line}).status_code == 404
        assert annas.get(BUILD, {"filter": line, "do": "show"}).status_code == 404
        assert annas.get(API, {"filter": line}).status_code == 400

    def test_where_nothing_fits_the_filter_can_be_left_out(self, annas):
        html = annas.get(LIST, {"filter": "name:is:x"}).content.decode()

        assert "No customer fits this" in html
        assert "Leave the filter out" in html

    def test_a_program_asks_the_same(self, annas, mias):
        for client in (annas, mias):
            answer = client.get(API, {"filter": "organization-branch:filled", "sort": "-name"})

            assert [each["name"] for each in answer.json()["results"]] == ["b", "a"]

    def test_pages_keep_what_was_asked(self, annas, monkeypatch):
        monkeypatch.setattr("crm.customers.PAGE", 1)

        answer = annas.get(API, {"filter": "organization-branch:filled"}).json()

        assert (answer["count"], answer["previous"]) == (2, None)
        assert answer["next"] == f"{API}?filter=organization-branch:filled&page=2"

    @pytest.mark.parametrize("many", [0, 5])
    def test_costs_the_same_for_many(self, annas, add, django_assert_max_num_queries, many):
        for number in range(many):
            add(f"n{number}", "Retail")

        with django_assert_max_num_queries(11):
            annas.get(LIST, {"filter": "organization-branch:filled"})


class TestAboutAPerson:
    """What a team writes down about somebody at a customer no manager asks, in no way."""

    @pytest.fixture(autouse=True)
    def customers(self, field, add):
        field(about="contact")
        add("a", "Tea", "contact")

    def test_the_team_asks_it_and_a_manager_cannot(self, annas, mias):
        asked = {"filter": "contact-branch:is:tea"}

        for url in (LIST, BUILD):
            assert (annas.get(url, asked).status_code, mias.get(url, asked).status_code) == (
                200,
                404,
            )
        assert (annas.get(API, asked).status_code, mias.get(API, asked).status_code) == (200, 400)

    def test_nothing_offers_it_to_a_manager(self, annas, mias):
        assert "contact-branch" in annas.get(BUILD).content.decode()
        assert "contact-branch" not in mias.get(BUILD).content.decode()
        added = mias.get(BUILD, {"do": "add", "new": "contact-branch"})
        assert list(added.context["rows"]) == []
