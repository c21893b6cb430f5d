"""The charter and the roles for programs: the same verbs, and the same silence towards managers."""

import pytest
import time_machine

from teams.models import CharterVersion, Frame, Nomination, Role
from tests import builders

CHARTER, ROLES = "/api/v1/teams/rijnmond/charter/", "/api/v1/teams/rijnmond/roles/"
JSON = "application/json"
WORDS = {**vars(builders.CHARTER), "why": "We begin", "seen": 0}
FRAME = {
    "law": "Always two", "budget": "", "brand": "", "limit": "500.00", "currency": "EUR",
    "why": "The year begins", "seen": 0,
}  # fmt: skip
ROLE = {"name": "Keeps the board", "purpose": "So that we see", "accountabilities": "Stages"}


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


class TestTheCharter:
    def test_where_there_is_none_it_says_so(self, annas):
        assert annas.get(CHARTER).json() == {
            "agreed": None, "frame": None, "announced": None, "proposed": None,
        }  # fmt: skip

    def test_from_a_proposal_to_what_holds(self, annas, brams, mias, bram):
        made = annas.post(CHARTER, WORDS, JSON)
        assert made.status_code == 201
        told = brams.get(CHARTER).json()["proposed"]
        assert told["answers"] == [
            {"name": "Anna", "says": "consents"},
            {"name": "Bram", "says": ""},
        ]
        # What the team talks about is its own.
        assert mias.get(CHARTER).json()["proposed"] is None

        answer = brams.post(f"{CHARTER}{made.json()['id']}/consent/")

        assert (answer.status_code, answer.json()["number"]) == (200, 1)
        assert mias.get(CHARTER).json()["agreed"]["offer"] == builders.CHARTER.offer
        (version,) = mias.get(f"{CHARTER}versions/").json()["charters"]
        assert version["number"] == 1

    def test_an_objection_and_an_end_say_why(self, annas, brams, anna, bram, now):
        charter = builders.chartered(by=anna, at=now)
        assert brams.post(f"{CHARTER}{charter.pk}/objection/", {}, JSON).status_code == 400
        answer = brams.post(f"{CHARTER}{charter.pk}/objection/", {"why": "It hurts"}, JSON)
        assert answer.json()["ended_why"] == "It hurts"
        charter = builders.chartered(by=anna, at=now)
        answer = annas.post(f"{CHARTER}{charter.pk}/end/", {"why": "A slip"}, JSON)
        assert answer.json()["state"] == "dropped"

    @pytest.mark.parametrize(
        "odd",
        [{"purpose": ""}, {"seen": -1}, {"state": "active"}, {"ways": None}, {"why": "x" * 301}],
    )
    def test_what_is_odd_is_named(self, annas, odd):
        answer = annas.post(CHARTER, WORDS | odd, JSON)

        assert answer.status_code == 400
        assert set(answer.json()) == set(odd)
        assert not CharterVersion.objects.exists()

    def test_a_manager_announces_a_frame_and_takes_it_back(self, mias, annas, anna):
        made = mias.post(f"{CHARTER}frame/", FRAME, JSON)
        assert (made.status_code, made.json()["holds_from"]) == (201, "2026-12-07")
        assert annas.get(CHARTER).json()["announced"]["limit"] == "500.00"

        assert mias.post(f"{CHARTER}frame/withdrawal/").status_code == 200
        assert mias.post(f"{CHARTER}frame/withdrawal/").status_code == 409
        assert annas.get(f"{CHARTER}versions/").json()["frames"] == []

    @pytest.mark.parametrize("odd", [{"limit": "1e3"}, {"limit": "-1"}, {"currency": "XXX"}])
    def test_an_odd_frame_is_named(self, mias, odd):
        answer = mias.post(f"{CHARTER}frame/", FRAME | odd, JSON)

        assert (answer.status_code, set(answer.json())) == (400, set(odd))
        assert not Frame.objects.exists()

    def test_each_side_writes_its_own_alone(self, annas, mias, anna, mia):
        told = annas.post(f"{CHARTER}frame/", FRAME, JSON)
        assert (told.status_code, "manager" in told.json()["detail"]) == (409, True)
        assert mias.post(CHARTER, WORDS, JSON).status_code == 403
        assert not CharterVersion.objects.exists()
        assert not Frame.objects.exists()


class TestRoles:
    def test_from_a_role_to_who_holds_it(self, annas, brams, mias, bram):
        role = annas.post(ROLES, ROLE, JSON)
        assert role.status_code == 201
        page = f"{ROLES}{role.json()['role']['id']}/"
        sent = {"person": bram.user_id, "months": 6, "why": "They see it"}
        asked = annas.post(f"{page}nomination/", sent, JSON)
        assert asked.status_code == 201
        assert asked.json()["proposed_by"]["name"] == "Anna"
        assert len(brams.get(page).json()["proposed"]["answers"]) == 2

        answer = brams.post(f"{page}nominations/{asked.json()['id']}/consent/")

        assert answer.json()["held_until"] == "2027-05-22"
        (told,) = annas.get(ROLES).json()
        assert told["holding"]["person"]["name"] == "Bram"
        # A manager reads that it is held, and not by whom.
        (told,) = mias.get(ROLES).json()
        assert (told["held_until"], told["holding"]) == ("2027-05-22", None)
        assert annas.post(f"{page}resignation/").status_code == 409
        assert brams.post(f"{page}resignation/").json()["held_until"] is None
        assert annas.post(f"{page}closing/", {"why": "No board"}, JSON).status_code == 200
        assert annas.get(ROLES).json() == []

    def test_an_objection_and_an_end_say_why(self, annas, brams, anna, bram, now):
        role = builders.role(by=anna, at=now)
        for browser, verb in ((brams, "objection"), (annas, "end")):
            asked = builders.nominated(role, bram, by=anna, at=now)
            page = f"{ROLES}{role.pk}/nominations/{asked.pk}/{verb}/"
            assert browser.post(page, {}, JSON).status_code == 400
            assert browser.post(page, {"why": "No time"}, JSON).json()["state"] == "dropped"

    @pytest.mark.parametrize("odd", [{"person": 0}, {"months": 13}, {"months": "x"}, {"boss": 1}])
    def test_what_is_odd_is_named(self, annas, anna, now, odd):
        role = builders.role(by=anna, at=now)
        sent = {"person": anna.user_id, "months": 6, "why": "Yes"} | odd

        answer = annas.post(f"{ROLES}{role.pk}/nomination/", sent, JSON)

        assert (answer.status_code, set(answer.json())) == (400, set(odd))
        assert not Nomination.objects.exists()

    def test_a_role_of_another_team_is_not_there(self, annas, carla, now):
        theirs = builders.role(by=carla, at=now)

        assert annas.get(f"{ROLES}{theirs.pk}/").status_code == 404
        assert annas.post(f"{ROLES}{theirs.pk}/closing/", {"why": "So"}, JSON).status_code == 404
        assert Role.objects.get().closed_at is None
