"""The pages of a round: who sees what, step by step, and what is kept of what they type."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agreements.models import Agreement
from reviews.models import Answer, Draft, Mode, Outcome, ReviewRound, State, Words
from teams.models import SentOnce
from tests import builders, reviewing
from tests.evidence import everything

ROUNDS = "/teams/rijnmond/reviews/"


@pytest.fixture(autouse=True)
def at_work(now):
    """The pages read the clock; here it stands at the beginning of the stories."""
    with time_machine.travel(now, tick=False) as clock:
        yield clock


@pytest.fixture
def made(anna, bram, now) -> ReviewRound:
    """A round of Anna and Bram, in which both write."""
    return reviewing.opened(by=anna, at=now, mode=Mode.OPEN)


def text_of(browser: Client, url: str, status: int = 200) -> str:
    answer = browser.get(url)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


def page_of(made: ReviewRound, more: str = "") -> str:
    return f"{ROUNDS}{made.pk}/{more}"


class TestProposing:
    def test_begins_with_a_form(self, annas, anna, bram, team):
        answer = annas.post(f"{ROUNDS}new/", {"mode": "open", "days": "5"})

        made = ReviewRound.objects.get()
        assert answer.headers["Location"] == page_of(made)
        assert "1 of 2 have consented" in text_of(annas, page_of(made))

    def test_says_beforehand_why_five_sign(self, annas, anna, bram):
        assert "Unsigned answers need a team of six. You are 2" in text_of(annas, f"{ROUNDS}new/")

    def test_says_so_again_to_who_tries_and_keeps_what_was_typed(self, annas, anna, bram):
        answer = annas.post(f"{ROUNDS}new/", {"mode": "sealed", "days": "7"})

        page = answer.content.decode()
        assert answer.status_code == 422
        assert page.count("Unsigned answers need a team of six.") == 2
        assert 'value="7"' in page
        assert not ReviewRound.objects.exists()

    def test_tells_who_comes_second(self, brams, made):
        assert brams.post(f"{ROUNDS}new/", {"mode": "open", "days": "5"}).status_code == 409

    def test_wants_a_mode_and_days(self, annas, anna, bram):
        answer = annas.post(f"{ROUNDS}new/", {"days": "99"})

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "This field is required." in page
        assert "less than or equal to 10" in page


class TestAnswering:
    @pytest.fixture
    def proposed(self, anna, bram, now) -> ReviewRound:
        return reviewing.proposed(by=anna, at=now, mode=Mode.OPEN)

    def test_consents_and_it_begins(self, brams, proposed):
        page = text_of(brams, page_of(proposed))
        assert "I consent" in page
        assert "could read drafts while the round is open" in page

        brams.post(page_of(proposed, "consent/"))

        assert "0 of 2 have handed in" in text_of(brams, page_of(proposed))

    def test_objects_with_a_reason(self, brams, proposed):
        assert brams.post(page_of(proposed, "objection/"), {"why": ""}).status_code == 422

        brams.post(page_of(proposed, "objection/"), {"why": "Not now"})

        assert "Not now" in text_of(brams, page_of(proposed))

    def test_shows_who_proposed_it_that_they_consented(self, annas, proposed):
        page = text_of(annas, page_of(proposed))

        assert "You have consented." in page
        assert "I consent" not in page

    def test_tells_who_comes_too_late(self, annas, proposed):
        answer = annas.post(page_of(proposed, "consent/"))

        assert answer.status_code == 409
        assert "You have answered this already." in answer.content.decode()

    def test_knows_no_other_turn(self, annas, proposed):
        assert annas.post(page_of(proposed, "victory/")).status_code == 404

    def test_says_that_it_lapsed(self, annas, proposed, team, now):
        reviewing.grown(team, 6, at=now)
        proposed.run_out(at=now + timedelta(days=9))

        assert "Too few of us said yes" in text_of(annas, page_of(proposed))

    def test_says_that_what_comes_is_on_its_way(self, annas, proposed, at_work):
        at_work.shift(timedelta(days=9))

        page = text_of(annas, page_of(proposed))
        assert "These days are over." in page
        assert "<form" not in page.partition("<main")[2].partition("</main")[0]


class TestWriting:
    def about(self, made, member) -> str:
        return page_of(made, f"about/{member.user_id}/")

    def test_shows_one_colleague_and_who_reads_it(self, annas, bram, made):
        page = text_of(annas, self.about(made, bram))

        assert "1 of 1" in page
        assert "What does Bram do that helps the customer?" in page
        assert "Bram reads this with your name, after 30 Nov. Nobody else does." in page

    def test_says_what_a_sealed_round_takes(self, annas, anna, bram, team, now):
        reviewing.grown(team, 6, at=now)
        made = reviewing.opened(by=anna, at=now)

        page = text_of(annas, self.about(made, bram))

        assert "if four colleagues wrote to that question" in page
        assert "1 of 5" in page

    def test_asks_only_for_good_in_a_round_of_appreciation(self, annas, anna, bram, now):
        made = reviewing.opened(by=anna, at=now, mode=Mode.APPRECIATION)

        page = text_of(annas, self.about(made, bram))

        assert "What did Bram do lately that you were glad of?" in page
        assert "What would you ask" not in page

    def test_keeps_it_and_goes_on_with_the_next(self, annas, anna, bram, team, now):
        members = reviewing.grown(team, 4, at=now)
        made = reviewing.opened(by=anna, at=now, mode=Mode.OPEN)
        carin, daan = members[2:]

        for member, following in ((carin, daan), (daan, bram)):
            answer = annas.post(self.about(made, member), {"first": "You wait for me"})
            assert answer.headers["Location"] == self.about(made, following)
        answer = annas.post(self.about(made, bram), {"nothing": "on"})

        assert answer.headers["Location"] == page_of(made)
        assert "You wait for me" in text_of(annas, self.about(made, carin))

    def test_keeps_it_for_later(self, annas, bram, made):
        answer = annas.post(self.about(made, bram), {"first": "You", "leave": "1"})

        assert answer.headers["Location"] == page_of(made)
        assert Draft.objects.count() == 1

    def test_keeps_what_was_typed_where_it_cannot_be(self, annas, bram, made):
        answer = annas.post(self.about(made, bram), {"first": "x" * 501, "second": "kept"})

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "kept" in page
        assert "at most 500" in page
        assert not Draft.objects.exists()

    def test_keeps_it_on_the_screen_of_who_comes_too_late(self, annas, bram, made, now):
        made.run_out(at=now + reviewing.RELEASED)

        answer = annas.post(self.about(made, bram), {"first": "just in time"})

        assert answer.status_code == 409
        assert "just in time" in answer.content.decode()

    def test_leads_who_writes_no_more_to_the_round(self, annas, bram, made, now):
        made.run_out(at=now + reviewing.RELEASED)

        assert annas.get(self.about(made, bram)).headers["Location"] == page_of(made)

    def test_is_about_nobody_else(self, annas, anna, carla, made):
        for member in (anna, carla):
            assert annas.get(self.about(made, member)).status_code == 404
            assert annas.post(self.about(made, member), {"first": "x"}).status_code == 404

    def test_leaves_no_trace_however_often_it_is_sent(self, annas, bram, made):
        key = {"once": "a-key-of-a-form"}
        for _ in range(2):
            annas.post(self.about(made, bram), {"first": "kluut", **key})
            annas.post(page_of(made, "handed-in/"), key)

        assert not SentOnce.objects.exists()
        assert Draft.objects.count() == 1
        assert "kluut" not in str(everything())

    def test_hands_in_and_takes_it_back(self, annas, anna, bram, made, now):
        refused = annas.post(page_of(made, "handed-in/"))
        assert refused.status_code == 422
        assert "Write something about Bram first" in refused.content.decode()

        made.write(bram.user, Words(nothing=True), by=anna, at=now)
        annas.post(page_of(made, "handed-in/"))
        page = text_of(annas, page_of(made))
        assert "1 of 2 have handed in" in page
        assert "You have handed in." in page

        annas.post(page_of(made, "taken-back/"))
        assert "0 of 2 have handed in" in text_of(annas, page_of(made))

    def test_says_to_who_came_later_that_the_next_one_is_theirs(self, made, team, now):
        late = builders.browser(builders.member("Late", team, at=now).user)

        assert "This round began before you came." in text_of(late, page_of(made))
        made.run_out(at=now + reviewing.RELEASED)
        assert "It was held without you" in text_of(late, page_of(made))
        assert late.get(page_of(made, "results/")).status_code == 404

    def test_shows_nobody_what_another_wrote(self, annas, brams, anna, bram, made, now):
        made.write(bram.user, reviewing.words("kluut"), by=anna, at=now)

        for url in (page_of(made), self.about(made, anna), ROUNDS, "/teams/rijnmond/"):
            assert "kluut" not in text_of(brams, url)
        assert "kluut" in text_of(annas, self.about(made, bram))


class TestReading:
    @pytest.fixture
    def over(self, anna, bram, now) -> ReviewRound:
        return reviewing.released(by=anna, at=now - reviewing.RELEASED, mode=Mode.OPEN)

    def test_groups_what_was_written_under_its_questions(self, annas, over):
        page = text_of(annas, page_of(over, "results/"))

        assert "What you do that helps the customer" in page
        assert "Bram to Anna: 1" in page
        # What one signed oneself stands there too.
        assert "Anna to Bram: 3" in page

    def test_shows_everybody_their_own_alone(self, annas, brams, anna, team, now):
        reviewing.grown(team, 6, at=now)
        made = reviewing.released(by=anna, at=now - reviewing.RELEASED)

        page = text_of(annas, page_of(made, "results/"))

        texts = set(re.findall(r"\w+ to (\w+): \d", page))
        assert texts == {"Anna"}
        assert "What you wrote" not in page

    def test_says_why_nothing_is_shown(self, annas, anna, team, now):
        members = reviewing.grown(team, 6, at=now)
        before = now - timedelta(days=14)
        made = reviewing.opened(by=anna, at=before)
        reviewing.written(made, members[1], at=before)
        made.run_out(at=before + reviewing.RELEASED)
        made.run_out(at=before + reviewing.RELEASED_LATE)

        assert made.seats.get(person=anna.user).outcome == Outcome.WITHHELD
        page = text_of(annas, page_of(made, "results/"))
        assert "Fewer than four colleagues wrote to you" in page

    def test_says_where_nobody_wrote(self, annas, anna, bram, now):
        made = reviewing.opened(by=anna, at=now - reviewing.RELEASED, mode=Mode.OPEN)
        made.run_out(at=now)

        assert "Nobody wrote to you this time." in text_of(annas, page_of(made, "results/"))

    def test_notes_that_it_was_read_once(self, annas, over):
        assert "I have read it" in text_of(annas, page_of(over, "results/"))

        annas.post(page_of(over, "reading/"))

        assert "I have read it" not in text_of(annas, page_of(over, "results/"))

    def test_makes_it_an_agreement_with_who_signed_it(self, annas, bram, anna, over):
        found = Answer.objects.get(about=anna.user, question=3)
        page = text_of(annas, page_of(over, f"results/{found.pk}/agreement/"))

        assert 'value="Bram to Anna: 3"' in page
        assert re.search(rf'value="{bram.user_id}"[^>]*checked', page)
        # The words stand in no address.
        assert "Bram" not in str(parse_qs(urlsplit(page_of(over)).query))

        sent = {"who": "mine", "others": [bram.user_id], "then": "I call", "how_seen": "It rings"}
        annas.post("/teams/rijnmond/agreements/new/", {**sent, "due_on": "2026-12-01"})
        assert Agreement.objects.count() == 1

    def test_makes_no_agreement_of_what_was_written_to_another(self, annas, bram, over):
        found = Answer.objects.filter(about=bram.user).first()

        assert annas.get(page_of(over, f"results/{found.pk}/agreement/")).status_code == 404

    def test_says_after_a_year_that_the_words_are_gone(self, annas, over, now):
        over.run_out(at=now + reviewing.PURGED)
        over.run_out(at=now + reviewing.PURGED)

        assert over.state == State.PURGED
        assert "its words are deleted" in text_of(annas, page_of(over))
        assert annas.get(page_of(over, "results/")).status_code == 404


class TestFeedback:
    FEEDBACK = "/teams/rijnmond/feedback/"

    def test_goes_from_one_to_the_other_who_opens_it(self, annas, brams, bram):
        sent = {"receiver": bram.user_id, "kind": "appreciation", "text": "kluut"}
        annas.post(self.FEEDBACK, {**sent, "may_be_published": "on"})

        assert "Appreciation for Bram" in text_of(annas, self.FEEDBACK)
        page = text_of(brams, self.FEEDBACK)
        assert "Appreciation from Anna" in page
        url = re.search(rf"{self.FEEDBACK}\d+/", page).group()
        assert "kluut" not in text_of(brams, url)
        assert "kluut" in text_of(annas, url)

        brams.post(f"{url}opening/")
        assert "kluut" in text_of(brams, url)
        brams.post(f"{url}publication/")
        assert "kluut" in text_of(annas, self.FEEDBACK)

    def test_can_be_changed_and_taken_back_until_it_is_read(self, annas, anna, bram, now):
        given = reviewing.given(anna, bram, "first", at=now)
        url = f"{self.FEEDBACK}{given.pk}/"

        assert annas.post(f"{url}wording/", {"text": ""}).status_code == 422
        annas.post(f"{url}wording/", {"text": "second"})
        assert "second" in text_of(annas, url)

        answer = annas.post(f"{url}removal/")
        assert answer.headers["Location"] == self.FEEDBACK
        assert annas.get(url).status_code == 404

    def test_tells_who_comes_too_late(self, annas, anna, bram, now):
        given = reviewing.given(anna, bram, at=now)
        given.open(by=bram, at=now)

        answer = annas.post(f"{self.FEEDBACK}{given.pk}/removal/")

        assert answer.status_code == 409
        assert "now its words stand" in answer.content.decode()

    def test_makes_an_agreement_of_a_suggestion(self, brams, anna, bram, now):
        given = reviewing.given(anna, bram, "Call me", kind="suggestion", at=now)
        url = f"{self.FEEDBACK}{given.pk}/agreement/"
        assert brams.get(url).status_code == 404

        given.open(by=bram, at=now)

        page = text_of(brams, url)
        assert 'value="Call me"' in page
        assert re.search(rf'value="{anna.user_id}"[^>]*checked', page)

    def test_of_an_appreciation_there_is_none(self, brams, anna, bram, now):
        given = reviewing.given(anna, bram, at=now)
        given.open(by=bram, at=now)

        assert brams.get(f"{self.FEEDBACK}{given.pk}/agreement/").status_code == 404

    def test_is_nobody_elses(self, anna, bram, team, now):
        given = reviewing.given(anna, bram, "kluut", at=now)
        third = builders.browser(builders.member("Dora", team, at=now).user)

        assert third.get(f"{self.FEEDBACK}{given.pk}/").status_code == 404
        assert third.post(f"{self.FEEDBACK}{given.pk}/opening/").status_code == 404
        assert "Nobody has begun yet." in text_of(third, self.FEEDBACK)

    def test_goes_to_nobody_of_another_team(self, annas, carla):
        sent = {"receiver": carla.user_id, "kind": "question", "text": "Why?"}

        assert annas.post(self.FEEDBACK, sent).status_code == 422

    def test_knows_no_other_deed(self, annas, anna, bram, now):
        given = reviewing.given(anna, bram, at=now)

        assert annas.post(f"{self.FEEDBACK}{given.pk}/prize/").status_code == 404


class TestDuties:
    def duties(self, browser: Client) -> list[str]:
        page = text_of(browser, "/teams/rijnmond/")
        words = ("Say whether we hold", "Write to your colleagues", "Read what your", "Read what A")
        return [word for word in words if word in page]

    def test_follow_the_round(self, annas, brams, anna, bram, now):
        made = reviewing.proposed(by=anna, at=now, mode=Mode.OPEN)
        assert (self.duties(annas), self.duties(brams)) == ([], ["Say whether we hold"])

        made.consent(by=bram, at=now)
        assert self.duties(annas) == self.duties(brams) == ["Write to your colleagues"]

        reviewing.written(made, anna, at=now)
        assert (self.duties(annas), self.duties(brams)) == ([], ["Write to your colleagues"])

        made.run_out(at=now + reviewing.RELEASED)
        # Nobody wrote to Anna.
        assert (self.duties(annas), self.duties(brams)) == ([], ["Read what your"])

        made.note_read(by=bram, at=now + reviewing.RELEASED)
        assert self.duties(brams) == []

    def test_name_who_wrote(self, brams, anna, bram, now):
        given = reviewing.given(anna, bram, at=now)
        assert self.duties(brams) == ["Read what A"]

        given.open(by=bram, at=now)
        assert self.duties(brams) == []


class TestQueries:
    def test_are_as_many_for_one_round_as_for_many(self, annas, anna, bram, now):
        counts = []
        for _ in range(2):
            reviewing.released(by=anna, at=now - reviewing.RELEASED, mode=Mode.OPEN)
            reviewing.given(bram, anna, at=now)
            counts.append([queries_of(annas, url) for url in (ROUNDS, TestFeedback.FEEDBACK)])

        assert counts[0] == counts[1]
        assert max(counts[0]) <= 16

    def test_are_as_many_for_two_colleagues_as_for_five(self, annas, anna, bram, team, now):
        counts = []
        for size in (2, 5):
            reviewing.grown(team, size, at=now)
            made = reviewing.opened(by=anna, at=now, mode=Mode.OPEN)
            about = page_of(made, f"about/{bram.user_id}/")
            counts.append([queries_of(annas, url) for url in (page_of(made), about)])
            made.stop("Again", by=anna, at=now)

        assert counts[0] == counts[1]
        assert max(counts[0]) <= 18


def queries_of(browser: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(url).status_code == 200
    return len(seen)
