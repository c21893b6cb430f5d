"""A copy of everything that is held about a person: a ZIP of JSON, with a page to read it by.

What it holds say the entries of `teams.recorded`; other people and their words it leaves out.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.contrib.staticfiles.finders import find
from django.core.files import File
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from teams import progress, recorded, wall
from teams.files import names_in, orphans, remove_once_certain
from teams.jobs import handles, plans
from teams.models import Job, PersonalCopy, User
from teams.models.copy import FOLDER, WRITE
from teams.tables import write_json

FORGET = "teams.copies.forget"
CHUNK = 500
# Of a long list the page shows the first; the file beside it holds all.
MOST_SHOWN = 50
STYLESHEET = "css/copy.css"

Tell = Callable[[int, int], None]


@dataclass
class Part:
    """What one entry tells: a file of rows, of which the page shows the first."""

    entry: recorded.Entry
    rows: recorded.Rows
    person: User
    count: int = 0
    first: list[list[Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.entry.label}.json"

    @property
    def ways(self) -> list[str]:
        """The fields by which a row may be about this person, where there are several."""
        found = recorded.ways_to_a_person(self.entry.model)
        return found if len(found) > 1 else []

    @property
    def head(self) -> list[str]:
        return [*(["as"] if self.ways else []), *self.entry.told, *self.own]

    @property
    def own(self) -> list[str]:
        """The words that are told to some alone of those to whom a row points."""
        return list(dict.fromkeys(chain.from_iterable(self.entry.own.values())))

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.first)

    def lines(self) -> Iterator[list[Any]]:
        """Row by row what this person is told."""
        fields = set(self.head) - {"as"} | set(self.ways)
        for row in self.rows.values(*fields).iterator(chunk_size=CHUNK):
            mine = [way for way in self.ways if row[way] == self.person.pk]
            theirs = {name for way in mine for name in self.entry.own.get(way, ())}
            row.update(dict.fromkeys(set(self.own) - theirs))
            told = {"as": ", ".join(way.partition("__")[0] for way in mine), **row}
            line = [told[name] for name in self.head]
            if self.count < MOST_SHOWN:
                self.first.append(line)
            self.count += 1
            yield line


def write_all(
    person: User, file: IO[bytes], *, at: datetime, tell: Tell = lambda _done, _total: None
) -> int:
    """Write everything that is held about this person; returns how many rows that are.

    `tell` is called with how many rows are written, of how many, at the beginning and now and then.
    """
    parts = [Part(one, one.of(person), person) for one in recorded.all_entries() if one.told]
    numbers = count()
    # Whatever the entries ask for: of what is between two people it is shown what is theirs.
    with wall.opened_as(person.pk), ZipFile(file, "w", ZIP_DEFLATED) as archive:
        total = sum(part.rows.count() for part in parts)
        for part in parts:
            with archive.open(part.name, "w") as inner:
                write_json(part.head, _told(part.lines(), numbers, total, tell), inner)
        context = {"person": person, "parts": parts, "at": at}
        archive.writestr("index.html", render_to_string("teams/copy_index.html", context))
        archive.write(_stylesheet(), "copy.css")
    return next(numbers)


def _told(
    lines: Iterator[list[Any]], numbers: Iterator[int], total: int, tell: Tell
) -> Iterator[list[Any]]:
    for line in lines:
        number = next(numbers)
        if number % CHUNK == 0:
            tell(number, total)
        yield line


def _stylesheet() -> Path:
    # Whoever opens the page from their disk has no server that could give it.
    found = find(STYLESHEET)
    assert isinstance(found, str)
    return Path(found)


def write(copy: PersonalCopy, *, at: datetime) -> None:
    """Write the file of a copy, in the language in which it was asked for."""
    with tempfile.TemporaryFile() as file:
        with override(copy.language):
            copy.rows = write_all(
                copy.person,
                file,
                at=at,
                tell=lambda done, total: progress.tell(_place(copy), done, total),
            )
        file.seek(0)
        # A worker that was killed may have left one.
        default_storage.delete(copy.place)
        copy.file.save(copy.place, File(file), save=False)
    copy.save(update_fields=["file", "rows"])


def how_far(copy: PersonalCopy) -> int:
    """How much of it is written, in percent."""
    return 100 if copy.file else progress.percent(_place(copy))


def _place(copy: PersonalCopy) -> str:
    return f"teams.copy:{copy.key}"


@handles(WRITE)
def write_copy(*, at: datetime, copy_id: int, key: str, **_: Any) -> None:
    """Make the copy that somebody asked for, where they were not erased meanwhile."""
    rows = PersonalCopy.objects.select_related("person").filter(pk=copy_id, key=key)
    # Whoever erases the person meanwhile waits for the file, and removes it too.
    for copy in rows.select_for_update(of=("self",)):
        write(copy, at=at)


@plans
def forget_copies_every_day(at: datetime) -> None:
    """Once a day: the files that are over."""
    Job.objects.arm(FORGET, timezone.localdate(at).isoformat(), run_at=at)


@handles(FORGET)
def forget_copies(*, at: datetime, **_: Any) -> None:
    """Remove the files that are over, and those of which a killed worker wrote no row."""
    names = names_in(FOLDER)
    for copy in PersonalCopy.objects.over(at).exclude(file=""):
        remove_once_certain(copy.file)
    PersonalCopy.objects.over(at).update(file="", rows=0)
    known = set(PersonalCopy.objects.exclude(file="").values_list("file", flat=True))
    for name in orphans(names, known, at=at):
        default_storage.delete(name)
