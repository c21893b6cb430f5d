"""The customer is asked once about a closing, and answers once."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from crm.models import Pipeline, Question, VoiceError, take_back
from crm.models.voice import KEPT, LASTS, State, hashed
from teams import story
from teams.models import LogEntry
from tests import builders
from tests.racing import at_once

HOUR = timedelta(hours=1)


@pytest.fixture(params=["won", "closed"])
def asking(request, pipeline):
    """The process asks, when a deal is won or also when it is lost."""
    Pipeline.objects.filter(pk=pipeline.pk).update(asks_customer=request.param)
    pipeline.refresh_from_db()
    return request.param


@pytest.fixture
def question(asking, deal, anna, now) -> Question:
    builders.won(deal, by=anna, at=now)
    return deal.questions.get()


def told(kind):
    return [story.line(entry) for entry in LogEntry.objects.filter(kind=kind).order_by("pk")]


class TestAClosing:
    def test_asks_once_and_names_nobody(self, question, deal, now):
        assert (question.asked_at, question.expires_at) == (now, now + LASTS)
        assert question.closing == deal.visits.running().get()
        line = LogEntry.objects.get(kind="crm.question.asked")
        assert (line.actor, line.team, line.subject_id) == (None, deal.team, deal.pk)
        assert story.line(line) == "Wi-Fi in the yard is asked how well we helped."

    def test_asks_nobody_where_the_process_does_not(self, deal, anna, now):
        builders.won(deal, by=anna, at=now)

        assert not Question.objects.exists()

    def test_asks_about_a_loss_where_the_team_wants_it(self, asking, deal, anna, now):
        builders.lost(deal, by=anna, at=now)

        assert Question.objects.exists() == (asking == "closed")

    def test_that_is_undone_asks_nothing(self, question, deal, anna, now):
        entry = LogEntry.objects.get(kind="crm.deal.won")

        take_back(entry, by=anna, at=now + HOUR)

        question.refresh_from_db()
        assert (question.state(now + HOUR), question.closing) == (State.WITHDRAWN, None)
        assert told("crm.question.withdrawn") == [
            "Wi-Fi in the yard is not asked any more how well we helped."
        ]

    def test_that_comes_after_an_undone_one_asks_anew(self, question, deal, anna, now):
        take_back(LogEntry.objects.get(kind="crm.deal.won"), by=anna, at=now + HOUR)
        deal.refresh_from_db()

        builders.won(deal, by=anna, at=now + 2 * HOUR)

        fresh = deal.questions.standing().get()
        assert fresh != question
        assert fresh.link != question.link

    def test_of_a_deal_that_is_opened_again_asks_nothing(self, question, deal, anna, now):
        deal.reopen(seen_in=deal.stage, by=anna, at=now + HOUR)

        question.refresh_from_db()
        assert question.state(now + HOUR) == State.WITHDRAWN

    def test_that_is_back_is_asked_about_as_before(self, question, deal, anna, now):
        entry = deal.reopen(seen_in=deal.stage, by=anna, at=now + HOUR)

        take_back(entry, by=anna, at=now + 2 * HOUR)

        assert deal.questions.standing().get() == question
        assert Question.objects.get().state(now + 2 * HOUR) == State.OPEN
        assert len(told("crm.question.asked")) == 2

    def test_after_an_answer_asks_no_more(self, question, deal, anna, now):
        question.answer(4, at=now + HOUR)
        deal.reopen(seen_in=deal.stage, by=anna, at=now + 2 * HOUR)

        builders.won(deal, by=anna, at=now + 3 * HOUR)

        assert deal.questions.get().score == 4

    def test_after_one_without_an_answer_asks_anew(self, question, deal, anna, now):
        later = now + LASTS + HOUR
        deal.reopen(seen_in=deal.stage, by=anna, at=later)

        builders.won(deal, by=anna, at=later + HOUR)

        question.refresh_from_db()
        assert question.state(later) == State.EXPIRED  # and it counts as such
        assert deal.questions.count() == 2

    def test_put_right_from_won_to_lost_is_asked_as_a_loss(self, question, asking, deal, anna, now):
        builders.lost(deal, by=anna, at=now + HOUR)

        question.refresh_from_db()
        assert question.state(now + HOUR) == State.WITHDRAWN
        assert deal.questions.standing().exists() == (asking == "closed")


class TestAnAnswer:
    def test_is_kept_once(self, question, now):
        question.answer(5, "Quick \u202eand kind\n\nThank you", language="nl", at=now + HOUR)

        assert (question.score, question.words) == (5, "Quick and kind\n\nThank you")
        with pytest.raises(VoiceError, match="Your answer has come in"):
            question.answer(1, at=now + 2 * HOUR)
        assert Question.objects.get().score == 5

    def test_is_told_without_its_words(self, question, now):
        question.answer(2, "Nobody called back", at=now + HOUR)

        line = LogEntry.objects.get(kind="crm.question.answered")
        assert (line.actor, line.details) == (None, {"deal": "Wi-Fi in the yard", "number": 1})
        assert story.line(line) == "Wi-Fi in the yard said how well we helped."

    def test_comes_too_late_after_thirty_days(self, question, now):
        with pytest.raises(VoiceError, match="for 30 days"):
            question.answer(5, at=now + LASTS)

    def test_stays_when_the_deal_is_opened_again(self, question, deal, anna, now):
        question.answer(1, "It broke", at=now + HOUR)

        deal.reopen(seen_in=deal.stage, by=anna, at=now + 2 * HOUR)

        question.refresh_from_db()
        assert question.state(now) == State.ANSWERED

    def test_loses_its_words_after_two_years(self, question, now):
        question.answer(4, "Quick", at=now)

        assert Question.objects.forget_words(now + KEPT - HOUR) == 0
        assert Question.objects.forget_words(now + KEPT) == 1
        question.refresh_from_db()
        assert (question.score, question.words) == (4, "")

    @pytest.mark.parametrize("score", [0, 6])
    def test_is_one_of_five(self, question, now, score):
        with pytest.raises(IntegrityError), transaction.atomic():
            question.answer(score, at=now)


class TestAsking:
    """By hand: for what was closed before the process asked."""

    @pytest.fixture
    def won(self, deal, anna, now):
        return builders.won(deal, by=anna, at=now)

    def test_asks_about_an_earlier_closing(self, won, asking, anna, now):
        won.pipeline.refresh_from_db()

        question = Question.objects.ask(won, by=anna, at=now + HOUR)

        assert question.state(now + HOUR) == State.OPEN
        assert LogEntry.objects.get(kind="crm.question.asked").actor == anna.user

    def test_waits_for_the_closing(self, asking, deal, anna, now):
        with pytest.raises(VoiceError, match="open"):
            Question.objects.ask(deal, by=anna, at=now)

    def test_is_a_matter_of_the_process(self, won, anna, now):
        with pytest.raises(VoiceError, match="Our process does not ask"):
            Question.objects.ask(won, by=anna, at=now)

    def test_asks_once(self, question, deal, anna, now):
        with pytest.raises(VoiceError, match="already"):
            Question.objects.ask(deal, by=anna, at=now)


def test_the_table_does_not_hold_the_link(question):
    kept = [str(value) for value in Question.objects.values_list()[0]]

    assert hashed(question.link) in kept
    assert question.link not in kept
    assert Question.objects.of_link(question.link).get() == question


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts(pipeline, deal, anna, now):
    Pipeline.objects.filter(pk=pipeline.pk).update(asks_customer="won")
    deal.pipeline.refresh_from_db()
    builders.won(deal, by=anna, at=now)

    def answer(score):
        Question.objects.get().answer(score, at=now)

    outcomes = at_once([partial(answer, 1), partial(answer, 5)])

    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "VoiceError"]
    assert LogEntry.objects.filter(kind="crm.question.answered").count() == 1
