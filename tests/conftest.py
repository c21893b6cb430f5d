"""The database of the tests, and the cast.

Anna and Bram share a team, Carla is in another one, Mia reads along with the first.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from crm.models import Deal, Pipeline, Stage
from teams import wall
from teams.models import ManagerLink, Membership, Team, User
from tests import builders
from tests.migrated import migrated, use

# What is measured are the processes that run tests; what they start stays as fast as it is.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.pop("COVERAGE_PROCESS_START", None)

# The tests themselves look behind the second wall; the requests that they make do not.
wall.stand_open()

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Make a fresh database as the owner; the tests use it as the application's role."""
    name = f"{settings.TEST_DATABASE_PREFIX}{os.getpid()}"
    owner = connections["owner"]
    with django_db_blocker.unblock():
        real, template = owner.settings_dict["NAME"], migrated(owner)
        with owner.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        use(name)
    yield
    with django_db_blocker.unblock():
        use(real)
        with owner.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        # Only the role of a killed worker may end what it left behind; then the owner may drop.
        # FORCE would ask for a right over the server's own cleaner, which leaves by itself.
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = %s AND usename = current_user",
                [name],
            )
        connections["default"].close()
        with owner.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')
        owner.close()


@pytest.fixture(scope="session", autouse=True)
def dutch() -> None:
    """The translations as the program reads them, compiled anew when their source is newer."""
    source = settings.BASE_DIR / "config/locale/nl/LC_MESSAGES/django.po"
    compiled = source.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
        call_command("messages", "--compile")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins in English: a request leaves its language behind in the thread."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    """The suite's cache lives as long as the process; the limits on signing in count there."""
    cache.clear()


@pytest.fixture
def now() -> datetime:
    """The moment at which the stories begin: a Monday morning."""
    return NOW


@pytest.fixture
def team(db: None) -> Team:
    return builders.team("Rijnmond", at=NOW)


@pytest.fixture
def other_team(db: None) -> Team:
    return builders.team("Veluwe", at=NOW)


@pytest.fixture
def anna(team: Team) -> Membership:
    return builders.member("Anna", team, at=NOW)


@pytest.fixture
def bram(team: Team) -> Membership:
    return builders.member("Bram", team, at=NOW)


@pytest.fixture
def carla(other_team: Team) -> Membership:
    return builders.member("Carla", other_team, at=NOW)


@pytest.fixture
def mia(team: Team) -> ManagerLink:
    return team.link_manager(builders.person("Mia"), by=None, at=NOW)


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_superuser("admin@example.com", "Ada", "a long enough secret")


@pytest.fixture
def pipeline(team: Team) -> Pipeline:
    return builders.pipeline(team, at=NOW)


@pytest.fixture
def stages(pipeline: Pipeline) -> list[Stage]:
    """Contact, proposal, won and lost, in that order."""
    return list(pipeline.stages.in_order())


@pytest.fixture
def deal(pipeline: Pipeline, anna: Membership) -> Deal:
    return builders.deal(pipeline, by=anna, at=NOW)


@pytest.fixture
def annas(client: Client, anna: Membership) -> Client:
    """Anna's browser."""
    client.force_login(anna.user)
    return client


@pytest.fixture
def brams(bram: Membership) -> Client:
    return builders.browser(bram.user)


@pytest.fixture
def carlas(carla: Membership) -> Client:
    return builders.browser(carla.user)


@pytest.fixture
def mias(mia: ManagerLink) -> Client:
    return builders.browser(mia.user)
