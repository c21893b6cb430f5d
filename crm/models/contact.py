"""The people at a customer, where they work and how to reach them."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models.functions import Right
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.happenings import Happening
from crm.models.customer import LONGEST_NAME, Organization, Shared, dialled
from crm.models.likeness import resembling
from crm.models.undoing import undoes
from crm.models.values import LONGEST_URL, FieldType, to_keep
from crm.refusals import CustomerError, FieldError, StaleCustomer
from teams.models import LogEntry, Membership, Team
from teams.text import one_line

# Of a phone number, with its country and without, these are the same.
LAST_DIGITS = 9


class ContactQuerySet(models.QuerySet["Contact"]):
    def living(self) -> Self:
        """Contacts who were not merged into another one."""
        return self.filter(merged_into=None)

    def known_to(self, team: Team) -> Self:
        """Those whose details this team may read.

        Who stands in a deal of the team, and who works or worked at an organization that the team
        has a deal with.
        """
        ours = team.deals.filter(contact=models.OuterRef("pk"))
        at_customers = Affiliation.objects.filter(
            contact=models.OuterRef("pk"),
            organization__in=team.deals.order_by().values("organization"),
        )
        return self.filter(models.Exists(ours) | models.Exists(at_customers))

    def keys_known_to(self, team: Team) -> models.QuerySet[Any, int]:
        """The keys of all those of `known_to`, read from the team on and not from each of them.

        Among them those who were merged into another, whose keys are those of nobody.
        """
        deals = team.deals.order_by()
        in_deals = deals.filter(contact__isnull=False).values_list("contact", flat=True)
        at_customers = Affiliation.everything.filter(organization__in=deals.values("organization"))
        return in_deals.union(at_customers.values_list("contact", flat=True))

    def resembling(self, name: str) -> Self:
        """Those who may be meant by this name, spelled otherwise; the same one comes first."""
        return resembling(self, one_line(name))

    def reached_at(self, value: str) -> Self:
        """Who has this address or number, however it was typed; nobody where it is neither."""
        there = ContactPoint.objects.living().as_typed(value)
        found = self.filter(models.Exists(there.filter(contact=models.OuterRef("pk"))))
        return found.order_by("name", "pk")

    def telling_of(self, words: str, *, reached: bool) -> Self:
        """Those whose name or place of work holds these words; of `reached`, also an address.

        A phone number is found by a part of it too, as it is dialled.
        """
        places = Affiliation.objects.filter(until_on=None, organization__name__icontains=words)
        told = models.Q(name__icontains=words)
        told |= models.Q(models.Exists(places.filter(contact=models.OuterRef("pk"))))
        if reached:
            points = ContactPoint.objects.living().filter(
                models.Q(value_key__contains=dialled(words) or words.lower())
                | models.Q(value__icontains=words)
            )
            told |= models.Q(models.Exists(points.filter(contact=models.OuterRef("pk"))))
        return self.filter(told)

    def named(self, name: str, *, at: Organization | None) -> "Contact":
        """The person of this name who works there, or a new one."""
        there = self.filter(
            affiliations__organization=at, affiliations__until_on__isnull=True, anonymised_at=None
        )
        if at and (known := there.filter(name__iexact=name).order_by("pk").first()):
            return known
        met = self.create(name=name)
        if at:
            met.affiliations.create(organization=at)
        return met

    def add(
        self, name: str, organization: Organization, role: str, *, by: Membership, at: datetime
    ) -> "Contact":
        """Write down a person at an organization that the team has a deal with.

        Raises CustomerError without a name, and where the team has no deal: it would not be
        shown what it wrote.
        """
        if not one_line(name):
            raise CustomerError(_("Give the contact a name."))
        if not organization.is_served_by(by.team):
            raise CustomerError(_("Begin a deal with this organization first."))
        with transaction.atomic():
            contact = self.create(name=one_line(name))
            contact.begin(organization, role, by=by, at=at)
        return contact


_EveryContact = models.Manager.from_queryset(ContactQuerySet)


class LivingContacts(_EveryContact):
    """What everybody means by the contacts: all but those who were merged into another."""

    def get_queryset(self) -> ContactQuerySet:  # type: ignore[override]
        return ContactQuerySet(self.model, using=self._db).living()


class Contact(Shared):
    """A person at a customer. `do_not_contact` says that they asked to be left in peace.

    Of who was anonymised nothing is known any more, and nothing is written; see
    crm.models.retention.
    """

    EDITABLE = ("name", "language", "do_not_contact")
    FACTS = EDITABLE
    LIVES: ClassVar[dict[str, Any]] = {"merged_into": None, "anonymised_at": None}

    name = models.CharField(gettext_lazy("name"), max_length=LONGEST_NAME)
    language = models.CharField(gettext_lazy("language"), max_length=40, blank=True)
    do_not_contact = models.BooleanField(gettext_lazy("do not contact"), default=False)
    anonymised_at = models.DateTimeField(null=True, editable=False)

    objects = LivingContacts()
    everything = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("contact")
        verbose_name_plural = gettext_lazy("contacts")
        constraints = [
            *Shared.Meta.constraints,
            models.CheckConstraint(condition=~models.Q(name=""), name="contact_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(anonymised_at=None) | models.Q(language=""),
                name="anonymised_contact_says_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def naming(self) -> dict[str, Any]:
        """What a logbook line says of this person: the name, and never how to reach them."""
        return {"contact": self.name}

    def refuse_merging(self, other: "Contact", *, by: Membership) -> None:
        """Raise CustomerError unless this team knows both, and nobody was anonymised."""
        if self.anonymised_at or other.anonymised_at:
            raise CustomerError(_("Nobody knows any more who this was."))
        known = Contact.objects.known_to(by.team).filter(pk__in=[self.pk, other.pk])
        if known.count() < len({self.pk, other.pk}):
            raise CustomerError(_("Your team does not know both of them."))

    def edit(
        self, changes: Mapping[str, Any], *, version: int, by: Membership, at: datetime
    ) -> LogEntry | None:
        """Change what is known of this person, as seen in this version; as Organization.edit."""
        wanted = {name: _tidy(changes[name]) for name in self.EDITABLE if name in changes}
        if wanted.get("name") == "":
            raise CustomerError(_("Give the contact a name."))
        with transaction.atomic():
            change = self.write(wanted, version=version)
            if change is None:
                return None
            return LogEntry.record(
                Happening.CONTACT_EDITED, self, by=by, at=at, **self.naming(), **change
            )

    def begin(
        self, organization: Organization, role: str, *, by: Membership, at: datetime
    ) -> LogEntry:
        """Let them work at this organization, from today. Raises CustomerError when they do.

        Raises StaleCustomer for who was anonymised.
        """
        with transaction.atomic():
            self.hold_for_more(StaleCustomer)
            running, is_new = self.affiliations.get_or_create(
                organization=organization,
                until_on=None,
                defaults={"role": one_line(role), "since_on": localdate(at, by.team.zone)},
            )
            if not is_new:
                raise running.is_running_already()
            return running.tell(Happening.CONTACT_BEGAN, by=by, at=at)

    def add_point(
        self, kind: str, value: str, label: str, *, by: Membership, at: datetime
    ) -> LogEntry:
        """Write down a way to reach them; the first of its kind is the one to use first.

        Raises CustomerError for a value that is none, or that is written down already. The
        logbook says which row it was and never what stands in it.
        """
        value, key = point_as_kept(kind, value)
        with transaction.atomic():
            self.hold()
            there = self.points.living().filter(kind=kind)
            if there.filter(value_key=key).exists():
                raise CustomerError(_("This is written down already."))
            point = self.points.create(
                kind=kind,
                value=value,
                value_key=key,
                label=label,
                is_primary=not there.filter(is_primary=True).exists(),
            )
            return LogEntry.record(
                Happening.POINT_ADDED, self, by=by, at=at, **self.naming(), point=point.pk
            )

    def remove_point(self, point: "ContactPoint", *, by: Membership, at: datetime) -> LogEntry:
        """Strike out a way to reach them. Raises StaleCustomer when somebody did so first."""
        with transaction.atomic():
            gone = self.points.living().filter(pk=point.pk)
            if not gone.update(removed_at=at, is_primary=False):
                raise StaleCustomer(_("Someone removed this a moment ago."))
            return LogEntry.record(
                Happening.POINT_REMOVED, self, by=by, at=at, **self.naming(), point=point.pk
            )

    def return_point(self, point: "ContactPoint", *, by: Membership, at: datetime) -> LogEntry:
        """Write down once more what was struck out. Raises CustomerError where it stands."""
        with transaction.atomic():
            self.hold_for_more(StaleCustomer)
            there = self.points.living().filter(kind=point.kind)
            if there.filter(value_key=point.value_key).exists():
                raise CustomerError(_("This is written down already."))
            is_first = not there.filter(is_primary=True).exists()
            self.points.filter(pk=point.pk).update(removed_at=None, is_primary=is_first)
            return LogEntry.record(
                Happening.POINT_RETURNED, self, by=by, at=at, **self.naming(), point=point.pk
            )


class ContactPointQuerySet(models.QuerySet["ContactPoint"]):
    def living(self) -> Self:
        return self.filter(removed_at=None)

    def as_typed(self, value: str) -> Self:
        """Those with this address, or with the last nine digits of this number.

        A number is the same with its country and without: nine digits are left of it then.
        """
        same = models.Q(pk=None)
        for kind in ContactPoint.Kind.values:
            with suppress(CustomerError):
                key = point_as_kept(kind, value)[1]
                same |= models.Q(kind=kind, value_key=key)
                if kind == ContactPoint.Kind.PHONE and len(key) > LAST_DIGITS:
                    same |= models.Q(kind=kind, last_digits=key[-LAST_DIGITS:])
        return self.alias(last_digits=Right("value_key", LAST_DIGITS)).filter(same)

    def in_order(self) -> Self:
        """E-mail, phone, web; of each kind the one to use first."""
        return self.order_by("kind", "-is_primary", "pk")


class ContactPoint(models.Model):
    """A way to reach a contact. `value_key` is how two of them are compared.

    What is struck out stays with the day in `removed_at`, so that it can come back without the
    logbook knowing an address.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", gettext_lazy("E-mail")
        PHONE = "phone", gettext_lazy("Phone")
        URL = "url", gettext_lazy("Web")

    class Label(models.TextChoices):
        WORK = "work", gettext_lazy("Work")
        HOME = "home", gettext_lazy("Private")
        MOBILE = "mobile", gettext_lazy("Mobile")
        OTHER = "other", gettext_lazy("Other")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="points")
    kind = models.CharField(max_length=5, choices=Kind)
    value = models.CharField(gettext_lazy("address or number"), max_length=LONGEST_URL)
    value_key = models.CharField(max_length=LONGEST_URL, editable=False, db_index=True)
    label = models.CharField(max_length=6, choices=Label, default=Label.WORK)
    is_primary = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True)

    objects = ContactPointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "kind"],
                condition=models.Q(is_primary=True),
                name="one_primary_point_per_kind",
            ),
            models.UniqueConstraint(
                fields=["contact", "kind", "value_key"],
                condition=models.Q(removed_at=None),
                name="one_point_per_value",
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at=None) | models.Q(is_primary=False),
                name="a_removed_point_is_not_primary",
            ),
            models.CheckConstraint(condition=~models.Q(value_key=""), name="point_has_a_value"),
        ]
        indexes = [
            models.Index(Right("value_key", LAST_DIGITS), name="points_by_their_end"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} of contact {self.contact_id}"

    @property
    def url(self) -> str:
        """What a click on it opens."""
        if self.kind == self.Kind.EMAIL:
            return f"mailto:{self.value}"
        return f"tel:{self.value_key}" if self.kind == self.Kind.PHONE else self.value


def point_as_kept(kind: str, value: str) -> tuple[str, str]:
    """The value on one line, and the form in which it is compared. Raises CustomerError.

    An address in small letters; of a phone number the digits, with a plus where a country is
    named. A number without one is compared as it is written: we guess no country.
    """
    value = one_line(value)
    try:
        if kind == ContactPoint.Kind.EMAIL:
            validate_email(value)
            return value, value.lower()
        if kind == ContactPoint.Kind.URL:
            address = to_keep(FieldType.URL, value)
            return (address, address.lower()) if address else _no_point()
    except (ValidationError, FieldError):
        raise CustomerError(_("Write the whole address.")) from None
    if not (number := dialled(value)):
        raise CustomerError(_("Write a phone number in digits, such as +31 20 555 0100."))
    return value, number


def _no_point() -> tuple[str, str]:
    raise CustomerError(_("Write the whole address."))


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    def living(self) -> Self:
        """Those of whoever and at what was not merged into another one.

        What both had stays behind with the one that was merged.
        """
        return self.filter(contact__merged_into=None, organization__merged_into=None)


_EveryAffiliation = models.Manager.from_queryset(AffiliationQuerySet)


class LivingAffiliations(_EveryAffiliation):
    """All that anybody is told of."""

    def get_queryset(self) -> AffiliationQuerySet:  # type: ignore[override]
        return AffiliationQuerySet(self.model, using=self._db).living()


class Affiliation(models.Model):
    """Where a contact works, as what, and from when until when."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="affiliations")
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="affiliations"
    )
    role = models.CharField(gettext_lazy("role"), max_length=80, blank=True)
    since_on = models.DateField(gettext_lazy("since"), null=True, blank=True)
    until_on = models.DateField(gettext_lazy("until"), null=True, blank=True)

    objects = LivingAffiliations()
    everything = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("affiliation")
        verbose_name_plural = gettext_lazy("affiliations")
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

    def end(self, *, by: Membership, at: datetime) -> LogEntry:
        """Let them work there until today. Raises StaleCustomer when that is over already."""
        today = localdate(at, by.team.zone)
        until = max(today, self.since_on or today)
        with transaction.atomic():
            running = Affiliation.everything.filter(pk=self.pk, until_on=None)
            if not running.update(until_on=until):
                raise StaleCustomer(_("Someone changed this a moment ago. Look at it once more."))
            self.refresh_from_db()
            return self.tell(Happening.CONTACT_ENDED, by=by, at=at)

    def go_on(self, *, by: Membership, at: datetime) -> LogEntry:
        """Let them work there as if that had never ended. Raises CustomerError when they do."""
        with transaction.atomic():
            self.contact.hold_for_more(StaleCustomer)
            others = Affiliation.everything.filter(contact=self.contact, until_on=None)
            if others.filter(organization=self.organization).exists():
                raise self.is_running_already()
            Affiliation.everything.filter(pk=self.pk).update(until_on=None)
            self.refresh_from_db()
            return self.tell(Happening.CONTACT_BEGAN, by=by, at=at)

    def is_running_already(self) -> CustomerError:
        """What somebody is told who wants it to begin."""
        names = self.contact.naming() | self.organization.naming()
        return CustomerError(_("%(contact)s works at %(customer)s already.") % names)

    def tell(self, happening: Happening, *, by: Membership, at: datetime) -> LogEntry:
        names = self.contact.naming() | self.organization.naming()
        return LogEntry.record(happening, self.contact, by=by, at=at, **names, affiliation=self.pk)


@undoes(Happening.POINT_REMOVED)
def put_point_back(entry: LogEntry, *, by: Membership, at: datetime) -> LogEntry:
    """Take back that a way to reach somebody was struck out."""
    point: ContactPoint = _of_whom_we_know(ContactPoint.objects.all(), entry.details["point"], by)
    return point.contact.return_point(point, by=by, at=at)


@undoes(Happening.CONTACT_ENDED)
def let_affiliation_go_on(entry: LogEntry, *, by: Membership, at: datetime) -> LogEntry:
    """Take back that somebody works at an organization no more."""
    place: Affiliation = _of_whom_we_know(
        Affiliation.objects.all(), entry.details["affiliation"], by
    )
    return place.go_on(by=by, at=at)


def _of_whom_we_know(things: models.QuerySet[Any], pk: int, by: Membership) -> Any:
    """What is known of a contact, as long as the team knows them. Raises StaleCustomer."""
    known = things.filter(pk=pk, contact__in=Contact.objects.known_to(by.team))
    found = known.select_related("contact").first()
    if found is None:
        raise StaleCustomer(_("This is not here any more. Nothing was undone."))
    return found


def _tidy(value: Any) -> Any:
    return one_line(value) if isinstance(value, str) else value
