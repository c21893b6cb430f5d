"""While a round is open everybody writes, and nobody reads a word but their own."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from reviews.locking import PADDED, Lock, new_salt
from reviews.models import Draft, Mode, ReviewError, StaleReview, State, Words
from reviews.models.draft import LONGEST
from teams.models import Job, OutgoingMail, User
from tests import builders, reviewing


@pytest.fixture
def made(anna, bram, now):
    """A round of Anna and Bram, in which both write."""
    return reviewing.opened(by=anna, at=now, mode=Mode.OPEN)


class TestWhatIsWritten:
    def test_is_kept_and_can_be_changed(self, made, anna, bram, now):
        made.write(bram.user, reviewing.words("You listen"), by=anna, at=now)
        made.write(bram.user, reviewing.words("You listen", "Call me"), by=anna, at=now)

        assert made.words_by(anna.user) == {bram.user_id: Words(("You listen", "Call me", ""))}
        assert made.words_by(bram.user) == {}

    def test_can_be_that_there_is_nothing_to_say(self, made, anna, bram, now):
        made.write(bram.user, Words(nothing=True), by=anna, at=now)

        assert made.words_by(anna.user)[bram.user_id].nothing
        made.hand_in(by=anna, at=now)

    def test_says_something_rather_than_nothing(self, made, anna, bram, now):
        made.write(bram.user, Words(("Yes", "", ""), nothing=True), by=anna, at=now)

        assert not made.words_by(anna.user)[bram.user_id].nothing

    def test_stands_in_the_database_under_lock(self, made, anna, bram, now):
        made.write(bram.user, reviewing.words("kluut"), by=anna, at=now)
        made.write(anna.user, Words(nothing=True), by=bram, at=now)

        long, short = Draft.objects.order_by("pk")
        assert b"kluut" not in bytes(long.locked)
        assert len(bytes(long.locked)) == len(bytes(short.locked))

    def test_opens_with_no_other_key(self, made, anna, bram, now, settings):
        made.write(bram.user, reviewing.words("kluut"), by=anna, at=now)
        locked = Draft.objects.get().locked

        assert Lock(new_salt()).open(locked) is None
        settings.SECRET_KEY = "another program"
        assert Lock(made.salt).open(locked) is None
        assert made.words_by(anna.user) == {}

    def test_fits_in_its_lock_however_long(self, made, anna, bram, now):
        widest = Words(("\N{GRINNING FACE}" * LONGEST,) * 3)
        made.write(bram.user, widest, by=anna, at=now)

        assert len("".join(widest.packed()).encode()) < PADDED
        assert made.words_by(anna.user) == {bram.user_id: widest}

    def test_has_its_measure(self, made, anna, bram, now):
        for words, sentence in (
            (reviewing.words("x" * (LONGEST + 1)), "five hundred"),
            (Words(("x",)), "three questions"),
        ):
            with pytest.raises(ReviewError, match=sentence):
                made.write(bram.user, words, by=anna, at=now)

    def test_is_about_a_colleague_who_takes_part(self, made, anna, carla, team, now):
        late = builders.member("Late", team, at=now)

        for somebody in (anna, carla, late):
            with pytest.raises(ReviewError, match="a colleague who takes part"):
                made.write(somebody.user, reviewing.words("x"), by=anna, at=now)

    def test_comes_from_somebody_who_takes_part(self, made, anna, carla, team, now):
        late = builders.member("Late", team, at=now)

        for somebody in (carla, late):
            with pytest.raises(ReviewError, match="began without you"):
                made.write(anna.user, reviewing.words("x"), by=somebody, at=now)

    def test_is_refused_once_the_days_are_over_whether_the_job_ran_or_not(
        self, made, anna, bram, now
    ):
        later = now + reviewing.RELEASED
        for verb in (
            lambda: made.write(bram.user, reviewing.words("x"), by=anna, at=later),
            lambda: made.hand_in(by=anna, at=later),
            lambda: made.take_back(by=anna, at=later),
        ):
            with pytest.raises(StaleReview, match="at another point"):
                verb()

    def test_the_database_lets_nobody_review_themselves(self, made, anna, now):
        with pytest.raises(IntegrityError, match="nobody_reviews_themselves"), transaction.atomic():
            Draft.objects.create(
                team=made.team, round=made, author=anna.user, about=anna.user, locked=b"x"
            )

    def test_the_database_takes_none_of_who_takes_no_part(self, made, anna, carla):
        with pytest.raises(IntegrityError, match="takes_part"), transaction.atomic():
            Draft.objects.create(
                team=made.team, round=made, author=anna.user, about=carla.user, locked=b"x"
            )


class TestHandingIn:
    def test_takes_a_word_about_each(self, team, anna, bram, now):
        members = reviewing.grown(team, 3, at=now)
        made = reviewing.opened(by=anna, at=now, mode=Mode.OPEN)
        made.write(bram.user, reviewing.words("x"), by=anna, at=now)
        made.write(members[2].user, Words(), by=anna, at=now)

        with pytest.raises(ReviewError, match=f"about {members[2].user.name} first"):
            made.hand_in(by=anna, at=now)

        made.write(members[2].user, Words(nothing=True), by=anna, at=now)
        made.hand_in(by=anna, at=now)
        assert made.roster.done().count() == 1

    def test_can_be_taken_back(self, made, anna, bram, now):
        reviewing.written(made, anna, at=now)

        made.take_back(by=anna, at=now)

        assert made.roster.done().count() == 0
        assert made.words_by(anna.user)

    def test_asks_nothing_about_who_has_left(self, team, anna, bram, now):
        members = reviewing.grown(team, 3, at=now)
        made = reviewing.opened(by=anna, at=now, mode=Mode.OPEN)
        members[2].leave(by=None, at=now)

        made.write(bram.user, reviewing.words("x"), by=anna, at=now)
        made.hand_in(by=anna, at=now)

        assert made.roster.done().count() == 1


class TestStopping:
    def test_deletes_what_was_written(self, made, anna, bram, now):
        reviewing.written(made, anna, at=now)

        made.stop("Another time", by=bram, at=now)

        assert (made.state, bytes(made.salt)) == (State.DROPPED, b"")
        assert made.words_by(anna.user) == {}
        assert not Draft.objects.exists()
        made.run_out(at=now + timedelta(days=40))
        assert made.state == State.DROPPED

    def test_is_too_late_once_all_is_released(self, anna, bram, now):
        made = reviewing.released(by=anna, at=now, mode=Mode.OPEN)

        with pytest.raises(StaleReview, match="at another point"):
            made.stop("No", by=anna, at=now + reviewing.RELEASED)


class TestTheReminder:
    def reminded(self, now) -> list[str]:
        job = Job.objects.filter(kind="reviews.reminder").latest("pk")
        Job.objects.filter(pk=job.pk).update(run_at=now, state="due")
        Job.objects.claim(job.pk).run(at=job.run_at)
        return sorted(OutgoingMail.objects.values_list("recipient", flat=True))

    def test_goes_to_who_has_yet_to_hand_in_on_the_last_morning(self, made, anna, bram, now):
        reviewing.written(made, anna, at=now)
        job = Job.objects.get(kind="reviews.reminder")
        assert job.run_at.isoformat() == "2026-11-30T07:00:00+00:00"
        assert set(job.payload) == {"team_id", "round_id", "day"}

        assert self.reminded(now) == ["bram@example.com"]

        mail = OutgoingMail.objects.get()
        assert mail.subject == "The round of review ends today"
        assert "Anna" not in mail.text

    def test_goes_once(self, made, anna, bram, now):
        self.reminded(now)

        assert self.reminded(now) == ["anna@example.com", "bram@example.com"]

    def test_comes_in_the_language_of_who_gets_it(self, made, bram, now):
        User.objects.filter(pk=bram.user_id).update(language="nl")

        self.reminded(now)

        told = OutgoingMail.objects.get(recipient="bram@example.com").subject
        assert told == "De feedbackronde eindigt vandaag"

    def test_says_nothing_of_a_round_that_is_over(self, made, anna, now):
        made.stop("Another time", by=anna, at=now)

        assert self.reminded(now) == []
