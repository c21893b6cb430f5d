"""Debates for programs: the same verbs and the same secrets as in their room."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboards import kpis
from debates.models import Brought, Debate, State
from debates.models.proposal import ProposalVersion
from tests import debating

API = "/api/v1/teams/rijnmond/debates/"


@pytest.fixture
def now():
    """The moment in which programs live."""
    return timezone.now()


def send(client, turn, debate=None, **words):
    path = f"{API}{debate.pk}/{turn}/" if debate else f"{API}{turn}"
    return client.post(path, words, content_type="application/json")


def read(client, debate):
    return client.get(f"{API}{debate.pk}/").json()


def over(debate, *states: str) -> None:
    """The days of these states are over."""
    yesterday = timezone.localdate() - timedelta(days=1)
    Debate.objects.filter(pk=debate.pk).update(**dict.fromkeys(states, yesterday))
    debate.run_out(at=timezone.now())


def test_both_sides_lead_a_whole_debate(annas, brams, mias, anna, now):
    begun = send(annas, "", kpi="win-rate", question="Why?", days=10, fallback="split")
    assert begun.status_code == 201
    debate = Debate.objects.get()
    for client in (annas, brams):
        send(client, "point", debate, text="We call late", figure="cycle-time", words="Late!")
    send(mias, "nothing", debate)
    point = read(mias, debate)["points"][0]
    assert (point["figure"], point["words"], point["mean"]) == ("cycle-time", "Late!", None)

    send(annas, "argument", debate, point=point["id"], speaks="against", text="It was so always")
    send(brams, "reply", debate, text="They ask why")
    send(mias, "weights", debate, weights=[{"point": point["id"], "value": 4}])
    over(debate, "challenge_until")
    told = read(annas, debate)
    assert told["points"][0]["mean"] == 3.0
    assert told["points"][0]["arguments"][0]["text"] == "It was so always"
    assert told["replies"][0]["text"] == "They ask why"

    send(brams, "proposal", debate, **debating.offer_draft(), doers=[anna.user_id])
    version = ProposalVersion.objects.get()
    other = {**debating.offer_draft(), "then": "we call at once", "every": "month"}
    other["ends_on"] = f"{timezone.localdate() + timedelta(days=90)}"
    sent = send(annas, "other-words", debate, proposal=version.proposal_id, number=1, **other)
    assert sent.json()["proposals"][0]["then"] == "we call at once"
    over(debate, "propose_until")

    version = ProposalVersion.objects.get(number=2)
    objection = {"harm": "Dear", "is_new": True, "is_certain": False, "remedy": "Less"}
    refused = send(mias, "objection", debate, version=version.pk, **objection)
    assert refused.status_code == 409
    assert "of the frame" in refused.json()["detail"]
    send(mias, "objection", debate, version=version.pk, clause="Budget", **objection)
    assert read(brams, debate)["debate"]["state"] == "integrating"
    send(mias, "withdrawal", debate, version=version.pk)
    send(annas, "consent", debate, version=version.pk, concern="The cost")
    ended = send(brams, "consent", debate, version=version.pk).json()

    assert ended["debate"]["state"] == "decided"
    assert ended["experiments"][0]["verdict"] == ""
    listed = annas.get(API).json()["results"]
    assert [(one["question"], one["end"]) for one in listed] == [("Why?", "decided")]


def test_a_manager_asks_and_the_team_answers(annas, mias, anna, bram, now):
    assert send(mias, "", kpi="win-rate", question="Why?").status_code == 201
    debate = Debate.objects.get()
    assert send(mias, "beginning", debate, days=10, fallback="drop").status_code == 403

    assert send(annas, "dismissal", debate, why="In spring").status_code == 200

    assert read(mias, debate)["debate"]["ended_why"] == "In spring"
    late = send(annas, "beginning", debate, days=10, fallback="drop")
    assert late.status_code == 409
    assert late.json()["theirs"]["debate"]["state"] == "dismissed"


def test_the_team_takes_it_up(annas, mia, bram, now):
    debate = Debate.objects.request(kpis.get("win-rate"), "Why?", by=mia, at=now)

    send(annas, "beginning", debate, days=8, fallback="trial")

    debate.refresh_from_db()
    assert (debate.state, debate.fallback) == (State.GATHERING, "trial")


def test_what_is_hidden_is_ones_own(annas, brams, mias, anna, bram, mia, now):
    debate = debating.opened(by=anna, at=now)
    point = debate.bring(Brought("The ptarmigan is late"), by=anna, at=now)

    assert [each["text"] for each in read(annas, debate)["points"]] == ["The ptarmigan is late"]
    for client in (brams, mias):
        assert read(client, debate)["points"] == []
        assert read(client, debate)["have_done"] == 1
        refused = send(client, "wording", debate, point=point.pk, text="So")
        assert refused.status_code == 400
        assert "ptarmigan" not in refused.content.decode()


def test_one_changes_and_takes_back_ones_own(annas, anna, bram, now):
    debate = debating.opened(by=anna, at=now)
    point = debate.bring(Brought("We call late"), by=anna, at=now)

    changed = send(annas, "wording", debate, point=point.pk, text="We call too late")
    assert changed.json()["points"][0]["text"] == "We call too late"
    assert send(annas, "removal", debate, point=point.pk).json()["points"] == []


def test_somebody_is_excused(annas, anna, bram, now):
    debate = debating.opened(by=anna, at=now)
    seat = debate.seat_of(bram)

    told = send(annas, "excuse", debate, seat=seat.pk, why="On holiday").json()

    assert {one["person"]["name"]: one["excused_why"] for one in told["seats"]} == {
        "Anna": "", "Bram": "On holiday",
    }  # fmt: skip
    assert told["asked"] == 1


def test_something_small_is_decided_quickly(annas, mias, anna, bram, now):
    assert send(mias, "quick/", **debating.quick_draft()).status_code == 403

    told = send(annas, "quick/", **debating.quick_draft())

    assert told.status_code == 201
    assert told.json()["debate"]["is_quick"]


def test_the_team_answers_the_figure(annas, mias, anna, bram, mia, now):
    debate = debating.decided(by=anna, at=now - timedelta(days=100))
    debate.evaluate(at=now)
    experiment = debate.experiments.get()
    sent = {"experiment": experiment.pk, "answer": "keep", "why": "It works"}
    assert send(mias, "answer", debate, **sent).status_code == 403

    told = send(annas, "answer", debate, **sent)

    assert told.json()["experiments"][0]["answer"] == "keep"


@pytest.mark.parametrize(
    ("turn", "words", "field"),
    [
        ("point", {"text": " "}, "text"),
        ("point", {"text": "So", "figure": "whatever"}, "figure"),
        ("excuse", {"why": "Ill", "seat": 999_999}, "seat"),
        ("weights", {"weights": [{"point": 999_999, "value": 9}]}, "weights"),
        ("proposal", {"then": "So"}, "how_seen"),
    ],
)
def test_a_program_is_told_what_it_got_wrong(annas, anna, bram, now, turn, words, field):
    debate = debating.opened(by=anna, at=now)

    answer = send(annas, turn, debate, **words)

    assert answer.status_code == 400
    assert field in answer.json()


def test_a_stranger_finds_nothing(carlas, anna, bram, now):
    debate = debating.opened(by=anna, at=now)

    assert carlas.get(f"{API}{debate.pk}/").status_code == 404
    assert send(carlas, "point", debate, text="So").status_code == 404
    assert reverse("debates-api:debates", args=["rijnmond"]) == API
