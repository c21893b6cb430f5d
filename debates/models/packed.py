"""Rows that belong to another row, read along with it in one question to the database."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, QuerySet
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)


def packed(rows: "QuerySet[Any]") -> ArraySubquery:
    """These rows of each row of another table, in their order, as `unpacked` reads them."""
    names = [field.attname for field in rows.model._meta.concrete_fields]
    return ArraySubquery(rows.values_list(JSONObject(**{name: name for name in names})))


def unpacked(kind: type[M], rows: Iterable[dict[str, Any]]) -> list[M]:
    """The same as things of their kind."""
    fields = kind._meta.concrete_fields
    names = [field.attname for field in fields]
    return [
        kind.from_db(None, names, [field.to_python(row[field.attname]) for field in fields])
        for row in rows
    ]
