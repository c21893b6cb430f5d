"""The ledger: a book of what was agreed, and what became of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from agreements.models import (
    Agreement,
    AgreementVersion,
    Fate,
    Occurrence,
    Party,
    Place,
    Side,
    State,
)
from agreements.sight import Sight
from dashboards.proportions import wilson
from teams.paging import page_of

# Of what is over the ledger shows the newest, and the rest on pages of its own.
NEWEST = 10
LOOKS_BACK = timedelta(days=365)
# Under so many cases a share says less than the two numbers.
FEW = 10


class Book(TextChoices):
    """Agreements that stand alike, in the order in which one looks for them."""

    PROPOSED = "proposed", gettext_lazy("Waiting for an answer")
    OPEN = "open", gettext_lazy("Open")
    KEPT = "kept", gettext_lazy("Kept")
    BROKEN = "broken", gettext_lazy("Broken, and talked through")
    NOTHING = "nothing", gettext_lazy("Let go, or never agreed")


# What is still to come: all of it is shown, by its day.
AHEAD = (Book.PROPOSED, Book.OPEN)


@dataclass(frozen=True)
class Wish:
    """What the reader asks for: what concerns them alone, and one book alone."""

    mine: bool = False
    book: Book | None = None

    def address(self, **page: Any) -> str:
        """This wish as the end of an address; what is usual is left out."""
        wanted = {"whose": "mine" if self.mine else "", "book": self.book, **page}
        told = urlencode({name: value for name, value in wanted.items() if value})
        return f"?{told}" if told else ""

    @property
    def of_all(self) -> str:
        return replace(self, mine=False).address()

    @property
    def of_mine(self) -> str:
        return replace(self, mine=True).address()


@dataclass(frozen=True)
class Section:
    """A book: what of it is shown, and how many stand in it."""

    key: str
    name: str | Promise
    sights: list[Sight]
    count: int
    url: str

    @property
    def is_all(self) -> bool:
        return len(self.sights) == self.count


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


def record_of(place: Place, day: date, wish: Wish) -> Record:
    """How the team as a whole kept its promises of the last year.

    Nobody is counted alone but whoever asks, and for themselves: what they promised others.
    """
    due = Occurrence.objects.filter(team=place.team_id).settled()
    due = due.filter(first_due_on__range=(day - LOOKS_BACK, day))
    if wish.mine:
        mine = Party.objects.filter(person=place.user_id, side=Side.PROMISOR)
        due = due.filter(agreement__in=mine.values("agreement"))
    return Record(due.kept_in_time().count(), due.count())


def sections(place: Place, day: date, wish: Wish) -> list[Section]:
    """The whole ledger as this person reads it; a book in which nothing stands is left out."""
    ranked = _shelved(place, wish).annotate(
        rank=Window(
            RowNumber(), partition_by=F("book"), order_by=[F("due").desc(), F("pk").desc()]
        ),
        count=Window(Count("pk"), partition_by=F("book")),
    )
    shown: Any = ranked.filter(Q(book__in=AHEAD) | Q(rank__lte=NEWEST)).with_everything()
    order = list(Book)
    found = sorted(shown, key=lambda one: (order.index(one.book), one.rank))
    books = groupby(found, key=lambda one: Book(one.book))
    return [_section(book, list(those), place, day, wish) for book, those in books]


def _section(book: Book, those: list[Any], place: Place, day: date, wish: Wish) -> Section:
    sights = list(_seen(those, place, day))
    if book in AHEAD:
        sights.sort(key=lambda sight: (sight.due_on, sight.agreement.pk))
    url = Wish(wish.mine, book).address()
    return Section(book.value, book.label, sights, those[0].count, url)


@dataclass(frozen=True)
class Shelf:
    """A page of one book, and the ways to the pages beside it."""

    name: str | Promise
    sights: list[Sight]
    newer_url: str
    older_url: str


def shelf_of(book: Book, place: Place, day: date, wish: Wish, asked: str | None) -> Shelf:
    """One book alone, page by page: what is to come by its day, what is over the newest first."""
    by_day = ("due", "pk") if book in AHEAD else ("-due", "-pk")
    found = _shelved(place, wish).filter(book=book).order_by(*by_day).with_everything()
    page = page_of(found, asked)
    return Shelf(
        name=book.label,
        sights=list(_seen(page.rows, place, day)),
        newer_url=wish.address(page=page.number - 1) if page.newer_url else "",
        older_url=wish.address(page=page.number + 1) if page.older_url else "",
    )


def _seen(agreements: Iterable[Agreement], place: Place, day: date) -> Iterator[Sight]:
    return (Sight(one, place, day) for one in agreements)


def _shelved(place: Place, wish: Wish) -> Any:
    """Every agreement that they may read, with the book in which it stands and its latest day."""
    seen = Agreement.objects.visible_to(place)
    if wish.mine:
        seen = seen.concerning(place)
    return seen.annotate(
        book=Case(
            When(state=State.PROPOSED, then=_value(Book.PROPOSED)),
            When(_became(Fate.UPCOMING, Fate.DECLARED, Fate.CONTESTED), then=_value(Book.OPEN)),
            When(_became(Fate.BROKEN), then=_value(Book.BROKEN)),
            When(_became(Fate.KEPT), then=_value(Book.KEPT)),
            default=_value(Book.NOTHING),
        ),
        due=Coalesce(_latest(Occurrence.objects.all()), _latest(AgreementVersion.objects.all())),
    )


def _value(book: Book) -> Value:
    return Value(book.value)


def _became(*fates: Fate) -> Exists:
    days = Occurrence.objects.filter(agreement=OuterRef("pk"), state__in=fates)
    return Exists(days)


def _latest(rows: QuerySet[Any]) -> Subquery:
    latest = rows.filter(agreement=OuterRef("pk")).order_by("-number")
    return Subquery(latest.values("due_on")[:1])
