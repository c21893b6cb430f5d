"""A team adds fields of its own, and what it fills in there is kept as it was meant."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from crm import comparing, custom
from crm.models import Deal, FieldDefinition, FieldError, StaleDeal, StaleField
from teams.models import LogEntry
from tests import builders
from tests.bad_input.catalogue import texts

pytestmark = pytest.mark.usefixtures("stopped_clock")

FIELDS = "/teams/rijnmond/fields/"
DETAILS = "/teams/rijnmond/deals/1/details/"
API = "/api/v1/teams/rijnmond/"
JSON = {"content_type": "application/json"}


@pytest.fixture
def add(anna, now):
    def add(label="Delivery", kind="text", options=(), target="deal", by=anna):
        return FieldDefinition.objects.add(target, label, kind, options=options, by=by, at=now)

    return add


def labels(team):
    return [field.label for field in team.fields.living().in_order()]


class TestTheList:
    def test_a_new_field_comes_last_and_is_told(self, add, team):
        add("Delivery")
        field = add(" Contract \n until", "date")

        assert (field.key, field.label, field.position) == ("contract-until", "Contract until", 2)
        assert LogEntry.objects.about(field).get().details["field"] == "Contract until"

    @pytest.mark.parametrize(
        ("label", "key"),
        [("2024", "f2024"), ("Ünïcode _x_", "unicode-x"), ("日本", "f"), ("L" * 60, "l" * 36)],
    )
    def test_its_key_begins_with_a_letter(self, add, label, key):
        assert add(label).key == key

    def test_a_key_is_given_once_and_stays(self, add, anna, now):
        first = add("Delivery")
        first.archive(by=anna, at=now)
        again = add("Delivery")
        again.edit("Shipping", version=1, by=anna, at=now)

        assert (first.key, again.key, again.label) == ("delivery", "delivery-2", "Shipping")

    @pytest.mark.parametrize("label", ["", " \u200b "])
    def test_a_field_has_a_name(self, add, label):
        with pytest.raises(FieldError, match="a name"):
            add(label)

    def test_two_fields_about_the_same_do_not_have_the_same_name(self, add):
        add("Delivery")
        add("Delivery", target="organization")

        with pytest.raises(FieldError, match="“DELIVERY” already"):
            add("DELIVERY")

    def test_there_are_no_more_than_a_form_can_bear(self, add, anna, now):
        fields = [add(f"Field {number}") for number in range(40)]

        with pytest.raises(FieldError, match="40 fields"):
            add("One more")

        fields[0].archive(by=anna, at=now)
        add("One more")
        with pytest.raises(FieldError, match="40 fields"):
            fields[0].restore(by=anna, at=now)

    @pytest.mark.parametrize("options", [[], [" "], ["x" * 61], [str(n) for n in range(51)]])
    def test_a_list_has_something_to_choose_from(self, add, options):
        with pytest.raises(FieldError):
            add(kind="choice", options=options)

    def test_what_there_is_to_choose_from_stands_there_once(self, add):
        assert add(kind="choice", options=["Van", " van ", "Post", ""]).options == ["van", "Post"]

    def test_the_database_keeps_lists_and_options_together(self, add):
        field = add()

        with pytest.raises(IntegrityError, match="lists_alone_have_options"), transaction.atomic():
            FieldDefinition.objects.filter(pk=field.pk).update(options=["Van"])

    def test_a_field_takes_another_place(self, add, team, anna, now):
        for label in ("A", "B", "C"):
            last = add(label)

        last.place(1, by=anna, at=now)
        assert labels(team) == ["C", "A", "B"]
        last.place(99, by=anna, at=now)
        assert labels(team) == ["A", "B", "C"]

    def test_who_changes_it_second_is_told(self, add, anna, bram, now):
        field = add(kind="choice", options=["Van"])
        stale = FieldDefinition.objects.get(pk=field.pk)
        entry = field.edit("Delivery", ["Van", "Post"], version=1, by=anna, at=now)

        assert (entry.details["old"], entry.details["new"]) == (
            {"options": ["Van"]},
            {"options": ["Van", "Post"]},
        )
        assert field.edit("Delivery", version=1, by=anna, at=now) is None
        with pytest.raises(StaleField):
            stale.edit("Shipping", version=1, by=bram, at=now)
        assert stale.options == ["Van", "Post"]

    def test_it_is_archived_once_and_comes_back_once(self, add, anna, now):
        field = add()
        field.archive(by=anna, at=now)
        with pytest.raises(StaleField):
            field.archive(by=anna, at=now)
        add("Delivery")
        with pytest.raises(FieldError, match="already"):
            field.restore(by=anna, at=now)
        with pytest.raises(FieldError, match="already"):
            add("Other").edit("delivery", version=1, by=anna, at=now)


KEPT = [
    ("text", " Two\tvans ", "Two vans", "Two vans"),
    ("long_text", "a \r\n\r\n b ", "a\n\n b", "a\n\n b"),
    ("number", Decimal("-1250.50"), "-1250.5", "-1.250,5"),
    ("number", 1000, "1000", "1.000"),
    ("number", "0.00", "0", "0"),
    ("money", Decimal("1E+3"), "1000", "€\xa01.000"),
    ("date", date(2026, 11, 3), "2026-11-03", "3 nov 2026"),
    ("date", "2026-11-03", "2026-11-03", "3 nov 2026"),
    ("yes_no", True, True, "Ja"),
    ("yes_no", False, False, "Nee"),
    ("choice", "Van", "Van", "Van"),
    ("choices", ["Post", "Van", "Post"], ["Van", "Post"], "Van, Post"),
    ("url", " https://example.com/a ", "https://example.com/a", "https://example.com/a"),
    ("text", "", None, ""),
    ("text", "\u200b", None, ""),
    ("choices", [], None, ""),
]
REFUSED = [
    ("text", "x" * 201), ("text", "a\0b"), ("text", 5), ("long_text", "x" * 4001),
    ("number", "NaN"), ("number", "1e9"), ("number", "abc"), ("number", "0.00001"), ("number", {}),
    ("money", "-1"), ("money", "1.005"), ("money", Decimal("Infinity")),
    ("date", "1989-12-31"), ("date", "2101-01-01"), ("date", "tomorrow"), ("date", 5),
    ("yes_no", "yes"), ("yes_no", 1), ("choice", "Bike"), ("choice", {}), ("choices", "Van"),
    ("choices", ["Bike"]), ("choices", [{}]), ("url", "javascript:alert(1)"),
    ("url", "example"), ("url", "ftp://example.com"), ("url", "https://example.com/" + "x" * 500),
]  # fmt: skip


class TestValues:
    def field(self, add, kind):
        return add(kind=kind, options=["Van", "Post"] if "choice" in kind else ())

    @pytest.mark.parametrize(("kind", "value", "kept", "text"), KEPT)
    def test_are_kept_as_meant_and_shown_in_the_readers_language(
        self, add, kind, value, kept, text
    ):
        field = self.field(add, kind)

        assert field.to_keep(value) == kept
        with translation.override("nl"):
            assert custom.text_of(field, kept) == text

    @pytest.mark.parametrize(("kind", "value"), REFUSED)
    def test_what_a_field_cannot_hold_is_refused_by_name(self, add, kind, value):
        with pytest.raises(FieldError, match=r"^Delivery: "):
            self.field(add, kind).to_keep(value)

    def test_what_was_chosen_before_may_stay(self, add):
        one, several = self.field(add, "choice"), add("By", "choices", ["Van", "Post"])

        assert one.to_keep("Bike", "Bike") == "Bike"
        assert several.to_keep(["Bike", "Van"], ["Bike"]) == ["Van", "Bike"]

    @pytest.mark.parametrize("kind", list(custom._ASKERS))
    def test_whatever_is_typed_is_kept_or_refused(self, add, kind):
        field = self.field(add, kind)
        asked = custom.form_field(field)
        for each in texts():
            typed = [each.text] if kind == "choices" else each.text
            try:
                cleaned = asked.clean(typed)
            except custom.ValidationError:
                continue
            kept = field.to_keep(cleaned)
            assert field.to_keep(kept) == kept
            assert isinstance(custom.text_of(field, kept), str)


class TestOnADeal:
    def test_values_are_kept_beside_those_that_stand_there(self, deal, add, anna, now):
        add(), add("Floors", "number")
        deal.edit({"custom": {"delivery": "Van"}}, version=1, by=anna, at=now)

        entry = deal.edit({"custom": {"floors": 3, "delivery": "Van"}}, version=2, by=anna, at=now)

        assert deal.custom == {"delivery": "Van", "floors": "3"}
        assert (entry.details["old"], entry.details["new"]) == (
            {"custom": {"floors": None}},
            {"custom": {"floors": "3"}},
        )

    def test_an_empty_value_is_not_kept(self, deal, add, anna, now):
        add()
        deal.edit({"custom": {"delivery": "Van"}}, version=1, by=anna, at=now)
        deal.edit({"custom": {"delivery": ""}}, version=2, by=anna, at=now)

        assert deal.custom == {}

    def test_nothing_new_writes_nothing(self, deal, add, anna, now):
        add()

        assert deal.edit({"custom": {"delivery": ""}}, version=1, by=anna, at=now) is None

    @pytest.mark.parametrize("key", ["nothing", "away", "about-others"])
    def test_a_field_that_is_not_asked_for_is_refused(self, deal, add, anna, now, key):
        add("Away").archive(by=anna, at=now)
        add("About others", target="organization")

        with pytest.raises(FieldError, match=f"no field “{key}”"):
            deal.edit({"custom": {key: "x"}}, version=1, by=anna, at=now)

    def test_another_teams_field_is_none_of_ours(self, deal, add, anna, carla, now):
        add(by=carla)

        with pytest.raises(FieldError, match="no field"):
            deal.edit({"custom": {"delivery": "x"}}, version=1, by=anna, at=now)

    def test_who_comes_second_is_told(self, deal, add, anna, bram, now):
        add()
        deal.edit({"custom": {"delivery": "Van"}}, version=1, by=bram, at=now)

        with pytest.raises(StaleDeal):
            deal.edit({"custom": {"delivery": "Post"}}, version=1, by=anna, at=now)
        assert deal.custom == {"delivery": "Van"}


class TestSortingAndComparing:
    @pytest.mark.parametrize(
        ("kind", "values"),
        [
            ("number", ["-2", "9", "10"]),
            ("money", ["9.5", "10"]),
            ("date", ["2026-01-02", "2026-11-01"]),
            ("text", ["apple", "Box", "cup"]),
            ("yes_no", [False, True]),
        ],
    )
    def test_goes_by_what_is_meant(self, pipeline, add, anna, now, kind, values):
        field = add(kind=kind)
        for value in reversed(values):
            deal = builders.deal(pipeline, by=anna, at=now)
            deal.edit({"custom": {"delivery": value}}, version=1, by=anna, at=now)
        builders.deal(pipeline, by=anna, at=now)

        deals = Deal.objects.annotate(known=comparing.expression(field)).order_by("known")
        assert [deal.custom.get("delivery") for deal in deals] == [*values, None]

    @pytest.mark.parametrize(("kind", "value"), [("choice", "Van"), ("choices", ["Van", "Post"])])
    def test_finds_what_was_chosen(self, deal, add, anna, now, kind, value):
        field = add(kind=kind, options=["Van", "Post"])
        deal.edit({"custom": {"delivery": value}}, version=1, by=anna, at=now)

        assert Deal.objects.get(comparing.holding(field, "Van")) == deal
        assert Deal.objects.filter(comparing.holding(field, "Bike")).count() == 0


class TestTheDealPage:
    def send(self, client, **changes):
        usual = {
            "version": 1,
            "title": "Wi-Fi",
            "amount": "",
            "source": "",
            "expected_close_on": "",
        }
        return client.post(DETAILS, usual | changes)

    def test_asks_for_the_fields_and_shows_what_stands_there(self, annas, mias, deal, add):
        add(kind="choices", options=["Van", "Post"])
        add("Floors", "number"), add("Site", "url"), add("Sure", "yes_no")
        filled = {"custom-delivery": ["Van", "Post"], "custom-floors": "1,250.5"}
        filled |= {"custom-site": "https://example.com", "custom-sure": "no"}

        assert self.send(annas, **filled).status_code == 302

        for reader in (annas, mias):
            page = reader.get("/teams/rijnmond/deals/1/").content.decode()
            assert all(text in page for text in ("Van, Post", "1,250.5", "Sure", "No"))
            assert 'href="https://example.com"' in page

    def test_says_what_is_wrong_beside_the_field(self, annas, deal, add):
        add("Floors", "number")

        answer = self.send(annas, **{"custom-floors": "1.2.3"})

        assert answer.status_code == 422
        assert list(answer.context["edit_form"].errors) == ["custom-floors"]
        assert 'value="1.2.3"' in answer.content.decode()
        assert Deal.objects.get().version == 1

    def test_shows_yours_and_theirs(self, annas, deal, add, bram, now):
        add(), add("Sure", "yes_no"), add("By", "choices", ["Van", "Post"])
        theirs = {"delivery": "Van", "sure": True, "by": ["Post"]}
        deal.edit({"custom": theirs}, version=1, by=bram, at=now)

        answer = self.send(annas, **{"custom-delivery": "Post", "custom-by": ["Van"]})

        errors = answer.context["edit_form"].errors
        assert answer.status_code == 409
        assert errors["custom-delivery"] == ["It now says: Van"]
        assert errors["custom-sure"] == ["It now says: Yes"]
        assert errors["custom-by"] == ["It now says: Post"]
        page = answer.content.decode()
        assert 'value="Post"' in page
        assert answer.context["edit_form"]["custom-by"].value() == ["Van"]

    @pytest.mark.parametrize("many", [1, 5])
    def test_costs_the_same_for_many_fields(
        self, annas, deal, add, django_assert_num_queries, many
    ):
        for number in range(many):
            add(f"Field {number}")

        with django_assert_num_queries(23):
            annas.get("/teams/rijnmond/deals/1/")

    def test_takes_nothing_for_a_field_that_is_archived_in_this_very_moment(
        self, annas, add, deal, anna, now
    ):
        field = add("Delivery")
        asked = iter([False, True])  # the form asks for the fields, and then the rule

        def meanwhile(execute, sql, *words):
            if sql.startswith("SELECT") and "crm_fielddefinition" in sql and next(asked, False):
                field.archive(by=anna, at=now)
            return execute(sql, *words)

        with connection.execute_wrapper(meanwhile):
            answer = self.send(annas, **{"custom-delivery": "By boat"})

        assert answer.status_code == 422
        assert "There is no field “delivery”." in answer.content.decode()
        assert Deal.objects.get().custom == {}


class TestThePageOfTheFields:
    def test_a_member_adds_one(self, annas, team):
        data = {"target": "deal", "label": "By", "type": "choice", "options": "Van\r\nPost"}

        assert annas.post(FIELDS, data).status_code == 302
        assert team.fields.get().options == ["Van", "Post"]
        assert "Van, Post" in annas.get(FIELDS).content.decode()

    @pytest.mark.parametrize(
        ("changes", "wrong"),
        [
            ({"label": ""}, "label"),
            ({"type": "magic"}, "type"),
            ({"type": "choice", "options": ""}, "options"),
            ({"label": "DELIVERY"}, "label"),
        ],
    )
    def test_what_is_wrong_is_said_beside_it(self, annas, add, team, changes, wrong):
        add()
        data = {"target": "deal", "label": "By", "type": "text", "options": ""} | changes

        answer = annas.post(FIELDS, data)

        assert answer.status_code == 422
        assert list(answer.context["sections"][0]["form"].errors) == [wrong]
        assert labels(team) == ["Delivery"]

    def test_a_member_renames_places_archives_and_restores(self, annas, add, team):
        first, second = add("A", "choice", ["x"]), add("B")

        annas.post(f"{FIELDS}{first.pk}/", {"label": "C", "options": "x\ny", "version": 1})
        annas.post(f"{FIELDS}{second.pk}/place/", {"position": 1})
        assert labels(team) == ["B", "C"]
        annas.post(f"{FIELDS}{second.pk}/archiving/")
        assert labels(team) == ["C"]
        assert "No longer asked for" in annas.get(FIELDS).content.decode()
        annas.post(f"{FIELDS}{second.pk}/restoring/")
        assert labels(team) == ["C", "B"]

    def test_who_comes_second_sees_it_and_may_send_again(self, annas, add, bram, now):
        field = add()
        field.edit("Shipping", version=1, by=bram, at=now)

        answer = annas.post(f"{FIELDS}{field.pk}/", {"label": "Transport", "version": 1})

        page = answer.content.decode()
        assert answer.status_code == 409
        assert all(text in page for text in ("Shipping", 'value="Transport"', "Look at it again"))

    def test_what_is_refused_is_said(self, annas, add):
        field = add()

        assert annas.post(f"{FIELDS}{field.pk}/", {"label": "", "version": 1}).status_code == 422
        annas.post(f"{FIELDS}{field.pk}/place/", {"position": "x"})
        annas.post(f"{FIELDS}{field.pk}/restoring/")
        page = annas.get(FIELDS).content.decode()
        assert "Enter a whole number" in page
        assert "Someone changed this field" in page

    def test_a_manager_reads_and_is_offered_nothing(self, mias, add):
        add()
        page = mias.get(FIELDS).content.decode()

        assert "Delivery" in page
        assert "New field" not in page

    def test_the_page_about_the_team_leads_there(self, annas):
        assert FIELDS in annas.get("/teams/rijnmond/people/").content.decode()


class TestForPrograms:
    def test_the_fields_are_read_and_changed(self, annas, add):
        draft = {"target": "deal", "label": "By", "type": "choice", "options": ["Van"]}
        made = annas.post(f"{API}fields/", draft, **JSON)
        assert (made.status_code, made.json()["key"]) == (201, "by")
        one = f"{API}fields/{made.json()['id']}/"

        changed = annas.patch(one, {"label": "Way", "options": ["Post"], "version": 1}, **JSON)
        placed = annas.put(f"{one}place/", {"position": 1}, **JSON)
        away = annas.post(f"{one}archiving/", {}, **JSON)
        back = annas.post(f"{one}restoring/", {}, **JSON)

        assert changed.json()["label"] == "Way"
        assert (placed.status_code, away.json()["is_archived"]) == (200, True)
        assert back.json()["is_archived"] is False
        assert [field["key"] for field in annas.get(f"{API}fields/").json()] == ["by"]

    def test_a_deals_values_are_sent_and_read_by_key(self, annas, deal, add):
        add(), add("Floors", "number")

        sent = {"version": 1, "custom": {"floors": "3", "delivery": None}}
        answer = annas.patch(f"{API}deals/1/", sent, **JSON)

        assert answer.json()["custom"] == {"floors": "3"}
        assert annas.get(f"{API}deals/1/").json()["custom"] == {"floors": "3"}

    @pytest.mark.parametrize(
        ("sent", "named"),
        [
            ("x", "custom"),
            ({"nothing": 1}, "nothing"),
            ({"floors": "many"}, "floors"),
            ({"\ud800": 1}, "\\ud800"),
        ],
    )
    def test_what_is_wrong_is_named(self, annas, deal, add, sent, named):
        add("Floors", "number")

        answer = annas.patch(f"{API}deals/1/", {"version": 1, "custom": sent}, **JSON)

        assert answer.status_code == 400
        assert named in str(answer.json())
        assert Deal.objects.get().version == 1
