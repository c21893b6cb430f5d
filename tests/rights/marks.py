"""Every text of the two teams carries a mark of its team: what must reach whom nowhere."""

from django.http import HttpResponse

from tests.rights.world import OUR_PEOPLE, OUR_WORDS, OUR_WORK, REACH, THEIR_PEOPLE, THEIR_WORK

OURS = (OUR_WORK, OUR_WORDS, OUR_PEOPLE)
THEIRS = (THEIR_WORK, THEIR_PEOPLE, REACH[THEIR_WORK])
# An administrator knows people and teams, and no work of anybody.
HIDDEN = {
    "member": THEIRS,
    "colleague": THEIRS,
    "manager": THEIRS,
    "stranger": OURS,
    "other manager": OURS,
    "both": (),
    "moved": (OUR_WORK, OUR_WORDS),
    "former member": (OUR_WORK, OUR_WORDS, *THEIRS),
    "former manager": (*OURS, *THEIRS),
    "administrator": (OUR_WORK, OUR_WORDS, THEIR_WORK),
    "anonymous": (*OURS, *THEIRS),
}
# A manager reads what the team does, and neither who did it nor what was said.
READERS = {"manager", "both"}
OF_THE_WORK = ("crm", "dashboards", "home", "search", "rooms", "compared")
# Nor what the team talks about before it has agreed, and who of it holds what.
OF_THE_TEAM = ("charter", "frame", "role", "nomination", "teams-api")
# The link of an invitation says who invites to what, to whoever has it: that is what it is for.
# The demo offers its people by name to anybody; a company does not.
SPEAKING = {"invitation", "demo-sign-in", "start-team"}


def hidden_from(person: str, name: str) -> tuple[str, ...]:
    """The marks that this address must never show to this person."""
    if name in SPEAKING:
        return ()
    if person in READERS and name.startswith(OF_THE_WORK + OF_THE_TEAM):
        return (*HIDDEN[person], OUR_PEOPLE, OUR_WORDS)
    # In a debate a manager reads what everybody said, once all read it.
    if person in READERS and name.startswith("debates"):
        return (*HIDDEN[person], OUR_WORDS)
    # With whom a manager makes an agreement they know; what others agreed they do not.
    if person in READERS and name.startswith("agreements"):
        return (*HIDDEN[person], OUR_WORDS)
    return HIDDEN[person]


def text_of(response: HttpResponse) -> str:
    body = b"".join(response) if response.streaming else response.content
    return f"{response.headers}\n{response.cookies}\n{body.decode(errors='replace')}"


def found_in(text: str, marks: tuple[str, ...]) -> list[str]:
    """Those of the marks that stand in this text."""
    folded = text.casefold()
    return [mark for mark in marks if mark.casefold() in folded]
