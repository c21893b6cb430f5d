"""What the application's own database role may do, stated after every migration.

The tables belong to the owner. The application reads and writes them, except that what is
written once may only be added to. PostgreSQL keeps this promise, whatever the code does.
"""

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections, transaction

WRITTEN_ONCE = frozenset(
    {
        "teams_logentry",
        "teams_workcalendar",
        "teams_chartervoice",
        "teams_nominationvoice",
        "teams_divisionvoice",
        "crm_pipelinerevision",
        "crm_takenback",
        "crm_answerpromise",
        "dashboards_report",
        "agreements_agreementversion",
        "agreements_party",
        "agreements_answer",
        "agreements_judgement",
        "agreements_intervention",
        "debates_argument",
        "debates_doer",
        "debates_proposalversion",
        "reviews_voice",
        "dashboards_receipt",
        "dashboards_voice",
        "dashboards_figurechoice",
    }
)


def grant() -> None:
    """State the rights anew; run by the owner after migrating."""
    role = connections["default"].settings_dict["USER"]
    owner = connections["owner"]
    if role == owner.settings_dict["USER"]:
        return  # one role for everything: the application will refuse to start on it
    quoted = owner.ops.quote_name(role)
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}"
        )
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
        for table in written_once():
            cursor.execute(f"REVOKE UPDATE, DELETE ON {owner.ops.quote_name(table)} FROM {quoted}")


def written_once() -> list[str]:
    """The tables that are only ever added to."""
    return sorted(WRITTEN_ONCE.intersection(model._meta.db_table for model in apps.get_models()))


def refuse_a_mighty_role() -> None:
    """Stop when the application's role may do more than it should.

    Raises ImproperlyConfigured for a superuser, for a role that bypasses row level security or
    makes roles, for one that may change what is written once or is shown every team's rows as
    the owner of their tables, and where the tables are missing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole"
            " FROM pg_roles WHERE rolname = current_user"
        )
        (above_the_law,) = cursor.fetchone()
        cursor.execute(
            "SELECT bool_or(has_table_privilege(to_regclass(name), right_to))"
            " FROM unnest(%s) AS name, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS right_to",
            [written_once()],
        )
        (rewrites_history,) = cursor.fetchone()
        # Tables that show every row to whoever owns them are no second wall.
        cursor.execute(
            "SELECT coalesce(bool_and(row_security_active(oid)), false)"
            " FROM pg_class WHERE relrowsecurity"
        )
        (stands_before_the_wall,) = cursor.fetchone()
    connection.close()
    if rewrites_history is None and not above_the_law:
        raise ImproperlyConfigured("The tables are not there yet: run `manage.py migrate` first.")
    if above_the_law or rewrites_history or not stands_before_the_wall:
        raise ImproperlyConfigured(
            "The role in DATABASE_URL may do more than the application needs. Give it a role"
            " without SUPERUSER, BYPASSRLS and CREATEROLE that does not own the tables;"
            " see docs/operations.md."
        )
