"""The deals of a team as a list: what to show, in which order, and a page of it."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Self
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from crm.cards import Card, Reader, at_a_glance
from crm.filters import EVERYTHING, Filter
from crm.models import Deal
from crm.models.deals import DealQuerySet
from teams.models import Team
from teams.templatetags.kring import money, short_date

PAGE = 50

COLUMNS = {
    "number": _("No."),
    "title": _("What"),
    "customer": _("Customer"),
    "stage": _("Stage"),
    "amount": _("Amount"),
    "expected": _("Expected"),
    "step": _("Next step"),
    "age": _("Age"),
}

# What may be sorted by: nothing else reaches the database's ORDER BY.
SORTS: dict[str, models.F | models.Func] = {
    "number": models.F("number"),
    "title": Lower("title"),
    "customer": Lower(Coalesce("organization__name", "contact__name")),
    "stage": models.F("stage__position"),
    "amount": models.F("amount"),
    "expected": models.F("expected_close_on"),
    "step": models.F("next_step_on"),
    "age": models.F("entered_stage_at"),
}
# The oldest has been here longest: more days means an earlier moment.
BACKWARDS = frozenset({"age"})
NEWEST = "-number"


@dataclass(frozen=True)
class Wish:
    """What the reader asks for: which deals, in which order, and under which saved view."""

    filter: Filter = EVERYTHING
    sort: str = NEWEST
    view: int | None = None

    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the address; what is usual is left out."""
        told = self.filter.address()
        if self.sort != NEWEST:
            told.append(("sort", self.sort))
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
        return f"?{urlencode(told, safe=':')}"


@dataclass(frozen=True)
class Heading:
    """The head of a column: a link that sorts by it, or turns the order around."""

    key: str
    name: str
    url: str
    order: str  # ascending, descending, or empty when another column sorts


@dataclass(frozen=True)
class Row(Card):
    """A line of the list: the card, its stage, and what became of it."""

    stage: str
    outcome: str
    expected_text: str
    closed_text: str
    row_url: str

    @classmethod
    def of(cls, deal: Deal, reader: Reader) -> Self:
        closed = deal.closed_at and timezone.localdate(deal.closed_at, reader.team.zone)
        amount = money(deal.amount, deal.pipeline.currency)
        return cls(
            **at_a_glance(deal, reader) | {"amount_text": amount},
            stage=deal.stage.name,
            outcome=deal.outcome,
            expected_text=short_date(deal.expected_close_on, reader.today),
            closed_text=short_date(closed, reader.today),
            row_url=f"{reader.url_of(deal)}row/",
        )


class CountedPaginator(Paginator):
    """Pages of a set whose size is known already."""

    def __init__(self, deals: DealQuerySet, count: int) -> None:
        super().__init__(deals, PAGE)
        self._known = count

    @cached_property
    def count(self) -> int:
        return self._known


@dataclass(frozen=True)
class Listing:
    """A page of deals, with their number and their money per currency.

    Of one person's deals no figure is given: `count` is None and `totals` is empty.
    """

    page: Page
    count: int | None
    totals: dict[str, Decimal]

    @classmethod
    def of(cls, wish: Wish, reader: Reader, *, page: Any = 1) -> Self:
        """Read one page, in two queries; a page out of range is the nearest there is."""
        deals = chosen(reader.team, wish)
        sums = deals.order_by("pipeline__currency").values("pipeline__currency")
        found = list(sums.annotate(count=models.Count("pk"), total=models.Sum("amount", default=0)))
        totals = {row["pipeline__currency"]: row["total"] for row in found}
        count = sum(row["count"] for row in found)
        names = ["pipeline", "stage", "organization", "contact", "product", "source", "loss_reason"]
        names += ["owner"] if reader.sees_people else []
        rows = in_order(deals, wish.sort).select_related(*names).with_tags()
        return cls(
            page=CountedPaginator(rows, count).get_page(page),
            count=None if wish.filter.is_personal else count,
            totals={} if wish.filter.is_personal else totals,
        )

    def rows(self, reader: Reader) -> list[Row]:
        return [Row.of(deal, reader) for deal in self.page]

    @property
    def totals_text(self) -> str:
        return " · ".join(money(total, currency) for currency, total in self.totals.items())


def chosen(team: Team, wish: Wish) -> DealQuerySet:
    """The team's deals that the wish is about."""
    deals: DealQuerySet = team.deals.filter(wish.filter.q)
    return deals


def in_order(deals: DealQuerySet, sort: str) -> DealQuerySet:
    """The deals in this order, what is unknown last, and always the same among equals."""
    key = sort.removeprefix("-")
    descending = sort.startswith("-") != (key in BACKWARDS)
    order = models.OrderBy(SORTS[key], descending=descending, nulls_last=True)
    return deals.order_by(order, "-pk" if descending else "pk")


def headings(wish: Wish) -> list[Heading]:
    """The heads of the columns; the one that sorts now turns the order around."""
    return [_heading(wish, key, str(name)) for key, name in COLUMNS.items()]


def _heading(wish: Wish, key: str, name: str) -> Heading:
    order = {key: "ascending", f"-{key}": "descending"}.get(wish.sort, "")
    turned = f"-{key}" if order == "ascending" else key
    return Heading(key, name, wish.address(sort=turned), order)


def pages(wish: Wish, page: Page) -> dict[str, str]:
    """The addresses of the pages before and after this one."""
    previous = wish.address(page=page.number - 1) if page.has_previous() else ""
    following = wish.address(page=page.number + 1) if page.has_next() else ""
    return {"previous_url": previous, "next_url": following}
