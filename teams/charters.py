"""The charter of a team as it is read: what is in force, what is proposed, and what was before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.differences import Became, Piece, compared
from teams.models import CharterVersion, Frame, FrameWords, Membership, Team
from teams.models.charter import WORDS
from teams.models.frame import CLAUSES
from teams.templatetags.kring import money

NAMES = {
    "purpose": gettext_lazy("What we are for"),
    "customers": gettext_lazy("Which customers we serve"),
    "offer": gettext_lazy("With which offer"),
    "ways": gettext_lazy("How we work"),
    "domains": gettext_lazy("Who decides what"),
}
MONEY = gettext_lazy("Money for one decision")


class Part(NamedTuple):
    """A part of the charter under its name; `pieces` say what changed where two are compared."""

    name: str
    pieces: list[Piece]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.became != Became.GONE)

    @property
    def old(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.became != Became.NEW]

    @property
    def new(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.became != Became.GONE]

    @property
    def has_changed(self) -> bool:
        return any(piece.became != Became.SAME for piece in self.pieces)


@dataclass(frozen=True)
class Charter:
    """All that the page of the charter shows of it."""

    agreed: CharterVersion | None
    frame: Frame | None
    announced: Frame | None
    # For the team alone.
    proposed: CharterVersion | None
    parts: list[Part] = field(default_factory=list)
    frame_parts: list[Part] = field(default_factory=list)
    # What would be another.
    changes: list[Part] = field(default_factory=list)
    announced_changes: list[Part] = field(default_factory=list)

    @property
    def newest_frame(self) -> Frame | None:
        return self.announced or self.frame


def charter_of(team: Team, member: Membership | None, day: date) -> Charter:
    """What holds on this day, what will, and what the team talks about, which is its own."""
    agreed = CharterVersion.objects.in_force(team)
    frame, announced = Frame.objects.in_force(team, day), Frame.objects.announced(team, day)
    proposed = CharterVersion.objects.proposed().filter(team=team).first() if member else None
    return Charter(
        agreed,
        frame,
        announced,
        proposed,
        parts=parts(agreed, agreed),
        frame_parts=frame_parts(frame, frame),
        changes=parts(agreed, proposed) if proposed else [],
        announced_changes=frame_parts(frame, announced) if announced else [],
    )


def parts(old: CharterVersion | None, new: CharterVersion | None) -> list[Part]:
    """What the team says of itself, part by part; of two, what became of the first."""
    return _parts({name: str(said) for name, said in NAMES.items()}, _said(old), _said(new))


def frame_parts(old: Frame | None, new: Frame | None) -> list[Part]:
    """The same of the frame."""
    names = {**{key: str(name) for key, name in CLAUSES.items()}, "limit": str(MONEY)}
    return _parts(names, _set(old), _set(new))


def limit_words(words: FrameWords) -> str:
    """How much money one decision may cost; blank where nothing is said of it."""
    if words.limit is None:
        return ""
    return _("%(amount)s at most") % {"amount": money(words.limit, words.currency)}


def _parts(names: dict[str, str], old: dict[str, str], new: dict[str, str]) -> list[Part]:
    found = [
        Part(said, compared(old.get(key, ""), new.get(key, ""))) for key, said in names.items()
    ]
    return [part for part in found if part.pieces]


def _said(version: CharterVersion | None) -> dict[str, Any]:
    return {name: getattr(version, name) for name in WORDS} if version else {}


def _set(frame: Frame | None) -> dict[str, str]:
    if frame is None:
        return {}
    return {**{key: getattr(frame, key) for key in CLAUSES}, "limit": limit_words(frame.words)}
