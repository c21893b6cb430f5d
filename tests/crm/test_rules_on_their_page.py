"""The rules of the team on their pages and for programs."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from crm.models import Rule, Source, Tag
from crm.models.definition import FieldQuerySet
from tests import builders

RULES = "/teams/rijnmond/rules/"
API = "/api/v1/teams/rijnmond/rules/"
JSON = {"content_type": "application/json"}
QUERIES_OF_THE_LIST = 11
DAY = timedelta(days=1)
TYPED = {"name": "Call them", "trigger": "created", "activity_title": "Call the customer"}
ROW = {
    "row0-field": "amount",
    "row0-join": "and",
    "row0-operator": "at-least",
    "row0-value": "1000",
}


@pytest.fixture
def rule(anna, now):
    return builders.rule(by=anna, at=now)


class TestTheList:
    def test_an_empty_one_says_what_will_be_here(self, annas, mias):
        assert "New rule" in annas.get(RULES).text
        text = mias.get(RULES).text
        assert "No rules yet" in text
        assert "New rule" not in text

    def test_rules_in_words(self, annas, mias, rule, stages, anna, now):
        builders.rule(
            name="Old offers",
            trigger="aged",
            days=10,
            stage=stages[1],
            mails=True,
            activity_in_days=2,
            by=anna,
            at=now,
        ).switch_off(by=anna, at=now)

        for client in (annas, mias):
            text = client.get(RULES).text
            assert "A deal is new." in text
            assert "Call “Call the customer” is planned for the same day." in text
            assert "A deal stands in Proposal for 10 days." in text
            assert "planned, due 2 days later." in text
            assert "Switched off" in text

    @pytest.mark.parametrize(
        ("wanted", "words"),
        [
            ({"trigger": "moved"}, "A deal comes into another stage."),
            ({"trigger": "moved", "stage": 1}, "A deal comes into Proposal."),
            ({"trigger": "aged", "days": 1}, "A deal stands in its stage for 1 day."),
            ({"trigger": "overdue", "days": 1}, "The next step of a deal is 1 day late."),
            (
                {"trigger": "overdue", "days": 3, "stage": 1},
                "The next step of a deal in Proposal is 3 days late.",
            ),
            ({"activity_title": "", "mails": True}, "Whoever looks after the deal gets a mail"),
        ],
    )
    def test_each_kind_has_its_words(self, annas, stages, anna, now, wanted, words):
        stage = stages[wanted["stage"]] if "stage" in wanted else None
        builders.rule(by=anna, at=now, **{**wanted, "stage": stage})

        assert words in annas.get(RULES).text

    def test_as_few_queries_for_many(self, annas, anna, now, django_assert_num_queries):
        conditions = [[["stage", "is", "1"]], [["tag", "is", "1"]]]
        builders.field("Floors", "number", by=anna, at=now)
        given = {
            "source": builders.chosen(Source, anna.team, "Trade fair"),
            "custom": {"floors": "3"},
            "conditions": conditions,
        }
        for number in range(4):
            builders.rule(name=f"Rule {number}", **given, by=anna, at=now)
            annas.get(RULES)
            with django_assert_num_queries(QUERIES_OF_THE_LIST):
                annas.get(RULES)


class TestWritingOne:
    def test_an_empty_form(self, annas):
        response = annas.get(f"{RULES}draft/")

        assert response.status_code == 200
        assert "it works for every deal" in response.text

    def test_it_is_kept(self, annas, stages):
        response = annas.post(RULES, {**TYPED, **ROW, "days": "", "stage": stages[0].pk})

        rule = Rule.objects.get()
        assert response.url == f"{RULES}{rule.pk}/"
        assert rule.conditions == [[["amount", "at-least", "1000"]]]
        page = annas.get(response.url).text
        assert "Amount is at least 1,000" in page
        assert "is kept" in page

    def test_a_row_more_and_a_row_less_keep_what_was_typed(self, annas):
        more = annas.post(RULES, {**TYPED, "do": "add", "new": "amount", "stage": "\x00"})
        less = annas.post(RULES, {**TYPED, **ROW, "do": "remove-0", "mails": "on"})

        assert 'name="row0-field" value="amount"' in more.text
        assert "row0-field" not in less.text
        for response in (more, less):
            assert response.status_code == 200
            assert 'value="Call the customer"' in response.text
        assert not Rule.objects.exists()

    def test_a_row_asks_for_what_it_is_compared_with(self, annas):
        row = {**ROW, "row0-operator": "between"}

        rows = annas.get(f"{RULES}draft/", row, headers={"HX-Request": "true"}).text

        assert ('name="row0-value" value="1000"' in rows, 'name="row0-until"' in rows) == (
            True,
        ) * 2
        assert "<form" not in rows
        assert "is-invalid" not in rows

    def test_a_row_that_was_added_is_where_one_goes_on(self, annas):
        more = annas.post(RULES, {**TYPED, **ROW, "do": "add", "new": "amount"}).text

        (begun,) = re.findall(r"<select[^>]*autofocus[^>]*>", more)
        assert 'name="row1-operator"' in begun

    def test_a_row_that_says_too_little_is_where_one_goes_on(self, annas):
        answer = annas.post(RULES, {**TYPED, **ROW, "row0-operator": "between"})

        (begun,) = re.findall(r"<input[^>]*autofocus[^>]*>", answer.text)
        assert (answer.status_code, 'name="row0-until"' in begun) == (422, True)

    def test_a_dry_run_writes_nothing(self, annas, deal):
        response = annas.post(RULES, {**TYPED, "do": "try"})

        assert response.status_code == 200
        assert "It would have worked" in response.text
        assert f"/deals/{deal.number}/" in response.text
        assert not Rule.objects.exists()

    def test_a_dry_run_of_late_steps_says_what_it_counts(self, annas, deal, anna, now):
        deal.plan_step("Call", now.date(), by=anna, at=now)

        late = annas.post(RULES, {**TYPED, "trigger": "overdue", "days": 1, "do": "try"})
        new = annas.post(RULES, {**TYPED, "do": "try"})

        assert "is done by now, or put off, is not among them" in late.text
        assert "is done by now" not in new.text

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"name": ""}, "This field is required"),
            ({"activity_title": ""}, "what is to be done"),
            ({"trigger": "aged"}, "how many days"),
            ({"trigger": "overdue"}, "how many days"),
            ({**ROW, "row0-value": "a lot"}, "Write the amount in digits"),
            ({"custom-floors": "many"}, "Write the number in digits"),
        ],
    )
    @pytest.mark.parametrize("act", ["", "try"])
    def test_what_is_wrong_is_said_and_the_rest_kept(self, annas, anna, now, wrong, sentence, act):
        builders.field("Floors", "number", by=anna, at=now)

        response = annas.post(RULES, {**TYPED, "tag": "", **wrong, "do": act})

        assert response.status_code == 422
        assert sentence in response.text
        assert not Rule.objects.exists()


class TestTheRule:
    def test_what_it_did(self, annas, mias, deal, rule, now):
        assert "Nothing yet" in annas.get(f"{RULES}{rule.pk}/").text
        rule.runs.create(team=deal.team, deal=deal, visit=1, at=now)

        for client in (annas, mias):
            text = client.get(f"{RULES}{rule.pk}/").text
            assert f"/deals/{deal.number}/" in text
            assert "Nothing yet" not in text
        assert f'action="{RULES}' not in mias.get(f"{RULES}{rule.pk}/").text

    def test_a_deal_in_the_recycle_bin_has_no_link(self, annas, deal, rule, anna, now):
        rule.runs.create(team=deal.team, deal=deal, visit=1, at=now)
        deal.discard(by=anna, at=now)

        text = annas.get(f"{RULES}{rule.pk}/").text

        assert "In the recycle bin" in text
        assert f"/deals/{deal.number}/" not in text

    def test_a_condition_that_means_nothing_any_more(self, annas, rule):
        Rule.objects.update(conditions=[[["tag", "is", "999"]]])

        assert "this rule does nothing" in annas.get(f"{RULES}{rule.pk}/").text

    def test_it_is_changed(self, annas, rule, anna):
        tag = builders.chosen(Tag, anna.team, "New")

        response = annas.post(f"{RULES}{rule.pk}/", {**TYPED, "tag": tag.pk, "version": 1})

        assert response.status_code == 302
        assert Rule.objects.get().tag == tag
        assert "The deal gets the tag “New”." in annas.get(f"{RULES}{rule.pk}/").text

    def test_it_gives_a_source_and_values(self, annas, rule, anna, now):
        builders.field("Floors", "number", by=anna, at=now)
        builders.field("Doors", "choices", by=anna, at=now, options=["Glass", "Steel"])
        fair = builders.chosen(Source, anna.team, "Trade fair")
        typed = {**TYPED, "activity_title": "", "source": fair.pk, "version": 1}

        response = annas.post(
            f"{RULES}{rule.pk}/",
            {**typed, "custom-floors": "1,500", "custom-doors": ["Glass", "Steel"]},
        )

        assert response.status_code == 302
        kept = Rule.objects.get()
        assert (kept.source, kept.custom) == (fair, {"floors": "1500", "doors": ["Glass", "Steel"]})
        text = annas.get(f"{RULES}{rule.pk}/").text
        assert "“Source” becomes “Trade fair”." in text
        assert "“Floors” becomes “1,500”." in text
        assert 'value="1,500"' in text

    def test_a_row_more_keeps_the_values_too(self, annas, anna, now):
        builders.field("Doors", "choices", by=anna, at=now, options=["Glass", "Steel"])

        more = annas.post(RULES, {**TYPED, "custom-doors": ["Steel"], "do": "add", "new": "amount"})

        assert re.search(r'value="Steel"[^>]*checked', more.text)
        assert not re.search(r'value="Glass"[^>]*checked', more.text)

    def test_a_value_that_fits_no_more_is_said(self, annas, anna, now):
        field = builders.field("Floors", "number", by=anna, at=now)
        rule = builders.rule(name="Three", custom={"floors": "3"}, by=anna, at=now)
        field.archive(by=anna, at=now)

        text = annas.get(f"{RULES}{rule.pk}/").text

        assert "A field that this rule fills in was archived." in text
        assert "leaves the field as it is" in text

    def test_a_field_that_goes_while_somebody_writes(self, annas, anna, now, monkeypatch):
        builders.field("Floors", "number", by=anna, at=now)
        real = FieldQuerySet.checked

        def too_late(fields, values, **how):
            fields.update(archived_at=now)
            return real(fields, values, **how)

        monkeypatch.setattr(FieldQuerySet, "checked", too_late)

        response = annas.post(RULES, {**TYPED, "custom-floors": "3"})

        assert response.status_code == 422
        assert "There is no field" in response.text
        assert not Rule.objects.exists()

    def test_who_comes_second_sees_both(self, annas, rule, bram, now):
        rule.change({"name": "Theirs"}, version=1, by=bram, at=now)

        response = annas.post(f"{RULES}{rule.pk}/", {**TYPED, "name": "Mine", "version": 1})

        assert response.status_code == 409
        assert 'value="Mine"' in response.text
        assert "Theirs" in response.text
        again = annas.post(f"{RULES}{rule.pk}/", {**TYPED, "name": "Mine", "version": 2})
        assert again.status_code == 302

    def test_what_is_archived_stays_on_offer_where_it_is(self, annas, rule, anna, now):
        tag = builders.chosen(Tag, anna.team, "New")
        rule.change({"tag": tag}, version=1, by=anna, at=now)
        tag.archive(by=anna, at=now)

        response = annas.post(f"{RULES}{rule.pk}/", {**TYPED, "tag": tag.pk, "version": 2})

        assert response.status_code == 302

    def test_off_and_on(self, annas, rule):
        off = annas.post(f"{RULES}{rule.pk}/switching-off/", follow=True)
        assert "it does nothing" in off.text
        assert "already" in annas.post(f"{RULES}{rule.pk}/switching-off/", follow=True).text
        assert Rule.objects.get().on_since is None

        on = annas.post(f"{RULES}{rule.pk}/switching-on/", follow=True)
        assert "At work since" in on.text


class TestForPrograms:
    def test_a_rule_from_beginning_to_end(self, annas, stages, deal):
        draft = {
            "name": "Old offers",
            "trigger": "aged",
            "days": 10,
            "stage": stages[1].pk,
            "conditions": ["amount:at-least:1000|amount:empty"],
            "mails": True,
        }

        made = annas.post(API, draft, **JSON)

        assert made.status_code == 201, made.json()
        facts = made.json()
        assert {name: facts[name] for name in draft} == draft
        here = f"{API}{facts['id']}/"
        assert annas.get(API).json() == [annas.get(here).json()] == [facts]

        changed = annas.patch(here, {"version": 1, "days": 5}, **JSON)
        assert (changed.json()["days"], changed.json()["mails"]) == (5, True)
        stale = annas.patch(here, {"version": 1, "days": 6}, **JSON)
        assert (stale.status_code, stale.json()["theirs"]["days"]) == (409, 5)

        off = annas.post(f"{here}switching-off/", {}, **JSON)
        assert off.json()["on_since"] is None
        assert annas.post(f"{here}switching-off/", {}, **JSON).status_code == 409
        assert annas.post(f"{here}switching-on/", {}, **JSON).json()["on_since"]

    def test_a_rule_about_late_steps(self, annas, mias, deal, anna, now):
        today = timezone.localdate()
        deal.plan_step("Call", today - DAY, by=anna, at=now)
        draft = {"name": "Late", "trigger": "overdue", "days": 1, "mails": True}

        made = annas.post(API, draft, **JSON).json()

        assert (made["trigger"], made["days"]) == ("overdue", 1)
        tried = mias.get(f"{API}{made['id']}/dry-run/").json()
        assert [each["deal"] for each in tried["shown"]] == [deal.number]
        assert tried["shown"][0]["at"].startswith(f"{today}T00:00")

    def test_a_rule_that_fills_in(self, annas, anna, now):
        for label in ("Floors", "Rooms"):
            builders.field(label, "number", by=anna, at=now)
        fair = builders.chosen(Source, anna.team, "Trade fair")
        draft = {"name": "Fair", "trigger": "created", "source": fair.pk, "custom": {"floors": "3"}}

        made = annas.post(API, draft, **JSON).json()

        assert {name: made[name] for name in draft} == draft
        here = f"{API}{made['id']}/"
        more = annas.patch(here, {"version": 1, "custom": {"rooms": "9"}}, **JSON).json()
        assert more["custom"] == {"floors": "3", "rooms": "9"}
        less = annas.patch(here, {"version": 2, "custom": {"floors": None}}, **JSON).json()
        assert less["custom"] == {"rooms": "9"}
        anna.team.fields.get(key="rooms").archive(by=anna, at=now)
        assert annas.get(here).json()["unfit"] == ["A field that this rule fills in was archived."]

    def test_dry_run_and_runs(self, mias, deal, rule, now):
        rule.runs.create(team=deal.team, deal=deal, visit=1, at=now)

        tried = mias.get(f"{API}{rule.pk}/dry-run/").json()
        runs = mias.get(f"{API}{rule.pk}/runs/").json()

        assert (tried["count"], tried["days"]) == (1, 30)
        assert [each["deal"] for each in tried["shown"]] == [deal.number]
        assert [each["deal"] for each in runs] == [deal.number]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"conditions": ["owner:is:me"]},
            {"conditions": ["nonsense"]},
            {"conditions": ["amount:at-least:many"]},
            {"stage": 999_999},
            {"tag": 999_999},
            {"source": 999_999},
            {"custom": {"nobody": "3"}},
            {"days": 0},
        ],
    )
    def test_what_cannot_be_is_refused(self, annas, wrong):
        response = annas.post(API, {**TYPED, **wrong}, **JSON)

        assert response.status_code == 400
        assert [*response.json()] == [*wrong]
        assert not Rule.objects.exists()
