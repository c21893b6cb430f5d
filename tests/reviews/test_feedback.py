"""Feedback: one writes, the other reads, and the two of them decide what becomes of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from reviews.models import Feedback, Kind, ReviewError, StaleReview
from reviews.models.feedback import LONGEST_TEXT
from teams.models import Job, LogEntry
from tests import builders, reviewing

A_YEAR = timedelta(days=365)


@pytest.fixture
def given(anna, bram, now) -> Feedback:
    """Anna wrote Bram an appreciation, which he may show to the team."""
    return reviewing.given(anna, bram, at=now)


def fresh(given: Feedback) -> Feedback:
    return Feedback.objects.get(pk=given.pk)


class TestGiving:
    def test_goes_to_somebody_of_the_team(self, anna, bram, carla, now):
        with pytest.raises(ReviewError, match="somebody of the team"):
            reviewing.given(anna, carla, at=now)
        with pytest.raises(ReviewError, match="somebody else"):
            reviewing.given(anna, anna, at=now)

        assert reviewing.given(anna, bram, at=now).receiver == bram.user

    def test_says_something_and_not_too_much(self, anna, bram, now):
        for text, sentence in ((" \n", "Write something"), ("x" * (LONGEST_TEXT + 1), "thousand")):
            with pytest.raises(ReviewError, match=sentence):
                reviewing.given(anna, bram, text, at=now)

    def test_leaves_no_line_in_the_logbook(self, given):
        assert not LogEntry.objects.filter(kind__startswith="reviews").exists()

    def test_only_an_appreciation_may_be_shown_to_the_team(self, anna, bram, now):
        question = reviewing.given(anna, bram, kind=Kind.QUESTION, at=now)

        assert not question.may_be_published
        with pytest.raises(IntegrityError, match="only_an_appreciation"), transaction.atomic():
            Feedback.objects.filter(pk=question.pk).update(may_be_published=True)


class TestTheGiver:
    def test_changes_it_until_it_is_read(self, given, anna, bram, now):
        given.change("You wait for me", may_be_published=False, by=anna, at=now)
        assert (fresh(given).text, fresh(given).may_be_published) == ("You wait for me", False)

        given.open(by=bram, at=now)

        with pytest.raises(StaleReview, match="read already"):
            given.change("No", may_be_published=True, by=anna, at=now)
        with pytest.raises(StaleReview, match="read already"):
            given.take_back(by=anna, at=now)
        assert fresh(given).text == "You wait for me"

    def test_takes_it_back_until_it_is_read(self, given, anna, bram, now):
        given.take_back(by=anna, at=now)

        assert not Feedback.objects.exists()
        with pytest.raises(StaleReview, match="taken back"):
            given.open(by=bram, at=now)

    def test_does_not_publish_it(self, given, anna, now):
        with pytest.raises(ReviewError, match="between the two"):
            given.publish(by=anna, at=now)


class TestTheReceiver:
    def test_shows_an_appreciation_to_the_team(self, given, bram, now):
        given.open(by=bram, at=now)
        given.publish(by=bram, at=now)

        assert list(Feedback.objects.published()) == [given]
        line = LogEntry.objects.about(given).get()
        assert (line.kind, line.details) == ("reviews.feedback.published", {})
        with pytest.raises(StaleReview, match="already"):
            given.publish(by=bram, at=now)

    def test_reads_it_first(self, given, bram, now):
        with pytest.raises(ReviewError, match="Read it first"):
            given.publish(by=bram, at=now)

    def test_shows_nothing_without_the_leave_of_the_giver(self, anna, bram, now):
        given = reviewing.given(anna, bram, may_be_published=False, at=now)
        given.open(by=bram, at=now)

        with pytest.raises(ReviewError, match="for you alone"):
            given.publish(by=bram, at=now)
        with pytest.raises(IntegrityError, match="with_the_leave"), transaction.atomic():
            Feedback.objects.filter(pk=given.pk).update(published_at=now)

    def test_changes_no_word(self, given, bram, now):
        for verb in (
            lambda: given.change("No", may_be_published=True, by=bram, at=now),
            lambda: given.take_back(by=bram, at=now),
        ):
            with pytest.raises(ReviewError, match="between the two"):
                verb()

    def test_is_one_person_and_one_team(self, given, team, bram, carla, other_team, now):
        third = builders.member("Dora", team, at=now)
        elsewhere = other_team.welcome(bram.user, by=None, at=now)

        for somebody in (third, carla, elsewhere):
            with pytest.raises(ReviewError, match="between the two"):
                given.open(by=somebody, at=now)


class TestTime:
    def test_deletes_it_after_a_year_also_what_was_shown(self, given, bram, now):
        given.open(by=bram, at=now)
        given.publish(by=bram, at=now)
        job = Job.objects.get(kind="reviews.feedback_purge")
        assert job.payload == {"team_id": bram.team_id, "feedback_id": given.pk}
        Job.objects.filter(pk=job.pk).update(run_at=now)

        Job.objects.claim(job.pk).run(at=now + A_YEAR)

        job.refresh_from_db()
        assert (job.state, Feedback.objects.count()) == ("done", 0)

    def test_leaves_it_before(self, given, now):
        given.run_out(at=now + A_YEAR - timedelta(days=1))

        assert Feedback.objects.exists()
