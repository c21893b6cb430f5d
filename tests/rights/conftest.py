"""The two teams of the rights, built once per module and taken back at its end."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from dashboards import paper
from tests.conftest import NOW
from tests.rights.matrix import Asker
from tests.rights.world import World, build
from tests.unmeasured import unmeasured

__all__ = ["unmeasured"]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOW, tick=False),
        transaction.atomic(),
    ):
        yield build(NOW)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def drawn_on_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may have a PDF does not depend on what draws it."""
    monkeypatch.setattr(paper, "is_installed", lambda: True)
    monkeypatch.setattr(paper, "pdf_of", lambda _report: b"%PDF-")


@pytest.fixture(scope="module")
def asker(world: World) -> Asker:
    return Asker(world)
