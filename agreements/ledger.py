"""The ledger: a book of what was agreed, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from agreements.models import Agreement, Fate, Occurrence, Place, State
from agreements.models.agreement import CAME_TO_NOTHING, IN_FORCE
from agreements.sight import Sight
from dashboards.proportions import wilson
from teams.models import Team

# Of what has ended a page tells the newest.
NEWEST = 60
FIRST = 10
# What is still to come.
AHEAD = frozenset({"proposed", "open"})
LOOKS_BACK = timedelta(days=365)
# Under so many cases a share says less than the two numbers.
FEW = 10


@dataclass(frozen=True)
class Section:
    """Agreements that stand alike, in the order in which one looks for them."""

    key: str
    name: str | Promise
    sights: list[Sight]

    @property
    def first(self) -> list[Sight]:
        """What stands open; of what is over the newest, for a page is not a heap."""
        return self.sights if self.key in AHEAD else self.sights[:FIRST]

    @property
    def older(self) -> list[Sight]:
        return self.sights[len(self.first) :]


@dataclass(frozen=True)
class Record:
    """Of how many promises of the last year how many were kept by the day first agreed.

    `low` and `high` are the percentages between which the share lies, by chance alone.
    """

    kept: int
    cases: int

    @property
    def is_share(self) -> bool:
        return self.cases >= FEW

    @property
    def percent(self) -> int:
        return round(100 * self.kept / self.cases)

    @property
    def low(self) -> int:
        return round(100 * wilson(self.kept, self.cases)[0])

    @property
    def high(self) -> int:
        return round(100 * wilson(self.kept, self.cases)[1])


def record_of(team: Team, day: date) -> Record:
    """How the team as a whole kept its promises of the last year; nobody is counted alone."""
    due = Occurrence.objects.filter(team=team).settled()
    due = due.filter(first_due_on__range=(day - LOOKS_BACK, day))
    return Record(due.kept_in_time().count(), due.count())


def sections(place: Place, day: date, *, mine: bool) -> list[Section]:
    """The book as this person reads it; those without an agreement are left out."""
    seen = Agreement.objects.visible_to(place)
    if mine:
        seen = seen.concerning(place)
    seen = seen.with_everything()
    running = [Sight(one, place, day) for one in seen.filter(state__in=(State.PROPOSED, *IN_FORCE))]
    ended = seen.exclude(state__in=(State.PROPOSED, *IN_FORCE)).order_by("-pk")
    over = [Sight(one, place, day) for one in ended[:NEWEST]]
    books = [
        Section(key, name, sorted(filter(fits, [*running, *over]), key=_by_day(key)))
        for key, name, fits in _BOOKS
    ]
    return [book for book in books if book.sights]


def _fate(sight: Sight) -> str:
    return sight.promise.state if sight.promise else ""


def _is_waiting(sight: Sight) -> bool:
    return sight.agreement.state == State.PROPOSED


def _is_open(sight: Sight) -> bool:
    return _fate(sight) in {Fate.UPCOMING, Fate.DECLARED, Fate.CONTESTED}


def _is_kept(sight: Sight) -> bool:
    return _fate(sight) == Fate.KEPT


def _is_broken(sight: Sight) -> bool:
    return _fate(sight) == Fate.BROKEN


def _came_to_nothing(sight: Sight) -> bool:
    return _fate(sight) == Fate.RELEASED or sight.agreement.state in CAME_TO_NOTHING


_BOOKS: tuple[tuple[str, Promise | str, Callable[[Sight], bool]], ...] = (
    ("proposed", gettext_lazy("Waiting for an answer"), _is_waiting),
    ("open", gettext_lazy("Open"), _is_open),
    ("kept", gettext_lazy("Kept"), _is_kept),
    ("broken", gettext_lazy("Broken, and talked through"), _is_broken),
    ("nothing", gettext_lazy("Let go, or never agreed"), _came_to_nothing),
)


def _by_day(key: str) -> Callable[[Sight], tuple[int, int]]:
    """What is still to come by its day; what is over the newest first."""
    sign = 1 if key in AHEAD else -1
    return lambda sight: (sign * sight.due_on.toordinal(), sight.agreement.pk)
