"""Moments as PostgreSQL reckons them."""

from django.db import models


class EndOfDay(models.Func):
    """The last moment of a day in a time zone, which still belongs to it."""

    template = "(((%(expressions)s) - interval '1 microsecond')"
    arg_joiner = " + time '24:00') AT TIME ZONE "
    output_field = models.DateTimeField()
