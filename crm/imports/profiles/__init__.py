"""The systems whose files are known, by the name that is given on the command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from crm.imports.company import Company
from crm.imports.mapping import Said
from crm.imports.notes import Notes
from crm.imports.profiles import sales_opportunities
from crm.imports.read import Table
from crm.imports.recognise import FileKind


class ReadFiles(Protocol):
    def __call__(self, files: Mapping[str, Table], notes: Notes, said: Said) -> Company: ...


@dataclass(frozen=True)
class Profile:
    """How the files of one system are recognised and read.

    `mappable` are the columns whose values the map file may explain.
    """

    kinds: tuple[FileKind, ...]
    mappable: frozenset[str]
    read: ReadFiles


PROFILES = {
    sales_opportunities.SYSTEM: Profile(
        kinds=sales_opportunities.KINDS,
        mappable=sales_opportunities.MAPPABLE,
        read=sales_opportunities.read,
    ),
}
