"""When a round is over all is released at once, and nothing leads back to who wrote it."""
# ruff: noqa: S608 -- the tables are named by our own models

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction

from reviews.models import Answer, Draft, Mode, Outcome, ReviewRound, State, Words
from teams.models import Job, LogEntry, OutgoingMail, SentOnce
from tests import reviewing


@pytest.fixture
def six(team, anna, bram, now):
    """Anna and Bram with four others, by name."""
    return reviewing.grown(team, 6, at=now)


def outcomes(made: ReviewRound) -> dict[str, str]:
    return {seat.person.name: seat.outcome for seat in made.roster.in_order()}


def rows(statement: str, *words: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, words)
        return cursor.fetchall()


class TestRelease:
    def test_comes_to_all_at_once(self, six, anna, now):
        made = reviewing.released(by=anna, at=now)

        assert made.state == State.RELEASED
        assert set(outcomes(made).values()) == {Outcome.RESULTS}
        assert (made.asked, made.took_part) == (6, 6)
        assert Answer.objects.filter(round=made).count() == 6 * 5 * 3

    def test_does_not_come_before_the_days_are_over(self, six, anna, now):
        made = reviewing.opened(by=anna, at=now)
        for member in six:
            reviewing.written(made, member, at=now)

        made.run_out(at=now + timedelta(days=7))

        assert made.state == State.OPEN
        assert not Answer.objects.exists()

    def test_counts_only_what_was_handed_in(self, anna, bram, now):
        made = reviewing.opened(by=anna, at=now, mode=Mode.OPEN)
        reviewing.written(made, anna, at=now)
        made.write(anna.user, reviewing.words("not ready"), by=bram, at=now)

        made.run_out(at=now + reviewing.RELEASED)

        assert outcomes(made) == {"Anna": Outcome.NOTHING, "Bram": Outcome.RESULTS}
        assert made.took_part == 1
        assert {answer.author for answer in Answer.objects.all()} == {anna.user}

    def test_shows_signed_words_with_their_author_however_few(self, anna, bram, now):
        made = reviewing.released(by=anna, at=now, mode=Mode.APPRECIATION)

        found = Answer.objects.filter(round=made, about=bram.user)
        assert sorted(found.values_list("text", "author__name")) == [
            (f"Anna to Bram: {question}", "Anna") for question in (1, 2, 3)
        ]

    def test_happens_once_however_often_it_is_asked(self, six, anna, now):
        made = reviewing.released(by=anna, at=now)
        keys = set(Answer.objects.values_list("pk", flat=True))

        made.run_out(at=now + reviewing.RELEASED)

        assert set(Answer.objects.values_list("pk", flat=True)) == keys
        assert LogEntry.objects.filter(kind="reviews.round.released").count() == 1

    def test_is_told_to_who_can_read_something_and_forgets_who_was_reminded(self, six, anna, now):
        made = reviewing.opened(by=anna, at=now)
        for member in six[:5]:
            reviewing.written(made, member, at=now)
        self.run("reviews.reminder", now)
        assert [mail.recipient for mail in OutgoingMail.objects.all()] == ["finn@example.com"]

        made.run_out(at=now + reviewing.RELEASED)
        self.run("reviews.telling", now)

        told = OutgoingMail.objects.filter(subject="Your colleagues have written to you")
        assert told.count() == 6
        assert not OutgoingMail.objects.filter(subject__contains="ends today").exists()
        assert Job.objects.filter(kind="teams.send_mail").count() == 6
        assert "to Anna" not in "".join(mail.text for mail in told)

    def run(self, kind: str, now) -> None:
        job = Job.objects.get(kind=kind)
        Job.objects.filter(pk=job.pk).update(run_at=now)
        Job.objects.claim(job.pk).run(at=now)


class TestWhoGotTooLittle:
    @pytest.fixture
    def three(self, six, anna, now):
        """Three have handed in, so nobody has four answers."""
        made = reviewing.opened(by=anna, at=now)
        for member in six[:3]:
            reviewing.written(made, member, at=now)
        made.run_out(at=now + reviewing.RELEASED)
        return made

    def test_waits_two_days_more_once(self, three, now):
        assert (three.state, three.is_extended) == (State.OPEN, True)
        assert three.write_until.isoformat() == "2026-12-02"
        assert not Answer.objects.exists()

    def test_is_shown_nothing_then(self, three, now):
        three.run_out(at=now + reviewing.RELEASED_LATE)

        assert three.state == State.RELEASED
        assert set(outcomes(three).values()) == {Outcome.WITHHELD}
        assert not Answer.objects.exists()
        assert three.took_part == 3

    def test_is_shown_what_came_in_those_days(self, three, six, now):
        later = now + reviewing.RELEASED
        for member in six[3:5]:
            reviewing.written(three, member, at=later)

        three.run_out(at=now + reviewing.RELEASED_LATE)

        assert set(outcomes(three).values()) == {Outcome.RESULTS}

    def test_is_told_apart_from_who_got_enough(self, six, anna, bram, now):
        made = reviewing.opened(by=anna, at=now)
        for member in six[1:]:
            for one in made.colleagues_of(member.user):
                says = Words(nothing=True) if one == bram.user else reviewing.words("Good")
                made.write(one, says, by=member, at=now)
            made.hand_in(by=member, at=now)

        made.run_out(at=now + reviewing.RELEASED)
        made.run_out(at=now + reviewing.RELEASED_LATE)

        assert outcomes(made)["Bram"] == Outcome.WITHHELD
        assert outcomes(made)["Anna"] == Outcome.RESULTS

    def test_is_not_shown_a_question_to_which_fewer_than_four_wrote(self, six, anna, now):
        made = reviewing.opened(by=anna, at=now)
        for number, member in enumerate(six[1:]):
            for one in made.colleagues_of(member.user):
                more = ["And this"] if number < 3 else []
                made.write(one, reviewing.words("Good", *more), by=member, at=now)
            made.hand_in(by=member, at=now)

        made.run_out(at=now + reviewing.RELEASED)

        assert set(Answer.objects.filter(about=anna.user).values_list("question")) == {(1,)}
        assert Answer.objects.filter(about=anna.user).count() == 5

    def test_never_waits_where_all_is_signed(self, anna, bram, now):
        made = reviewing.opened(by=anna, at=now, mode=Mode.OPEN)

        made.run_out(at=now + reviewing.RELEASED)

        assert (made.state, made.is_extended) == (State.RELEASED, False)
        assert set(outcomes(made).values()) == {Outcome.NOTHING}

    def test_counts_who_has_left_for_nothing(self, six, anna, now):
        made = reviewing.opened(by=anna, at=now)
        for member in six:
            reviewing.written(made, member, at=now)
        six[5].leave(by=None, at=now)

        made.run_out(at=now + reviewing.RELEASED)

        # What they wrote counts; what was written to them nobody can read any more.
        assert made.state == State.RELEASED
        assert Answer.objects.filter(about=anna.user, question=1).count() == 5
        assert not Answer.objects.filter(about=six[5].user).exists()

    def test_stays_as_it_is_whoever_leaves_afterwards(self, six, anna, now):
        made = reviewing.released(by=anna, at=now)
        before = set(Answer.objects.values_list("pk", "text"))

        six[4].leave(by=None, at=now + reviewing.RELEASED)
        six[5].leave(by=None, at=now + reviewing.RELEASED)
        made.run_out(at=now + reviewing.RELEASED + timedelta(days=1))

        assert set(Answer.objects.values_list("pk", "text")) == before

    def test_finds_its_words_again_when_the_secret_of_the_program_is_another(
        self, six, anna, now, settings
    ):
        made = reviewing.opened(by=anna, at=now)
        for member in six:
            reviewing.written(made, member, at=now)

        settings.SECRET_KEY = "changed in between"
        made.run_out(at=now + reviewing.RELEASED)

        # There are two days to write once more.
        assert (made.state, made.is_extended) == (State.OPEN, True)


class TestNothingLeadsBack:
    @pytest.fixture
    def sealed(self, six, anna, now):
        """Each text of the round says who wrote it, so that what leads back can be found."""
        made = reviewing.opened(by=anna, at=now)
        for hours, member in enumerate(six):
            reviewing.written(made, member, at=now + timedelta(hours=hours))
        made.run_out(at=now + reviewing.RELEASED)
        return made

    def authors(self, order: str) -> list[str]:
        """Who wrote the answers, in this order of the table."""
        return [
            text.split()[0] for (text,) in rows(f"SELECT text FROM reviews_answer ORDER BY {order}")
        ]

    def test_no_draft_and_no_key_is_left(self, sealed):
        assert not Draft.objects.exists()
        assert bytes(ReviewRound.objects.get().salt) == b""

    def test_nobody_knows_any_more_who_handed_in(self, sealed):
        assert set(sealed.roster.values_list("is_done", flat=True)) == {None}

    def test_all_rows_were_written_by_one_transaction(self, sealed):
        assert len(rows("SELECT DISTINCT xmin::text, cmin::text FROM reviews_answer")) == 1
        assert len(rows("SELECT DISTINCT xmin::text FROM reviews_seat")) == 1

    @pytest.mark.parametrize("order", ["ctid", "id"])
    def test_no_order_of_the_table_tells(self, sealed, order):
        found = self.authors(order)

        assert found not in (sorted(found), sorted(found, reverse=True))
        # Of those who wrote in a row hardly anybody stands beside themselves.
        beside = sum(one == other for one, other in pairwise(found))
        assert beside < len(found) / 2

    def test_the_order_is_another_each_time(self, sealed, anna, now):
        before = self.authors("ctid")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM reviews_answer")
        ReviewRound.objects.filter(pk=sealed.pk).update(state=State.CLOSED)

        again = reviewing.opened(by=anna, at=now + reviewing.RELEASED)
        for member in reviewing.members(anna.team):
            reviewing.written(again, member, at=now + reviewing.RELEASED)
        again.run_out(at=now + reviewing.RELEASED * 2)

        assert self.authors("ctid") != before

    def test_no_column_holds_a_time_or_a_number_that_counts_up(self, sealed):
        columns = dict(
            rows(
                "SELECT column_name, data_type FROM information_schema.columns"
                " WHERE table_name = 'reviews_answer'"
            )
        )

        assert not any("time" in kind or kind == "date" for kind in columns.values())
        assert columns["id"] == "uuid"
        assert {key.version for key in Answer.objects.values_list("pk", flat=True)} == {4}

    def test_the_database_takes_no_author(self, sealed, anna, bram):
        answer = Answer(
            team=sealed.team, round=sealed, mode=Mode.SEALED, about=anna.user, question=1, text="x"
        )
        answer.author = bram.user
        with pytest.raises(IntegrityError, match="has_no_author"), transaction.atomic():
            answer.save()

        answer.mode = Mode.OPEN
        with pytest.raises(IntegrityError, match="in_the_mode_of_its_round"), transaction.atomic():
            answer.save()

    def test_the_database_lets_nobody_change_one(self, sealed):
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            Answer.objects.update(text="x")

    def test_the_logbook_and_the_jobs_hold_no_person_and_no_word(self, sealed):
        lines = LogEntry.objects.about(sealed).exclude(kind="reviews.round.proposed")
        by_nobody = lines.exclude(kind="reviews.round.opened")
        assert set(by_nobody.values_list("actor", flat=True)) == {None}
        assert [line.details for line in lines] == [{}] * lines.count()
        for job in Job.objects.filter(kind__startswith="reviews."):
            assert set(job.payload) <= {"team_id", "round_id", "day"}
        assert not SentOnce.objects.exists()


class TestTime:
    def test_closes_and_a_year_later_deletes_the_words(self, six, anna, now):
        made = reviewing.released(by=anna, at=now)

        made.run_out(at=now + reviewing.CLOSED)
        assert made.state == State.CLOSED
        assert Answer.objects.exists()

        made.run_out(at=now + reviewing.PURGED)
        assert made.state == State.PURGED
        assert not Answer.objects.exists()
        assert (made.asked, made.took_part) == (6, 6)
        line = LogEntry.objects.about(made).newest_first()[0]
        assert (line.kind, line.details, line.actor) == ("reviews.round.purged", {}, None)

    def test_comes_all_at_once_where_no_job_ran_for_a_year(self, six, anna, now):
        made = reviewing.opened(by=anna, at=now)
        for member in six:
            reviewing.written(made, member, at=now)

        made.run_out(at=now + reviewing.PURGED)

        # A year begins when the words are released, not when they should have been.
        assert made.state == State.RELEASED
        assert made.keep_until > (now + timedelta(days=700)).date()
