"""A round is held when the team wants it, and nobody alone decides."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from reviews.models import Mode, ReviewError, ReviewRound, Seat, StaleReview, State
from reviews.models.course import TOO_FEW
from teams.models import Job, LogEntry
from teams.models.consent import Consents
from tests import builders, reviewing

SILENT = timedelta(days=8)


def fresh(made: ReviewRound) -> ReviewRound:
    return ReviewRound.objects.select_related("team").get(pk=made.pk)


@pytest.fixture
def six(team, anna, bram, now):
    """Anna and Bram with four others, by name."""
    return reviewing.grown(team, 6, at=now)


class TestAProposedRound:
    def test_begins_once_all_have_consented(self, anna, bram, now):
        made = reviewing.proposed(by=anna, at=now, mode=Mode.OPEN)
        assert made.state == State.PROPOSED
        assert made.consents() == Consents(1, 2)

        made.consent(by=bram, at=now)

        assert made.state == State.OPEN
        assert made.write_until.isoformat() == "2026-11-30"
        assert {seat.person for seat in made.roster} == {anna.user, bram.user}

    def test_begins_with_half_of_the_team_when_the_days_are_over(self, six, anna, bram, now):
        made = reviewing.proposed(by=anna, at=now)
        made.consent(by=bram, at=now)
        made.consent(by=six[2], at=now)

        made.run_out(at=now + SILENT)

        assert made.state == State.OPEN
        assert made.roster.count() == 6

    def test_lapses_with_fewer(self, six, anna, bram, now):
        made = reviewing.proposed(by=anna, at=now)
        made.consent(by=bram, at=now)

        made.run_out(at=now + SILENT)

        assert made.state == State.LAPSED
        assert not made.roster.exists()

    def test_is_not_held_once_somebody_objects(self, anna, bram, now):
        made = reviewing.proposed(by=anna, at=now, mode=Mode.OPEN)

        made.object("  We just held one ", by=bram, at=now)

        assert (made.state, made.why) == (State.DROPPED, "We just held one")
        with pytest.raises(StaleReview, match="at another point"):
            made.consent(by=anna, at=now)

    def test_wants_to_know_why(self, anna, bram, now):
        made = reviewing.proposed(by=anna, at=now, mode=Mode.OPEN)

        with pytest.raises(ReviewError, match="Say what harm it would do"):
            made.object(" ", by=bram, at=now)
        with pytest.raises(ReviewError, match="Say why we do not hold it"):
            made.stop("", by=bram, at=now)

    def test_is_answered_once(self, anna, bram, now):
        made = reviewing.proposed(by=anna, at=now, mode=Mode.OPEN)

        for verb in (made.consent, lambda **how: made.object("No", **how)):
            with pytest.raises(StaleReview, match="answered this already"):
                verb(by=anna, at=now)

    def test_hears_no_word_that_comes_too_late_whether_the_job_ran_or_not(self, anna, bram, now):
        made = reviewing.proposed(by=anna, at=now, mode=Mode.OPEN)

        with pytest.raises(StaleReview, match="at another point"):
            made.consent(by=bram, at=now + SILENT)

    def test_hears_nobody_of_another_team(self, anna, bram, carla, now):
        made = reviewing.proposed(by=anna, at=now, mode=Mode.OPEN)

        for verb in (made.consent, lambda **how: made.stop("No", **how)):
            with pytest.raises(ReviewError, match="of another team"):
                verb(by=carla, at=now)

    def test_is_taken_off_the_table_by_any_of_the_team(self, anna, bram, now):
        made = reviewing.proposed(by=anna, at=now, mode=Mode.OPEN)

        made.stop("Not now", by=anna, at=now)

        assert made.state == State.DROPPED
        assert reviewing.proposed(by=bram, at=now, mode=Mode.OPEN).state == State.PROPOSED

    def test_is_looked_at_when_its_days_are_over(self, anna, bram, now):
        made = reviewing.proposed(by=anna, at=now, mode=Mode.OPEN)
        job = Job.objects.get(kind="reviews.clock")
        assert job.payload == {"team_id": anna.team_id, "round_id": made.pk}
        Job.objects.filter(pk=job.pk).update(run_at=now)

        Job.objects.claim(job.pk).run(at=now + SILENT)

        assert fresh(made).state == State.OPEN

    def test_tells_the_logbook_that_it_is_and_no_word(self, anna, bram, now):
        made = reviewing.proposed(by=anna, at=now, mode=Mode.OPEN)
        made.object("kluut", by=bram, at=now)

        lines = LogEntry.objects.about(made)
        assert [line.kind for line in lines.order_by("pk")] == [
            "reviews.round.proposed",
            "reviews.round.objected",
        ]
        assert [line.details for line in lines] == [{}, {}]


class TestWhoIsTooFew:
    def test_five_are_refused_unsigned_words_with_the_reason(self, team, anna, bram, now):
        reviewing.grown(team, 5, at=now)

        with pytest.raises(ReviewError, match=r"need a team of six\. You are 5") as refusal:
            reviewing.proposed(by=anna, at=now)

        assert "could be guessed" in str(refusal.value)
        assert not ReviewRound.objects.exists()

    def test_six_are_not(self, six, anna, now):
        assert reviewing.proposed(by=anna, at=now).state == State.PROPOSED

    @pytest.mark.parametrize("mode", [Mode.OPEN, Mode.APPRECIATION])
    def test_two_are_enough_to_sign(self, anna, bram, now, mode):
        assert reviewing.proposed(by=anna, at=now, mode=mode).state == State.PROPOSED

    def test_one_alone_is_refused(self, anna, now):
        with pytest.raises(ReviewError, match="alone in the team"):
            reviewing.proposed(by=anna, at=now, mode=Mode.OPEN)

    def test_who_became_too_few_before_all_had_answered_hold_none(self, six, anna, now):
        made = reviewing.proposed(by=anna, at=now)
        for member in six[1:5]:
            made.consent(by=member, at=now)
        six[5].leave(by=None, at=now)

        made.run_out(at=now + SILENT)

        assert (made.state, made.ended_why) == (State.DROPPED, TOO_FEW)
        assert "too small" in made.why
        assert not Seat.objects.exists()

    def test_the_database_keeps_it_too(self, six, anna, now):
        made = reviewing.released(by=anna, at=now)

        with pytest.raises(IntegrityError, match="a_sealed_round_is_for_six"), transaction.atomic():
            ReviewRound.objects.filter(pk=made.pk).update(asked=5, took_part=5)


class TestOneAtATime:
    def test_a_second_is_refused_while_one_runs(self, anna, bram, now):
        reviewing.proposed(by=anna, at=now, mode=Mode.OPEN)

        with pytest.raises(StaleReview, match="going on already"):
            reviewing.proposed(by=bram, at=now, mode=Mode.OPEN)

    def test_another_follows_when_it_was_held(self, anna, bram, now):
        reviewing.released(by=anna, at=now, mode=Mode.OPEN)

        again = reviewing.proposed(by=bram, at=now + reviewing.RELEASED, mode=Mode.OPEN)

        assert again.state == State.PROPOSED

    @pytest.mark.parametrize("days", [2, 11])
    def test_it_takes_its_days(self, anna, bram, now, days):
        with pytest.raises(ReviewError, match="between three and ten"):
            ReviewRound.objects.propose(Mode.OPEN, days, by=anna, at=now)

    def test_another_team_is_not_in_the_way(self, anna, bram, carla, other_team, now):
        builders.member("Dirk", other_team, at=now)
        reviewing.proposed(by=anna, at=now, mode=Mode.OPEN)

        assert reviewing.proposed(by=carla, at=now, mode=Mode.OPEN).state == State.PROPOSED
