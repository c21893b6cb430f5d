"""The same thing sent twice, by a double click or a retry, has one effect."""

import re
import threading
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from crm.models import Deal
from teams.inviting import invite
from teams.models import Invitation, LogEntry, OutgoingMail, SentOnce
from teams.once import once
from teams.tasks import look_around
from tests import builders
from tests.evidence import everything
from tests.racing import at_once

PEOPLE = "/teams/rijnmond/people/"
DEALS = "/teams/rijnmond/deals/"
API = "/api/v1/teams/rijnmond/deals/"
DORA = {"name": "Dora", "email": "dora@example.com"}
FRAGMENT = {"HX-Request": "true"}


def keys_in(answer):
    return re.findall(r'name="once" value="([^"]+)"', answer.content.decode())


def call(client, sent, key=None, address=API, method="post"):
    headers = {"Idempotency-Key": key} if key else {}
    return getattr(client, method)(address, sent, content_type="application/json", headers=headers)


class TestAForm:
    def test_sent_twice_does_it_once_and_answers_the_same(self, annas, team):
        [key, *_] = keys_in(annas.get(PEOPLE))

        first = annas.post(PEOPLE, {**DORA, "once": key})
        second = annas.post(PEOPLE, {**DORA, "once": key})

        assert [(each.status_code, each.headers["Location"]) for each in (first, second)] == [
            (302, PEOPLE)
        ] * 2
        assert team.invitations.count() == OutgoingMail.objects.count() == 1
        page = annas.get(PEOPLE).content.decode()
        assert page.count("An invitation is on its way to dora@example.com.") == 2

    def test_says_its_message_to_who_never_saw_the_first_answer(self, annas, anna):
        annas.post(PEOPLE, {**DORA, "once": "k"})
        elsewhere = builders.browser(anna.user)

        elsewhere.post(PEOPLE, {**DORA, "once": "k"})

        assert "An invitation is on its way" in elsewhere.get(PEOPLE).content.decode()

    def test_keeps_the_undo_in_its_message(self, annas, deal, stages):
        sent = {"stage": stages[1].pk, "seen_in": stages[0].pk, "before": "", "once": "k"}
        annas.post(f"{DEALS}{deal.number}/stage/", sent)

        again = annas.post(f"{DEALS}{deal.number}/stage/", sent)

        page = annas.get(again.headers["Location"]).content.decode()
        assert page.count("data-undo") == 2
        assert LogEntry.objects.about(deal).filter(kind="crm.deal.moved").count() == 1

    def test_fetched_as_a_part_of_a_page_gets_the_same_part(self, annas, stages):
        sent = {"stage": stages[0].pk, "title": "Scanners", "once": "k"}

        answers = [annas.post(DEALS, sent, headers=FRAGMENT) for _ in range(2)]

        assert answers[0].content == answers[1].content
        assert b"Scanners" in answers[1].content
        assert Deal.objects.count() == 1

    def test_has_a_new_key_with_every_rendering(self, annas, stages):
        board = "/teams/rijnmond/board/"
        seen = [key for _ in range(2) for key in keys_in(annas.get(board))]
        added = annas.post(
            DEALS, {"stage": stages[0].pk, "title": "A", "once": seen[0]}, headers=FRAGMENT
        )
        seen += keys_in(added)

        assert len(seen) > 4
        assert len(set(seen)) == len(seen)

    def test_without_a_key_counts_each_time(self, annas, stages):
        for _ in range(2):
            annas.post(DEALS, {"stage": stages[0].pk, "title": "Scanners"})

        assert Deal.objects.count() == 2
        assert not SentOnce.objects.exists()

    def test_with_other_words_is_refused(self, annas, team):
        annas.post(PEOPLE, {**DORA, "once": "k"})
        before = everything()

        answer = annas.post(
            PEOPLE,
            {"name": "Eva", "email": "eva@example.com", "once": "k"},
            headers={"referer": f"http://testserver{PEOPLE}"},
        )

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "This was sent already, with something else in it." in page
        assert f'href="http://testserver{PEOPLE}"' in page
        assert everything() == before

    def test_leads_home_when_nobody_knows_where_it_stood(self, annas):
        annas.post(PEOPLE, {**DORA, "once": "k"})

        answer = annas.post(PEOPLE, {"once": "k"}, headers={"referer": "https://evil.example/"})

        assert 'class="btn btn--main" href="/"' in answer.content.decode()

    def test_with_other_words_is_refused_in_a_message_on_a_living_page(self, annas, stages):
        sent = {"stage": stages[0].pk, "title": "Scanners", "once": "k"}
        annas.post(DEALS, sent, headers=FRAGMENT)

        answer = annas.post(DEALS, {**sent, "title": "Printers"}, headers=FRAGMENT)

        assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#toasts")
        assert answer.headers["HX-Reswap"] == "beforeend"
        assert 'class="toast bad"' in answer.content.decode()
        assert Deal.objects.count() == 1

    def test_that_was_refused_may_be_sent_again_with_the_same_key(self, annas, team):
        refused = annas.post(PEOPLE, {"name": "Dora", "email": "dora", "once": "k"})

        answer = annas.post(PEOPLE, {**DORA, "once": "k"})

        assert (refused.status_code, answer.status_code) == (422, 302)
        assert team.invitations.count() == 1

    @pytest.mark.parametrize("key", ["", "a b", 'a"b', "é", "k" * 201, "\\", '""'])
    def test_with_a_key_that_is_none_is_refused(self, annas, key):
        before = everything()

        answer = annas.post(PEOPLE, {**DORA, "once": key})

        assert answer.status_code == 400
        assert "The key of this form or call cannot be read." in answer.content.decode()
        assert everything() == before


class TestAProgram:
    def test_that_tries_again_gets_the_first_answer(self, annas, stages):
        first = call(annas, {"title": "Scanners"}, "8e03978e-40d5-43dd-bc93-6894a57f9324")
        second = call(annas, {"title": "Scanners"}, '"8e03978e-40d5-43dd-bc93-6894a57f9324"')

        assert first.status_code == second.status_code == 201
        assert first.json() == second.json()
        assert second.headers["Content-Type"] == "application/json"
        assert Deal.objects.count() == 1

    @pytest.mark.parametrize("method", ["post", "patch", "put"])
    def test_may_send_a_key_with_whatever_changes_something(self, annas, deal, stages, method):
        address, sent = {
            "post": (f"{API}{deal.number}/loss/", {"loss_reason": "x", "seen_in": stages[0].pk}),
            "patch": (f"{API}{deal.number}/", {"title": "New", "version": 1}),
            "put": (f"{API}{deal.number}/owner/", {}),
        }[method]

        answers = [call(annas, sent, "k", address, method) for _ in range(2)]

        assert [each.status_code for each in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()
        assert LogEntry.objects.about(deal).count() == 2

    def test_is_refused_for_another_payload(self, annas, stages):
        call(annas, {"title": "Scanners"}, "k")

        answer = call(annas, {"title": "Printers"}, "k")

        assert answer.status_code == 422
        assert answer.json() == {
            "detail": "This was sent already, with something else in it. Open the page again."
        }
        assert Deal.objects.count() == 1

    def test_that_was_refused_may_use_the_key_again(self, annas, stages):
        assert call(annas, {"title": ""}, "k").status_code == 400
        assert call(annas, {"title": "Scanners"}, "k").status_code == 201

    @pytest.mark.parametrize("key", [" ", "a b", "k" * 300, '"k', 'k"', "\x7f"])
    def test_is_told_that_a_key_is_none(self, annas, stages, key):
        answer = call(annas, {"title": "Scanners"}, key)

        assert answer.status_code == 400
        assert answer.json() == {"detail": "The key of this form or call cannot be read."}
        assert not Deal.objects.exists()

    def test_is_told_that_it_sent_too_much(self, annas, stages):
        answer = call(annas, {"title": "x" * 3_000_000}, "k")

        assert (answer.status_code, answer.json()) == (413, {"detail": "This is too long."})

    def test_reads_about_the_header_in_the_schema(self, annas):
        paths = annas.get("/api/v1/schema/?format=json").json()["paths"]

        named = {
            (path, method)
            for path, verbs in paths.items()
            for method, verb in verbs.items()
            if any(each["name"] == "Idempotency-Key" for each in verb.get("parameters", []))
        }
        writing = {(p, m) for p, verbs in paths.items() for m in verbs if m != "get"}
        round_of_review = "/api/v1/teams/{team_slug}/reviews/{review}/"
        # Of what is sent there nothing is kept, its key neither.
        untraced = {
            (f"{round_of_review}about/{{person}}/", "put"),
            (f"{round_of_review}handed-in/", "post"),
            (f"{round_of_review}taken-back/", "post"),
        }
        assert untraced < writing
        assert named == writing - untraced


class TestAKey:
    def test_counts_for_one_address(self, annas, deal, anna, pipeline, now):
        other = builders.deal(pipeline, by=anna, at=now)

        for each in (deal, other):
            assert annas.post(f"{DEALS}{each.number}/owner/", {"once": "k"}).status_code == 302

        assert set(Deal.objects.values_list("owner", flat=True)) == {anna.user_id}

    def test_counts_for_one_person(self, annas, brams, stages):
        for client in (annas, brams):
            client.post(DEALS, {"stage": stages[0].pk, "title": "Scanners", "once": "k"})

        assert Deal.objects.count() == 2

    def test_opens_nothing_to_who_has_left(self, annas, anna, bram, stages, now):
        call(annas, {"title": "Secret"}, "k")
        anna.leave(by=None, at=now + timedelta(hours=1))

        answer = call(annas, {"title": "Secret"}, "k")

        assert answer.status_code == 404
        assert b"Secret" not in answer.content

    def test_is_forgotten_after_a_day(self, annas, stages):
        for key, hours in (("old", 25), ("fresh", 23)):
            annas.post(DEALS, {"stage": stages[0].pk, "title": key, "once": key})
            SentOnce.objects.filter(at__gt=timezone.now() - timedelta(hours=1)).update(
                at=timezone.now() - timedelta(hours=hours)
            )

        look_around()

        annas.post(DEALS, {"stage": stages[0].pk, "title": "old", "once": "old"})
        annas.post(DEALS, {"stage": stages[0].pk, "title": "fresh", "once": "fresh"})
        assert sorted(Deal.objects.values_list("title", flat=True)) == ["fresh", "old", "old"]

    def test_of_somebody_who_is_not_signed_in_counts_for_the_browser(self, client, anna):
        link = invite("dora@example.com", "Dora", by=anna, at=timezone.now()).token
        address = f"/invitations/{link}/"
        [key] = keys_in(client.get(address))
        before = client.cookies.output()
        sent = {"name": "Dora", "password": "wind over het water", "once": key}

        first = client.post(address, sent)
        client.cookies.clear()
        client.cookies.load(before.replace("Set-Cookie: ", ""))
        second = client.post(address, sent)

        assert first.headers["Location"] == second.headers["Location"] == "/teams/rijnmond/"
        assert Invitation.objects.get().accepted_at


class TestTheAnswer:
    """What a page may answer that none of ours does today."""

    @pytest.fixture
    def sends(self, db):
        def sends(page, **words):
            request = RequestFactory().post("/somewhere/", {"once": "k", **words})
            request.user = AnonymousUser()
            request._messages = type("Said", (list,), {"_queued_messages": []})()
            return once(request, page)

        return sends

    def test_brings_its_cookies_again(self, sends):
        def page():
            response = HttpResponse("kept")
            response.set_cookie("theme", "dark", max_age=60, httponly=True, samesite="Lax")
            return response

        first, second = sends(page), sends(page)

        assert first.cookies.output() == second.cookies.output()

    def test_to_a_file_is_given_for_the_same_file_only(self, sends):
        def page():
            return HttpResponse(status=201)

        def file(said):
            return SimpleUploadedFile("deals.csv", said)

        first, same, other = (sends(page, file=file(said)) for said in (b"1", b"1", b"2"))

        assert [each.status_code for each in (first, same, other)] == [201, 201, 422]


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_of_eight_senders_with_one_key_one_has_an_effect(self, anna, stages):
        senders = [builders.browser(anna.user) for _ in range(8)]

        answers = at_once([partial(call, sender, {"title": "Scanners"}, "k") for sender in senders])

        assert [each.status_code for each in answers] == [201] * 8
        assert len({each.content for each in answers}) == 1
        assert Deal.objects.count() == 1

    def test_who_waits_too_long_is_told_so(self, annas, anna, stages):
        began, may_end = threading.Event(), threading.Event()

        def first():
            def page():
                began.set()
                may_end.wait(timeout=30)
                return HttpResponse()

            request = RequestFactory().post(API, "{}", content_type="application/json")
            request.META["HTTP_IDEMPOTENCY_KEY"] = "k"
            request.user = anna.user
            request._messages = type("Said", (list,), {"_queued_messages": []})()
            with transaction.atomic():
                once(request, page)

        def second(limit):
            began.wait(timeout=30)
            with connection.cursor() as cursor:
                cursor.execute(f"SET {limit} = '30ms'")
            try:
                return call(annas, {}, "k")
            finally:
                with connection.cursor() as cursor:
                    cursor.execute(f"RESET {limit}")

        def both():
            try:
                annas.raise_request_exception = True
                refused = second("lock_timeout")
                with pytest.raises(OperationalError):
                    second("statement_timeout")
                return refused
            finally:
                may_end.set()

        _, answer = at_once([first, both])

        assert answer.status_code == 409
        assert answer.json() == {"detail": "This was sent already and is being worked on."}
