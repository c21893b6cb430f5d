"""The marks of the two teams can be found, so that where none is found there is none.

That none reaches whom it must not reach is looked at in every answer: tests/rights/test_matrix.py.
"""

import pytest

from reviews.models import ReviewRound
from tests.rights.marks import OURS, found_in
from tests.rights.matrix import Asker, walk
from tests.rights.table import rights
from tests.rights.world import OUR_PEOPLE, OUR_WORK, REACH

TEAM = "/teams/rijnmond/"


def test_a_member_is_shown_them(asker: Asker):
    [said] = asker.world.ours.deals["open"].interactions.all()[:1]
    running = ReviewRound.objects.running().get()
    draft = f"reviews/{running.pk}/about/{asker.world.bram.user_id}/"
    pages = [f"deals/{said.deal.number}/", "people/", draft]

    shown = {mark for page in pages for mark in found_in(_told(asker, page), OURS)}

    assert shown == set(OURS)


def test_a_member_is_shown_how_to_reach_a_contact(asker: Asker):
    contact = asker.world.ours.people["contact"]

    for page in ("contacts/", f"contacts/{contact}/"):
        assert REACH[OUR_WORK] in _told(asker, page)


def test_where_a_mark_must_not_stand_is_told(asker: Asker, monkeypatch):
    monkeypatch.setattr("tests.rights.matrix.hidden_from", lambda _person, _name: (OUR_WORK,))

    found = walk(asker, rights(), ["crm:board"], people=["member", "stranger"], methods=["GET"])

    assert found.leaks == [f"crm:board (there) GET by member: {OUR_WORK}"]


@pytest.mark.parametrize("mark", [OUR_PEOPLE, "eva@example.com"])
def test_what_a_mail_says_is_searched_too(asker: Asker, mark: str):
    sent = {"name": "Eva", "email": "eva@example.com"}

    assert mark in asker.ask("member", "POST", f"{TEAM}people/", sent).text


def _told(asker: Asker, page: str) -> str:
    return asker.ask("member", "GET", TEAM + page).text
