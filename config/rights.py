"""What the application's own database role may do, stated after every migration.

The tables belong to the owner. The application reads and writes them, except that what is
written once may only be added to. PostgreSQL keeps this promise, whatever the code does.
"""

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections

WRITTEN_ONCE = frozenset({"teams_logentry", "crm_pipelinerevision", "dashboards_report"})


def grant() -> None:
    """State the rights anew; run by the owner after migrating."""
    role = settings.DATABASES["default"]["USER"]
    owner = connections["owner"]
    if role == settings.DATABASES["owner"]["USER"]:
        return  # one role for everything: the application will refuse to start on it
    quoted = owner.ops.quote_name(role)
    tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
    with owner.cursor() as cursor:
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}"
        )
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
        for table in sorted(WRITTEN_ONCE.intersection(tables)):
            cursor.execute(f"REVOKE UPDATE, DELETE ON {owner.ops.quote_name(table)} FROM {quoted}")


def refuse_a_mighty_role() -> None:
    """Stop when the application's role may do more than it should.

    Raises ImproperlyConfigured for a superuser, for a role that bypasses row level security,
    and for one that may change what is written once.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls, has_table_privilege('teams_logentry', 'UPDATE')"
            " OR has_table_privilege('teams_logentry', 'TRUNCATE')"
            " FROM pg_roles WHERE rolname = current_user"
        )
        above_the_law, rewrites_history = cursor.fetchone()
    connection.close()
    if above_the_law or rewrites_history:
        raise ImproperlyConfigured(
            "The role in DATABASE_URL may do more than the application needs. Give it a role"
            " without superuser, without BYPASSRLS and not the owner of the tables;"
            " see docs/operations.md."
        )
