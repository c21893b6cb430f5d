"""Faults are slipped in, and the table and the marks find every one of them."""

import pytest

from tests.rights.faults import (
    IN_THE_ANSWERS,
    IN_THE_TABLE,
    Fault,
    without_the_second_wall,
)
from tests.rights.matrix import Asker, walk
from tests.rights.table import rights


@pytest.fixture(autouse=True)
def one_wall_only(monkeypatch, settings):
    settings.DEMO = False
    without_the_second_wall(monkeypatch)


def _ids(value: object) -> str:
    return value.slip_in.__name__ if isinstance(value, Fault) else getattr(value, "__name__", "")


@pytest.mark.parametrize("fault", IN_THE_TABLE, ids=_ids)
def test_the_table_finds(asker: Asker, monkeypatch, fault: Fault):
    part = {"people": fault.people, "methods": fault.methods}
    assert walk(asker, rights(), fault.names, **part).failures == []

    with monkeypatch.context() as patch:
        fault.slip_in(patch)
        found = walk(asker, rights(), fault.names, **part)

    assert found.failures


@pytest.mark.parametrize(("slip_in", "person", "name"), IN_THE_ANSWERS, ids=_ids)
def test_the_marks_find(asker: Asker, monkeypatch, slip_in, person: str, name: str):
    part = {"people": [person], "methods": ["GET"]}
    assert walk(asker, rights(), [name], **part).leaks == []

    with monkeypatch.context() as patch:
        slip_in(patch)
        found = walk(asker, rights(), [name], **part)

    assert found.leaks


def test_there_are_enough_of_them():
    assert len(IN_THE_TABLE) + len(IN_THE_ANSWERS) >= 15
