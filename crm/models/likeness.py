"""Names that are alike: one letter another, in another order, with or without the legal form."""

from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

Named = TypeVar("Named", bound=models.QuerySet[Any])


class Spellings(models.Func):
    """The letters of a name, and those with one of them left out; see migration 0027."""

    function = "crm_spellings"
    output_field = ArrayField(models.TextField())


def resembling(named: Named, name: str) -> Named:
    """Those of them that may be meant by this name; who has exactly this one comes first."""
    asked = models.Value(name, output_field=models.TextField())
    near = named.alias(spellings=Spellings("name")).filter(spellings__overlap=Spellings(asked))
    exact = models.Case(models.When(name__iexact=name, then=0), default=1)
    return near.order_by(exact, "name", "pk")
