"""Deals as a file: own headings in English, values that read the same in every language."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from crm.comparing import key_of
from crm.custom import NO, YES
from crm.models import Deal, FieldDefinition, Precision, Target
from crm.models.own_facts import custom_of
from crm.models.tagging import tags_of
from crm.models.values import as_meant
from teams.tables import Head, Value, harmless, write_csv, write_json


def _day(moment: datetime | None, precision: str, zone: ZoneInfo) -> date | None:
    if moment is None or precision == Precision.NONE:
        return None
    return timezone.localdate(moment, zone)


Part = Callable[[Deal, ZoneInfo], Value]
COLUMNS: dict[str, Part] = {
    "number": lambda deal, _zone: deal.number,
    "title": lambda deal, _zone: deal.title,
    "organization": lambda deal, _zone: str(deal.organization or ""),
    "contact": lambda deal, _zone: str(deal.contact or ""),
    "pipeline": lambda deal, _zone: deal.pipeline.name,
    "stage": lambda deal, _zone: deal.stage.name,
    "outcome": lambda deal, _zone: deal.outcome,
    "amount": lambda deal, _zone: deal.amount,
    "currency": lambda deal, _zone: deal.pipeline.currency,
    "product": lambda deal, _zone: deal.product.name if deal.product else "",
    "source": lambda deal, _zone: str(deal.source or ""),
    "tags": lambda deal, _zone: ", ".join(tag.name for tag in tags_of(deal)),
    "owner": lambda deal, _zone: deal.owner.name if deal.owner else "",
    "next_step": lambda deal, _zone: deal.next_step,
    "next_step_on": lambda deal, _zone: deal.next_step_on,
    "expected_close_on": lambda deal, _zone: deal.expected_close_on,
    "opened_on": lambda deal, zone: _day(deal.opened_at, deal.opened_precision, zone),
    "entered_stage_on": lambda deal, zone: timezone.localdate(deal.entered_stage_at, zone),
    "closed_on": lambda deal, zone: _day(deal.closed_at, deal.closed_precision, zone),
    "loss_reason": lambda deal, _zone: str(deal.loss_reason or ""),
}


# What a file holds of a column of the list, where it is not called the same.
OF_A_COLUMN: dict[str, tuple[str, ...]] = {
    "customer": ("organization", "contact"),
    "stage": ("stage", "outcome"),
    "amount": ("amount", "currency"),
    "expected": ("expected_close_on",),
    "step": ("next_step", "next_step_on"),
    "age": ("entered_stage_on",),
    "process": ("pipeline",),
    "opened": ("opened_on",),
    "closed": ("closed_on",),
    "loss": ("loss_reason",),
}


def parts_of(columns: Sequence[str], own: Sequence[FieldDefinition]) -> dict[str, Part]:
    """What the file holds, by its heading: of these columns of the list, or all there is."""
    ours = _with_headings(own)
    if not columns:
        return COLUMNS | dict(ours.values())
    found: dict[str, Part] = {}
    for key in columns:
        found |= dict([ours[key]]) if key in ours else _of_a_column(key)
    return found


def _with_headings(own: Sequence[FieldDefinition]) -> dict[str, tuple[str, Part]]:
    """By key the heading and the part of each field of the team.

    It has its own name, unless something has that already; one about a customer says so.
    """
    taken, found = set(COLUMNS), {}
    for field in own:
        about = "" if field.target == Target.DEAL else f" ({field.target})"
        heading = f"{field.label}{about}"
        heading = key_of(field) if heading in taken else heading
        taken.add(heading)
        found[key_of(field)] = heading, _own(field)
    return found


def _of_a_column(key: str) -> dict[str, Part]:
    return {name: COLUMNS[name] for name in OF_A_COLUMN.get(key, (key,)) if name in COLUMNS}


def _own(field: FieldDefinition) -> Part:
    def value(deal: Deal, _zone: ZoneInfo) -> Value:
        meant = as_meant(field.type, custom_of(deal, field.target).get(field.key))
        if isinstance(meant, bool):
            return YES if meant else NO
        return ", ".join(meant) if isinstance(meant, list) else meant

    return value


def rows_of(
    deals: Iterable[Deal], parts: Mapping[str, Part], zone: ZoneInfo
) -> Iterator[list[Value]]:
    """A row per deal, in the order of its parts."""
    for deal in deals:
        yield [value(deal, zone) for value in parts.values()]


def write_xlsx(head: Head, rows: Iterable[list[Value]], file: BinaryIO) -> None:
    """One sheet, written row by row: its size costs no memory."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("deals")
    sheet.append([_cell(name) for name in head])
    for row in rows:
        sheet.append([_cell(value) for value in row])
    book.save(file)


WRITERS: dict[str, Callable[[Head, Iterable[list[Any]], BinaryIO], None]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "json": write_json,
}


def _cell(value: Value) -> Value:
    if isinstance(value, str):
        return harmless(ILLEGAL_CHARACTERS_RE.sub("", value))
    return value
