"""What the application's database role may do, and that it starts on no mightier one."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import ProgrammingError, connection, connections, transaction

from config import rights
from config.rights import grant, refuse_a_mighty_role, written_once
from config.routers import CacheRouter
from teams.models import Team

AS_OWNER = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def as_owner(monkeypatch):
    """Connect as the owner of the tables where the application would connect."""
    monkeypatch.setattr(rights, "connection", connections["owner"])


def test_the_role_of_the_application_is_accepted(db, monkeypatch):
    monkeypatch.setattr(connection, "close", lambda: None)  # the test needs it a little longer

    refuse_a_mighty_role()


@AS_OWNER
def test_the_owner_of_the_tables_is_refused(as_owner):
    with pytest.raises(ImproperlyConfigured, match="may do more than the application needs"):
        refuse_a_mighty_role()


@AS_OWNER
def test_tables_that_are_not_there_are_missed(monkeypatch):
    monkeypatch.setattr(rights, "written_once", lambda: ["no_such_table"])

    with pytest.raises(ImproperlyConfigured, match=r"run `manage\.py migrate` first"):
        refuse_a_mighty_role()


@AS_OWNER
@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
def test_a_role_that_may_change_what_is_written_once_is_refused(right):
    role = connection.settings_dict["USER"]
    with connections["owner"].cursor() as cursor:
        cursor.execute(f'GRANT {right} ON teams_logentry TO "{role}"')
    try:
        with pytest.raises(ImproperlyConfigured, match="may do more"):
            refuse_a_mighty_role()
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute(f'REVOKE {right} ON teams_logentry FROM "{role}"')


@AS_OWNER
def test_migrating_states_the_rights_anew():
    role = connection.settings_dict["USER"]
    with connections["owner"].cursor() as cursor:
        cursor.execute(f'GRANT UPDATE, DELETE ON teams_logentry TO "{role}"')
        cursor.execute(f'REVOKE INSERT ON teams_team FROM "{role}"')

    call_command("migrate", verbosity=0)

    refuse_a_mighty_role()
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('teams_team', 'INSERT')")
        assert cursor.fetchone() == (True,)


@AS_OWNER
@pytest.mark.parametrize("option", [{"plan": True}, {"check_unapplied": True}])
def test_only_looking_at_migrations_states_nothing(monkeypatch, option):
    stated = []
    monkeypatch.setattr("config.management.commands.migrate.grant", lambda: stated.append(1))

    call_command("migrate", verbosity=0, **option)

    assert stated == []


@AS_OWNER
def test_one_role_for_everything_is_left_as_it_is(monkeypatch):
    monkeypatch.setitem(
        connections["owner"].settings_dict, "USER", connection.settings_dict["USER"]
    )

    grant()

    refuse_a_mighty_role()


@pytest.mark.parametrize("table", written_once())
def test_what_is_written_once_is_only_added_to(db, table):
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table}"):  # noqa: S608
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.parametrize("table", written_once())
def test_a_trigger_keeps_the_owner_from_it_as_well(db, table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
            " AND tgname LIKE '%%written_once%%'",
            [table],
        )
        assert cursor.fetchone() == (1,)


def test_everything_that_is_written_once_is_there():
    assert set(written_once()) == set(rights.WRITTEN_ONCE)


def test_the_application_makes_no_tables_and_no_roles(db):
    for statement in ("CREATE TABLE mine (id int)", "CREATE ROLE mine", "TRUNCATE teams_team"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


class TestTheRouter:
    router = CacheRouter()

    def test_gives_the_cache_a_connection_of_its_own(self):
        class Entry:
            class _meta:  # noqa: N801
                app_label = "django_cache"

        assert self.router.db_for_read(Entry) == "cache"
        assert self.router.db_for_write(Entry) == "cache"

    def test_leaves_everything_else_where_it_is(self):
        assert self.router.db_for_read(Team) is None
        assert self.router.db_for_write(Team) is None

    def test_migrates_as_the_owner_only(self):
        assert self.router.allow_migrate("owner", "teams")
        assert not self.router.allow_migrate("default", "teams")
        assert not self.router.allow_migrate("cache", "django_cache")


def test_the_owner_of_the_tables_has_another_name():
    owner, application = (
        connections[alias].settings_dict["USER"] for alias in ("owner", "default")
    )

    assert owner != application
