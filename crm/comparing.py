"""The team's own fields as lists sort and compare them: about a deal, or about a customer.

What a team knows of a customer stands in a row of its own (crm.models.own_facts). It is compared
there, and the deals of that customer are found by it, or the customer itself.
"""

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Lower
from django.utils.translation import gettext as _

from crm.custom import name_of
from crm.models import Affiliation, Contact, FieldDefinition, FieldType, OwnFacts, Target
from crm.models.values import NUMBER_PLACES

# What is written down about a person goes no further than the team.
ABOUT_A_PERSON = f"{Target.CONTACT}-"


def key_of(field: FieldDefinition) -> str:
    """What the field is called in an address, a saved view and the API of lists."""
    return name_of(field) if field.target == Target.DEAL else f"{field.target}-{field.key}"


def called(field: FieldDefinition) -> str:
    """What a reader calls it: two fields may have one name, of the deal and of its customer."""
    match field.target:
        case Target.ORGANIZATION:
            return _("%(field)s (organization)") % {"field": field.label}
        case Target.CONTACT:
            return _("%(field)s (contact)") % {"field": field.label}
    return field.label


def expression(field: FieldDefinition) -> models.Expression:
    """The field as a value of the database, null where nothing is filled in.

    A number is a number, a day a day, and texts are compared without regard to case.
    """
    text = KeyTextTransform(field.key, "custom")
    match field.type:
        case FieldType.NUMBER | FieldType.MONEY:
            return Cast(text, models.DecimalField(max_digits=18, decimal_places=NUMBER_PLACES))
        case FieldType.DATE:
            return Cast(text, models.DateField())
        case FieldType.YES_NO:
            return Cast(text, models.BooleanField())
    return Lower(Cast(text, models.TextField()))


def holding(field: FieldDefinition, option: object) -> Q:
    """The condition that this was chosen, alone or among others."""
    chosen = [option] if field.type == FieldType.CHOICES else option
    return Q(custom__contains={field.key: chosen})


def of_our_rows(field: FieldDefinition) -> models.Expression:
    """The field as `expression`, and null in the rows that are not ours or about something else.

    There may be a text under the key under which this field keeps a number, and PostgreSQL reads
    values in whatever order it likes: only CASE keeps it from reading those.
    """
    value = expression(field)
    ours = models.When(_row_of(field), then=value)
    return models.Case(ours, output_field=value.output_field)


def of_our_deals(field: FieldDefinition) -> models.Expression | models.Subquery:
    """The field as a value of a deal, wherever it is kept."""
    value = of_our_rows(field)
    if field.target == Target.DEAL:
        return value
    return models.Subquery(OwnFacts.objects.behind_a_deal(field.target).values(known=value))


def deals_with(field: FieldDefinition, condition: Q) -> Q:
    """The condition on a deal that this holds in the row in which the field is kept."""
    if field.target == Target.DEAL:
        return condition
    found = OwnFacts.objects.filter(_row_of(field), condition)
    return Q(**{f"{field.target}__in": found.values(field.target)})


def customers_with(field: FieldDefinition, condition: Q) -> Q:
    """The condition on an organization that this holds of it, or of somebody who works there.

    Of those alone whom the team knows: what it wrote down of others outlives its last deal there.
    """
    rows = OwnFacts.objects.filter(_row_of(field), condition)
    if field.target == Target.ORGANIZATION:
        return Q(pk__in=rows.values("organization"))
    people = Contact.objects.known_to(field.team).filter(pk__in=rows.values("contact"))
    there = Affiliation.objects.filter(until_on=None, contact__in=people)
    return Q(pk__in=there.values("organization"))


def _row_of(field: FieldDefinition) -> Q:
    about = {} if field.target == Target.DEAL else {f"{field.target}__isnull": False}
    return Q(team=field.team_id, **about)
