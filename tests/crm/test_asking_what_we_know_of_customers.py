"""The team's own fields about customers where deals are looked for: filters, lists and files."""

import csv
import io
import json
from decimal import Decimal

import pytest

from crm import exports
from crm.cards import Reader
from crm.exporting import parts_of
from crm.filters import Filter, Vocabulary
from crm.listing import in_order
from crm.models import Contact, Deal, Export, OwnFacts, SavedView
from crm.models.own_facts import custom_of, target_of
from crm.rules import LastingVocabulary, Rehearsal
from tests import builders

pytestmark = pytest.mark.usefixtures("stopped_clock")

LIST = "/teams/rijnmond/deals/"
CHOOSE = f"{LIST}columns/"
API = "/api/v1/teams/rijnmond/deals/"
ABOUT = ("organization", "contact")


@pytest.fixture
def field(anna, now):
    def field(kind="text", about="organization", *, label="Branch", by=anna, options=()):
        return builders.field(label, kind, target=about, options=options, by=by, at=now)

    return field


@pytest.fixture
def know(anna, now):
    def know(customer, value, key="branch", by=anna):
        facts = OwnFacts.objects.of(by.team, customer)
        facts.edit({key: value}, version=facts.version, by=by, at=now)

    return know


@pytest.fixture
def add(pipeline, know, anna, now):
    """A deal of this title, of customers of whom the team knows this in the field about them."""

    def add(title, value=None, about="organization", key="branch"):
        deal = builders.deal(pipeline, by=anna, at=now, title=title, customer=f"Firm {title}")
        firm = deal.organization
        deal.contact = Contact.objects.add(f"Jan {title}", firm, "Buyer", by=anna, at=now)
        deal.save(update_fields=["contact"])
        if value is not None:
            know(getattr(deal, about), value, key=key)
        return deal

    return add


@pytest.fixture
def vocabulary(team, anna, now):
    return Vocabulary(Reader(team, now, sees_people=True), anna.user)


@pytest.fixture
def found(team, vocabulary):
    """The titles that a line finds."""

    def found(line):
        asked = Filter.read([line], vocabulary)
        return "".join(sorted(team.deals.filter(asked.q).values_list("title", flat=True)))

    return found


def titles(page):
    return "".join(row.title for row in page.context["rows"])


def cells(page):
    return [[cell.text for cell in row.cells] for row in page.context["rows"]]


class TestFinding:
    @pytest.mark.parametrize("about", ABOUT)
    @pytest.mark.parametrize(
        ("kind", "values", "lines"),
        [
            (
                "text",
                ("Retail", "Care"),
                {
                    "contains:ETA": "a",
                    "contains-not:eta": "bcd",
                    "is:retail": "a",
                    "is-not:retail": "bcd",
                    "empty": "cd",
                    "filled": "ab",
                },
            ),
            (
                "number",
                (Decimal("9.5"), Decimal(100)),
                {
                    "at-least:10": "b",
                    "at-most:10": "a",
                    "between:-5..9.5": "a",
                    "is:100": "b",
                    "empty": "cd",
                    "filled": "ab",
                },
            ),
            ("money", (Decimal("9.50"), Decimal(100)), {"at-least:50": "b", "empty": "cd"}),
            (
                "date",
                ("2026-11-23", "2026-12-01"),
                {
                    "is:2026-11-23": "a",
                    "between:2026-11-01..2026-11-30": "a",
                    "next:30": "ab",
                    "empty": "cd",
                },
            ),
            (
                "yes_no",
                (True, False),
                {"is:yes": "a", "is:no": "b", "is-not:yes": "bcd", "empty": "cd", "filled": "ab"},
            ),
            ("url", ("https://example.com/x", "https://example.com/y"), {"contains:/X": "a"}),
        ],
    )
    def test_a_deal_is_found_by_what_we_know_of_its_customer(
        self, field, add, pipeline, found, anna, now, about, kind, values, lines
    ):
        field(kind, about)
        add("a", values[0], about), add("b", values[1], about), add("c")
        builders.deal(pipeline, by=anna, at=now, title="d")

        assert {line: found(f"{about}-branch:{line}") for line in lines} == lines

    @pytest.mark.parametrize("kind", ["choice", "choices"])
    def test_by_what_was_chosen(self, field, add, found, kind):
        field(kind, options=["Retail", "Care"])
        for title, value in (("a", "Retail"), ("b", "Care")):
            add(title, value if kind == "choice" else [value])
        add("c")

        asked = "organization-branch:is:Retail|organization-branch:empty"
        assert found(asked) == "ac"
        assert found("organization-branch:is-not:Retail") == "bc"

    def test_all_deals_of_the_customer_are_found(self, field, add, pipeline, found, anna, now):
        field()
        add("a", "Retail")
        builders.deal(pipeline, by=anna, at=now, title="b", customer="Firm a")

        assert found("organization-branch:is:retail") == "ab"

    def test_a_deal_and_its_customers_may_have_fields_of_one_name(
        self, field, add, know, found, anna, now
    ):
        for about, kind in (("deal", "date"), ("organization", "number"), ("contact", "text")):
            field(kind, about)
        deal = add("a", Decimal(7))
        know(deal.contact, "Tea")
        deal.edit({"custom": {"branch": "2026-11-23"}}, version=1, by=anna, at=now)

        for line in (
            "custom-branch:is:2026-11-23",
            "organization-branch:at-least:5",
            "contact-branch:is:tea",
        ):
            assert found(line) == "a"
        assert found("organization-branch:empty") == found("contact-branch:empty") == ""

    def test_what_another_team_knows_of_the_customer_is_not_ours(
        self, field, add, know, found, carla, now
    ):
        field("number")
        deal = add("ours", Decimal(7))
        field("text", by=carla)
        know(deal.organization, "Bakery", by=carla)
        theirs = builders.pipeline(carla.team, at=now)
        builders.deal(theirs, by=carla, at=now, title="theirs", customer="Firm ours")

        assert found("organization-branch:at-least:5") == "ours"
        assert found("organization-branch:empty") == ""
        reader = Reader(deal.team, now, sees_people=True)
        shown = in_order(deal.team.deals.all(), "organization-branch", reader)
        (read,) = shown.with_own_facts(["organization"])
        assert custom_of(read, "organization") == {"branch": "7"}


class TestRefusing:
    def test_a_field_that_is_away_or_anothers(self, annas, field, carla, anna, now):
        field(by=carla, label="Theirs")
        field(label="Gone").archive(by=anna, at=now)

        for key in ("organization-theirs", "organization-gone", "organization-", "contact-x"):
            assert annas.get(LIST, {"filter": f"{key}:empty"}).status_code == 404
            assert annas.get(LIST, {"sort": key}).status_code == 404
            assert annas.get(LIST, {"columns": f"title,{key}"}).status_code == 404

    def test_a_view_says_what_is_asked_no_more_and_shows_the_rest(
        self, annas, field, add, anna, now
    ):
        branch = field()
        add("b", "Retail"), add("a", "Care")
        question = {
            "filter": [[["organization-branch", "is", "Retail"]], [["title", "is", "a"]]],
            "sort": "organization-branch",
            "columns": ["title", "organization-branch"],
            "layout": "list",
        }
        view = SavedView.objects.add("Retail", question, own=False, by=anna, at=now)
        branch.archive(by=anna, at=now)

        page = annas.get(LIST, {"view": view.pk})

        assert (titles(page), page.context["lost"]) == ("a", ["Nobody knows this field."])
        assert [heading.key for heading in page.context["headings"]] == ["title"]


class TestThePages:
    @pytest.fixture(autouse=True)
    def deals(self, field, add):
        field("choice", options=["Retail", "Care"])
        return [add("a", "Retail"), add("b", "Care"), add("c")]

    @pytest.mark.parametrize("who", ["annas", "mias"])
    def test_list_board_and_calendar_show_what_was_asked(self, request, deals, anna, now, who):
        for deal in deals:
            builders.planned(deal, by=anna, at=now, title=f"Ring {deal.title}", due_on=now.date())
        client = request.getfixturevalue(who)
        asked = {"filter": "organization-branch:is:Retail"}

        page = client.get(LIST, asked)
        assert titles(page) == "a"
        assert "Branch (organization) is Retail" in page.content.decode()
        columns = client.get("/teams/rijnmond/board/", asked).context["columns"]
        assert [card.title for column in columns for card in column.cards] == ["a"]
        html = client.get("/teams/rijnmond/calendar/", asked).content.decode()
        assert ("Ring a" in html, "Ring b" in html) == (True, False)

    @pytest.mark.parametrize("who", ["annas", "mias"])
    def test_it_is_offered_where_a_filter_is_built_and_columns_are_chosen(self, request, who):
        client = request.getfixturevalue(who)

        page = client.get(f"{LIST}filter/", {"do": "add", "new": "organization-branch"})
        offered = dict(client.get(CHOOSE, {"columns": "title"}).context["choice"].offered)

        assert ">Care</option>" in page.content.decode()
        assert offered["Branch (organization)"] == "?columns=title,organization-branch"

    @pytest.mark.parametrize("who", ["annas", "mias"])
    def test_the_list_shows_it_and_sorts_by_it(self, request, who):
        client = request.getfixturevalue(who)
        asked = {"columns": "title,organization-branch", "sort": "organization-branch"}

        page = client.get(LIST, asked)

        assert titles(page) == "bac"
        assert cells(page) == [["", "Care"], ["", "Retail"], ["", ""]]
        assert titles(client.get(LIST, asked | {"sort": "-organization-branch"})) == "abc"

    def test_a_row_that_was_changed_shows_it_too(self, annas):
        row = f"{LIST}1/row/?columns=title,organization-branch"
        sent = {"next_step": "", "next_step_on": "", "amount": "5", "owner": "", "version": 1}

        answer = annas.post(row, sent, headers={"HX-Request": "true"})

        assert cells(answer) == [["", "Retail"]]

    @pytest.mark.parametrize("more", [0, 5])
    def test_costs_the_same_however_long_it_is(
        self, annas, field, add, know, django_assert_num_queries, more
    ):
        field("number", "contact", label="Size")
        for number in range(more):
            know(add(str(number), "Care").contact, number, key="size")

        # Both fields cost what one of the deal's own does: a query for the fields, none for values.
        with django_assert_num_queries(15):
            annas.get(LIST, {"columns": "title,organization-branch,contact-size"})

    def test_many_are_changed_at_once(self, annas):
        asked = {"all": 1, "filter": "organization-branch:is:Retail"}

        page = annas.get(f"{LIST}changes/", asked)

        assert [deal.title for deal in page.context["deals"]] == ["a"]

    def test_a_program_asks_sorts_and_keeps_it(self, annas):
        asked = {"filter": "organization-branch:filled", "sort": "-organization-branch"}
        kept = {"name": "Branches", "columns": ["title", "organization-branch"]}
        kept |= asked | {"filter": [asked["filter"]]}

        found = annas.get(API, asked).json()["results"]
        made = annas.post(f"{API}views/", kept, content_type="application/json").json()

        assert [deal["title"] for deal in found] == ["a", "b"]
        assert (made["sort"], made["columns"]) == (kept["sort"], kept["columns"])
        page = annas.get(LIST, {"view": made["id"]})
        assert cells(page) == [["", "Retail"], ["", "Care"]]


class TestOfAPerson:
    """What a team writes down about somebody at a customer no manager reads, in no way."""

    @pytest.fixture(autouse=True)
    def deals(self, field, add):
        field(about="contact", label="Drinks")
        return [add("a", "Tea", "contact", "drinks"), add("b")]

    @pytest.fixture
    def view(self, anna, now):
        def view(**asked):
            question = {"filter": [], "sort": "number", "columns": [], "layout": "list"}
            return SavedView.objects.add("Drinks", question | asked, own=False, by=anna, at=now)

        return view

    @pytest.mark.parametrize(
        "asked",
        [
            {"filter": "contact-drinks:is:tea"},
            {"sort": "contact-drinks"},
            {"columns": "title,contact-drinks"},
        ],
    )
    def test_the_team_asks_it_and_a_manager_cannot(self, annas, mias, asked):
        assert annas.get(LIST, asked).status_code == 200
        assert mias.get(LIST, asked).status_code == 404
        assert mias.get(CHOOSE, asked).status_code == 404
        assert mias.get(f"{LIST}filter/", asked).status_code == 404

    def test_programs_of_managers_cannot_either(self, annas, mias):
        for name in ("filter", "sort"):
            asked = {name: "contact-drinks" + (":is:tea" if name == "filter" else "")}
            assert annas.get(API, asked).status_code == 200
            assert mias.get(API, asked).status_code == 400

    def test_nothing_offers_it_to_a_manager(self, annas, mias):
        for path in (CHOOSE, f"{LIST}filter/"):
            assert "Drinks (contact)" in annas.get(path).content.decode()
            assert "Drinks" not in mias.get(path).content.decode()

    def test_a_view_that_asks_it_is_not_for_managers(self, annas, mias, view):
        kept = view(filter=[[["title", "is", "a"], ["contact-drinks", "is", "Tea"]]])

        assert titles(annas.get(LIST, {"view": kept.pk})) == "a"
        assert mias.get(LIST, {"view": kept.pk}).status_code == 404
        assert mias.get(f"{API}views/").json() == []

    def test_a_view_that_only_shows_it_is_shown_without(self, annas, mias, view):
        kept = view(sort="contact-drinks", columns=["title", "contact-drinks"])

        assert cells(annas.get(LIST, {"view": kept.pk})) == [["", "Tea"], ["", ""]]
        page = mias.get(LIST, {"view": kept.pk})
        assert (titles(page), cells(page)) == ("ba", [[""], [""]])
        assert "Tea" not in page.content.decode()


class TestTheFile:
    @pytest.fixture(autouse=True)
    def files(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path

    @pytest.fixture
    def write(self, anna, now):
        def write(kind, *columns, **asked):
            asked = {"filter": [], "sort": "number", "columns": list(columns)} | asked
            export = Export.objects.ask(kind, asked, by=anna, at=now)
            exports.write(export, at=now)
            with export.file.open("rb") as file:
                return file.read().decode("utf-8-sig")

        return write

    def test_holds_what_we_know_of_both_customers(self, write, field, add, know):
        field("number"), field(about="contact", label="Drinks")
        know(add("a", Decimal("7.5")).contact, "Tea", key="drinks"), add("b")

        first, second = csv.DictReader(io.StringIO(write("csv")))

        assert (first["Branch (organization)"], first["Drinks (contact)"]) == ("7.5", "Tea")
        assert (second["Branch (organization)"], second["Drinks (contact)"]) == ("", "")

    def test_holds_what_the_list_shows_of_what_the_filter_asks(self, write, field, add):
        field()
        add("a", "Retail"), add("b", "Care"), add("c", "Retail")
        asked = {"filter": [[["organization-branch", "is", "Retail"]]], "sort": "-number"}

        rows = json.loads(write("json", "organization-branch", "title", **asked))

        expected = [{"Branch (organization)": "Retail", "title": title} for title in "ca"]
        assert rows == expected

    def test_what_is_asked_no_more_is_left_out_and_asks_for_nothing(
        self, write, field, add, anna, now
    ):
        branch = field()
        add("a", "Retail")
        branch.archive(by=anna, at=now)

        assert json.loads(write("json", "organization-branch", "title")) == [{"title": "a"}]
        asked = {"filter": [[["organization-branch", "is", "Retail"]]]}
        assert json.loads(write("json", **asked)) == []

    def test_every_heading_is_there_once(self, field):
        fields = [
            field(about="deal", label="Branch (organization)"),
            field(label="Branch"),
            field(about="contact"),
        ]

        assert [*parts_of([], fields)][-3:] == [
            "Branch (organization)",
            "organization-branch",
            "Branch (contact)",
        ]


def test_a_rule_asks_what_we_know_of_an_organization_and_of_no_person(field, add, anna, now):
    field(), field(about="contact", label="Drinks")
    add("a", "Retail"), add("b", "Care")
    asks = [[["organization-branch", "is", "Retail"]]]
    rule = builders.rule(by=anna, at=now, trigger="created", conditions=asks)

    shown = Rehearsal.of(rule, now).shown

    assert [deal.title for deal, _moment in shown] == ["a"]
    offered = LastingVocabulary(anna.team, now).fields
    assert ("organization-branch" in offered, "contact-drinks" in offered) == (True, False)


def test_what_is_known_is_read_once_for_a_deal_that_was_read_alone(
    field, add, django_assert_num_queries
):
    field()
    deal = Deal.objects.select_related("team", "organization", "contact").get(
        pk=add("a", "Retail").pk
    )
    with django_assert_num_queries(1):
        told = [custom_of(deal, target_of(deal.organization)) for _twice in range(2)]

    assert told == [{"branch": "Retail"}] * 2
