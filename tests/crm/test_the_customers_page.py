"""The page behind the link: one question, for whoever has it, and for nobody else a hint."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from crm.models import Pipeline, Question
from crm.models.voice import LASTS
from crm.views.question import ANSWERS_A_MINUTE, LOOKS_A_MINUTE
from tests import builders
from tests.evidence import everything


@pytest.fixture
def today():
    """The moment in which pages live."""
    return timezone.now()


@pytest.fixture
def question(pipeline, anna, today) -> Question:
    return builders.question(pipeline, by=anna, at=today, title="Kluut", customer="Plevier")


@pytest.fixture
def page(question) -> str:
    return f"/questions/{question.link}/"


@pytest.fixture
def customer(client) -> Client:
    """Somebody who has never been here."""
    return Client(enforce_csrf_checks=False)


class TestTheQuestion:
    def test_has_five_answers_and_says_what_is_kept(self, customer, page):
        shown = customer.get(page).content.decode()

        assert "Rijnmond asks you one question" in shown
        assert shown.count('type="radio"') == 5
        assert "The people of Rijnmond and their managers read your answer" in shown
        assert "removed after two years" in shown

    def test_shows_nothing_of_the_team(self, customer, page):
        shown = customer.get(page).content.decode()

        assert [mark for mark in ("Kluut", "Plevier", "Anna", "<script") if mark in shown] == []

    def test_is_answered_once(self, customer, page, question):
        answer = customer.post(page, {"score": "4", "words": "Quick"})
        again = customer.post(page, {"score": "1", "words": "No"})

        assert (answer.status_code, answer.url) == (302, page)
        question.refresh_from_db()
        assert (question.score, question.words, question.language) == (4, "Quick", "en")
        thanks = customer.get(page)
        assert (again.status_code, thanks.status_code) == (200, 200)
        assert "Thank you" in thanks.content.decode()
        assert "Quick" not in thanks.content.decode()

    def test_needs_no_words(self, customer, page, question):
        customer.post(page, {"score": "5"})

        question.refresh_from_db()
        assert (question.score, question.words) == (5, "")

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({"words": "Quick"}, "Choose one of the five answers."),
            ({"score": "6", "words": "Quick"}, "Select a valid choice."),
            ({"score": "4", "words": "a\0b"}, "Leave out the characters that cannot be read."),
            ({"score": "4", "words": "a" * 501}, "at most 500 characters"),
        ],
    )
    def test_says_beside_the_field_what_is_wrong(self, customer, page, sent, said):
        before = everything()

        refused = customer.post(page, sent)

        assert refused.status_code == 422
        assert said in refused.content.decode()
        assert everything() == before

    def test_is_asked_in_the_language_of_the_link(self, customer, page, question):
        shown = customer.get(f"{page}?language=nl")
        customer.post(f"{page}?language=nl", {"score": "3"})

        assert "Hoe goed hebben we je geholpen?" in shown.content.decode()
        assert shown.headers["Content-Language"] == "nl"
        question.refresh_from_db()
        assert question.language == "nl"

    @pytest.mark.parametrize("language", ["fr", ""])
    def test_or_else_in_that_of_the_browser(self, customer, page, language):
        shown = customer.get(page, {"language": language}, headers={"Accept-Language": "nl"})

        assert "Hoe goed hebben we je geholpen?" in shown.content.decode()

    def test_leaves_no_cookie_but_that_of_its_form(self, customer, page):
        answers = [customer.get(page), customer.post(page, {"score": "4"}), customer.get(page)]

        assert {name for answer in answers for name in answer.cookies} == {"csrf"}
        for answer in (answers[0], answers[2]):
            assert answer.headers["X-Robots-Tag"] == "noindex"
            assert "no-store" in answer.headers["Cache-Control"]

    def test_needs_the_token_of_its_form(self, page):
        before = everything()

        assert Client(enforce_csrf_checks=True).post(page, {"score": "4"}).status_code == 403
        assert everything() == before


class TestLooking:
    def test_changes_nothing(self, customer, page):
        before = everything()

        for ask in (customer.get, customer.head):
            assert ask(page, {"score": "1", "words": "By a scanner"}).status_code == 200
        assert everything() == before

    def test_at_an_unknown_link_gives_no_hint(self, customer, page):
        for link in ("/questions/nothing/", page[:-2] + "/"):
            answer = customer.get(link)
            assert answer.status_code == 404
            assert "This link opens nothing" in answer.content.decode()
            assert customer.post(link, {"score": "4"}).status_code == 404

    def test_too_late_is_told_kindly(self, customer, page, question, today):
        Question.objects.update(asked_at=today - LASTS, expires_at=today)

        for answer in (customer.get(page), customer.post(page, {"score": "4"})):
            assert answer.status_code == 410
            assert "This question is closed" in answer.content.decode()
        question.refresh_from_db()
        assert question.score is None

    def test_at_one_that_was_withdrawn(self, customer, page, question, anna, today):
        deal = question.deal
        deal.reopen(seen_in=deal.stage, by=anna, at=today + timedelta(seconds=1))

        answer = customer.get(page)

        assert answer.status_code == 410
        assert "not asked any more" in answer.content.decode()

    def test_at_one_whose_deal_lies_in_the_bin(self, customer, page, question, anna, today):
        question.deal.discard(by=anna, at=today)

        assert customer.get(page).status_code == 410
        assert customer.post(page, {"score": "4"}).status_code == 410
        assert Question.objects.get().score is None


class TestTooMuch:
    @pytest.fixture(autouse=True)
    def within_a_minute(self, today):
        with time_machine.travel(today, tick=False):
            yield

    def test_looking_waits_a_minute(self, customer, page):
        statuses = [customer.get(page).status_code for _ in range(LOOKS_A_MINUTE + 1)]

        assert statuses == [*[200] * LOOKS_A_MINUTE, 429]
        assert customer.get(page, REMOTE_ADDR="192.0.2.1").status_code == 200

    def test_answering_waits_whoever_asks(self, customer, page):
        for number in range(ANSWERS_A_MINUTE):
            customer.post(page, {}, REMOTE_ADDR=f"192.0.2.{number}")

        answer = customer.post(page, {"score": "4"}, REMOTE_ADDR="192.0.2.99")

        assert answer.status_code == 429
        assert "One moment" in answer.content.decode()
        assert Question.objects.get().score is None


class TestTheTeam:
    def test_finds_the_link_on_the_deals_page(self, annas, question):
        shown = annas.get(f"/teams/rijnmond/deals/{question.deal.number}/").content.decode()

        assert question.link in shown
        assert "Plevier is asked how well we helped." in shown

    def test_keeps_the_link_from_its_manager(self, mias, question):
        shown = mias.get(f"/teams/rijnmond/deals/{question.deal.number}/").content.decode()

        assert question.link not in shown
        assert "The customer is asked" in shown

    @pytest.mark.parametrize("reader", ["annas", "mias"])
    def test_and_its_manager_read_the_answer(self, request, reader, question, today):
        question.answer(2, "Nobody called <b>back</b>", at=today)
        browser = request.getfixturevalue(reader)

        shown = browser.get(f"/teams/rijnmond/deals/{question.deal.number}/").content.decode()

        assert shown.count("Poorly (2 of 5)") == 2  # in the stream and beside it
        assert "Nobody called &lt;b&gt;back&lt;/b&gt;" in shown

    def test_asks_about_an_earlier_closing(self, annas, pipeline, anna, today):
        deal = builders.won(builders.deal(pipeline, by=anna, at=today), by=anna, at=today)
        page = f"/teams/rijnmond/deals/{deal.number}/"
        assert "Ask the customer" not in annas.get(page).content.decode()
        Pipeline.objects.update(asks_customer="won")
        assert "Ask the customer" in annas.get(page).content.decode()

        annas.post(f"{page}question/")
        annas.post(f"{page}question/")

        assert deal.questions.count() == 1
        assert deal.questions.get().link in annas.get(page).content.decode()

    def test_is_told_why_it_cannot_ask(self, annas, deal):
        annas.post(f"/teams/rijnmond/deals/{deal.number}/question/")

        shown = annas.get(f"/teams/rijnmond/deals/{deal.number}/").content.decode()
        assert "This deal is open." in shown
        assert not Question.objects.exists()
