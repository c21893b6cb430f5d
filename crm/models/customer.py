"""Customers: organizations and the people there, shared by all teams of the company."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.models.naming import name_key

LONGEST_NAME = 160


def name_fits(name: str) -> None:
    """Refuse a name that is too long to be compared: a letter may become three without case."""
    if len(name_key(name)) > LONGEST_NAME:
        raise ValidationError(_("This name is too long."))


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def named(self, name: str) -> "Organization":
        """The organization of this name, made when nobody knew it yet."""
        tidy = " ".join(name.split())
        found, _is_new = self.get_or_create(name_key=name_key(tidy), defaults={"name": tidy})
        return found


class Organization(models.Model):
    """A customer's organization. `revenue` is a year's, in millions as the source gave it."""

    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    name_key = models.CharField(max_length=LONGEST_NAME, unique=True, editable=False)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="subsidiaries"
    )
    sector = models.CharField(_("sector"), max_length=80, blank=True)
    location = models.CharField(_("location"), max_length=120, blank=True)
    founded_year = models.PositiveSmallIntegerField(_("founded"), null=True, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    revenue = models.DecimalField(
        _("revenue"), max_digits=14, decimal_places=2, null=True, blank=True
    )

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="organization_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("pk")),
                name="organization_is_not_its_own_parent",
            ),
            models.CheckConstraint(
                condition=models.Q(revenue__isnull=True) | models.Q(revenue__gte=Decimal(0)),
                name="revenue_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ContactQuerySet(models.QuerySet["Contact"]):
    def named(self, name: str, *, at: Organization | None) -> "Contact":
        """The person of this name who works there, or a new one."""
        there = self.filter(affiliations__organization=at, affiliations__until_on__isnull=True)
        if at and (known := there.filter(name__iexact=name).order_by("pk").first()):
            return known
        met = self.create(name=name)
        if at:
            met.affiliations.create(organization=at)
        return met


class Contact(models.Model):
    """A person at a customer."""

    name = models.CharField(_("name"), max_length=LONGEST_NAME)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="contact_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Affiliation(models.Model):
    """Where a contact works, as what, and from when until when."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="affiliations")
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="affiliations"
    )
    role = models.CharField(_("role"), max_length=80, blank=True)
    since_on = models.DateField(_("since"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "organization"],
                condition=models.Q(until_on__isnull=True),
                name="one_running_affiliation",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True)
                | models.Q(since_on__isnull=True)
                | models.Q(until_on__gte=models.F("since_on")),
                name="affiliation_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact} at {self.organization} ({self.pk})"


class Product(models.Model):
    """What is sold, and its list price in the company's currency."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    series = models.CharField(_("series"), max_length=80, blank=True)
    list_price = models.DecimalField(
        _("list price"), max_digits=14, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="product_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(list_price__isnull=True) | models.Q(list_price__gte=Decimal(0)),
                name="list_price_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name
