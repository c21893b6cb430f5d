"""What people fill in about customers."""

from collections.abc import Sequence
from typing import Any, Self

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.alike import Likely, contacts_like, contacts_reached_at
from crm.contacts import ContactWish
from crm.custom import CustomForm
from crm.customers import NAME, CustomerWish
from crm.fields import SoughtField
from crm.filters import CustomerVocabulary
from crm.forms import Edit, FilterField, Newcomer, longest_of, offer_customers
from crm.mergers import Fact
from crm.models import (
    Affiliation,
    Contact,
    ContactPoint,
    FieldDefinition,
    Organization,
    OwnFacts,
)
from crm.models.customer import LONGEST_NAME, Shared, name_fits
from crm.models.values import LONGEST_URL
from teams.fields import LineField

# Which of two facts is kept.
ONE, OTHER = "one", "other"
CONTACT_SORTS = ("name", "-name", "customer", "-customer", "open", "-open")
CUSTOMER_SORTS = ("name", "-name", "place", "-place", "sector", "-sector", "open", "-open")


def _line(model: type[models.Model], name: str, **more: Any) -> LineField:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return LineField(label=field.verbose_name, max_length=longest_of(model, name), **more)


class FindByWords(forms.Form):
    """What customers are looked for by."""

    q = SoughtField(label=gettext_lazy("Find"), max_length=100, required=False)


class FindCustomers(FindByWords):
    """Which organizations to list, in which order. A manager asks for nothing about a person."""

    sort = forms.ChoiceField(
        choices=[(key, key) for key in CUSTOMER_SORTS], widget=forms.HiddenInput, required=False
    )
    filter = FilterField(required=False)

    def __init__(self, *args: Any, vocabulary: CustomerVocabulary, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        filter_ = self.fields["filter"]
        assert isinstance(filter_, FilterField)
        filter_.vocabulary = vocabulary

    def wish(self) -> CustomerWish:
        """The wish, of a form that is valid."""
        asked = self.cleaned_data
        return CustomerWish(asked["q"], asked["sort"] or NAME, asked["filter"])


class FindContacts(FindByWords):
    """Which contacts to list, in which order."""

    sort = forms.ChoiceField(
        choices=[(key, key) for key in CONTACT_SORTS], widget=forms.HiddenInput, required=False
    )

    def wish(self) -> ContactWish:
        """The wish, of a form that is valid."""
        return ContactWish(self.cleaned_data["q"], self.cleaned_data["sort"] or NAME)


class TypeCustomer(forms.Form):
    """The first letters of a customer, as another form asks for them."""

    customer = SoughtField(max_length=LONGEST_NAME, required=False)
    organization = SoughtField(max_length=LONGEST_NAME, required=False)

    def words(self) -> str:
        """What was typed; nothing of a form that is not valid."""
        typed = self.cleaned_data
        return typed.get("customer") or typed.get("organization") or ""


class Merge(forms.Form):
    """Which facts the one takes over from the other, and in which versions both were seen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    other_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, facts: Sequence[Fact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts = [fact for fact in facts if fact.is_choice]
        for fact in self.facts:
            self.fields[fact.name] = forms.ChoiceField(
                label=fact.label,
                choices=[(ONE, fact.ours), (OTHER, fact.theirs)],
                initial=ONE,
                required=False,
                widget=forms.RadioSelect,
            )

    @classmethod
    def about(cls, one: Shared, other: Shared, facts: Sequence[Fact]) -> Self:
        """The form as it stands on the page of these two."""
        return cls(initial={"version": one.version, "other_version": other.version}, facts=facts)

    def wish(self) -> dict[str, Any]:
        """What was filled in, as the verb takes it."""
        taken = [fact.name for fact in self.facts if self.cleaned_data[fact.name] == OTHER]
        return {
            "taken": taken,
            "version": self.cleaned_data["version"],
            "other_version": self.cleaned_data["other_version"],
        }

    def once_more(self, one: Shared, other: Shared, facts: Sequence[Fact], sentence: str) -> Self:
        """The same choices beside what both say now; sent again, they count."""
        kept = {name: self.data.get(name, "") for name in self.fields}
        versions = {"version": one.version, "other_version": other.version}
        again = type(self)(kept | versions, facts=facts)
        again.add_error(None, sentence)
        return again

    def beside(self, facts: Sequence[Fact]) -> list[tuple[Fact, Any]]:
        """Each fact, with its field where somebody chooses."""
        return [(fact, self[fact.name] if fact.name in self.fields else None) for fact in facts]


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


class AddContactSomewhere(AddContact):
    """The same, and at which of the customers they work."""

    field_order = ("name", "organization", "role")
    organization = LineField(label=gettext_lazy("Customer"), max_length=LONGEST_NAME)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_customers(self.fields["organization"], self.team)

    def clean_organization(self) -> Organization:
        """The customer of this name; a new one begins with its first deal."""
        if known := Organization.objects.known_by(self.cleaned_data["organization"]):
            return known
        raise forms.ValidationError(_("No customer is called that. Begin a deal with them first."))


class EditContact(_Edit):
    """Who somebody is."""

    names = Contact.EDITABLE
    name = _line(Contact, "name")
    language = _line(Contact, "language", required=False)
    do_not_contact = forms.BooleanField(
        label=gettext_lazy("Asked not to be contacted"), required=False
    )


class EditOwnFacts(CustomForm):
    """What the team knows of a customer besides, and the version that the person had on screen."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    @classmethod
    def about(cls, facts: OwnFacts, fields: Sequence[FieldDefinition]) -> Self:
        """The form as it stands on the page of this customer."""
        stands = {"version": facts.version}
        return cls(initial=stands, fields_asked=fields, kept=facts.custom)

    def beside(self, facts: OwnFacts, sentence: str, *, currency: str) -> Self:
        """The same words again, each beside what stands there now; sent again, they count."""
        again = self.once_more(facts, sentence)
        again.say_their_custom(self.custom(), facts.custom, currency=currency)
        return again


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
