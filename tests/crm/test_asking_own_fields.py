"""The team's own fields in a filter: compared as what they are, wherever deals are looked for."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from crm.cards import Reader
from crm.filters import Filter, Vocabulary
from crm.models import Deal, SavedView
from crm.refusals import FilterError
from tests import builders

LIST = "/teams/rijnmond/deals/"
BOARD = "/teams/rijnmond/board/"


@pytest.fixture
def vocabulary(team, anna, now):
    return Vocabulary(Reader(team, now, sees_people=True), anna.user)


@pytest.fixture
def field(anna, now):
    def field(kind, options=(), label="Delivery"):
        return builders.field(label, kind, options=options, by=anna, at=now)

    return field


@pytest.fixture
def add(pipeline, anna, now):
    """A deal of this title, in which this stands under the field."""

    def add(title, value=None, key="delivery"):
        deal = builders.deal(pipeline, by=anna, at=now, title=title)
        deal.edit({"custom": {key: value}}, version=1, by=anna, at=now)
        return deal

    return add


@pytest.fixture
def found(team, vocabulary):
    """The titles that a line about the field finds."""

    def found(line):
        asked = Filter.read([f"custom-delivery:{line}"], vocabulary)
        return sorted(team.deals.filter(asked.q).values_list("title", flat=True))

    return found


class TestFinding:
    @pytest.mark.parametrize(
        ("line", "titles"),
        [
            ("contains:AN", "a"),
            ("contains-not:an", "bc"),
            ("is:van 7", "a"),
            ("is-not:van 7", "bc"),
            ("empty", "c"),
            ("filled", "ab"),
            ("contains:%", ""),
        ],
    )
    @pytest.mark.parametrize("kind", ["text", "long_text"])
    def test_texts(self, field, add, found, kind, line, titles):
        field(kind)
        add("a", "Van 7"), add("b", "Bike"), add("c")

        assert "".join(found(line)) == titles

    @pytest.mark.parametrize(
        ("line", "titles"),
        [
            ("at-least:10", "bc"),
            ("at-most:9.5", "ad"),
            ("between:-5..9.5", "ad"),
            ("is:10.0", "b"),
            ("empty", "e"),
            ("filled", "abcd"),
        ],
    )
    def test_numbers_are_no_texts(self, field, add, found, line, titles):
        field("number")
        for title, value in (("a", "9.5"), ("b", 10), ("c", 100), ("d", -5), ("e", None)):
            add(title, value and Decimal(value))

        assert "".join(found(line)) == titles

    def test_money(self, field, add, found):
        field("money")
        add("a", Decimal("9.50")), add("b", Decimal(100)), add("c")

        assert (found("at-least:50"), found("empty")) == (["b"], ["c"])

    @pytest.mark.parametrize(
        ("line", "titles"),
        [
            ("is:2026-11-23", "a"),
            ("before:2026-11-24", "a"),
            ("after:2026-11-23", "b"),
            ("next:30", "ab"),
            ("this:week", "a"),
            ("empty", "c"),
        ],
    )
    def test_days(self, field, add, found, line, titles):
        field("date")
        add("a", "2026-11-23"), add("b", "2026-12-01"), add("c")

        assert "".join(found(line)) == titles

    @pytest.mark.parametrize(
        ("line", "titles"),
        [("is:yes", "a"), ("is:no", "b"), ("is-not:yes", "bc"), ("empty", "c"), ("filled", "ab")],
    )
    def test_yes_and_no(self, field, add, found, line, titles):
        field("yes_no")
        add("a", True), add("b", False), add("c")

        assert "".join(found(line)) == titles

    @pytest.mark.parametrize(
        ("line", "titles"),
        [("is:Van", "a"), ("is-not:Van", "bc"), ("is:Van|custom-delivery:is:By post", "ab")],
    )
    @pytest.mark.parametrize("several", [False, True])
    def test_what_was_chosen(self, field, add, found, several, line, titles):
        field("choices" if several else "choice", ["Van", "By post"])
        for title, value in (("a", "Van"), ("b", "By post")):
            add(title, [value] if several else value)
        add("c")

        assert "".join(found(line)) == titles
        assert found("empty") == ["c"]

    def test_addresses(self, field, add, found):
        field("url")
        add("a", "https://example.com/x")

        assert (found("contains:EXAMPLE"), found("empty")) == (["a"], [])

    @pytest.mark.parametrize("label", ["Contains", "In", "Range", "Key", "Isnull"])
    def test_a_field_may_be_called_as_the_database_calls_things(
        self, field, add, team, vocabulary, label
    ):
        key = field("text", label=label).key
        add("a", "Van", key=key), add("b", key=key)

        for line, title in ((f"custom-{key}:is:van", "a"), (f"custom-{key}:empty", "b")):
            assert team.deals.get(Filter.read([line], vocabulary).q).title == title

    def test_what_another_team_keeps_under_the_same_key_does_no_harm(
        self, field, add, vocabulary, carla, now
    ):
        field("number")
        add("ours", Decimal(7))
        builders.field("Delivery", "text", by=carla, at=now)
        theirs = builders.deal(builders.pipeline(carla.team, at=now), by=carla, at=now)
        theirs.edit({"custom": {"delivery": "Van"}}, version=1, by=carla, at=now)

        asked = Filter.read(["custom-delivery:at-least:5"], vocabulary)

        # Without a word about the team every deal is looked at.
        assert Deal.objects.get(asked.q).title == "ours"


class TestRefusing:
    @pytest.mark.parametrize(
        "line",
        ["is:1e3", "is:NaN", "is:-", "is:123456789", "is:1.23456", "contains:1", "at-least:", "x"],
    )
    def test_what_is_no_number(self, field, found, line):
        field("number")

        with pytest.raises(FilterError, match=r"\w+.*\.$"):
            found(line)

    @pytest.mark.parametrize(("kind", "line"), [("choice", "is:Bike"), ("yes_no", "is:True")])
    def test_what_cannot_be_chosen(self, field, found, kind, line):
        field(kind, ["Van"] if kind == "choice" else ())

        with pytest.raises(FilterError):
            found(line)

    def test_a_field_that_is_away_or_anothers_or_about_something_else(
        self, field, found, carla, anna, now
    ):
        builders.field("Delivery", by=carla, at=now)
        builders.field("Delivery", target="organization", by=anna, at=now)
        with pytest.raises(FilterError, match="Nobody knows"):
            found("empty")

    def test_what_is_asked_no_more_is_said_in_a_view(self, field, vocabulary, anna, now):
        field("text").archive(by=anna, at=now)

        kept = Filter.kept([[["custom-delivery", "is", "Van"]]], vocabulary)

        assert kept == (Filter(), ["Nobody knows this field."])


def test_numbers_are_told_as_the_reader_writes_them(field, vocabulary):
    field("number")
    (read,) = Filter.read(["custom-delivery:between:-1.5..1250.25"], vocabulary)

    assert read.words == "Delivery is between -1.5 and 1,250.25"
    with override("nl"):
        assert read.words == "Delivery ligt tussen -1,5 en 1.250,25"


@pytest.mark.usefixtures("stopped_clock")
class TestThePages:
    @pytest.fixture
    def deals(self, field, add):
        field("choice", ["Van", "By post"])
        return add("a", "Van"), add("b")

    @pytest.mark.parametrize("who", ["annas", "mias"])
    def test_the_list_and_the_board_show_what_was_asked(self, request, deals, who):
        client, line = request.getfixturevalue(who), {"filter": "custom-delivery:is:Van"}

        page = client.get(LIST, line)
        assert [row.title for row in page.context["rows"]] == ["a"]
        assert "Delivery is Van" in page.content.decode()

        columns = client.get(BOARD, line).context["columns"]
        assert [card.title for column in columns for card in column.cards] == ["a"]

    def test_it_is_offered_where_a_filter_is_built(self, annas, deals):
        page = annas.get(f"{LIST}filter/", {"do": "add", "new": "custom-delivery"})

        assert ">By post</option>" in page.content.decode()
        rows = {"row0-field": "custom-delivery", "row0-operator": "is", "row0-value": "By post"}
        shown = annas.get(f"{LIST}filter/", rows | {"do": "show"})
        assert "filter=custom-delivery:is:By+post" in shown["Location"]

    def test_a_number_is_typed_as_the_reader_writes_it(self, annas, field):
        field("number")
        rows = {"row0-field": "custom-delivery", "row0-operator": "at-least"}

        shown = annas.get(f"{LIST}filter/", rows | {"row0-value": "-1,250.5", "do": "show"})
        refused = annas.get(f"{LIST}filter/", rows | {"row0-value": "1e3", "do": "show"})

        assert "filter=custom-delivery:at-least:-1250.5" in shown["Location"]
        assert refused.status_code == 422

    def test_a_view_keeps_it(self, annas, deals):
        annas.post(f"{LIST}views/?filter=custom-delivery:is:Van", {"name": "Vans", "whose": "me"})

        page = annas.get(LIST, {"view": SavedView.objects.get().pk})

        assert [row.title for row in page.context["rows"]] == ["a"]

    def test_many_are_changed_at_once(self, annas, deals):
        page = annas.get(f"{LIST}changes/", {"all": 1, "filter": "custom-delivery:is:Van"})

        assert [deal.title for deal in page.context["deals"]] == ["a"]

    def test_who_does_not_ask_for_it_does_not_pay_for_it(self, annas, deals):
        with CaptureQueriesContext(connection) as asked:
            annas.get(LIST, {"filter": "amount:empty"})

        assert not any("crm_fielddefinition" in query["sql"] for query in asked)
