"""The page of a deal, and what is filled in there."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages

from crm.models import Contact, Deal, Precision, Product
from tests import builders

pytestmark = pytest.mark.usefixtures("stopped_clock")

URL = "/teams/rijnmond/deals/1/"
BOARD = "/teams/rijnmond/board/"
HTMX = {"HTTP_HX_REQUEST": "true"}
DAY = timedelta(days=1)


def words(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


class TestReading:
    def test_a_member_sees_the_deal_and_can_fill_in(self, annas, pipeline, anna, now):
        deal = builders.deal(pipeline, by=anna, at=now, customer="Acme", amount=Decimal(18_500))
        deal.take(by=anna, at=now)

        page = annas.get(URL)

        assert page.status_code == 200
        html = page.content.decode()
        assert all(text in html for text in ("Acme", "Wi-Fi in the yard", "€18,500", "Anna"))
        assert all(name in page.context for name in ("step_form", "loss_form", "edit_form"))

    def test_a_manager_reads_it_without_people(self, mias, deal, anna, now):
        deal.take(by=anna, at=now)

        page = mias.get(URL)

        assert page.status_code == 200
        assert "Anna" not in page.content.decode()
        assert [told.who for told in page.context["stream"].lines] == [None, None]
        assert "edit_form" not in page.context

    @pytest.mark.parametrize("number", ["2", "99999999999999999999", "0"])
    def test_a_number_that_nobody_gave_is_not_there(self, annas, deal, number):
        assert annas.get(f"/teams/rijnmond/deals/{number}/").status_code == 404

    def test_the_way_it_went(self, annas, deal, stages, anna, now):
        contact, proposal, won, _lost = stages
        deal.move_to(won, seen_in=contact, by=anna, at=now)
        deal.move_to(proposal, seen_in=won, by=anna, at=now)

        steps = annas.get(URL).context["steps"]

        assert [(step.stage, step.state) for step in steps] == [
            (contact, "done"),
            (proposal, "now"),
            (won, "done"),
        ]

    def test_what_has_not_been_is_still_to_come(self, annas, deal):
        assert [step.state for step in annas.get(URL).context["steps"]] == ["now", "todo", "todo"]

    def test_the_facts_that_are_known(self, annas, deal, anna, now):
        deal.edit(
            {"source": "Fair", "expected_close_on": date(2027, 1, 5)}, version=1, by=anna, at=now
        )
        builders.won(deal, by=anna, at=now + DAY)
        Deal.objects.update(
            contact=Contact.objects.create(name="Jan Bos"),
            product=Product.objects.create(name="GTX Pro"),
            opened_precision=Precision.NONE,
        )

        page = annas.get(URL)
        facts = dict(page.context["facts"])

        assert "Jan Bos" in page.content.decode()
        assert facts["Product"] == "GTX Pro"
        assert (facts["Source"], facts["Expected"]) == ("Fair", "5 Jan 2027")
        assert facts["Asked on"] == ""  # an import that did not know
        assert facts["Closed on"] == "24 Nov"

    def test_what_happened_with_the_newest_first_and_the_last_move_to_undo(
        self, annas, deal, stages, anna, now
    ):
        deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now + DAY)
        deal.move_to(stages[1], seen_in=stages[1], by=anna, at=now + DAY)  # a place: no news
        deal.move_to(stages[2], seen_in=stages[1], by=anna, at=now + 2 * DAY)

        told = annas.get(URL).context["stream"].lines

        assert [(each.icon, each.line) for each in told] == [
            ("circle-check", "Wi-Fi in the yard was won: from Proposal to Delivered."),
            ("arrow-right", "Wi-Fi in the yard moved from Contact to Proposal."),
            ("plus", "Wi-Fi in the yard is new in Contact."),
        ]
        assert [bool(each.undo_url) for each in told] == [True, False, False]
        assert told[0].who == anna.user

    def test_a_manager_is_offered_no_undo(self, mias, deal, stages, anna, now):
        deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now)

        assert [told.undo_url for told in mias.get(URL).context["stream"].lines] == ["", ""]

    def test_its_neighbours_in_the_column(self, annas, pipeline, stages, anna, now):
        for _ in range(3):
            builders.deal(pipeline, by=anna, at=now)  # from the top: 3, 2, 1
        builders.won(pipeline.deals.get(number=1), by=anna, at=now)

        def around(number):
            context = annas.get(f"/teams/rijnmond/deals/{number}/").context
            return context["previous_url"], context["next_url"]

        assert around(3) == ("", "/teams/rijnmond/deals/2/")
        assert around(2) == ("/teams/rijnmond/deals/3/", "")
        assert around(1) == ("", "")

    @pytest.mark.parametrize("many", [1, 4])
    def test_costs_the_same_however_much_happened(
        self, annas, deal, anna, now, django_assert_num_queries, many
    ):
        for number in range(many):
            deal.plan_step(str(number), None, by=anna, at=now)

        # Session, person, place, read only, deal, visits, two neighbours, fields, stages, what
        # there is to tell, lines, what is planned, who may do it, the frame; the savepoint and
        # the wall.
        with django_assert_num_queries(23):
            annas.get(URL)


class TestPlanning:
    SEEN = {"next_step": "Call", "version": 1}

    def test_the_step_is_kept_and_said(self, annas, deal):
        answer = annas.post(f"{URL}next-step/", {**self.SEEN, "next_step_on": "2026-12-01"})

        assert (answer.status_code, answer.url) == (302, URL)
        assert words(answer) == ["Next for Wi-Fi in the yard: Call"]
        assert Deal.objects.get().next_step_on == date(2026, 12, 1)

    def test_an_empty_step_clears_it(self, annas, deal, anna, now):
        deal.plan_step("Call", None, by=anna, at=now)

        answer = annas.post(f"{URL}next-step/", {"next_step": "", "version": 2})

        assert words(answer) == ["Wi-Fi in the yard has no next step any more."]

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"next_step": "", "next_step_on": "2026-12-01"}, "next_step"),
            ({"next_step": "x" * 121}, "next_step"),
            ({"next_step": "a\0b"}, "next_step"),
            ({"next_step": "Call", "next_step_on": "1989-12-31"}, "next_step_on"),
            ({"next_step": "Call", "next_step_on": "2101-01-01"}, "next_step_on"),
            ({"next_step": "Call", "next_step_on": "99999-01-01"}, "next_step_on"),
            ({"next_step": "Call", "next_step_on": "\0"}, "next_step_on"),
        ],
    )
    def test_nonsense_comes_back_with_the_word_beside_its_field(self, annas, deal, data, field):
        answer = annas.post(f"{URL}next-step/", self.SEEN | data)

        assert answer.status_code == 422
        assert set(answer.context["step_form"].errors) == {field}
        assert Deal.objects.get().version == 1

    def test_a_closed_deal_has_none(self, annas, deal, anna, now):
        builders.won(deal, by=anna, at=now)

        answer = annas.post(f"{URL}next-step/", self.SEEN)

        assert words(answer) == ["This deal is closed; there is no next step."]

    def test_who_comes_second_sees_yours_and_theirs_and_keeps_either(self, annas, deal, bram, now):
        deal.plan_step("Visit", date(2026, 12, 1), by=bram, at=now)

        answer = annas.post(f"{URL}next-step/", self.SEEN)

        form, html = answer.context["step_form"], answer.content.decode()
        assert answer.status_code == 409
        assert form.non_field_errors() == [
            "Someone changed this deal a moment ago. Look at it once more."
        ]
        assert form.errors["next_step"] == ["It now says: Visit"]
        assert form.errors["next_step_on"] == ["It now says: Dec. 1, 2026"]
        assert f'href="{URL}">Keep theirs</a>' in html
        assert html.count("Keep mine") == 1
        assert Deal.objects.get().next_step == "Visit"

        annas.post(f"{URL}next-step/", {**self.SEEN, "version": form["version"].value()})

        assert Deal.objects.get().next_step == "Call"


class TestClosing:
    def test_a_loss_is_said_with_a_way_back(self, annas, deal, stages):
        data = {"loss_reason": "Too expensive", "seen_in": stages[0].pk}

        answer = annas.post(f"{URL}loss/", data)

        assert (answer.status_code, answer.url) == (302, URL)
        (message,) = get_messages(answer.wsgi_request)
        assert message.extra_tags.startswith("undo:/teams/rijnmond/history/")
        assert str(Deal.objects.get().loss_reason) == "Too expensive"

    def test_a_reason_is_needed_and_what_was_typed_is_kept(self, annas, deal, stages):
        answer = annas.post(f"{URL}loss/", {"loss_reason": "x" * 161, "seen_in": stages[0].pk})

        assert answer.status_code == 422
        assert list(answer.context["loss_form"].errors) == ["loss_reason"]
        assert "x" * 161 in answer.content.decode()

    def test_who_loses_too_late_is_told(self, annas, deal, stages, bram, now):
        deal.move_to(stages[1], seen_in=stages[0], by=bram, at=now)
        data = {"loss_reason": "Too expensive", "seen_in": stages[0].pk}

        assert annas.post(f"{URL}loss/", data, **HTMX).status_code == 409
        assert Deal.objects.get().outcome == "open"

    def test_a_closed_deal_opens_again(self, annas, deal, stages, anna, now):
        builders.lost(deal, by=anna, at=now)

        answer = annas.post(f"{URL}reopening/", {"seen_in": stages[3].pk}, **HTMX)

        assert answer.status_code == 200
        assert [column.stage for column in answer.context["changed"]] == [stages[0]]
        assert Deal.objects.get().outcome == "open"

    def test_opening_needs_to_know_what_was_seen(self, annas, deal):
        answer = annas.post(f"{URL}reopening/", {"seen_in": "x"}, **HTMX)

        assert answer.status_code == 422


class TestEditing:
    def send(self, client, **changes):
        data = {
            "version": 1,
            "title": "Wi-Fi in the yard",
            "amount": "",
            "source": "",
            "expected_close_on": "",
        }
        return client.post(f"{URL}details/", data | changes)

    def test_the_facts_are_kept(self, annas, deal):
        answer = self.send(annas, amount="1,250.50", expected_close_on="2027-01-05")

        deal.refresh_from_db()
        assert (answer.status_code, answer.url) == (302, URL)
        assert (deal.amount, deal.expected_close_on) == (Decimal("1250.50"), date(2027, 1, 5))

    def test_the_form_says_what_stands_there(self, annas, pipeline, anna, now):
        builders.deal(pipeline, by=anna, at=now, amount=Decimal("1250.50"))

        html = annas.get(URL).content.decode()

        assert 'value="1,250.50"' in html

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("title", ""),
            ("title", "\u200b"),
            ("title", "x" * 201),
            ("amount", "1e3"),
            ("amount", "NaN"),
            ("amount", "-1"),
            ("amount", "12345678901.00"),
            ("amount", "1.005"),
            ("expected_close_on", "31-31-2027"),
            ("source", "x" * 161),
            ("version", "x"),
            ("version", "0"),
        ],
    )
    def test_nonsense_comes_back_with_the_word_beside_its_field(self, annas, deal, field, value):
        answer = self.send(annas, **{field: value})

        assert answer.status_code == 422
        assert set(answer.context["edit_form"].errors) == {field}
        assert Deal.objects.get().version == 1

    def test_a_version_that_never_was_is_an_old_one(self, annas, deal):
        assert self.send(annas, title="Printers", version="9" * 30).status_code == 409

    def test_who_comes_second_sees_yours_and_theirs_and_may_send_again(
        self, annas, deal, bram, now
    ):
        theirs = {"title": "Scanners", "amount": Decimal(900)}
        deal.edit(theirs, version=1, by=bram, at=now)

        answer = self.send(annas, title="Printers", amount="", source="Fair")

        assert answer.status_code == 409
        form = answer.context["edit_form"]
        assert form.non_field_errors() == [
            "Someone changed this deal a moment ago. Look at it once more."
        ]
        assert form.errors["title"] == ["It now says: Scanners"]
        assert form.errors["amount"] == ["It now says: 900.00"]
        assert form.errors["source"] == ["It now says: –"]
        html = answer.content.decode()
        assert 'value="Printers"' in html
        assert 'name="version" value="2"' in " ".join(html.split())
        assert Deal.objects.get().title == "Scanners"

        self.send(annas, title="Printers", version=2)

        assert Deal.objects.get().title == "Printers"


def test_who_has_to_correct_something_still_overwrites_nobody(annas, deal, bram, now):
    seen = deal.version
    deal.edit({"title": "Brams words"}, version=seen, by=bram, at=now)

    page = annas.post("/teams/rijnmond/deals/1/details/", {"title": "", "version": seen})
    again = page.context["edit_form"]["version"].value()
    answer = annas.post("/teams/rijnmond/deals/1/details/", {"title": "Annas", "version": again})

    assert f'name="version" value="{seen}"' in " ".join(page.content.decode().split())
    assert (page.status_code, answer.status_code) == (422, 409)
    deal.refresh_from_db()
    assert deal.title == "Brams words"


def test_a_stage_that_was_not_on_screen_is_said_to_be_wrong(annas, deal):
    answer = annas.post("/teams/rijnmond/deals/1/loss/", {"loss_reason": "Price", "seen_in": "x"})

    assert answer.status_code == 422
    assert "Select a valid choice" in answer.content.decode()
