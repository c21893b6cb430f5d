"""The four questions that stand before a new normal range, and what an answer forbids.

A range is computed anew only where all four are answered with yes (D. J. Wheeler and D. S.
Chambers, Understanding Statistical Process Control, 3rd edition 2010, p. 224). Otherwise the range
in force goes on telling what it was signed for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

QUESTIONS: Final[dict[str, Promise]] = {
    "is_different": _("Do we clearly work differently from before, and do the figures show it?"),
    "is_known": _("Do we know why?"),
    "is_desirable": _("Is it what we want?"),
    "is_lasting": _("Do we expect it to last?"),
}

OBJECTIONS: Final[dict[str, Promise]] = {
    "is_different": _(
        "Then the range that holds is still right. A new one is for work that clearly changed."
    ),
    "is_known": _(
        "Then find the reason first. Until we know it, the signal stands there to remind us."
    ),
    "is_desirable": _(
        "Then the range stays. A range that makes room for what we do not want would hide it."
    ),
    "is_lasting": _("Then wait. What passes by itself needs no new range."),
}


@dataclass(frozen=True)
class Answers:
    """What the team says of its change, in the order in which it is asked.

    `reason` is why the figures changed, `lasting` what makes the team expect that it stays.
    """

    is_different: bool
    is_known: bool
    is_desirable: bool
    is_lasting: bool
    reason: str
    lasting: str

    def objections(self) -> Iterator[tuple[str, Promise]]:
        """The questions that stand in the way of a new range, each with its sentence."""
        for question, objection in OBJECTIONS.items():
            if not getattr(self, question):
                yield question, objection
