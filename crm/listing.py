"""The deals of a team as a list: what to show, in which order, and a page of it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Protocol, Self
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from crm.cards import Card, Reader, at_a_glance
from crm.columns import BETWEEN, CUSTOMER, USUAL, Column, Columns, customers_in
from crm.filters import EVERYTHING, Filter
from crm.models import Deal
from crm.models.deals import DealQuerySet
from teams.models import Team
from teams.templatetags.kring import money, short_date

PAGE = 50

NEWEST = "-number"


@dataclass(frozen=True)
class Wish:
    """What the reader asks for: which deals, in which order, and under which saved view.

    `columns` are the keys of those that were chosen, none for the usual ones.
    """

    filter: Filter = EVERYTHING
    sort: str = NEWEST
    view: int | None = None
    columns: tuple[str, ...] = ()

    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the address; what is usual is left out."""
        told = self.filter.address()
        if self.sort != NEWEST:
            told.append(("sort", self.sort))
        if self.columns:
            told.append(("columns", BETWEEN.join(self.columns)))
        if self.view:
            told.append(("view", str(self.view)))
        return told

    def address(self, *, page: int = 1, to: str = "", **changes: Any) -> str:
        """This wish, with changes, as the end of an address; what is usual is left out.

        `to` names the page that a filter which is built from it leads to.
        """
        told = replace(self, **changes).parameters()
        if to:
            told.append(("to", to))
        if page != 1:
            told.append(("page", str(page)))
        return f"?{urlencode(told, safe=':,')}"


@dataclass(frozen=True)
class Heading:
    """The head of a column: a link that sorts by it, or turns the order around.

    `url` is empty where nobody sorts by it.
    """

    key: str
    name: str
    url: str
    order: str  # ascending, descending, or empty when another column sorts
    is_number: bool = False


@dataclass(frozen=True)
class Cell:
    """What stands in a column, under which name; both are empty where the row draws it itself."""

    key: str
    name: str
    text: str
    is_number: bool


@dataclass(frozen=True)
class Row(Card):
    """A line of the list: the card, its stage, what became of it, and its cells in order."""

    stage: str
    outcome: str
    expected_text: str
    closed_text: str
    row_url: str
    cells: tuple[Cell, ...]

    @property
    def has_tags_beside(self) -> bool:
        """Whether its tags stand beside its title, having no column of their own."""
        return bool(self.tags) and not any(cell.key == "tags" for cell in self.cells)

    @classmethod
    def of(cls, deal: Deal, reader: Reader, columns: Sequence[Column] = USUAL) -> Self:
        closed = deal.closed_at and timezone.localdate(deal.closed_at, reader.team.zone)
        amount = money(deal.amount, deal.pipeline.currency)
        return cls(
            **at_a_glance(deal, reader) | {"amount_text": amount},
            stage=deal.stage.name,
            outcome=deal.outcome,
            expected_text=short_date(deal.expected_close_on, reader.today),
            closed_text=short_date(closed, reader.today),
            row_url=f"{reader.url_of(deal)}row/",
            cells=tuple(_cell(column, deal, reader) for column in columns),
        )


class Addressed(Protocol):
    """A wish that knows the addresses of its pages."""

    def address(self, *, page: int) -> str: ...


class Sorted(Protocol):
    """A wish in an order, which knows the addresses of other orders."""

    @property
    def sort(self) -> str: ...

    def address(self, *, sort: str) -> str: ...


class ByCustomer:
    """The keys of deals in the order of their customers' names, read as far as a page goes.

    No index holds the names of two tables, so that all deals would be put in order for fifty. Here
    those with an organization come in the order of its index, and the others are sorted in.
    """

    def __init__(self, deals: DealQuerySet, *, descending: bool) -> None:
        self._at_organizations = deals.filter(organization__name_key__isnull=False).annotate(
            by=models.F("organization__name_key")
        )
        self._elsewhere = deals.filter(organization=None).annotate(by=Lower("contact__name"))
        self._descending = descending

    def __getitem__(self, page: slice) -> list[int]:
        # An order that names the unknown ones is not the order of the index, which has none.
        first = self._sorted(self._at_organizations.values_list("by", "pk"))[: page.stop]
        second = self._sorted(self._elsewhere.values_list("by", "pk"), nulls_last=True)
        both = first.union(second[: page.stop], all=True)
        return [pk for _by, pk in self._sorted(both, nulls_last=True)[page]]

    def _sorted(
        self, found: models.QuerySet[Any, Any], *, nulls_last: bool | None = None
    ) -> models.QuerySet[Any, Any]:
        by = models.OrderBy(models.F("by"), descending=self._descending, nulls_last=nulls_last)
        return found.order_by(by, "-pk" if self._descending else "pk")


class CountedPaginator(Paginator):
    """Pages of a set whose size is known already.

    All are put in order by their `keys` alone, a set or ByCustomer; what a row tells is read for
    those of the page.
    """

    def __init__(self, keys: Any, rows: DealQuerySet, count: int) -> None:
        super().__init__(keys, PAGE)
        self._rows = rows
        self._known = count

    @cached_property
    def count(self) -> int:
        return self._known

    def _get_page(self, keys: Iterable[int], number: int, paginator: Paginator) -> Page:
        in_order = list(keys)
        found = self._rows.in_bulk(in_order)
        return Page([found[key] for key in in_order if key in found], number, paginator)


@dataclass(frozen=True)
class Listing:
    """A page of deals, with their number and their money per currency.

    Of one person's deals no figure is given: `count` is None and `totals` is empty.
    """

    page: Page
    count: int | None
    totals: dict[str, Decimal]

    @classmethod
    def of(cls, wish: Wish, reader: Reader, *, page: Any = 1, also: Collection[str] = ()) -> Self:
        """Read one page, in four queries; a page out of range is the nearest there is.

        `also` is what of the deals somebody tells besides what stands in the columns.
        """
        deals = chosen(reader.team, wish)
        sums = deals.order_by("pipeline__currency").values("pipeline__currency")
        found = list(sums.annotate(count=models.Count("pk"), total=models.Sum("amount", default=0)))
        totals = {row["pipeline__currency"]: row["total"] for row in found}
        count = sum(row["count"] for row in found)
        shown = Columns(reader).chosen(wish.columns)
        names = [*_read(shown, reader), *also]
        keys = _keys(deals, wish.sort, reader)
        rows = reader.team.deals.select_related(*names).with_tags()
        rows = rows.with_own_facts(customers_in(shown))
        return cls(
            page=CountedPaginator(keys, rows, count).get_page(page),
            count=None if wish.filter.is_personal else count,
            totals={} if wish.filter.is_personal else totals,
        )

    def rows(self, reader: Reader, columns: Sequence[Column]) -> list[Row]:
        return [Row.of(deal, reader, columns) for deal in self.page]

    @property
    def totals_text(self) -> str:
        return " · ".join(money(total, currency) for currency, total in self.totals.items())


def _read(shown: Iterable[Column], reader: Reader) -> list[str]:
    """What is read with the deals of a list, and no more: there are fifty of them."""
    names = ["pipeline", "stage", "organization", "contact"]
    names += ["owner"] if reader.sees_people else []
    return names + [column.reads for column in shown if column.reads]


def chosen(team: Team, wish: Wish) -> DealQuerySet:
    """The team's deals that the wish is about."""
    deals: DealQuerySet = team.deals.filter(wish.filter.q)
    return deals


def in_order(deals: DealQuerySet, sort: str, reader: Reader) -> DealQuerySet:
    """The deals in this order, what is unknown last, and always the same among equals.

    By what nobody sorts by any more the newest stand first.
    """
    columns = Columns(reader)
    order = columns.order(sort) or columns.order(NEWEST)
    assert order is not None
    return deals.order_by(order, "-pk" if order.descending else "pk")


def _keys(
    deals: DealQuerySet, sort: str, reader: Reader
) -> models.QuerySet[Deal, int] | ByCustomer:
    """The keys of the deals in this order, for one page after another."""
    if sort.removeprefix("-") == CUSTOMER:
        return ByCustomer(deals, descending=sort.startswith("-"))
    return in_order(deals, sort, reader).values_list("pk", flat=True)


def headings(wish: Wish, columns: Iterable[Column]) -> list[Heading]:
    """The heads of the columns; the one that sorts now turns the order around."""
    return [
        heading(
            wish,
            column.key,
            str(column.name),
            sorts=column.order is not None,
            is_number=column.is_number,
        )
        for column in columns
    ]


def heading(
    wish: Sorted,
    key: str,
    name: str,
    *,
    sorts: bool = True,
    is_number: bool = False,
) -> Heading:
    """The head of a column: the address that sorts by it, or turns the order around."""
    order = {key: "ascending", f"-{key}": "descending"}.get(wish.sort, "")
    turned = f"-{key}" if order == "ascending" else key
    return Heading(key, name, wish.address(sort=turned) if sorts else "", order, is_number)


def _cell(column: Column, deal: Deal, reader: Reader) -> Cell:
    text = column.text(deal, reader)
    return Cell(column.key, str(column.name) if text else "", text, column.is_number)


def pages(wish: Addressed, page: Page) -> dict[str, str]:
    """The addresses of the pages before and after this one."""
    previous = wish.address(page=page.number - 1) if page.has_previous() else ""
    following = wish.address(page=page.number + 1) if page.has_next() else ""
    return {"previous_url": previous, "next_url": following}
