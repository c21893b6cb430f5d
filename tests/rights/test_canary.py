"""Every text carries a mark of its team, and everything that anybody gets is searched for it."""

import logging
from collections.abc import Iterator, Sequence

import pytest
from django.http import HttpResponse

from tests.rights.matrix import BODIES, Asker, address, nothing
from tests.rights.table import rights
from tests.rights.test_matrix import NAMES
from tests.rights.world import (
    OUR_PEOPLE,
    OUR_WORDS,
    OUR_WORK,
    REACH,
    SCENES,
    THEIR_PEOPLE,
    THEIR_WORK,
    undone,
)

OURS, THEIRS = (OUR_WORK, OUR_WORDS, OUR_PEOPLE), (THEIR_WORK, THEIR_PEOPLE)
# What must not reach whom. An administrator knows people and teams, and no work of anybody.
HIDDEN = {
    "member": THEIRS,
    "colleague": THEIRS,
    "manager": THEIRS,
    "stranger": OURS,
    "other manager": OURS,
    "moved": (OUR_WORK, OUR_WORDS),
    "former member": (OUR_WORK, OUR_WORDS, *THEIRS),
    "former manager": (*OURS, *THEIRS),
    "administrator": (OUR_WORK, OUR_WORDS, THEIR_WORK),
    "anonymous": (*OURS, *THEIRS),
}
# The link of an invitation says who invites to what, to whoever has it: that is what it is for.
# The desk and the demo show people by name, to who may be there.
SPEAKING = {"invitation"}


def texts(response: HttpResponse) -> str:
    body = b"".join(response) if response.streaming else response.content
    return f"{response.headers}\n{response.cookies}\n{body.decode(errors='replace')}"


def told(
    asker: Asker, person: str, method: str, names: Sequence[str] = ()
) -> Iterator[tuple[str, str]]:
    """Every answer this person gets with this method, and where."""
    for name in names or [name for name in NAMES if name not in SPEAKING]:
        thing = rights().thing_of(name)
        for state in thing.states:
            with undone():
                scene = SCENES[thing.name][state](asker.world)
                sent = BODIES.get(name, nothing)(asker.world, scene)
                seen = asker.ask(person, method, address(name, scene), sent)
                yield f"{name} ({state}) {method} by {person}", texts(seen.response) + seen.mails


def found_in(where: str, text: str, marks: tuple[str, ...]) -> list[str]:
    return [f"{where}: {mark}" for mark in marks if mark.casefold() in text.casefold()]


@pytest.fixture(autouse=True)
def no_demo(settings):
    """The demo offers its people by name to anybody; a company does not."""
    settings.DEMO = False


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("person", HIDDEN)
def test_nothing_of_another_team_reaches_anybody(asker, caplog, person, method):
    caplog.set_level(logging.DEBUG)
    leaks, answers = [], 0

    for where, text in told(asker, person, method):
        answers += 1
        leaks += found_in(where, text, HIDDEN[person])

    assert answers > 30
    assert leaks == []
    assert found_in("the logs", caplog.text, (*OURS, *THEIRS)) == []


def test_the_names_and_words_of_the_team_do_not_reach_its_manager(asker):
    leaks = [
        leak
        for where, text in told(asker, "manager", "GET")
        if where.startswith(("crm", "dashboards", "home"))
        for leak in found_in(where, text, (OUR_PEOPLE, OUR_WORDS))
    ]

    assert leaks == []


def test_how_to_reach_a_contact_reaches_the_team_alone(asker):
    def leaks(person: str) -> set[str]:
        return {
            mark
            for _where, text in told(asker, person, "GET", [n for n in NAMES if "crm" in n])
            for mark in REACH.values()
            if mark in text
        }

    ours = REACH[OUR_WORK]
    assert leaks("member") == leaks("colleague") == {ours}
    for person in ("manager", "both", "stranger", "former member", "administrator"):
        assert leaks(person) == set(), person


def test_the_marks_are_there_to_be_found(asker):
    seen = {
        mark
        for person in ("member", "stranger")
        for _where, text in told(asker, person, "GET")
        for mark in (*OURS, *THEIRS)
        if mark in text
    }

    assert {OUR_WORK, OUR_WORDS, OUR_PEOPLE} <= seen


def test_what_a_mail_says_is_searched_too(asker):
    said = [text for where, text in told(asker, "member", "POST", ["people"]) if "there)" in where]

    assert OUR_PEOPLE in said[0]
    assert "eva@example.com" in said[0]
