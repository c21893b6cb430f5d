"""From what somebody read to the form for a new agreement, with those words in it.

The words stand in no address: an address is written in logs, and lies open in the history of a
browser.
"""

from typing import Any

from agreements.forms import Propose
from agreements.models.terms import LONGEST
from agreements.proposing import Who
from teams.models import Membership, User
from teams.text import one_line


def promised(text: str, other: User | None, *, by: Membership) -> Propose:
    """The form, as far as it can be filled in: I promise this, to whoever signed it."""
    initial: dict[str, Any] = {"who": Who.MINE, "then": one_line(text)[:LONGEST]}
    if other:
        initial["others"] = [other.pk]
    return Propose(place=by, initial=initial)
