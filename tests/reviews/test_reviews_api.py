"""Rounds of review and feedback for programs."""

import pytest
import time_machine

from reviews.models import Draft, Feedback, Mode, ReviewRound
from teams.models import SentOnce
from tests import builders, reviewing

API = "/api/v1/teams/rijnmond/"


@pytest.fixture(autouse=True)
def at_work(now):
    with time_machine.travel(now, tick=False) as clock:
        yield clock


def call(client, method, path, sent=None, **headers):
    how = {"content_type": "application/json", "headers": headers}
    return getattr(client, method)(f"{API}{path}", sent or {}, **how)


class TestARound:
    def test_is_proposed_answered_written_and_read(self, annas, brams, anna, bram, now):
        answer = call(annas, "post", "reviews/", {"mode": "open", "days": 5})
        assert answer.status_code == 201
        pk = answer.json()["id"]

        assert call(brams, "post", f"reviews/{pk}/consent/").json()["state"] == "open"
        for client, other in ((annas, bram), (brams, anna)):
            words = f"reviews/{pk}/about/{other.user_id}/"
            assert client.get(f"{API}{words}").json()["answers"] == ["", "", ""]
            told = call(client, "put", words, {"answers": ["Good", "", "Call me"]})
            assert told.json()["answers"] == ["Good", "", "Call me"]
            facts = call(client, "post", f"reviews/{pk}/handed-in/").json()
            assert facts["is_done"]
            assert facts["results"] == []
        assert facts["have_done"] == facts["asked"] == 2

        ReviewRound.objects.select_related("team").get(pk=pk).run_out(at=now + reviewing.RELEASED)

        facts = annas.get(f"{API}reviews/{pk}/").json()
        assert facts["outcome"] == "results"
        assert facts["results"][1] == {
            "question": "One agreement they want with you",
            "texts": [{"text": "Call me", "name": "Bram"}],
        }
        assert call(annas, "post", f"reviews/{pk}/reading/").status_code == 200
        assert annas.get(f"{API}reviews/{pk}/about/{bram.user_id}/").status_code == 404

    def test_is_objected_to_and_stopped_with_a_reason(self, annas, brams, anna, bram, now):
        made = reviewing.proposed(by=anna, at=now, mode=Mode.OPEN)
        url = f"reviews/{made.pk}/"
        assert call(brams, "post", f"{url}objection/").status_code == 400
        assert call(brams, "post", f"{url}objection/", {"why": "No"}).json()["why"] == "No"
        assert call(annas, "post", f"{url}end/", {"why": "No"}).status_code == 409

        made = reviewing.opened(by=anna, at=now, mode=Mode.OPEN)
        facts = call(annas, "post", f"reviews/{made.pk}/end/", {"why": "Too busy"}).json()
        assert (facts["state"], facts["why"]) == ("dropped", "Too busy")

    def test_says_why_it_cannot_be(self, annas, anna, bram):
        answer = call(annas, "post", "reviews/", {"mode": "sealed", "days": 5})

        assert answer.status_code == 409
        assert "need a team of six" in answer.json()["detail"]

    def test_leaves_no_trace_of_what_is_written(self, annas, anna, bram, now):
        made = reviewing.opened(by=anna, at=now, mode=Mode.OPEN)
        words, key = f"reviews/{made.pk}/about/{bram.user_id}/", {"Idempotency-Key": "a-key"}

        for text in ("first", "second"):
            call(annas, "put", words, {"answers": [text, "", ""]}, **key)
        for noun in ("handed-in", "taken-back"):
            call(annas, "post", f"reviews/{made.pk}/{noun}/", **key)

        assert not SentOnce.objects.exists()
        assert Draft.objects.count() == 1
        assert made.words_by(anna.user)[bram.user_id].answers[0] == "second"

    def test_shows_a_manager_that_it_was_held_and_nothing_else(self, mias, mia, anna, team, now):
        reviewing.grown(team, 6, at=now)
        made = reviewing.released(by=anna, at=now - reviewing.RELEASED)

        [line] = mias.get(f"{API}reviews/").json()["results"]

        assert line["share"] == 100
        assert set(line) == {"id", "mode", "state", "until", "released_at", "share"}
        assert mias.get(f"{API}reviews/{made.pk}/").status_code == 404


class TestFeedback:
    def test_goes_from_one_to_the_other(self, annas, brams, bram):
        sent = {"receiver": bram.user_id, "kind": "appreciation", "text": "You listen"}
        made = call(annas, "post", "feedback/", {**sent, "may_be_published": True}).json()
        url = f"feedback/{made['id']}/"
        assert (made["text"], made["deeds"]) == ("You listen", ["wording", "removal"])

        [seen] = brams.get(f"{API}feedback/").json()["results"]
        assert (seen["text"], seen["deeds"]) == ("", ["opening"])

        told = call(annas, "post", f"{url}wording/", {"text": "You hear", "may_be_published": True})
        assert told.json()["text"] == "You hear"
        opened = call(brams, "post", f"{url}opening/").json()
        assert (opened["text"], opened["deeds"]) == ("You hear", ["publication"])
        call(brams, "post", f"{url}publication/")
        assert brams.get(f"{API}{url}").json()["deeds"] == []
        assert annas.get(f"{API}feedback/").json()["shown"][0]["text"] == "You hear"

    def test_is_taken_back(self, annas, anna, bram, now):
        given = reviewing.given(anna, bram, at=now)

        assert call(annas, "post", f"feedback/{given.pk}/removal/").status_code == 204
        assert not Feedback.objects.exists()

    def test_goes_to_nobody_of_another_team_and_not_to_oneself(self, annas, anna, carla):
        for somebody in (anna, carla):
            sent = {"receiver": somebody.user_id, "kind": "question", "text": "Why?"}
            assert call(annas, "post", "feedback/", sent).status_code == 400

    def test_is_not_there_for_a_third(self, anna, bram, team, mias, now):
        given = reviewing.given(anna, bram, at=now)
        third = builders.browser(builders.member("Dora", team, at=now).user)

        for client in (third, mias):
            assert client.get(f"{API}feedback/{given.pk}/").status_code == 404
        assert mias.get(f"{API}feedback/").status_code == 404
