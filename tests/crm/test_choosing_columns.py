"""The columns of the list: which, in which order, kept in the address, in a view and in a file."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest

from crm import exports
from crm.cards import Reader
from crm.columns import Columns
from crm.exporting import parts_of
from crm.models import Deal, Export, Precision, SavedView
from tests import builders

pytestmark = pytest.mark.usefixtures("stopped_clock")

LIST = "/teams/rijnmond/deals/"
CHOOSE = LIST + "columns/"


@pytest.fixture
def floors(anna, now):
    return builders.field("Floors", "number", by=anna, at=now)


@pytest.fixture
def add(pipeline, anna, now):
    def add(title, floors=None, **extra):
        deal = builders.deal(pipeline, by=anna, at=now, title=title, **extra)
        if floors is not None:
            deal.edit({"custom": {"floors": floors}}, version=1, by=anna, at=now)
        return deal

    return add


def heads(page):
    return [heading.key for heading in page.context["headings"]]


def titles(page):
    return "".join(row.title for row in page.context["rows"])


class TestTheList:
    def test_shows_the_usual_ones_to_who_has_not_chosen(self, annas, mias, add):
        add("a")

        assert heads(annas.get(LIST))[-2:] == ["age", "owner"]
        assert heads(mias.get(LIST))[-1] == "age"

    def test_shows_what_was_chosen_in_that_order(self, annas, add, floors):
        add("a", floors=Decimal("1250.5"), source="Fair")

        page = annas.get(LIST, {"columns": "custom-floors,title,source"})

        assert heads(page) == ["custom-floors", "title", "source"]
        (row,) = page.context["rows"]
        assert [cell.text for cell in row.cells] == ["1,250.5", "", "Fair"]
        html = page.content.decode()
        assert ("1,250.5" in html, "Fair" in html, "No." in html) == (True, True, False)

    def test_days_that_are_not_known_are_not_told(self, annas, add, anna, now):
        builders.won(add("a"), by=anna, at=now)
        Deal.objects.update(opened_precision=Precision.NONE)

        page = annas.get(LIST, {"columns": "title,opened,closed", "outcome": "won"})

        assert [cell.text for cell in page.context["rows"][0].cells] == ["", "", "today"]

    @pytest.mark.parametrize("chosen", ["amount", "amount,amount"])
    def test_what_a_row_is_about_is_always_there_and_each_once(self, annas, add, chosen):
        add("a")

        assert heads(annas.get(LIST, {"columns": chosen})) == ["title", "amount"]

    def test_tags_stand_beside_the_title_or_in_their_own_column(self, annas, add, anna, now):
        add("a").edit({"tags": ["Renewal"]}, version=1, by=anna, at=now)

        for chosen in ("title", "title,tags"):
            html = annas.get(LIST, {"columns": chosen}).content.decode()
            assert html.count('<span class="pill">Renewal</span>') == 1

    def test_every_link_keeps_them(self, annas, add, floors):
        for number in range(51):
            add(str(number))

        page = annas.get(LIST, {"columns": "title,custom-floors"})

        urls = [heading.url for heading in page.context["headings"]]
        urls.append(page.context["next_url"])
        assert all("columns=title,custom-floors" in url for url in urls)
        assert ("columns", "title,custom-floors") in page.context["asked"]
        assert 'name="columns" value="title,custom-floors"' in page.content.decode()

    def test_the_board_keeps_them_too(self, annas, add):
        page = annas.get("/teams/rijnmond/board/", {"columns": "title,source", "q": "a"})

        assert f"{LIST}?q=a&amp;columns=title,source" in page.content.decode()

    @pytest.mark.parametrize(
        "line", ["x", "title,", "title,x", "custom-x", "board_rank", "title;amount"]
    )
    def test_what_nobody_knows_is_not_there(self, annas, add, line):
        assert annas.get(LIST, {"columns": line}).status_code == 404

    def test_a_manager_has_no_column_about_a_person(self, mias, add, anna, now):
        add("a").take(by=anna, at=now)

        assert mias.get(LIST, {"columns": "title,owner"}).status_code == 404
        assert "owner" not in mias.get(CHOOSE).content.decode()

    def test_a_row_that_was_changed_keeps_them(self, annas, add, floors):
        add("a", floors=Decimal(7))
        row = f"{LIST}1/row/?columns=title,custom-floors"
        sent = {"next_step": "", "next_step_on": "", "amount": "5", "owner": "", "version": 2}

        answer = annas.post(row, sent, headers={"HX-Request": "true"})

        (kept,) = answer.context["rows"]
        assert [cell.key for cell in kept.cells] == ["title", "custom-floors"]

    @pytest.mark.parametrize("many", [1, 5])
    def test_costs_the_same_however_long_it_is(
        self, annas, add, floors, django_assert_num_queries, many
    ):
        for number in range(many):
            add(str(number), floors=Decimal(number), source=str(number))

        # As the list of those who have not chosen, and the team's own fields.
        with django_assert_num_queries(15):
            annas.get(LIST, {"columns": "title,process,tags,product,source,loss,custom-floors"})


class TestOrder:
    @pytest.mark.parametrize(
        ("sort", "order"), [("custom-floors", "bca"), ("-custom-floors", "cba")]
    )
    def test_the_teams_own_fields_sort_as_what_they_are(self, annas, add, floors, sort, order):
        add("a"), add("b", floors=Decimal(9)), add("c", floors=Decimal(10))

        assert titles(annas.get(LIST, {"sort": sort})) == order

    def test_by_source(self, annas, add):
        add("a", source="web"), add("b", source="Fair"), add("c")

        assert titles(annas.get(LIST, {"sort": "source"})) == "bac"
        assert titles(annas.get(LIST, {"sort": "-source"})) == "abc"

    @pytest.mark.parametrize("sort", ["owner", "-owner", "tags", "custom-x", "--title", "-"])
    def test_by_what_nobody_sorts_is_not_there(self, annas, add, sort):
        assert annas.get(LIST, {"sort": sort}).status_code == 404

    def test_a_column_that_does_not_sort_has_no_link(self, annas, add):
        add("a")

        by = annas.get(LIST).context["headings"][-1]

        assert (by.key, by.url) == ("owner", "")


class TestChoosing:
    def choice(self, page):
        return page.context["choice"]

    def test_each_column_goes_earlier_later_or_away(self, annas, add):
        choice = self.choice(annas.get(CHOOSE, {"columns": "number,title,source", "q": "a"}))

        number, title, source = choice.shown
        assert (number.earlier_url, source.later_url, title.without_url) == ("", "", "")
        assert number.later_url == "?q=a&columns=title,number,source"
        assert source.earlier_url == "?q=a&columns=number,source,title"
        assert number.without_url == "?q=a&columns=title,source"
        assert (choice.done_url, choice.usual_url) == ("?q=a&columns=number,title,source", "?q=a")

    def test_others_can_be_added_also_the_teams_own(self, annas, add, floors):
        page = annas.get(CHOOSE, {"columns": "title"})

        offered = {str(name): url for name, url in self.choice(page).offered}
        assert offered["Floors"] == "?columns=title,custom-floors"
        assert "What" not in offered
        assert heads(annas.get(LIST + offered["Floors"])) == ["title", "custom-floors"]

    def test_the_usual_ones_need_no_word_in_the_address(self, annas, team, anna, now):
        columns = Columns(Reader(team, now, sees_people=True))
        keys = [column.key for column in columns.usual]

        choice = self.choice(annas.get(CHOOSE, {"columns": ",".join([*keys[1:], keys[0]])}))

        assert columns.as_kept(columns.usual) == ()
        assert choice.shown[-1].earlier_url != "?"
        assert self.choice(annas.get(CHOOSE, {"columns": ",".join(keys)})).done_url == "?"

    def test_a_manager_chooses_for_himself(self, mias, add, floors):
        page = mias.get(CHOOSE, {"columns": "title,custom-floors"})

        assert page.status_code == 200
        assert "Floors" in page.content.decode()

    def test_what_cannot_be_asked_is_not_there(self, annas, team):
        assert annas.get(CHOOSE, {"columns": "x"}).status_code == 404


class TestViews:
    def test_a_view_keeps_them(self, annas, add, floors):
        add("a", floors=Decimal(7))
        asked = "?columns=title,custom-floors&sort=custom-floors"
        annas.post(f"{LIST}views/{asked}", {"name": "Floors", "whose": "team"})

        view = SavedView.objects.get()
        page = annas.get(LIST, {"view": view.pk})

        assert heads(page) == view.columns == ["title", "custom-floors"]
        assert page.context["headings"][1].order == "ascending"

    @pytest.mark.parametrize(("sort", "status"), [("-custom-floors", 201), ("custom-x", 400)])
    def test_a_program_keeps_an_order_by_the_teams_own_field(self, annas, floors, sort, status):
        asked = {"name": "Floors", "sort": sort}

        answer = annas.post(
            "/api/v1/teams/rijnmond/deals/views/", asked, content_type="application/json"
        )

        assert answer.status_code == status
        assert SavedView.objects.filter(sort=sort).exists() == (status == 201)

    def test_what_is_there_no_more_is_left_out(self, annas, mias, add, floors, anna, now):
        add("a")
        question = {"filter": [], "sort": "custom-floors", "layout": "list"}
        question["columns"] = ["title", "custom-floors", "owner"]
        view = SavedView.objects.add("All", question, own=False, by=anna, at=now)
        floors.archive(by=anna, at=now)

        assert heads(annas.get(LIST, {"view": view.pk})) == ["title", "owner"]
        assert heads(mias.get(LIST, {"view": view.pk})) == ["title"]


class TestTheFile:
    @pytest.fixture(autouse=True)
    def files(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path

    @pytest.fixture
    def write(self, anna, now):
        def write(kind, *columns):
            asked = {"filter": [], "sort": "number", "columns": list(columns)}
            export = Export.objects.ask(kind, asked, by=anna, at=now)
            exports.write(export, at=now)
            with export.file.open("rb") as file:
                return file.read().decode("utf-8-sig")

        return write

    def test_holds_the_teams_own_fields_by_their_names(self, write, add, floors):
        add("a", floors=Decimal("7.5")), add("b")

        first, second = csv.DictReader(io.StringIO(write("csv")))

        assert (first["Floors"], second["Floors"]) == ("7.5", "")

    def test_holds_what_the_list_shows(self, write, add, floors):
        add("a", floors=Decimal(7), customer="Acme", amount=Decimal(5))

        (row,) = json.loads(write("json", "custom-floors", "title", "customer", "amount", "gone"))

        assert list(row.items()) == [
            ("Floors", "7"),
            ("title", "a"),
            ("organization", "Acme"),
            ("contact", ""),
            ("amount", "5.00"),
            ("currency", "EUR"),
        ]

    @pytest.mark.parametrize(
        ("kind", "kept", "told"),
        [
            ("yes_no", True, "yes"),
            ("yes_no", False, "no"),
            ("choices", ["Van", "Post"], "Van, Post"),
            ("date", "2026-11-23", date(2026, 11, 23)),
            ("text", "=1+1", "=1+1"),
            ("text", None, None),
        ],
    )
    def test_values_read_the_same_in_every_language(self, add, anna, now, team, kind, kept, told):
        options = ["Van", "Post"] if kind == "choices" else ()
        field = builders.field("Delivery", kind, options=options, by=anna, at=now)
        deal = add("a")
        deal.edit({"custom": {"delivery": kept}}, version=1, by=anna, at=now)

        assert parts_of([], [field])["Delivery"](deal, team.zone) == told

    def test_a_name_that_is_a_formula_is_harmless(self, write, add, anna, now):
        builders.field("=1+1", "text", by=anna, at=now)

        assert "'=1+1" in write("csv")

    def test_a_field_that_is_called_as_one_of_ours(self, write, add, anna, now):
        builders.field("title", "text", by=anna, at=now)
        add("a")

        (row,) = json.loads(write("json"))

        assert (row["title"], row["custom-title"]) == ("a", None)

    @pytest.mark.parametrize(
        ("sent", "columns"),
        [({}, []), ({"columns": "all"}, []), ({"columns": "shown"}, ["title", "source"])],
    )
    def test_is_asked_for_with_all_or_with_those_of_the_list(self, annas, add, sent, columns):
        annas.post(f"{LIST}exports/?columns=title,source", {"kind": "csv", **sent})

        assert Export.objects.get().columns == columns

    def test_the_usual_columns_are_columns_too(self, annas, add):
        annas.post(f"{LIST}exports/", {"kind": "csv", "columns": "shown"})

        assert Export.objects.get().columns[0] == "number"

    def test_sorted_by_what_has_gone_the_newest_stand_first(self, add, floors, anna, now):
        add("a"), add("b")
        asked = {"filter": [], "sort": "custom-floors", "columns": ["title"]}
        export = Export.objects.ask("json", asked, by=anna, at=now)
        floors.archive(by=anna, at=now)

        exports.write(export, at=now)

        with export.file.open("rb") as file:
            assert [row["title"] for row in json.load(file)] == ["b", "a"]
