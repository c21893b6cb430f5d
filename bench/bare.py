"""Tables bare while they are filled: without indexes, foreign keys and triggers for each row.

To build an index or to check a key once is far cheaper than for each row, and what was taken off is
put back as it was, so the tables keep every promise in the end. Keys that others refer to stay, and
so do triggers for whole statements: those write words that are searched.
"""

from collections.abc import Iterable, Sequence

from django.db import connections

MEMORY = "512MB"  # for one index
KEYS = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
              conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY (%s::regclass[])
"""
INDEXES = """
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid = ANY (%s::regclass[])
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
# Of the bits of a trigger's type, 1 is for each row and 4 on insert.
TRIGGERS = """
SELECT format('ALTER TABLE %%s DISABLE TRIGGER %%I', tgrelid::regclass, tgname),
       format('ALTER TABLE %%s ENABLE TRIGGER %%I', tgrelid::regclass, tgname)
FROM pg_trigger WHERE tgrelid = ANY (%s::regclass[]) AND NOT tgisinternal AND tgtype & 5 = 5
"""


def undress(tables: Sequence[str]) -> list[str]:
    """Take off what slows the filling of these tables; returns the statements that put it back."""
    put_back = []
    with connections["owner"].cursor() as cursor:
        for what in (KEYS, INDEXES, TRIGGERS):
            cursor.execute(what, [list(tables)])
            for take_off, put_on in cursor.fetchall():
                cursor.execute(take_off)
                put_back.append(put_on)
    return put_back


def dress(put_back: Iterable[str]) -> None:
    """Put back what was taken off."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = %s", [MEMORY])
        for statement in put_back:
            cursor.execute(statement)
