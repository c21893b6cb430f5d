"""Organizations that ask, shared by all teams of the company, and what is sold to them."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.happenings import Happening
from crm.models import merging
from crm.models.likeness import resembling
from crm.models.naming import name_key
from crm.models.values import LONGEST_URL, is_web_address
from crm.models.versions import Versioned
from crm.refusals import CustomerError, StaleCustomer
from teams import wall
from teams.models import LogEntry, Membership, Team
from teams.refusals import Refusal
from teams.text import one_line

LONGEST_NAME = 160


def name_fits(name: str) -> None:
    """Refuse a name that is too long to be compared: a letter may become three without case."""
    if len(name_key(name)) > LONGEST_NAME:
        raise ValidationError(_("This name is too long."))


class Shared(Versioned):
    """What all teams know of a customer, and any of them may change.

    What was merged into another one stays as it was, for the day on which that is undone; nothing
    is written about it meanwhile. `everything` finds it, and `objects` only what lives.
    """

    # What two records may differ in, when they become one.
    FACTS: tuple[str, ...]
    # Of which rows anything new is written.
    LIVES: ClassVar[dict[str, Any]] = {"merged_into": None}

    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="absorbed"
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("pk")),
                name="%(class)s_is_not_merged_into_itself",
            ),
        ]

    @property
    def is_merged(self) -> bool:
        """Whether it is a part of another one now."""
        return self.merged_into is not None

    def naming(self) -> dict[str, Any]:
        """What a logbook line says of it, so that the line can be read without it."""
        raise NotImplementedError

    def hold(self) -> None:
        """Let nobody merge it, or change it, before this is done. Raises StaleCustomer."""
        rows: models.QuerySet[Any] = models.QuerySet(type(self))
        held = rows.select_for_update(no_key=True).filter(pk=self.pk, **self.LIVES)
        if not held.values_list("pk"):
            raise StaleCustomer(_("Someone changed this a moment ago. Look at it once more."))

    def hold_for_more(self, refusal: type[Refusal]) -> None:
        """Let nobody merge or anonymise it before something more is written about it.

        Asked before that thing itself is held, as whoever merges does it: nobody waits in a
        circle. Whoever was merged is led on by the database; for whom was anonymised this raises
        the refusal.
        """
        rows: models.QuerySet[Any] = models.QuerySet(type(self))
        held = rows.select_for_update(no_key=True).filter(pk=self.pk).values(*self.LIVES).get()
        if held.get("anonymised_at"):
            raise refusal(_("Nobody knows any more who this was."))

    def absorb(
        self,
        other: Self,
        taken: Collection[str] = (),
        *,
        version: int,
        other_version: int,
        by: Membership,
        at: datetime,
    ) -> LogEntry:
        """Become one with the other, as both were seen in these versions. See merging.merge."""
        return merging.merge(self, other, taken, (version, other_version), by=by, at=at)

    def refuse_merging(self, other: Self, *, by: Membership) -> None:
        """Raise CustomerError when these two are not one, or not for this team to merge."""
        raise NotImplementedError

    def write(self, wanted: Mapping[str, Any], *, version: int) -> dict[str, Any] | None:
        """Write what is new, as seen in this version: what it was and what it is, None for none.

        Raises StaleCustomer when somebody changed the record since; it shows the newest then.
        """
        rows: models.QuerySet[Any] = models.QuerySet(type(self))
        old = rows.get(pk=self.pk)
        new = {name: value for name, value in wanted.items() if value != getattr(old, name)}
        if not new:
            return None
        if not self._change(new, version=version, **self.LIVES):
            raise StaleCustomer(_("Someone changed this a moment ago. Look at it once more."))
        return {"old": {name: getattr(old, name) for name in new}, "new": new}


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def living(self) -> Self:
        """Organizations that were not merged into another one."""
        return self.filter(merged_into=None)

    def known_by(self, name: str) -> "Organization | None":
        """The living one of this name, or the one into which that was merged."""
        named = Organization.everything.filter(name_key=name_key(name))
        if living := named.living().first():
            return living
        merged = named.exclude(merged_into=None).order_by("-pk").values("merged_into")[:1]
        return self.living().filter(pk__in=merged).first()

    def by_name(self) -> dict[str, int]:
        """Every name, and the key of the living one that it leads to."""
        last = models.F("merged_into").asc(nulls_last=True)
        led = Organization.everything.order_by(last, "pk")
        return dict(led.values_list("name_key", Coalesce("merged_into", "pk")))

    def named(self, name: str) -> "Organization":
        """The organization of this name, made when nobody knew it yet."""
        tidy = " ".join(name.split())
        if known := self.known_by(tidy):
            return known
        found, _is_new = self.get_or_create(name_key=name_key(tidy), defaults={"name": tidy})
        return found

    def add(self, name: str, *, by: Membership, at: datetime) -> "Organization":
        """Write down a customer that nobody knew yet. Raises CustomerError for a known name."""
        tidy = one_line(name)
        if not tidy:
            raise CustomerError(_("Give the organization a name."))
        with transaction.atomic():
            found, is_new = self.known_by(tidy), False
            if found is None:
                new = {"name": tidy}
                found, is_new = self.get_or_create(name_key=name_key(tidy), defaults=new)
            if not is_new:
                raise CustomerError(_("%(name)s is known already.") % {"name": found.name})
            LogEntry.record(Happening.ORGANIZATION_ADDED, found, by=by, at=at, **found.naming())
        return found

    def like(self, words: str) -> Self:
        """Those whose name holds what somebody is typing, first those that begin with it."""
        key = name_key(one_line(words))
        begins = models.Case(models.When(name_key__startswith=key, then=0), default=1)
        return self.filter(name_key__contains=key).order_by(begins, "name_key")

    def resembling(self, name: str) -> Self:
        """Those that may be meant by this name, spelled otherwise; the same one comes first."""
        return resembling(self, one_line(name))

    def telling_of(self, words: str) -> Self:
        """Organizations whose name, sector or place is about these words."""
        return self.filter(
            models.Q(name__icontains=words)
            | models.Q(sector__icontains=words)
            | models.Q(location__icontains=words)
        )


_EveryOrganization = models.Manager.from_queryset(OrganizationQuerySet)


class LivingOrganizations(_EveryOrganization):
    """What everybody means by the organizations: all but those that were merged into another."""

    def get_queryset(self) -> OrganizationQuerySet:  # type: ignore[override]
        return OrganizationQuerySet(self.model, using=self._db).living()


def dialled(number: str) -> str:
    """A phone number as it is dialled, with a plus where a country is named; empty for others."""
    if not re.fullmatch(r"(?:\+|00)?[\d ()./-]{4,30}", number, re.ASCII):
        return ""
    digits = re.sub(r"\D", "", re.sub(r"^\+(\d+) ?\(0\)", r"+\1", number))
    if number.startswith("+"):
        return f"+{digits}"
    return f"+{digits[2:]}" if digits.startswith("00") else digits


class Organization(Shared):
    """A customer's organization. `revenue` is a year's, in millions as the source gave it."""

    EDITABLE = (
        "name", "website", "phone", "street", "postal_code", "location", "country", "sector",
        "vat_number", "registration_number",
    )  # fmt: skip
    FACTS = (*EDITABLE, "founded_year", "employees", "revenue", "parent")

    name = models.CharField(gettext_lazy("name"), max_length=LONGEST_NAME)
    name_key = models.CharField(max_length=LONGEST_NAME, editable=False)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="subsidiaries"
    )
    sector = models.CharField(gettext_lazy("sector"), max_length=80, blank=True)
    website = models.CharField(gettext_lazy("website"), max_length=LONGEST_URL, blank=True)
    phone = models.CharField(gettext_lazy("phone"), max_length=40, blank=True)
    street = models.CharField(gettext_lazy("street"), max_length=120, blank=True)
    postal_code = models.CharField(gettext_lazy("postal code"), max_length=20, blank=True)
    location = models.CharField(gettext_lazy("location"), max_length=120, blank=True)
    country = models.CharField(gettext_lazy("country"), max_length=60, blank=True)
    vat_number = models.CharField(gettext_lazy("VAT number"), max_length=40, blank=True)
    registration_number = models.CharField(
        gettext_lazy("registration number"), max_length=40, blank=True
    )
    founded_year = models.PositiveSmallIntegerField(gettext_lazy("founded"), null=True, blank=True)
    employees = models.PositiveIntegerField(gettext_lazy("employees"), null=True, blank=True)
    revenue = models.DecimalField(
        gettext_lazy("revenue"), max_digits=14, decimal_places=2, null=True, blank=True
    )

    objects = LivingOrganizations()
    everything = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("organization")
        verbose_name_plural = gettext_lazy("organizations")
        indexes = [
            # Of all of them: a deal stands in its place in a list whatever became of its customer.
            models.Index(fields=["name_key"], name="organizations_by_name"),
        ]
        constraints = [
            *Shared.Meta.constraints,
            models.UniqueConstraint(
                fields=["name_key"],
                condition=models.Q(merged_into=None),
                name="one_organization_per_name",
            ),
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

    @property
    def website_url(self) -> str:
        """What a click on its website opens; empty for other words that stand there."""
        return self.website if is_web_address(self.website) else ""

    @property
    def phone_url(self) -> str:
        """What a press on its number dials; empty for words that are no number."""
        number = dialled(self.phone)
        return f"tel:{number}" if number else ""

    def naming(self) -> dict[str, Any]:
        return {"customer": self.name}

    def is_served_by(self, team: Team) -> bool:
        """Whether the team has, or had, a deal with it."""
        return team.deals.filter(organization=self).exists()

    def refuse_merging(self, other: "Organization", *, by: Membership) -> None:
        """Raise CustomerError for a part and its whole, and for what others serve and we do not.

        Whoever serves a customer reads who works there: by merging no team comes to know the
        people of a customer that only another one serves.
        """
        for part, whole in ((self, other), (other, self)):
            if whole.pk in part.ranks():
                raise CustomerError(
                    _("%(part)s is a part of %(whole)s, so they are two.")
                    % {"part": part, "whole": whole}
                )
        for one in (self, other):
            if not one.is_served_by(by.team) and one.is_served():
                raise CustomerError(
                    _("Another team has deals with %(customer)s and yours has none. Ask them.")
                    % one.naming()
                )

    def is_served(self) -> bool:
        """Whether any team has a deal with it."""
        with wall.opened():
            return self.deals.exists()

    def ranks(self) -> list[int]:
        """The keys of what it is a part of, from near to far."""
        above: list[int] = []
        whole = self.parent
        while whole and whole.pk not in above:
            above.append(whole.pk)
            whole = whole.parent
        return above

    def edit(
        self, changes: Mapping[str, Any], *, version: int, by: Membership, at: datetime
    ) -> LogEntry | None:
        """Change what all teams know of it, as seen in this version.

        What stands there already is no change: None. Raises StaleCustomer when somebody changed
        it since, CustomerError for an empty name or one that another organization has.
        """
        wanted = {name: one_line(changes[name]) for name in self.EDITABLE if name in changes}
        if wanted.get("name") == "":
            raise CustomerError(_("Give the organization a name."))
        with transaction.atomic():
            if "name" in wanted:
                wanted["name_key"] = name_key(wanted["name"])
                others = Organization.objects.exclude(pk=self.pk)
                if others.filter(name_key=wanted["name_key"]).exists():
                    raise CustomerError(_("%(name)s is known already.") % wanted)
            change = self.write(wanted, version=version)
            if change is None:
                return None
            return LogEntry.record(
                Happening.ORGANIZATION_EDITED, self, by=by, at=at, **self.naming(), **change
            )


class Product(models.Model):
    """What is sold, and its list price in the company's currency."""

    name = models.CharField(gettext_lazy("name"), max_length=120, unique=True)
    series = models.CharField(gettext_lazy("series"), max_length=80, blank=True)
    list_price = models.DecimalField(
        gettext_lazy("list price"), max_digits=14, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = gettext_lazy("product")
        verbose_name_plural = gettext_lazy("products")
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="product_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(list_price__isnull=True) | models.Q(list_price__gte=Decimal(0)),
                name="list_price_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name
