"""The API of the customer process: the same verbs, for programs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command

from crm.models import Deal, Product
from teams.models import LogEntry
from tests import builders

pytestmark = pytest.mark.usefixtures("stopped_clock")

API = "/api/v1/teams/rijnmond"


def send(client, method, path, body=None):
    call = getattr(client, method)
    return call(f"{API}{path}", body if body is not None else {}, content_type="application/json")


class TestReading:
    def test_a_deal(self, annas, pipeline, stages, anna, now):
        deal = builders.deal(pipeline, by=anna, at=now, customer="Acme", amount=Decimal(900))
        deal.take(by=anna, at=now)

        answer = annas.get(f"{API}/deals/1/")

        assert answer.status_code == 200
        assert answer.json() == {
            "id": deal.pk,
            "number": 1,
            "title": "Wi-Fi in the yard",
            "customer": "Acme",
            "organization": "Acme",
            "contact": None,
            "product": None,
            "stage": {"id": stages[0].pk, "name": "Contact", "category": "intake"},
            "outcome": "open",
            "owner": {"id": anna.user.pk, "name": "Anna"},
            "amount": "900.00",
            "currency": "EUR",
            "source": "",
            "expected_close_on": None,
            "next_step": "",
            "next_step_on": None,
            "opened_at": "2026-11-23T10:00:00+01:00",
            "entered_stage_at": "2026-11-23T10:00:00+01:00",
            "closed_at": None,
            "loss_reason": "",
            "tags": [],
            "custom": {},
            "version": 2,
        }

    def test_a_manager_reads_it_without_its_owner(self, mias, deal, anna, now):
        deal.take(by=anna, at=now)

        for path in ("/deals/1/", "/deals/", "/board/"):
            answer = mias.get(f"{API}{path}")
            assert answer.status_code == 200
            assert "Anna" not in answer.content.decode()
            assert "owner" not in answer.content.decode()

    def test_a_page_of_the_list(self, annas, pipeline, anna, now):
        for number in range(51):
            builders.deal(pipeline, by=anna, at=now, title=str(number), amount=Decimal(2))

        first = annas.get(f"{API}/deals/", {"sort": "number", "q": ""}).json()
        last = annas.get(f"{API}/deals/?sort=number&page=2").json()

        assert (first["count"], first["page"]) == (51, 1)
        assert first["totals"] == [{"currency": "EUR", "amount": "102.00"}]
        assert first["previous"] is None
        assert first["next"] == f"{API}/deals/?sort=number&page=2"
        assert [deal["title"] for deal in last["results"]] == ["50"]
        assert (last["previous"], last["next"]) == (f"{API}/deals/?sort=number", None)

    def test_of_one_persons_deals_no_figure_is_given(self, annas, deal, anna, now):
        deal.take(by=anna, at=now)

        found = annas.get(f"{API}/deals/", {"owner": "me"}).json()

        assert (found["count"], found["totals"], len(found["results"])) == (None, [], 1)

    @pytest.mark.parametrize("wish", [{"sort": "owner"}, {"stage": "x"}, {"outcome": "x"}], ids=str)
    def test_what_nobody_can_ask_is_named(self, annas, deal, wish):
        answer = annas.get(f"{API}/deals/", wish)

        assert answer.status_code == 400
        assert list(answer.json()) == list(wish)

    def test_a_manager_cannot_ask_for_an_owner(self, mias, deal):
        assert mias.get(f"{API}/deals/", {"owner": "none"}).status_code == 400

    def test_the_board(self, annas, pipeline, anna, now):
        builders.deal(pipeline, by=anna, at=now, amount=Decimal(900))

        board = annas.get(f"{API}/board/").json()

        assert (board["pipeline"], board["currency"]) == ("Sales", "EUR")
        assert [
            (column["stage"]["name"], column["count"], column["total"], len(column["deals"]))
            for column in board["columns"]
        ] == [("Contact", 1, "900.00", 1), ("Proposal", 0, "0.00", 0), ("Delivered", 0, "0.00", 0)]
        assert board["columns"][0]["exit_policy"] == "Answered within one working day"
        assert board["summary"] == {
            "open_count": 1,
            "total": "900.00",
            "waiting_count": 0,
            "without_step_count": 1,
        }

    def test_a_team_without_a_process_has_an_empty_board(self, annas):
        board = annas.get(f"{API}/board/").json()

        assert (board["pipeline"], board["columns"]) == (None, [])

    @pytest.mark.parametrize("many", [1, 5])
    @pytest.mark.parametrize(("path", "queries"), [("/deals/", 9), ("/board/", 9)])
    def test_costs_the_same_however_much_there_is(
        self, annas, pipeline, anna, now, django_assert_num_queries, many, path, queries
    ):
        for number in range(many):
            word = str(number)
            deal = builders.deal(pipeline, by=anna, at=now, customer=word, source=word)
            deal.take(by=anna, at=now)
            deal.edit(
                {"product": Product.objects.create(name=word), "tags": [word]},
                version=deal.version,
                by=anna,
                at=now,
            )

        # Beside these are the wall that is closed first, and the savepoint of the request.
        with django_assert_num_queries(queries + 2):
            annas.get(f"{API}{path}")


class TestWriting:
    def test_a_deal_begins(self, annas, stages):
        answer = send(annas, "post", "/deals/", {"title": " Scanners ", "customer": "Acme"})

        assert answer.status_code == 201
        body = answer.json()
        assert (body["number"], body["title"], body["customer"]) == (1, "Scanners", "Acme")
        assert (body["stage"]["name"], body["owner"]) == ("Contact", None)

    def test_a_deal_begins_where_it_is_told_to(self, annas, stages):
        body = {"title": "Scanners", "stage": stages[1].pk, "amount": "12.50", "source": "Fair"}

        answer = send(annas, "post", "/deals/", body)

        deal = Deal.objects.get()
        assert answer.json()["stage"]["id"] == stages[1].pk
        assert (deal.amount, str(deal.source)) == (Decimal("12.50"), "Fair")

    def test_a_team_without_a_process_begins_nothing(self, annas):
        answer = send(annas, "post", "/deals/", {"title": "Scanners"})

        assert (answer.status_code, answer.json()) == (
            409,
            {"detail": "This team has no process yet."},
        )

    def test_the_facts_change_as_seen(self, annas, deal):
        body = {"version": 1, "title": "Scanners", "expected_close_on": "2027-01-05"}

        answer = send(annas, "patch", "/deals/1/", body)

        assert answer.status_code == 200
        assert (answer.json()["title"], answer.json()["version"]) == ("Scanners", 2)

    def test_who_comes_second_gets_yours_and_theirs(self, annas, deal, bram, now):
        deal.edit({"title": "Scanners"}, version=1, by=bram, at=now)

        answer = send(annas, "patch", "/deals/1/", {"version": 1, "title": "Printers"})

        assert answer.status_code == 409
        body = answer.json()
        assert body["detail"].startswith("Someone changed this deal a moment ago.")
        assert body["yours"] == {"version": 1, "title": "Printers"}
        assert (body["theirs"]["title"], body["theirs"]["version"]) == ("Scanners", 2)
        assert Deal.objects.get().title == "Scanners"

    def test_a_deal_moves_and_the_move_is_undone(self, annas, deal, stages):
        body = {"stage": stages[1].pk, "seen_in": stages[0].pk}

        moved = send(annas, "put", "/deals/1/stage/", body)
        undone = annas.post(moved.json()["undo"], {}, content_type="application/json")

        assert moved.status_code == undone.status_code == 200
        assert moved.json()["deal"]["stage"]["name"] == "Proposal"
        assert undone.json()["deal"]["stage"]["name"] == "Contact"
        again = annas.post(undone.json()["undo"], {}, content_type="application/json")
        assert again.json()["deal"]["stage"]["name"] == "Proposal"

    def test_a_deal_goes_above_another(self, annas, pipeline, stages, anna, now):
        for _ in range(2):
            builders.deal(pipeline, by=anna, at=now)  # 2 stands above 1
        body = {
            "stage": stages[0].pk,
            "seen_in": stages[0].pk,
            "before": pipeline.deals.get(number=2).pk,
        }

        send(annas, "put", "/deals/1/stage/", body)

        cards = annas.get(f"{API}/board/").json()["columns"][0]["deals"]
        assert [card["number"] for card in cards] == [1, 2]

    def test_the_slower_is_told(self, annas, deal, stages, bram, now):
        deal.move_to(stages[2], seen_in=stages[0], by=bram, at=now)

        answer = send(
            annas, "put", "/deals/1/stage/", {"stage": stages[1].pk, "seen_in": stages[0].pk}
        )

        assert answer.status_code == 409
        assert answer.json()["detail"].startswith("Someone moved this deal a moment ago.")

    def test_an_older_clock_does_not_stop_a_move(self, annas, deal, stages, anna, now):
        deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now + timedelta(hours=1))
        body = {"stage": stages[2].pk, "seen_in": stages[1].pk}

        answer = send(annas, "put", "/deals/1/stage/", body)

        assert answer.json()["deal"]["closed_at"] == "2026-11-23T11:00:00+01:00"

    def test_a_deal_is_lost_and_opened_again(self, annas, deal, stages):
        body = {"loss_reason": "Too late", "seen_in": stages[0].pk}
        lost = send(annas, "post", "/deals/1/loss/", body)
        opened = send(annas, "post", "/deals/1/reopening/", {"seen_in": stages[3].pk})

        assert lost.json()["deal"]["loss_reason"] == "Too late"
        assert opened.json()["deal"]["outcome"] == "open"

    def test_a_deal_is_taken_once(self, annas, brams, anna, deal):
        first, second = (send(each, "put", "/deals/1/owner/") for each in (annas, brams))

        assert first.json()["deal"]["owner"]["name"] == "Anna"
        assert second.status_code == 409

    def test_a_step_is_planned(self, annas, deal):
        body = {"next_step": "Call", "next_step_on": "2026-12-01", "version": 1}

        answer = send(annas, "put", "/deals/1/next-step/", body)

        assert answer.json()["deal"]["next_step_on"] == "2026-12-01"

    def test_who_plans_second_gets_yours_and_theirs(self, annas, deal, bram, now):
        deal.plan_step("Visit", None, by=bram, at=now)
        body = {"next_step": "Call", "version": 1}

        answer = send(annas, "put", "/deals/1/next-step/", body)

        assert (answer.status_code, answer.json()["yours"]) == (409, body)
        assert answer.json()["theirs"]["next_step"] == "Visit"
        assert answer.json()["theirs"]["version"] == 2
        assert Deal.objects.get().next_step == "Visit"

    def test_a_move_of_another_thing_is_not_there(self, annas, deal):
        about_the_team = LogEntry.objects.exclude(subject_label="crm.deal").first()

        assert send(annas, "post", f"/history/{about_the_team.pk}/undo/").status_code == 404


class TestWhoMay:
    WRITES = (
        ("post", "/deals/"),
        ("patch", "/deals/1/"),
        ("put", "/deals/1/stage/"),
        ("post", "/deals/1/loss/"),
        ("post", "/deals/1/reopening/"),
        ("put", "/deals/1/owner/"),
        ("put", "/deals/1/next-step/"),
        ("post", "/history/1/undo/"),
    )

    @pytest.mark.parametrize(("method", "path"), WRITES)
    def test_a_manager_is_told_that_the_team_decides(self, mias, deal, method, path):
        answer = send(mias, method, path)

        assert answer.status_code == 403
        assert answer.json() == {"detail": "You are reading. The team decides here."}

    @pytest.mark.parametrize(("method", "path"), WRITES)
    def test_for_a_stranger_nothing_is_there(self, carlas, deal, method, path):
        answer = send(carlas, method, path)

        assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})

    def test_a_stranger_reads_nothing(self, carlas, deal):
        assert carlas.get(f"{API}/deals/1/").json() == {"detail": "Not found."}

    def test_who_has_not_signed_in_is_asked_to(self, client, deal):
        assert client.get(f"{API}/deals/1/").status_code == 403

    def test_what_cannot_be_done_here_is_said(self, annas, deal):
        assert send(annas, "put", "/deals/1/").status_code == 405


class TestBadInput:
    """Nothing is written, and the answer names what was wrong."""

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "title"),
            ({"title": ""}, "title"),
            ({"title": None}, "title"),
            ({"title": ["x"]}, "title"),
            ({"title": True}, "title"),
            ({"title": "\u200b"}, "title"),
            ({"title": "a\0b"}, "title"),
            ({"title": "\ud800"}, "title"),
            ({"title": "x" * 201}, "title"),
            ({"title": "x", "customer": "ﬃ" * 100}, "customer"),
            ({"title": "x", "amount": "1e3"}, "amount"),
            ({"title": "x", "amount": "NaN"}, "amount"),
            ({"title": "x", "amount": "1,5"}, "amount"),
            ({"title": "x", "amount": True}, "amount"),
            ({"title": "x", "amount": -1}, "amount"),
            ({"title": "x", "amount": 10**12}, "amount"),
            ({"title": "x", "amount": 1.005}, "amount"),
            ({"title": "x", "stage": "first"}, "stage"),
            ({"title": "x", "stage": 1.5}, "stage"),
            ({"title": "x", "stage": True}, "stage"),
            ({"title": "x", "stage": 10**30}, "stage"),
            ({"title": "x", "stage": None}, "stage"),
            ({"title": "x", "owner": 1}, "owner"),
            ({"title": "x", "\ud800": 1}, "\\ud800"),
        ],
        ids=lambda value: ascii(value)[:40],
    )
    def test_of_a_new_deal(self, annas, stages, body, field):
        answer = send(annas, "post", "/deals/", body)

        assert (answer.status_code, list(answer.json())) == (400, [field])
        assert Deal.objects.count() == 0

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"title": "x"}, "version"),
            ({"version": 0, "title": "x"}, "version"),
            ({"version": 2**31, "title": "x"}, "version"),
            ({"version": 1, "expected_close_on": "1989-12-31"}, "expected_close_on"),
            ({"version": 1, "expected_close_on": "2101-01-01"}, "expected_close_on"),
            ({"version": 1, "expected_close_on": "2026-11-23T10:00"}, "expected_close_on"),
            ({"version": 1, "expected_close_on": "23-11-2026"}, "expected_close_on"),
            ({"version": 1, "expected_close_on": 20261123}, "expected_close_on"),
            ({"version": 1, "stage": 1}, "stage"),
        ],
        ids=str,
    )
    def test_of_new_facts(self, annas, deal, body, field):
        answer = send(annas, "patch", "/deals/1/", body)

        assert (answer.status_code, list(answer.json())) == (400, [field])
        assert Deal.objects.get().version == 1

    def test_of_a_move(self, annas, deal, stages, other_team, carla, now):
        elsewhere = builders.pipeline(other_team, at=now)
        theirs = builders.deal(elsewhere, by=carla, at=now)
        good = {"stage": stages[1].pk, "seen_in": stages[0].pk}

        for field, value in (
            ("stage", elsewhere.first_stage().pk),
            ("seen_in", None),
            ("before", theirs.pk),
            ("before", "x"),
            ("loss_reason", "x" * 161),
        ):
            answer = send(annas, "put", "/deals/1/stage/", good | {field: value})
            assert (answer.status_code, list(answer.json())) == (400, [field])

    @pytest.mark.parametrize(
        "body",
        [
            b'{"title": "a", "title": "b"}',
            b'{"title": "a", "amount": 1e3}',
            b'{"title": "a", "amount": NaN}',
            b'{"title": "a", "amount": -Infinity}',
            b'{"title": "\xff"}',
            b"{",
            b"[" * 100_000,
            b'{"amount": ' + b"9" * 5_000 + b"}",
            b'{"title": "' + b"x" * 1_000_000 + b'"}',
        ],
        ids=lambda body: body[:30].decode("latin-1"),
    )
    def test_of_json(self, annas, stages, body):
        answer = annas.post(f"{API}/deals/", body, content_type="application/json")

        assert (answer.status_code, list(answer.json())) == (400, ["detail"])
        assert Deal.objects.count() == 0

    @pytest.mark.parametrize("body", [b"[]", b'"x"', b"1", b"null"])
    def test_of_what_is_no_object(self, annas, stages, body):
        answer = annas.post(f"{API}/deals/", body, content_type="application/json")

        assert answer.status_code == 400

    def test_a_form_is_not_read(self, annas, stages):
        assert annas.post(f"{API}/deals/", {"title": "x"}).status_code == 415

    def test_a_verb_without_words_takes_none(self, annas, deal, stages, now):
        assert send(annas, "put", "/deals/1/owner/", {"owner": 1}).status_code == 400


class TestTheSchema:
    def test_is_made_without_a_warning(self, capsys):
        call_command("spectacular", fail_on_warn=True, validate=True)

        assert "/api/v1/teams/{team_slug}/deals/{number}/stage/" in capsys.readouterr().out

    def test_is_there_for_who_has_signed_in(self, annas):
        assert annas.get("/api/v1/schema/").status_code == 200

    def test_is_not_there_for_others(self, db, client):
        assert client.get("/api/v1/schema/").status_code == 403
