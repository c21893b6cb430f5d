"""All debates of a team: what is open, what came of the others, and how often it worked."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from agreements.models import Place
from debates.models import Debate, End, Experiment, Verdict
from debates.room import Room
from teams.models import Team
from teams.paging import Page, page_of


@dataclass(frozen=True)
class Row:
    """A debate in the list: how it stands, what ends it, and what came of it."""

    room: Room
    verdicts: list[str]

    @property
    def outcome(self) -> str:
        """What came of it, in a few words; "" while it is open."""
        debate = self.room.debate
        if self.verdicts:
            return ", ".join(str(Verdict(verdict).label) for verdict in self.verdicts)
        return str(End(debate.end).label) if debate.end else ""


@dataclass(frozen=True)
class Book:
    """The debates of a team as somebody reads them."""

    open: list[Row]
    ended: list[Row]
    page: Page

    def __bool__(self) -> bool:
        return bool(self.open or self.ended)


def book_of(place: Place, day: date, asked: str | None) -> Book:
    """What is open, by the day on which it moves on, and a page of what has ended."""
    ours = Debate.objects.filter(team=place.team_id).select_related("team", "asked_by")
    page = page_of(ours.ended().newest_first(), asked)
    rows = _rows([*ours.open(), *page.rows], place, day)
    return Book(
        open=sorted(
            (row for row in rows if row.room.debate.is_open),
            key=lambda row: (row.room.debate.until or day, row.room.pk),
        ),
        ended=[row for row in rows if not row.room.debate.is_open],
        page=page,
    )


def _rows(debates: Iterable[Debate], place: Place, day: date) -> list[Row]:
    debates = list(debates)
    found = Experiment.objects.judged().filter(debate__in=[debate.pk for debate in debates])
    told: dict[int, list[str]] = {}
    for debate, verdict in found.order_by("pk").values_list("debate_id", "verdict"):
        told.setdefault(debate, []).append(verdict)
    return [Row(Room(debate, place, day), told.get(debate.pk, [])) for debate in debates]


@dataclass(frozen=True)
class Learned:
    """How the decisions of a team turned out, honestly: of how many the figures said what."""

    decided: int
    told: list[tuple[str, int]]

    @property
    def judged(self) -> int:
        return sum(count for _name, count in self.told)


def learned_by(team: Team) -> Learned:
    """The base rate: every decision there was, and what the figures said to those that were due."""
    experiments = Experiment.objects.filter(team=team)
    counted = Counter(experiments.judged().values_list("verdict", flat=True))
    return Learned(
        decided=experiments.count(),
        told=[(str(verdict.label), counted[verdict]) for verdict in Verdict],
    )
