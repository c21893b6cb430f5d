"""Make the two roles and the database of Kring on any PostgreSQL server.

`kring_owner` owns the database and runs the migrations; `kring_app` serves the pages and may read
and write rows, nothing more: no table of its own, no TRUNCATE, no way around row security.
The embedded server is provisioned by itself; for a server of your own, as its administrator:

    python -c 'from config.provision import provision; provision(
        "postgresql://postgres:...@db.example.org/postgres",
        owner_password="...", app_password="...")'
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2 import extensions, sql

OWNER = "kring_owner"
APP = "kring_app"
DATABASE = "kring"

MAY = {
    OWNER: "LOGIN CREATEDB NOCREATEROLE",
    APP: "LOGIN NOCREATEDB NOCREATEROLE",
}

# Default privileges live in each database. CREATE DATABASE copies template1, so what is said
# there holds in every database that is made later, those of the tests included.
IN_EACH_DATABASE = """
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES FOR ROLE {owner}
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
    ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {app};
"""

OF_THE_DATABASE = """
    REVOKE ALL ON DATABASE {database} FROM PUBLIC;
    GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app};
"""


def provision(
    superuser_url: str, *, owner_password: str, app_password: str, database: str = DATABASE
) -> None:
    """Create or correct both roles, their passwords and rights, and the database they share.

    May be repeated at any time. `superuser_url` names a role that may create roles and databases.
    """
    with _connected(superuser_url, "postgres") as cursor:
        _role(cursor, OWNER, owner_password)
        _role(cursor, APP, app_password)
    _say(superuser_url, "template1", IN_EACH_DATABASE, database)
    with _connected(superuser_url, "postgres") as cursor:
        _create_database(cursor, database)
    _say(superuser_url, database, IN_EACH_DATABASE + OF_THE_DATABASE, database)


def _role(cursor: extensions.cursor, name: str, password: str) -> None:
    cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [name])
    verb = "ALTER" if cursor.rowcount else "CREATE"
    # Hashed here, so that the password itself never stands in a statement or a server log.
    secret = extensions.encrypt_password(password, name, cursor.connection, "scram-sha-256")
    cursor.execute(
        sql.SQL("{verb} ROLE {name} {may} PASSWORD {secret}").format(
            verb=sql.SQL(verb),
            name=sql.Identifier(name),
            may=sql.SQL(MAY[name]),
            secret=sql.Literal(secret),
        )
    )


def _create_database(cursor: extensions.cursor, database: str) -> None:
    cursor.execute("SELECT FROM pg_database WHERE datname = %s", [database])
    if not cursor.rowcount:
        cursor.execute(_filled("CREATE DATABASE {database} OWNER {owner}", database))


def _say(url: str, where: str, statements: str, database: str) -> None:
    with _connected(url, where) as cursor:
        cursor.execute(_filled(statements, database))


def _filled(statement: str, database: str) -> sql.Composed:
    return sql.SQL(statement).format(
        owner=sql.Identifier(OWNER), app=sql.Identifier(APP), database=sql.Identifier(database)
    )


@contextmanager
def _connected(url: str, database: str) -> Iterator[extensions.cursor]:
    connection = psycopg2.connect(url, dbname=database)
    connection.autocommit = True  # CREATE DATABASE refuses to run inside a transaction
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
