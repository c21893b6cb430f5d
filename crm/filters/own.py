"""The team's own fields, as far as they can be asked: each is compared by what stands in it."""

from datetime import date

from django.db.models import Q, TextField, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from crm.custom import NO, YES, holding, of_our_deals
from crm.filters import operators
from crm.filters.operators import Operators
from crm.filters.shapes import Amount, Number
from crm.models import FieldDefinition, FieldType

SAID = {YES: gettext_lazy("Yes"), NO: gettext_lazy("No")}


def operators_of(field: FieldDefinition, today: date) -> Operators:
    """How this field of a deal is compared."""
    match field.type:
        case FieldType.NUMBER:
            return operators.of_amount(of_our_deals(field), Number())
        case FieldType.MONEY:
            return operators.of_amount(of_our_deals(field), Amount())
        case FieldType.DATE:
            return operators.of_day(of_our_deals(field), today)
        case FieldType.YES_NO:
            chosen = operators.of_choice(lambda: SAID, lambda said: holding(field, said == YES))
        case FieldType.CHOICE | FieldType.CHOICES:
            options = {option: option for option in field.options}
            chosen = operators.of_choice(lambda: options, lambda option: holding(field, option))
        case _:
            # What is not filled in contains nothing, rather than being unknown.
            text = Coalesce(of_our_deals(field), Value(""), output_field=TextField())
            return operators.of_text(text)
    return {**chosen, **operators.known_or_not(Q(custom__has_key=field.key))}
