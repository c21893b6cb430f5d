"""What people fill in about customers."""

from typing import Any, Self

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy

from crm.alike import Likely, contacts_like, contacts_reached_at
from crm.fields import SoughtField
from crm.forms import Edit, Newcomer, longest_of
from crm.models import Affiliation, Contact, ContactPoint, Organization
from crm.models.customer import LONGEST_NAME, Shared, name_fits
from crm.models.values import LONGEST_URL
from teams.fields import LineField

CUSTOMER_SORTS = ("name", "-name", "place", "-place", "sector", "-sector", "open", "-open")


def _line(model: type[models.Model], name: str, **more: Any) -> LineField:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return LineField(label=field.verbose_name, max_length=longest_of(model, name), **more)


class FindCustomers(forms.Form):
    """Which organizations to list, in which order."""

    q = SoughtField(label=gettext_lazy("Find"), max_length=100, required=False)
    sort = forms.ChoiceField(
        choices=[(key, key) for key in CUSTOMER_SORTS], widget=forms.HiddenInput, required=False
    )


class TypeCustomer(forms.Form):
    """The first letters of a customer, as another form asks for them."""

    customer = SoughtField(max_length=LONGEST_NAME, required=False)
    organization = SoughtField(max_length=LONGEST_NAME, required=False)

    def words(self) -> str:
        """What was typed; nothing of a form that is not valid."""
        typed = self.cleaned_data
        return typed.get("customer") or typed.get("organization") or ""


class LookAround(forms.Form):
    """What somebody is typing about a customer or a contact that may be there already."""

    name = SoughtField(max_length=LONGEST_NAME, required=False)
    value = SoughtField(max_length=LONGEST_URL, required=False)


class AddCustomer(Newcomer):
    """The name of a customer that nobody knew yet."""

    about = "name"
    name = LineField(label=gettext_lazy("Name"), max_length=LONGEST_NAME, validators=[name_fits])


class _Edit(Edit):
    """Changes to what all teams know."""

    @classmethod
    def about(cls, record: Shared) -> Self:
        """The form as it stands on the page of this record."""
        return cls(initial={name: getattr(record, name) for name in (*cls.names, "version")})


class EditCustomer(_Edit):
    """What all teams know of an organization."""

    names = Organization.EDITABLE
    name = LineField(label=gettext_lazy("Name"), max_length=LONGEST_NAME, validators=[name_fits])
    website = _line(Organization, "website", required=False)
    phone = _line(Organization, "phone", required=False)
    street = _line(Organization, "street", required=False)
    postal_code = _line(Organization, "postal_code", required=False)
    location = _line(Organization, "location", required=False)
    country = _line(Organization, "country", required=False)
    sector = _line(Organization, "sector", required=False)
    vat_number = _line(Organization, "vat_number", required=False)
    registration_number = _line(Organization, "registration_number", required=False)


class AddContact(Newcomer):
    """A person at an organization, and as what they work there."""

    about = "name"
    asks = "crm:contacts-alike"
    name = _line(Contact, "name")
    role = _line(Affiliation, "role", required=False)

    def alike(self, typed: str) -> list[Likely]:
        return contacts_like(typed, self.team)


class EditContact(_Edit):
    """Who somebody is."""

    names = Contact.EDITABLE
    name = _line(Contact, "name")
    language = _line(Contact, "language", required=False)
    do_not_contact = forms.BooleanField(
        label=gettext_lazy("Asked not to be contacted"), required=False
    )


class AddPoint(Newcomer):
    """A way to reach somebody, whom others may reach by it too."""

    about = "value"
    asks = "crm:contacts-alike"
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ContactPoint.Kind.choices)
    value = LineField(label=gettext_lazy("Address or number"), max_length=LONGEST_URL)
    label = forms.ChoiceField(label=gettext_lazy("Where"), choices=ContactPoint.Label.choices)

    def __init__(self, *args: Any, besides: Contact | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.besides = besides

    def alike(self, typed: str) -> list[Likely]:
        return contacts_reached_at(typed, self.team, besides=self.besides)
