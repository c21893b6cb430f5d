"""From what somebody asked for to its file, with how far it is."""

import tempfile
from collections.abc import Iterator
from datetime import datetime

from django.core.files import File

from crm.cards import Reader
from crm.exporting import WRITERS, parts_of, rows_of
from crm.filters import Filter, Vocabulary
from crm.listing import Wish, chosen, in_order
from crm.models import Export, Target
from crm.web import NAMES
from teams import progress
from teams.tables import Value

CHUNK = 500


def write(export: Export, *, at: datetime) -> None:
    """Write the file of an export; written once more, it is the same file.

    What the filter asks for and is no longer there asks for nothing: the file would hold too much,
    so it stays empty.
    """
    reader = Reader(export.team, at, sees_people=True)
    filter_, lost = Filter.kept(export.filter, Vocabulary(reader, export.person))
    deals = chosen(export.team, Wish(filter_))
    deals = in_order(deals.none() if lost else deals, export.sort, reader)
    deals = deals.select_related(*NAMES).with_tags()
    deals = deals.with_own_facts({field.target for field in reader.fields} - {Target.DEAL})
    parts = parts_of(export.columns, reader.fields)
    rows = rows_of(deals.iterator(chunk_size=CHUNK), parts, export.team.zone)
    count = deals.count()
    with tempfile.TemporaryFile() as file:
        WRITERS[export.kind](list(parts), _told(rows, export, count), file)
        file.seek(0)
        export.file.save(f"exports/{export.key}/{export.name}", File(file), save=False)
    export.rows = count
    export.save(update_fields=["file", "rows"])


def how_far(export: Export) -> int:
    """How much of it is written, in percent."""
    return 100 if export.file else progress.percent(_place(export))


def _told(rows: Iterator[list[Value]], export: Export, count: int) -> Iterator[list[Value]]:
    for number, row in enumerate(rows):
        if number % CHUNK == 0:
            progress.tell(_place(export), number, count)
        yield row


def _place(export: Export) -> str:
    return f"crm.export:{export.key}"
