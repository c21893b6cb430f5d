"""No table of measurements or reports leads to a person, whatever the code means to ask of it.

What our models say and what the database says are looked at apart: a column that a migration added
by hand is found too.
"""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db import connection, models

# What leads to a person among the tables of the instruments, and why it is no figure.
OF_PEOPLE = {
    "dashboards_subscription": "on which day somebody wants their mail",
    "dashboards_voice": "what somebody said to an objective of the team",
}
PEOPLE = {"teams_user", "teams_membership", "teams_managerlink"}
# How columns are called that hold a person without pointing to one.
NAMES = {"user", "person", "owner", "member", "assignee", "author", "actor", "by", "email", "name"}
NUMBERS = (models.DecimalField, models.FloatField)

REFERENCES = """
SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'
"""


def instruments() -> list[type[models.Model]]:
    return list(apps.get_app_config("dashboards").get_models())


def reached(edges: Iterable[tuple[str, str]], table: str) -> set[str]:
    """Every table that is found from this one, from one foreign key to the next."""
    edges, found, waiting = list(edges), set(), [table]
    while waiting:
        here = waiting.pop()
        more = {there for of, there in edges if of == here} - found
        found |= more
        waiting += more
    return found


def test_from_table_to_table():
    edges = [("figures", "teams"), ("figures", "deals"), ("deals", "people"), ("people", "deals")]

    assert reached(edges, "figures") == {"teams", "deals", "people"}
    assert reached(edges, "teams") == set()


def test_our_models_say_so():
    tables = {model._meta.db_table: model for model in instruments()}
    assert {"dashboards_measurement", "dashboards_report", "dashboards_signal"} <= set(tables)
    edges = [
        (model._meta.db_table, field.related_model._meta.db_table)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation
    ]

    leading = {table for table in tables if reached(edges, table) & PEOPLE}

    assert leading == set(OF_PEOPLE)


def test_the_database_says_so(db):
    with connection.cursor() as cursor:
        cursor.execute(REFERENCES)
        edges = cursor.fetchall()
    tables = {model._meta.db_table for model in instruments()}
    assert any(of == "dashboards_measurement" for of, _there in edges)

    leading = {table for table in tables if reached(edges, table) & PEOPLE}

    assert leading == set(OF_PEOPLE)


def test_no_column_holds_a_person_by_another_name(db):
    with connection.cursor() as cursor:
        for model in instruments():
            table = model._meta.db_table
            columns = {
                column.name
                for column in connection.introspection.get_table_description(cursor, table)
            }
            known = {name.removesuffix("_id") for name in columns} & NAMES
            assert known == set() or table in OF_PEOPLE, (table, known)


@pytest.mark.parametrize("table", OF_PEOPLE)
def test_what_leads_to_a_person_holds_no_figure(table):
    model = next(each for each in instruments() if each._meta.db_table == table)

    assert [each for each in model._meta.fields if isinstance(each, NUMBERS)] == []
