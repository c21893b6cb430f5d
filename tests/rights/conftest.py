"""The two teams of the rights, built once and taken back at the end."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from dashboards import paper
from tests.conftest import NOW
from tests.rights.matrix import Asker
from tests.rights.world import World, build
from tests.unmeasured import unmeasured

__all__ = ["unmeasured"]


# Who asks is in the cookie itself: to look every one of them up takes a tenth of the time.
SESSIONS = "django.contrib.sessions.backends.signed_cookies"


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with (
        django_db_blocker.unblock(),
        override_settings(SESSION_ENGINE=SESSIONS),
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
