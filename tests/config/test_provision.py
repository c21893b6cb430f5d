"""What the two database roles may do, and what they may not."""

from collections.abc import Iterator

import psycopg2
import pytest

from config.embedded.house import Addresses, House
from config.provision import provision
from tests.config.guests import sql

TABLES = "CREATE TABLE IF NOT EXISTS stone (id serial PRIMARY KEY, weight int)"


@pytest.fixture
def addresses(house: House) -> Addresses:
    return house.addresses()


@pytest.fixture
def another_database(addresses: Addresses) -> Iterator[str]:
    """A database that the owner made later, as the tests do."""
    sql(addresses.owner_url, "CREATE DATABASE quarry")
    yield "/quarry?"
    sql(addresses.owner_url, "DROP DATABASE quarry")


@pytest.mark.parametrize("database", ["kring", "quarry"])
def test_app_works_with_rows_and_nothing_else(
    addresses: Addresses, another_database: str, database: str
) -> None:
    owner = addresses.owner_url.replace("/kring?", f"/{database}?")
    app = addresses.database_url.replace("/kring?", f"/{database}?")
    sql(owner, TABLES)

    sql(app, "INSERT INTO stone (weight) VALUES (1), (2)")
    sql(app, "UPDATE stone SET weight = 3 WHERE weight = 2")
    sql(app, "DELETE FROM stone WHERE weight = 1")
    assert sql(app, "SELECT weight FROM stone WHERE weight < 4") == [(3,)]
    for beyond in (
        "TRUNCATE stone",
        "CREATE TABLE mine (id int)",
        "ALTER TABLE stone ADD colour text",
        "DROP TABLE stone",
        "CREATE SCHEMA mine",
        "SELECT setval('stone_id_seq', 1)",
        "ALTER SYSTEM SET fsync = off",
        "COPY stone TO PROGRAM 'cat'",
        "SET ROLE kring_owner",
        "CREATE DATABASE mine",
    ):
        with pytest.raises(psycopg2.ProgrammingError, match=r"permission denied|must be owner"):
            sql(app, beyond)
    sql(owner, "DROP TABLE stone")


def test_neither_role_is_more_than_it_should_be(addresses: Addresses) -> None:
    rights = sql(
        addresses.superuser_url,
        "SELECT rolname, rolcanlogin, rolcreatedb, rolsuper OR rolbypassrls OR rolcreaterole"
        " OR rolreplication FROM pg_roles WHERE rolname LIKE 'kring%' ORDER BY 1",
    )

    assert rights == [("kring_app", True, False, False), ("kring_owner", True, True, False)]


def test_strangers_to_the_application_do_not_reach_its_database(addresses: Addresses) -> None:
    sql(addresses.superuser_url, "DROP ROLE IF EXISTS stranger")
    sql(addresses.superuser_url, "CREATE ROLE stranger LOGIN PASSWORD 'strange'")
    _, _, place = addresses.database_url.partition("@")

    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        sql(f"postgresql://stranger:strange@{place}", "SELECT 1")


def test_provisioning_again_corrects_roles_and_keeps_rows(addresses: Addresses) -> None:
    sql(addresses.owner_url, TABLES)
    sql(addresses.database_url, "INSERT INTO stone (weight) VALUES (8)")
    sql(addresses.superuser_url, "ALTER ROLE kring_app CREATEDB CREATEROLE PASSWORD 'guessed'")

    provision(
        addresses.superuser_url,
        owner_password=addresses.owner_url.split(":")[2].partition("@")[0],
        app_password=addresses.database_url.split(":")[2].partition("@")[0],
    )

    assert (8,) in sql(addresses.database_url, "SELECT weight FROM stone")
    test_neither_role_is_more_than_it_should_be(addresses)
    sql(addresses.owner_url, "DROP TABLE stone")
