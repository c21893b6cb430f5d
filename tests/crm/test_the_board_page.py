"""The board as a page: what each reader gets, and what a move over it answers."""

import re
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client

from crm.cards import Face
from crm.models import Deal
from teams.models import LogEntry
from tests import builders

pytestmark = pytest.mark.usefixtures("stopped_clock")

BOARD = "/teams/rijnmond/board/"
HTMX = {"HTTP_HX_REQUEST": "true"}


def words(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def undo_of(answer):
    (message,) = get_messages(answer.wsgi_request)
    return message.extra_tags


class TestReading:
    def test_a_member_gets_cards_people_and_a_form_per_open_stage(self, annas, deal, bram):
        page = annas.get(BOARD)

        columns = page.context["columns"]
        assert [card.title for card in columns[0].cards] == ["Wi-Fi in the yard"]
        assert [person.name for person in page.context["people"]] == ["Anna", "Bram"]
        assert [bool(column.add_form) for column in columns] == [True, True, False]
        assert page.context["can_write"]
        assert "crm/board.html" in [template.name for template in page.templates]

    def test_htmx_gets_the_board_without_its_frame(self, annas, deal):
        fragment = annas.get(BOARD, **HTMX)

        assert fragment.templates[0].name == "crm/_board.html"
        assert b"<html" not in fragment.content
        assert b"Wi-Fi in the yard" in fragment.content

    def test_a_manager_sees_the_deals_and_nobody_behind_them(self, mias, deal, anna, now):
        deal.take(by=anna, at=now)

        page = mias.get(BOARD)

        (card,) = page.context["columns"][0].cards
        assert (card.owner, page.context["people"]) == (None, [])
        assert "Anna" not in page.content.decode()
        assert not any(column.add_form for column in page.context["columns"])

    def test_a_team_without_a_process_has_a_page_too(self, annas):
        assert annas.get(BOARD).status_code == 200

    def test_a_number_over_a_thousand_stays_a_number(self, annas, anna, team, now):
        # Numbers are written with a separator for people, which no address and no form survives.
        with connection.cursor() as cursor:
            for table in ("crm_deal", "crm_stage", "teams_user"):
                skip = f"SELECT nextval('{table}_id_seq') FROM generate_series(1, 1000)"  # noqa: S608
                cursor.execute(skip)
        pipeline = builders.pipeline(team, at=now)
        deal = builders.deal(pipeline, by=anna, at=now)
        stage = pipeline.first_stage()
        deal.take(by=builders.member("Dirk", team, at=now), at=now)
        Deal.objects.filter(pk=deal.pk).update(number=1234)

        html = annas.get(BOARD).content.decode()

        assert not re.findall(r"""=["'][^"']*\d,\d{3}\b""", html)
        assert f'data-id="{deal.pk}"' in html
        assert f'name="seen_in" value="{stage.pk}"' in re.sub(r"\s+", " ", html)
        assert "/deals/1234/stage/" in html

    @pytest.mark.parametrize("many", [1, 5], ids=["one card", "many cards"])
    @pytest.mark.parametrize("browser", ["annas", "mias"])
    def test_costs_the_same_however_full_it_is(
        self, request, pipeline, anna, now, django_assert_max_num_queries, many, browser
    ):
        for number in range(many):
            deal = builders.deal(
                pipeline, by=anna, at=now, customer=f"Customer {number}", amount=Decimal(10)
            )
            deal.take(by=anna, at=now)
        client = request.getfixturevalue(browser)

        # The wall, session, person, place in the team, read only; process, stages, cards, tags,
        # people; who waits, the saved views, the processes and the frame's teams. A manager has a
        # second look at the door and no people.
        with django_assert_max_num_queries(16) as asked:
            client.get(BOARD)

        queries = [query for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]]
        assert len(queries) == 14


class TestMoving:
    @pytest.fixture
    def send(self, annas, deal, stages):
        """What a card's form sends."""

        def send(to, *, headers=None, **more):
            data = {"stage": to.pk, "seen_in": stages[0].pk, "before": "", **more}
            url = f"/teams/rijnmond/deals/{deal.number}/stage/"
            return annas.post(url, data, **(headers or {}))

        return send

    def test_a_plain_form_leads_back_to_the_board_with_a_way_to_undo(self, send, deal, stages):
        answer = send(stages[1], headers={"HTTP_REFERER": f"http://testserver{BOARD}?x=1"})

        entry = LogEntry.objects.about(deal).get(kind="crm.deal.moved")
        assert (answer.status_code, answer.url) == (302, f"{BOARD}?x=1")
        assert words(answer) == ["Wi-Fi in the yard moved from Contact to Proposal."]
        assert undo_of(answer) == f"undo:/teams/rijnmond/history/{entry.pk}/undo/"

    @pytest.mark.parametrize(
        "referer", ["", "http://testserver/teams/rijnmond/deals/1/", "http://["]
    )
    def test_from_anywhere_else_it_leads_to_the_deal(self, send, stages, referer):
        answer = send(stages[1], headers={"HTTP_REFERER": referer})

        assert answer.url == "/teams/rijnmond/deals/1/"

    def test_htmx_gets_the_touched_columns_and_a_toast(self, send, deal, stages):
        answer = send(stages[1], headers=HTMX)

        entry = LogEntry.objects.about(deal).get(kind="crm.deal.moved")
        assert answer.status_code == 200
        assert [column.stage for column in answer.context["changed"]] == stages[:2]
        assert answer.context["undo"] == f"/teams/rijnmond/history/{entry.pk}/undo/"
        assert answer.context["text"] == "Wi-Fi in the yard moved from Contact to Proposal."

    def test_a_lost_deal_leaves_one_column(self, send, stages):
        answer = send(stages[3], loss_reason="Too expensive", headers=HTMX)

        assert [column.stage for column in answer.context["changed"]] == stages[:1]

    def test_another_place_in_the_column_can_be_undone_too(self, send, pipeline, anna, stages, now):
        above = builders.deal(pipeline, by=anna, at=now)

        answer = send(stages[0], before=above.pk, headers=HTMX)

        assert answer.status_code == 200
        placed = LogEntry.objects.get(kind="crm.deal.placed")
        assert answer.context["undo"] == f"/teams/rijnmond/history/{placed.pk}/undo/"
        assert [card.number for card in answer.context["columns"][0].cards] == [1, 2]

    def test_without_a_script_another_place_is_said(self, send, stages):
        answer = send(stages[0])

        assert words(answer) == ["Wi-Fi in the yard has another place in its stage."]
        assert undo_of(answer).startswith("undo:/teams/rijnmond/history/")

    def test_the_slower_gets_the_newest_board_and_a_sentence(self, send, deal, stages, bram, now):
        deal.move_to(stages[2], seen_in=stages[0], by=bram, at=now)

        answer = send(stages[1], headers=HTMX)

        assert answer.status_code == 409
        assert answer.context["text"].startswith("Someone moved this deal a moment ago.")
        assert [column.count for column in answer.context["columns"]] == [0, 0, 1]

    def test_the_slower_without_a_script_is_told_too(self, send, deal, stages, bram, now):
        deal.move_to(stages[2], seen_in=stages[0], by=bram, at=now)

        answer = send(stages[1])

        assert answer.status_code == 302
        assert words(answer)[0].startswith("Someone moved this deal a moment ago.")

    def test_a_loss_without_a_reason_is_refused(self, send, deal, stages):
        answer = send(stages[3], headers=HTMX)

        assert answer.status_code == 409
        assert answer.context["text"] == "Say in a few words why this deal was lost."
        assert Deal.objects.get().stage == stages[0]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("stage", ""),
            ("stage", "nowhere"),
            ("stage", "99999999999999999999"),
            ("seen_in", "\0"),
            ("before", "x"),
            ("loss_reason", "a\0b"),
            ("loss_reason", "x" * 161),
        ],
    )
    def test_nonsense_is_refused_with_the_board(self, send, stages, field, value):
        answer = send(stages[1], headers=HTMX, **{field: value})

        assert answer.status_code == 422
        assert answer.context["text"]
        assert Deal.objects.get().stage == stages[0]

    def test_nonsense_without_a_script_is_said(self, send, stages):
        answer = send(stages[1], stage="nowhere")

        assert answer.status_code == 302
        assert words(answer)[0].startswith("Stage: ")

    def test_a_stage_of_another_team_is_no_stage(self, send, other_team, now):
        theirs = builders.pipeline(other_team, at=now).first_stage()

        assert send(theirs, headers=HTMX).status_code == 422

    def test_reading_the_address_moves_nothing(self, annas, deal):
        assert annas.get("/teams/rijnmond/deals/1/stage/").status_code == 405

    def test_a_form_without_its_token_is_refused(self, anna, deal, stages):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(anna.user)

        answer = strict.post(
            "/teams/rijnmond/deals/1/stage/", {"stage": stages[1].pk, "seen_in": stages[0].pk}
        )

        assert answer.status_code == 403


class TestUndoing:
    @pytest.fixture
    def moved(self, deal, stages, anna, now):
        return deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now)

    def undo(self, client, entry, **headers):
        return client.post(f"/teams/rijnmond/history/{entry}/undo/", **headers)

    def test_any_team_mate_may_and_sees_both_columns_anew(self, brams, deal, moved, stages):
        answer = self.undo(brams, moved.pk, **HTMX)

        assert answer.status_code == 200
        assert [column.count for column in answer.context["changed"]] == [1, 0]
        assert answer.context["text"] == "Wi-Fi in the yard is back from Proposal in Contact."
        again = LogEntry.objects.get(kind="crm.deal.move-undone")
        assert answer.context["undo"] == ""
        assert answer.context["redo"] == f"/teams/rijnmond/history/{again.pk}/undo/"

    def test_twice_is_refused(self, annas, moved):
        self.undo(annas, moved.pk)

        answer = self.undo(annas, moved.pk, **HTMX)

        assert answer.status_code == 409
        assert "undone already" in answer.context["text"]

    def test_what_is_not_there_is_not_there(self, annas, deal, team):
        about_the_team = LogEntry.objects.exclude(subject_label="crm.deal").first()

        assert self.undo(annas, about_the_team.pk).status_code == 404
        assert self.undo(annas, 10**25).status_code == 404

    def test_a_move_of_another_team_is_not_there(self, carlas, moved):
        assert self.undo(carlas, moved.pk).status_code == 404
        answer = carlas.post(f"/teams/veluwe/history/{moved.pk}/undo/")
        assert answer.status_code == 404


class TestTaking:
    def test_the_card_shows_who_has_it_now(self, annas, anna, deal):
        answer = annas.post("/teams/rijnmond/deals/1/owner/", **HTMX)

        assert answer.status_code == 200
        (column,) = answer.context["changed"]
        assert column.cards[0].owner == Face(anna.user.pk, "Anna")

    def test_the_second_is_told(self, annas, deal, bram, now):
        deal.take(by=bram, at=now)

        answer = annas.post("/teams/rijnmond/deals/1/owner/", **HTMX)

        assert answer.status_code == 409
        assert answer.context["text"] == "Someone else took this deal a moment ago."


class TestAdding:
    URL = "/teams/rijnmond/deals/"

    def test_a_plain_form_leads_to_the_board(self, annas, stages):
        answer = annas.post(
            self.URL, {"stage": stages[1].pk, "title": "Scanners", "amount": "1,250.50"}
        )

        deal = Deal.objects.get()
        assert (answer.status_code, answer.url) == (302, f"{BOARD}{deal.pipeline_id}/")
        assert (deal.stage, deal.amount, deal.owner) == (stages[1], Decimal("1250.50"), None)
        assert words(answer) == ["Scanners is on the board."]

    def test_htmx_gets_the_column_and_an_empty_form(self, annas, stages):
        data = {"stage": stages[0].pk, "customer": "Acme", "title": "Scanners"}

        answer = annas.post(self.URL, data, **HTMX)

        assert answer.status_code == 200
        assert [card.customer for card in answer.context["changed"][0].cards] == ["Acme"]
        assert not answer.context["column"].add_form.is_bound

    def test_what_was_typed_is_kept_with_the_word_beside_its_field(self, annas, stages):
        data = {"stage": stages[0].pk, "title": " ", "amount": "12,5", "customer": "Acme"}

        answer = annas.post(self.URL, data, **HTMX)

        assert answer.status_code == 422
        assert answer.templates[0].name == "crm/_new_deal.html"
        form = answer.context["column"].add_form
        assert set(form.errors) == {"title", "amount"}
        assert form.errors["amount"] == ["Write the amount in digits, such as 1,234.56."]
        html = answer.content.decode()
        assert 'value="12,5"' in html
        assert 'value="Acme"' in html
        assert Deal.objects.count() == 0

    def test_without_a_script_the_board_comes_back_with_the_form_open(self, annas, stages):
        answer = annas.post(self.URL, {"stage": stages[1].pk, "title": "", "amount": "12"})

        assert answer.status_code == 422
        columns = answer.context["columns"]
        assert [bool(column.add_error) for column in columns] == [False, True, False]
        assert [form.is_bound for form in (columns[0].add_form, columns[1].add_form)] == [
            False,
            True,
        ]

    @pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
    def test_a_stage_in_which_nothing_begins_is_refused(self, annas, stages, headers):
        for stage in (stages[2].pk, "nowhere", ""):
            answer = annas.post(self.URL, {"stage": stage, "title": "Scanners"}, **headers)

            assert answer.status_code == 422
        assert Deal.objects.count() == 0

    def test_a_dutch_reader_types_dutch_numbers(self, annas, stages):
        annas.cookies["django_language"] = "nl"

        annas.post(self.URL, {"stage": stages[0].pk, "title": "Scanners", "amount": "1.250,50"})

        assert Deal.objects.get().amount == Decimal("1250.50")
