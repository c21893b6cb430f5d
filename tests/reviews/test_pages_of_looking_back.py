"""The pages and the API of looking back: what the team does there, and what a manager reads."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import Agreement
from dashboards.jobs import publish_period
from reviews.models import Evaluation, Question, Said, Stage
from tests import builders, looking_back

BOOK = "/teams/rijnmond/evaluations/"
PAGE = f"{BOOK}2026-10/"
API = "/api/v1/teams/rijnmond/evaluations/"
TERMS = {"then": "we call back the same day", "how_seen": "It is on the deal"}


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


def answers(version=0, **texts):
    return {
        word: value
        for question in Question
        for word, value in (
            (question, texts.get(question, f"About {question}")),
            (f"{question}_version", version),
        )
    }


def shown(browser, url=PAGE) -> str:
    return browser.get(url).content.decode()


class TestTheTeam:
    def test_is_told_what_will_stand_there(self, annas):
        assert "you are asked to look back at it together" in shown(annas, BOOK)

    def test_looks_back_from_the_first_page_to_the_last(self, annas, brams, anna, team, now):
        looking_back.asked(team, at=now)
        assert "It is in time until 7 Dec." in shown(annas)
        assert "Begin, and lead it" in shown(annas)

        annas.post(f"{PAGE}beginning/")
        assert "Led by Anna." in shown(brams)
        brams.post(f"{PAGE}reflections/", answers())
        annas.post(f"{PAGE}agreements/", {**TERMS, "due_on": "2026-12-01"})
        told = annas.post(f"{PAGE}end/", {"published": ["wanted", "changes"]}, follow=True)

        page = told.content.decode()
        assert "Led by Anna, concluded on" in page
        assert page.count(">published<") == 2
        assert "we call back the same day" in page
        assert Evaluation.objects.get().stage == Stage.CONCLUDED
        assert "October 2026" in shown(brams, BOOK)

    def test_reads_the_figures_of_the_month_beside_its_words(self, annas, deal, team, now):
        publish_period(team, looking_back.MONTH, at=now)

        page = shown(annas)

        assert "The figures of that month" in page
        assert 'id="kpi-deals-won"' in page

    def test_takes_the_lead_over(self, brams, anna, bram, now):
        looking_back.begun(by=anna, at=now)
        assert "Anna leads it, and concludes it." in shown(brams)

        assert "You lead it now." in brams.post(f"{PAGE}lead/", follow=True).content.decode()

    @pytest.mark.parametrize("verb", ["beginning", "lead"])
    def test_hears_that_it_was_done_already(self, annas, anna, now, verb):
        looking_back.begun(by=anna, at=now)

        told = annas.post(f"{PAGE}{verb}/")

        assert told.status_code == 409
        assert "already" in told.content.decode() or "a moment ago" in told.content.decode()

    def test_sees_both_texts_where_two_wrote_at_once_and_decides_again(self, annas, anna, now):
        begun = looking_back.begun(by=anna, at=now)
        begun.write({Question.WANTED: Said("Ten deals", 0)}, by=anna)

        told = annas.post(f"{PAGE}reflections/", answers(wanted="Nine deals"))

        page = told.content.decode()
        assert told.status_code == 409
        assert "Ten deals" in page
        assert "Nine deals" in page
        assert page.count("This stands there now:") == 1
        again = annas.post(
            f"{PAGE}reflections/", {**answers(wanted="Nine deals"), "wanted_version": 1}
        )
        assert again.status_code == 302
        assert begun.reflections.get(question="wanted").text == "Nine deals"

    def test_keeps_what_was_typed_where_it_is_too_long(self, annas, anna, now):
        begun = looking_back.begun(by=anna, at=now)

        told = annas.post(f"{PAGE}reflections/", answers(wanted="x" * 2001))

        assert told.status_code == 422
        assert "x" * 2001 in told.content.decode()
        assert not begun.reflections.said().exists()

    def test_hears_what_an_agreement_lacks(self, annas, anna, bram, now):
        looking_back.begun(by=anna, at=now)

        told = annas.post(f"{PAGE}agreements/", {**TERMS, "due_on": ""})
        assert told.status_code == 422
        over = annas.post(f"{PAGE}agreements/", {**TERMS, "due_on": "2026-11-01"})
        assert over.status_code == 422
        assert "This day is over already." in over.content.decode()
        assert not Agreement.objects.exists()

    def test_offers_no_fourth_agreement(self, annas, anna, bram, now):
        begun = looking_back.begun(by=anna, at=now)
        for _each in range(3):
            begun.agree(looking_back.terms(on=now.date()), by=anna, at=now)

        assert "Propose it to all" not in shown(annas)
        refused = annas.post(f"{PAGE}agreements/", {**TERMS, "due_on": "2026-12-01"})
        assert refused.status_code == 422

    def test_hears_why_it_cannot_be_concluded(self, annas, anna, now):
        looking_back.begun(by=anna, at=now)

        told = annas.post(f"{PAGE}end/")
        assert told.status_code == 422
        assert "Answer all six questions first." in told.content.decode()
        assert annas.post(f"{PAGE}end/", {"published": "nonsense"}).status_code == 422

    def test_hears_that_it_is_over(self, annas, anna, now):
        looking_back.concluded(by=anna, at=now)

        told = annas.post(f"{PAGE}reflections/", answers(version=1, wanted="Other"))

        assert told.status_code == 409
        assert "We are not looking back at this month now." in told.content.decode()

    def test_asks_the_same_for_one_and_for_many(self, annas, anna, bram, team, now):
        def queries(url: str) -> int:
            with CaptureQueriesContext(connection) as asked:
                annas.get(url)
            return len(asked)

        begun = looking_back.begun(by=anna, at=now)
        begun.agree(looking_back.terms(on=now.date()), by=anna, at=now)
        publish_period(team, looking_back.MONTH, at=now)
        shown(annas)
        book, page = queries(BOOK), queries(PAGE)
        looking_back.concluded(by=anna, at=now, month=looking_back.MONTH.previous)
        for _each in range(2):
            begun.agree(looking_back.terms(on=now.date()), by=anna, at=now)

        assert (queries(BOOK), queries(PAGE)) == (book, page)
        assert book <= 9
        assert page <= 18


class TestAManager:
    def test_reads_nothing_before_it_is_concluded(self, mias, anna, now):
        begun = looking_back.begun(by=anna, at=now)
        looking_back.written(begun, anna, "plover")

        assert mias.get(PAGE).status_code == 404
        assert "The team has not concluded looking back at a month yet." in shown(mias, BOOK)

    def test_reads_what_was_published_and_nothing_more(self, mias, anna, bram, now):
        begun = looking_back.begun(by=anna, at=now)
        looking_back.written(begun, anna, "plover on {question}")
        begun.agree(looking_back.terms(on=now.date()), by=anna, at=now)
        begun.conclude([Question.WANTED], by=anna, at=now)

        page = shown(mias)

        assert page.count("plover") == 1
        assert "plover on wanted" in page
        assert "1 agreement of the team." in page
        assert "Anna" not in page
        assert "we call back" not in page
        assert "October 2026" in shown(mias, BOOK)

    def test_reads_that_nothing_was_published(self, mias, anna, now):
        looking_back.concluded(by=anna, at=now, published=())

        assert "The team publishes none of its answers this time." in shown(mias)

    def test_writes_nothing(self, mias, anna, now):
        looking_back.begun(by=anna, at=now)

        for verb in ("beginning", "lead", "reflections", "agreements", "end"):
            assert mias.post(f"{PAGE}{verb}/").status_code == 404
            assert mias.post(f"{API}2026-10/{verb}/").status_code == 403


@pytest.mark.parametrize("month", ["2026-09", "2026-W40", "nonsense"])
def test_other_months_are_not_there(annas, anna, now, month):
    looking_back.begun(by=anna, at=now)

    assert annas.get(f"{BOOK}{month}/").status_code == 404


class TestPrograms:
    def send(self, client, verb, **words):
        return client.post(f"{API}2026-10/{verb}/", words, content_type="application/json")

    def test_lead_it_from_beginning_to_end(self, annas, brams, mias, anna, bram, team, now):
        looking_back.asked(team, at=now)
        assert self.send(annas, "beginning").json()["led_by"] == "Anna"
        assert self.send(brams, "lead").json()["led_by"] == "Bram"
        assert self.send(brams, "lead").status_code == 409
        said = [{"question": one, "text": "Ten", "version": 0} for one in Question]
        assert self.send(annas, "reflections", answers=said).status_code == 200
        agreed = self.send(annas, "agreements", **TERMS, due_on="2026-12-01").json()
        assert agreed["agreements"] == [Agreement.objects.get().pk]
        told = self.send(brams, "end", published=["wanted"]).json()

        assert told["stage"] == "concluded"
        read = mias.get(f"{API}2026-10/").json()
        assert [one["question"] for one in read["answers"]] == ["wanted"]
        assert (read["led_by"], read["agreements"]) == (None, [])
        [row] = mias.get(API).json()["results"]
        assert (row["month"], row["stage"]) == ("2026-10", "concluded")

    def test_get_both_texts_back_where_two_wrote_at_once(self, annas, anna, now):
        begun = looking_back.begun(by=anna, at=now)
        begun.write({Question.WANTED: Said("Ten", 0)}, by=anna)
        mine = [{"question": "wanted", "text": "Nine", "version": 0}]

        told = self.send(annas, "reflections", answers=mine)

        assert told.status_code == 409
        assert told.json()["theirs"][0]["text"] == "Ten"

    def test_answer_each_question_once(self, annas, anna, now):
        looking_back.begun(by=anna, at=now)
        mine = {"question": "wanted", "text": "Nine", "version": 0}

        told = self.send(annas, "reflections", answers=[mine, mine])

        assert told.status_code == 400
        assert told.json() == {"answers": ["Answer each question once."]}


def test_what_nobody_began_in_time_was_not_held_and_can_be_still(annas, anna, team, now):
    asked = looking_back.asked(team, at=now)
    assert "Not begun" in shown(annas, BOOK)

    with time_machine.travel(now + timedelta(days=20), tick=False):
        later = builders.browser(anna.user)
        assert "Not held in time" in shown(later, BOOK)
        later.post(f"{PAGE}beginning/")

        asked.refresh_from_db()
        assert asked.stage == Stage.OPEN
        assert "overdue" in shown(later, BOOK)
        assert "It was in time until 7 Dec." in shown(later)
