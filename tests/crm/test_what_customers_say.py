"""The answers of customers together: to read for the team and its managers, and by programs."""

import pytest
from django.utils import timezone

from crm.models import Contact, Question
from teams.paging import MOST_ROWS
from tests import builders

ANSWERS, API = "/teams/rijnmond/answers/", "/api/v1/teams/rijnmond/"


@pytest.fixture
def today():
    """The moment in which pages live."""
    return timezone.now()


@pytest.fixture
def said(pipeline, anna, today):
    """Two customers said something, and a third was asked."""
    for title, customer, score, words in (
        ("Wi-Fi", "Plevier", 5, "Quick"),
        ("Scanners", "Kluut", 2, "Nobody called <b>back</b>"),
        ("Cables", "Ruiter", None, ""),
    ):
        question = builders.question(pipeline, by=anna, at=today, title=title, customer=customer)
        if score:
            question.answer(score, words, language="en", at=timezone.now())


@pytest.mark.parametrize("reader", ["annas", "mias"])
class TestTheTeamAndItsManager:
    def test_read_the_newest_first(self, request, reader, said):
        shown = request.getfixturevalue(reader).get(ANSWERS).content.decode()

        assert shown.index("Nobody called &lt;b&gt;back&lt;/b&gt;") < shown.index("Quick")
        assert "Poorly (2 of 5)" in shown
        assert "Scanners" in shown
        assert "Cables" not in shown

    def test_look_at_one_score(self, request, reader, said):
        shown = request.getfixturevalue(reader).get(f"{ANSWERS}?score=2").content.decode()

        assert "Scanners" in shown
        assert "Wi-Fi" not in shown

    @pytest.mark.parametrize("asked", ["?score=9", "?score=x", "?score=%C2%B2", "?page=x"])
    def test_ask_for_what_there_is_not(self, request, reader, said, asked):
        shown = request.getfixturevalue(reader).get(f"{ANSWERS}{asked}")

        assert shown.status_code == 200
        assert "Scanners" in shown.content.decode()

    def test_are_told_what_will_be_here(self, request, reader, pipeline):
        shown = request.getfixturevalue(reader).get(ANSWERS).content.decode()

        assert "No answers here" in shown
        assert "Our process" in shown


def test_a_contact_is_not_named(mias, pipeline, anna, today):
    contact = Contact.objects.create(name="Tureluur")
    builders.question(pipeline, by=anna, at=today, contact=contact).answer(3, at=today)

    shown = mias.get(ANSWERS).content.decode()

    assert "Wi-Fi in the yard" in shown
    assert "Tureluur" not in shown


def test_what_lies_in_the_bin_is_not_there(annas, said, anna, today):
    Question.objects.get(score=2).deal.discard(by=anna, at=today)

    assert "Scanners" not in annas.get(ANSWERS).content.decode()


def test_more_of_them_follow_on_the_next_page(annas, pipeline, anna, today):
    for number in range(MOST_ROWS + 1):
        question = builders.question(pipeline, by=anna, at=today, title=f"Deal {number}")
        question.answer(4, at=today)

    first = annas.get(f"{ANSWERS}?score=4").context["answers"]
    second = annas.get(f"{ANSWERS}{first.older_url}").context["answers"]

    assert (first.newer_url, first.older_url) == ("", "?score=4&page=2")
    assert (len(second.rows), second.newer_url, second.older_url) == (1, "?score=4&page=1", "")


@pytest.mark.parametrize("rows", [1, 3])
def test_one_page_takes_as_many_queries_for_many(
    annas, pipeline, anna, today, rows, django_assert_num_queries
):
    for number in range(rows):
        question = builders.question(
            pipeline, by=anna, at=today, title=f"Deal {number}", customer=f"Customer {number}"
        )
        question.answer(4, at=today)

    with django_assert_num_queries(9):
        annas.get(ANSWERS)


class TestAProgram:
    def test_reads_them(self, annas, said):
        found = annas.get(f"{API}answers/?score=2").json()["results"]

        assert [(each["title"], each["score"], each["language"]) for each in found] == [
            ("Scanners", 2, "en")
        ]
        assert set(found[0]) == {"deal", "title", "score", "words", "language", "answered_at"}

    def test_asks_and_gets_the_link(self, annas, pipeline, anna, today):
        question = builders.question(pipeline, by=anna, at=today)
        page = f"{API}deals/{question.deal.number}/question/"
        question.delete()

        asked = annas.post(page, {}, content_type="application/json")

        assert asked.status_code == 201
        assert asked.json()["url"].endswith(f"/questions/{Question.objects.get().link}/")
        again = annas.post(page, {}, content_type="application/json")
        assert (again.status_code, again.json()["detail"]) == (
            409,
            "The customer was asked about this already.",
        )
