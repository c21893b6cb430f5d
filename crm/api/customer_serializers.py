"""What the API reads and writes about customers."""

from typing import Any

from rest_framework import serializers

from crm.api.fields import NumberField
from crm.forms import longest_of
from crm.models import Affiliation, Contact, ContactPoint, Organization
from crm.models.customer import LONGEST_NAME, name_fits
from crm.models.values import LONGEST_URL
from teams.api import StrictSerializer
from teams.api_fields import LineField, OneOf

# -- what is sent to us ------------------------------------------------------------------------


def _line(model: type[Organization | Contact | Affiliation], name: str) -> LineField:
    return LineField(max_length=longest_of(model, name), required=False, allow_blank=True)


class CustomerDraft(StrictSerializer):
    """A customer that nobody knew yet."""

    name = LineField(max_length=LONGEST_NAME, validators=[name_fits])


class CustomerChanges(StrictSerializer):
    """New facts, and the version in which the organization was seen."""

    version = NumberField()
    name = LineField(max_length=LONGEST_NAME, validators=[name_fits], required=False)
    website = _line(Organization, "website")
    phone = _line(Organization, "phone")
    street = _line(Organization, "street")
    postal_code = _line(Organization, "postal_code")
    location = _line(Organization, "location")
    country = _line(Organization, "country")
    sector = _line(Organization, "sector")
    vat_number = _line(Organization, "vat_number")
    registration_number = _line(Organization, "registration_number")


class ContactDraft(StrictSerializer):
    """Somebody who works there, and as what."""

    name = LineField(max_length=LONGEST_NAME)
    role = _line(Affiliation, "role")


class ContactChanges(StrictSerializer):
    """New facts, and the version in which the contact was seen."""

    version = NumberField()
    name = LineField(max_length=LONGEST_NAME, required=False)
    language = _line(Contact, "language")
    do_not_contact = serializers.BooleanField(required=False)


class PointDraft(StrictSerializer):
    """A way to reach somebody."""

    kind = serializers.ChoiceField(choices=ContactPoint.Kind.choices)
    value = LineField(max_length=LONGEST_URL)
    label = serializers.ChoiceField(  # type: ignore[assignment]
        choices=ContactPoint.Label.choices, default=ContactPoint.Label.WORK
    )


class CustomerMerging(StrictSerializer):
    """Which customer becomes a part of this one, in which versions both were seen.

    `taken` names the facts that are taken over where both say something.
    """

    version = NumberField()
    other = OneOf("organizations")
    other_version = NumberField()
    taken = serializers.ListField(
        child=serializers.ChoiceField(choices=Organization.FACTS),
        required=False,
        max_length=len(Organization.FACTS),
    )


class ContactMerging(StrictSerializer):
    """The same for two contacts."""

    version = NumberField()
    other = OneOf("contacts")
    other_version = NumberField()
    taken = serializers.ListField(
        child=serializers.ChoiceField(choices=Contact.FACTS),
        required=False,
        max_length=len(Contact.FACTS),
    )


# -- what we answer ----------------------------------------------------------------------------


class CustomerFacts(serializers.ModelSerializer):
    """An organization, which all teams of the company share."""

    class Meta:
        model = Organization
        fields: tuple[str, ...] = ("id", *Organization.EDITABLE, "parent", "version")


class ListedCustomer(CustomerFacts):
    """An organization with the number of the team's own open deals there."""

    open_deals = serializers.IntegerField()

    class Meta(CustomerFacts.Meta):
        fields = (*CustomerFacts.Meta.fields, "open_deals")


class CustomerList(serializers.Serializer):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    previous = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    results = ListedCustomer(many=True)


class PointFacts(serializers.ModelSerializer):
    class Meta:
        model = ContactPoint
        fields = ("id", "kind", "value", "label", "is_primary")


class PlaceFacts(serializers.ModelSerializer):
    """Where somebody works or worked, and as what."""

    name = serializers.CharField(source="organization.name")

    class Meta:
        model = Affiliation
        fields = ("id", "organization", "name", "role", "since_on", "until_on")


class ContactFacts(serializers.ModelSerializer):
    """Somebody at a customer. `points`, the ways to reach them, is there for members only."""

    affiliations = serializers.SerializerMethodField()
    points = serializers.SerializerMethodField()

    class Meta:
        model = Contact
        fields = ("id", *Contact.EDITABLE, "affiliations", "points", "version")

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if not self.context.get("sees_people", True):
            del fields["points"]
        return fields

    def get_affiliations(self, contact: Contact) -> list[dict[str, Any]]:
        places = contact.affiliations.select_related("organization").order_by("pk")
        return list(PlaceFacts(places, many=True).data)

    def get_points(self, contact: Contact) -> list[dict[str, Any]]:
        return list(PointFacts(contact.points.living().in_order(), many=True).data)


class ListedContact(serializers.Serializer):
    """A contact in the list. `email` and `phone`, which to use first, are there for members only.

    `organization` is where they began to work last, and `open_deals` is the team's own.
    """

    id = serializers.IntegerField(source="contact.pk")
    name = serializers.CharField(source="contact.name")
    do_not_contact = serializers.BooleanField(source="contact.do_not_contact")
    organization = serializers.IntegerField(allow_null=True)
    organization_name = serializers.CharField(source="place")
    email = serializers.CharField(source="email.value", default="")
    phone = serializers.CharField(source="phone.value", default="")
    open_deals = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if not self.context.get("sees_people", True):
            del fields["email"], fields["phone"]
        return fields


class ContactList(serializers.Serializer):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    previous = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    results = ListedContact(many=True)


class BothCustomers(serializers.Serializer):
    """Who came second: what was sent, and what stands there now."""

    detail = serializers.CharField()
    yours = CustomerChanges()
    theirs = CustomerFacts()


class BothContacts(serializers.Serializer):
    """The same for a contact."""

    detail = serializers.CharField()
    yours = ContactChanges()
    theirs = ContactFacts()


class MergedCustomer(serializers.Serializer):
    """The customer that lives on, and where that can be taken back."""

    customer = CustomerFacts()
    undo = serializers.CharField(allow_null=True)


class MergedContact(serializers.Serializer):
    """The same for a contact."""

    contact = ContactFacts()
    undo = serializers.CharField(allow_null=True)


class LikelyFacts(serializers.Serializer):
    """A customer or a contact that may be meant, and its place."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    place = serializers.CharField()
