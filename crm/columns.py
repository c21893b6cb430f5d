"""The columns of the list of deals: which there are, what stands there, what sorts by them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.cards import Reader
from crm.comparing import called, key_of, of_our_deals
from crm.custom import text_of
from crm.models import Deal, FieldDefinition, FieldType, Precision, Target
from crm.models.own_facts import custom_of
from crm.models.tagging import tags_of
from teams.templatetags.kring import short_date

BETWEEN = ","
# What a row is about, and the way to its deal: a list without it says nothing.
TITLE = "title"
OWNER = "owner"
CUSTOMER = "customer"
LONGEST_SHOWN = 80
NUMBERS = frozenset({FieldType.NUMBER, FieldType.MONEY})


def _nothing(_deal: Deal, _reader: Reader) -> str:
    return ""


@dataclass(frozen=True)
class Column:
    """A column; two of one key are the same.

    `text` is what stands in it, where the row does not draw it in its own way. `order` is what it
    is sorted by, if it is; where `is_backwards` a larger value means an earlier one, and where it
    `is_always_known` an index can tell the order: it has no unknown ones to put last. `target` is
    of what it tells: of the deal, or of its customer. `reads` is what of the deal it reads that no
    other column does.
    """

    key: str
    name: Any
    order: models.F | models.Expression | models.Subquery | None = None
    text: Callable[[Deal, Reader], str] = _nothing
    is_backwards: bool = False
    is_number: bool = False
    target: str = Target.DEAL
    reads: str = ""
    is_always_known: bool = False


USUAL = (
    Column("number", _("No."), models.F("number"), is_always_known=True),
    Column(TITLE, _("What"), Lower("title"), is_always_known=True),
    Column(CUSTOMER, _("Customer"), Coalesce("organization__name_key", Lower("contact__name"))),
    Column("stage", _("Stage"), models.F("stage__position")),
    Column("amount", _("Amount"), models.F("amount")),
    Column("expected", _("Expected"), models.F("expected_close_on")),
    Column("step", _("Next step"), models.F("next_step_on")),
    # The oldest has been here longest: more days means an earlier moment.
    Column(
        "age",
        _("Age"),
        models.F("entered_stage_at"),
        is_backwards=True,
        is_always_known=True,
    ),
)
# Who looks after a deal is nobody's to sort by.
BY = Column(OWNER, pgettext_lazy("looked after by", "By"))


def _day(moment: datetime | None, precision: str, reader: Reader) -> str:
    if moment is None or precision == Precision.NONE:
        return ""
    return short_date(timezone.localdate(moment, reader.team.zone), reader.today)


MORE = (
    Column(
        "process",
        _("Process"),
        Lower("pipeline__name"),
        lambda deal, _reader: deal.pipeline.name,
    ),
    Column(
        "tags",
        _("Tags"),
        text=lambda deal, _reader: ", ".join(tag.name for tag in tags_of(deal)),
    ),
    Column(
        "product",
        _("Product"),
        Lower("product__name"),
        lambda deal, _reader: str(deal.product or ""),
        reads="product",
    ),
    Column(
        "source",
        _("Source"),
        Lower("source__name"),
        lambda deal, _reader: str(deal.source or ""),
        reads="source",
    ),
    Column(
        "loss",
        _("Loss reason"),
        Lower("loss_reason__name"),
        lambda deal, _reader: str(deal.loss_reason or ""),
        reads="loss_reason",
    ),
    Column(
        "opened",
        _("Asked on"),
        models.F("opened_at"),
        lambda deal, reader: _day(deal.opened_at, deal.opened_precision, reader),
        is_always_known=True,
    ),
    Column(
        "closed",
        _("Closed on"),
        models.F("closed_at"),
        lambda deal, reader: _day(deal.closed_at, deal.closed_precision, reader),
    ),
)
# What is sorted by in every team.
SORTS = {column.key: column for column in (*USUAL, *MORE) if column.order is not None}


class Columns:
    """The columns that this reader can choose from; a manager has none about a person."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    @cached_property
    def usual(self) -> tuple[Column, ...]:
        """Those of who has not chosen."""
        return (*USUAL, BY) if self.reader.sees_people else USUAL

    def get(self, key: str) -> Column | None:
        """The column of this key. The team's own fields are read where no other has it."""
        return self._known.get(key) or self._own.get(key)

    def chosen(self, keys: Iterable[str]) -> list[Column]:
        """Those of these keys, in this order, each once, and always what a row is about.

        Without any those that are usual; a key that nobody knows is left out.
        """
        found = {key: column for key in keys if (column := self.get(key))}
        if found and TITLE not in found:
            found = {TITLE: self._known[TITLE], **found}
        return list(found.values() or self.usual)

    def all(self) -> list[Column]:
        return [*self._known.values(), *self._own.values()]

    def order(self, sort: str) -> models.OrderBy | None:
        """The order that is written so, the unknown last; None for what nobody sorts by."""
        column = self.get(sort.removeprefix("-"))
        if column is None or column.order is None:
            return None
        descending = sort.startswith("-") != column.is_backwards
        nulls_last = None if column.is_always_known else True
        return models.OrderBy(column.order, descending=descending, nulls_last=nulls_last)

    def as_kept(self, columns: Iterable[Column]) -> tuple[str, ...]:
        """The keys of these, none for those that are usual."""
        found = tuple(columns)
        return () if found == self.usual else tuple(column.key for column in found)

    @cached_property
    def _known(self) -> Mapping[str, Column]:
        return {column.key: column for column in (*self.usual, *MORE)}

    @cached_property
    def _own(self) -> Mapping[str, Column]:
        return {key_of(field): _of_a_field(field) for field in self.reader.fields}


def customers_in(columns: Iterable[Column]) -> set[str]:
    """Of which customers of a deal these columns tell what the team knows."""
    return {column.target for column in columns} - {Target.DEAL}


def _of_a_field(field: FieldDefinition) -> Column:
    def text(deal: Deal, _reader: Reader) -> str:
        kept = custom_of(deal, field.target).get(field.key)
        told = text_of(field, kept, currency=deal.pipeline.currency)
        return Truncator(told).chars(LONGEST_SHOWN)

    return Column(
        key_of(field),
        called(field),
        of_our_deals(field),
        text,
        is_number=field.type in NUMBERS,
        target=field.target,
    )
