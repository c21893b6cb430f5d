"""The deals of a team as a list: what to show, in which order, and a page of it."""

from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, Self
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models.functions import Coalesce, Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from crm.cards import Card, Reader, at_a_glance
from crm.models import Deal, Stage
from crm.models.deals import DealQuerySet
from teams.models import Team, User
from teams.templatetags.kring import money

PAGE = 50

OUTCOMES = ("open", "won", "lost", "all")
STEPS = ("none", "overdue")
AGES = ("long",)
OWNERS = ("me", "none")

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
NUMBERS = frozenset({"amount", "age"})
NEWEST = "-number"


@dataclass(frozen=True)
class Wish:
    """What the reader asks for, each word checked before by the form."""

    q: str = ""
    stage: int | None = None
    step: str = ""
    age: str = ""
    outcome: str = "open"
    owner: str = ""
    sort: str = NEWEST

    def told(self, **changes: Any) -> dict[str, Any]:
        """What this wish says, with changes; what is usual need not be said."""
        wanted = {field.name: getattr(self, field.name) for field in fields(self)} | changes
        usual = {field.name: field.default for field in fields(self)} | {"page": 1}
        return {name: value for name, value in wanted.items() if value != usual[name]}

    def address(self, **changes: Any) -> str:
        """The wish as the end of an address."""
        return f"?{urlencode(self.told(**changes))}"


@dataclass(frozen=True)
class Chip:
    """A list that is often wanted, as a link; `current` when it is the one shown."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Header:
    """The head of a column: a link that sorts by it, or turns the order around."""

    label: str
    url: str
    sorted: str  # ascending, descending, or empty when another column sorts
    is_number: bool


@dataclass(frozen=True)
class Row(Card):
    """A line of the list, or the head of the deal's own page: the card, and what became of it."""

    stage: Stage
    outcome: str
    loss_reason: str

    @classmethod
    def of(cls, deal: Deal, reader: Reader) -> Self:
        amount = money(deal.amount, deal.pipeline.currency)
        return cls(
            **at_a_glance(deal, reader) | {"amount_text": amount},
            stage=deal.stage,
            outcome=deal.outcome,
            loss_reason=deal.loss_reason,
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
    def of(cls, wish: Wish, reader: Reader, user: User, *, page: Any = 1) -> Self:
        """Read one page, in two queries; a page out of range is the nearest there is."""
        deals = chosen(reader.team, wish, reader=reader, user=user)
        sums = deals.order_by().values("pipeline__currency")
        found = list(sums.annotate(count=models.Count("pk"), total=models.Sum("amount", default=0)))
        totals = {row["pipeline__currency"]: row["total"] for row in found}
        count = sum(row["count"] for row in found)
        names = ["pipeline", "stage", "organization", "contact"]
        names += ["owner"] if reader.sees_people else []
        rows = in_order(deals, wish.sort).select_related(*names)
        return cls(
            page=CountedPaginator(rows, count).get_page(page),
            count=None if wish.owner else count,
            totals={} if wish.owner else totals,
        )

    def rows(self, reader: Reader) -> list[Row]:
        return [Row.of(deal, reader) for deal in self.page]

    @property
    def totals_text(self) -> str:
        return " · ".join(money(total, currency) for currency, total in self.totals.items())


def chosen(team: Team, wish: Wish, *, reader: Reader, user: User) -> DealQuerySet:
    """The team's deals that the wish is about."""
    deals: DealQuerySet = team.deals.all()
    if wish.outcome != "all":
        deals = deals.filter(outcome=wish.outcome)
    if wish.stage:
        deals = deals.filter(stage=wish.stage)
    if wish.step:
        deals = deals.without_step() if wish.step == "none" else deals.overdue(reader.today)
    if wish.age:
        deals = deals.waiting_long(reader.at)
    if wish.owner:
        deals = deals.filter(owner=user if wish.owner == "me" else None)
    return deals.telling_of(wish.q) if wish.q else deals


def in_order(deals: DealQuerySet, sort: str) -> DealQuerySet:
    """The deals in this order, what is unknown last, and always the same among equals."""
    key = sort.removeprefix("-")
    descending = sort.startswith("-") != (key in BACKWARDS)
    order = models.OrderBy(SORTS[key], descending=descending, nulls_last=True)
    return deals.order_by(order, "-pk" if descending else "pk")


def chips(wish: Wish, *, sees_people: bool) -> list[Chip]:
    """The lists that are often wanted; those about owners for members only."""
    lists: list[tuple[str, dict[str, Any]]] = [
        (_("Open"), {}),
        (_("Without a next step"), {"step": "none"}),
        (_("Next step overdue"), {"step": "overdue"}),
        (_("Waiting longer than usual"), {"age": "long"}),
        (_("Won"), {"outcome": "won"}),
        (_("Lost"), {"outcome": "lost"}),
        (_("All"), {"outcome": "all"}),
    ]
    if sees_people:
        lists += [(_("Mine"), {"owner": "me"}), (_("Nobody’s yet"), {"owner": "none"})]
    here = replace(wish, q="", sort=NEWEST)
    return [
        Chip(label, Wish(q=wish.q, sort=wish.sort, **asked).address(), here == Wish(**asked))
        for label, asked in lists
    ]


def headers(wish: Wish, *, sees_people: bool) -> list[Header]:
    """The heads of the columns, in their order; members see by whom a deal is looked after."""
    columns = [(_("Deal"), "customer"), (_("Stage"), "stage"), (_("Next step"), "step")]
    columns += [(_("Looked after by"), "")] if sees_people else []
    columns += [(_("Value"), "amount"), (_("Days"), "age")]
    return [_header(wish, label, key) for label, key in columns]


def _header(wish: Wish, label: str, key: str) -> Header:
    order = {key: "ascending", f"-{key}": "descending"}.get(wish.sort, "")
    turned = f"-{key}" if order == "ascending" else key
    url = wish.address(sort=turned) if key else ""
    return Header(label, url, order, is_number=key in NUMBERS)


def pages(wish: Wish, listing: Listing) -> dict[str, str]:
    """The way to the pages before and after this one."""
    page = listing.page
    text = _("Page %(page)s") % {"page": page.number}
    if listing.count is not None:
        text = _("Page %(page)s of %(pages)s") % {
            "page": page.number,
            "pages": page.paginator.num_pages,
        }
    return {
        "text": text,
        "previous_url": _page_url(wish, page.number - 1) if page.has_previous() else "",
        "next_url": _page_url(wish, page.number + 1) if page.has_next() else "",
    }


def _page_url(wish: Wish, page: int) -> str:
    return wish.address(page=page)
