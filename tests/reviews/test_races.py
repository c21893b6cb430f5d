"""Two people, or somebody and the clock, at the same moment."""

import pytest

from reviews.models import Answer, Draft, Feedback, Mode, ReviewRound, StaleReview, State, Words
from tests import builders, reviewing
from tests.racing import at_once, meetings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair(team, anna, bram):
    return anna, bram


def opened(now, by) -> ReviewRound:
    for running in ReviewRound.objects.running().select_related("team"):
        running.stop("Again", by=by, at=now)
    return reviewing.opened(by=by, at=now, mode=Mode.OPEN)


def found(made: ReviewRound) -> ReviewRound:
    """As another request has it."""
    return ReviewRound.objects.select_related("team").get(pk=made.pk)


class TestSealingWhileSomebodyWrites:
    def test_counts_all_of_their_words_or_none(self, pair, now):
        anna, bram = pair
        later = now + reviewing.RELEASED
        rounds = []

        def scene():
            made = opened(now, anna)
            rounds.append(made)
            made.write(bram.user, reviewing.words("before", "before"), by=anna, at=now)
            made.hand_in(by=anna, at=now)
            seal, write = found(made), found(made)
            return (
                lambda: seal.run_out(at=later),
                lambda: write.write(bram.user, reviewing.words("after", "after"), by=anna, at=now),
            )

        for sealed, written in meetings(scene):
            made = found(rounds[-1])
            texts = set(Answer.objects.filter(round=made).values_list("text", flat=True))
            assert sealed is None
            assert made.state == State.RELEASED
            assert not Draft.objects.filter(round=made).exists()
            assert texts in ({"before"}, {"after"})
            assert isinstance(written, StaleReview) == (texts == {"before"})

    def test_counts_who_handed_in_before_and_refuses_who_came_after(self, pair, now):
        anna, bram = pair
        rounds = []

        def scene():
            made = opened(now, anna)
            rounds.append(made)
            made.write(bram.user, reviewing.words("mine"), by=anna, at=now)
            seal, give = found(made), found(made)
            return (
                lambda: seal.run_out(at=now + reviewing.RELEASED),
                lambda: give.hand_in(by=anna, at=now),
            )

        for _sealed, handed_in in meetings(scene):
            made = found(rounds[-1])
            assert made.state == State.RELEASED
            assert made.took_part == (0 if isinstance(handed_in, StaleReview) else 1)

    def test_happens_once_whoever_does_it(self, pair, now):
        anna, bram = pair
        made = opened(now, anna)
        for member in (anna, bram):
            reviewing.written(made, member, at=now)

        sealing = [found(made) for _ in range(4)]
        later = now + reviewing.RELEASED
        told = at_once([lambda one=one: one.run_out(at=later) for one in sealing])

        assert told == [None] * 4
        assert Answer.objects.filter(round=made).count() == 6


class TestTwoWhoMeet:
    def test_propose_one_round(self, pair, now):
        told = at_once(
            [lambda by=by: reviewing.proposed(by=by, at=now, mode=Mode.OPEN) for by in pair]
        )

        assert sum(isinstance(each, StaleReview) for each in told) == 1
        assert ReviewRound.objects.count() == 1

    def test_who_consent_at_once_begin_it_once(self, pair, team, now):
        third = builders.member("Carin", team, at=now)
        made = reviewing.proposed(by=pair[0], at=now, mode=Mode.OPEN)

        rounds = [found(made), found(made)]
        told = at_once(
            [
                lambda one=one, by=by: one.consent(by=by, at=now)
                for one, by in zip(rounds, (pair[1], third), strict=True)
            ]
        )

        assert told == [None, None]
        assert found(made).state == State.OPEN
        assert made.roster.count() == 3

    def test_write_twice_at_once_and_keep_one_draft(self, pair, now):
        anna, bram = pair
        made = opened(now, anna)

        rounds = [found(made), found(made)]
        at_once(
            [
                lambda one=one, n=n: one.write(bram.user, Words((str(n), "", "")), by=anna, at=now)
                for n, one in enumerate(rounds, start=1)
            ]
        )

        assert Draft.objects.filter(round=made).count() == 1

    def test_one_reads_while_the_other_changes(self, pair, now):
        anna, bram = pair

        def scene():
            Feedback.objects.all().delete()
            given = reviewing.given(anna, bram, "first", at=now)
            one, other = Feedback.objects.get(), Feedback.objects.get(pk=given.pk)
            return (
                lambda: one.open(by=bram, at=now),
                lambda: other.change("second", may_be_published=False, by=anna, at=now),
            )

        for opened_it, changed in meetings(scene):
            given = Feedback.objects.get()
            assert opened_it is None
            assert given.is_read
            assert given.text == ("first" if isinstance(changed, StaleReview) else "second")
