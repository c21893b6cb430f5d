"""The team's own fields, as far as they can be asked: each is compared by what stands in it."""

from collections.abc import Callable
from datetime import date
from functools import partial

from django.db.models import Expression, Q, TextField, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from crm.comparing import holding, of_our_rows
from crm.custom import NO, YES
from crm.filters import operators
from crm.filters.operators import Operators, Worked
from crm.filters.shapes import Amount, Number
from crm.models import FieldDefinition, FieldType

SAID = {YES: gettext_lazy("Yes"), NO: gettext_lazy("No")}


def operators_of(
    field: FieldDefinition, today: date, listed_with: Callable[[FieldDefinition, Q], Q]
) -> Operators:
    """How this field is compared.

    `listed_with` makes of a condition on the row in which it is kept one on what is listed.
    """
    listed = partial(listed_with, field)

    def worked(value: Expression) -> Worked:
        return Worked(value, listed)

    def chosen(option: object) -> Q:
        return listed(holding(field, option))

    match field.type:
        case FieldType.NUMBER:
            return operators.of_amount(worked(of_our_rows(field)), Number())
        case FieldType.MONEY:
            return operators.of_amount(worked(of_our_rows(field)), Amount())
        case FieldType.DATE:
            return operators.of_day(worked(of_our_rows(field)), today)
        case FieldType.YES_NO:
            by_choice = operators.of_choice(lambda: SAID, lambda said: chosen(said == YES))
        case FieldType.CHOICE | FieldType.CHOICES:
            options = {option: option for option in field.options}
            by_choice = operators.of_choice(lambda: options, chosen)
        case _:
            # What is not filled in contains nothing, rather than being unknown.
            text = Coalesce(of_our_rows(field), Value(""), output_field=TextField())
            return operators.of_text(worked(text))
    return {**by_choice, **operators.known_or_not(listed(Q(custom__has_key=field.key)))}
