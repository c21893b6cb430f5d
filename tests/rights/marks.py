"""Every text of the two teams carries a mark of its team: what must reach whom nowhere."""

from django.http import HttpResponse

from tests.rights.world import (
    OUR_DRAFTS,
    OUR_PEOPLE,
    OUR_WORDS,
    OUR_WORK,
    REACH,
    THEIR_PEOPLE,
    THEIR_WORK,
)

OURS = (OUR_WORK, OUR_WORDS, OUR_DRAFTS, OUR_PEOPLE)
THEIRS = (THEIR_WORK, THEIR_PEOPLE, REACH[THEIR_WORK])
# An administrator knows people and teams, and no work of anybody.
HIDDEN = {
    "member": THEIRS,
    "colleague": (*THEIRS, OUR_DRAFTS),
    "manager": (*THEIRS, OUR_DRAFTS),
    "stranger": OURS,
    "other manager": OURS,
    "both": (OUR_DRAFTS,),
    "moved": (OUR_WORK, OUR_WORDS, OUR_DRAFTS),
    "former member": (OUR_WORK, OUR_WORDS, OUR_DRAFTS, *THEIRS),
    "former manager": (*OURS, *THEIRS),
    "administrator": (OUR_WORK, OUR_WORDS, OUR_DRAFTS, THEIR_WORK),
    "anonymous": (*OURS, *THEIRS),
}
# A manager reads what the team does, and neither who did it nor what was said.
READERS = {"manager", "both"}
OF_THE_WORK = ("crm", "dashboards", "home", "search", "rooms", "compared")
# Nor what the team talks about before it has agreed, and who of it holds what.
OF_THE_TEAM = ("charter", "frame", "role", "nomination", "teams-api")
# In a debate a manager reads what everybody said, once all read it. With whom a manager makes an
# agreement they know; what others agreed they do not. Of rounds of review they read that they were
# held, and neither a word nor a name.
IN_WORDS = ("debates", "agreements")
# The link of an invitation says who invites to what, to whoever has it: that is what it is for.
# The demo offers its people by name to anybody; a company does not.
SPEAKING = {"invitation", "demo-sign-in", "start-team"}


def hidden_from(person: str, name: str) -> tuple[str, ...]:
    """The marks that this address must never show to this person."""
    if name in SPEAKING:
        return ()
    # Whoever opens what was written to them reads it.
    if (person, name) == ("colleague", "reviews-api:opening"):
        return THEIRS
    if person in READERS and name.startswith(OF_THE_WORK + OF_THE_TEAM):
        return (*HIDDEN[person], OUR_PEOPLE, OUR_WORDS)
    if person in READERS and name.endswith(":reviews"):
        return (*HIDDEN[person], OUR_PEOPLE, OUR_WORDS)
    if person in READERS and name.startswith(IN_WORDS):
        return (*HIDDEN[person], OUR_WORDS)
    return HIDDEN[person]


def text_of(response: HttpResponse) -> str:
    body = b"".join(response) if response.streaming else response.content
    return f"{response.headers}\n{response.cookies}\n{body.decode(errors='replace')}"


def found_in(text: str, marks: tuple[str, ...]) -> list[str]:
    """Those of the marks that stand in this text."""
    folded = text.casefold()
    return [mark for mark in marks if mark.casefold() in folded]
