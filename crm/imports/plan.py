"""Compare a company in files with what stands here. A dry run ends here, an import goes on.

A record is found again by its key. As long as the files say the same of it, nothing is done,
whatever happened to it here. When they say something else it is updated, except for a deal that
somebody worked on since: that one is kept, and it is said.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, count
from typing import Generic, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from crm.imports.company import (
    Company,
    DealDraft,
    Draft,
    OrganizationDraft,
    PersonDraft,
    ProductDraft,
    TeamDraft,
    digest,
)
from crm.imports.notes import CompanyImportError, Notes
from crm.models import Deal, ExternalId, Organization, Pipeline, Product, Stage
from crm.models.naming import name_key
from teams.models import LogEntry, Team, User

ADDRESSES = "example.com"
DEFAULT_CURRENCY = "EUR"
# Letters that have no plain letter inside them.
PLAIN = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)

D = TypeVar("D", bound=Draft)


@dataclass(frozen=True)
class Change(Generic[D]):
    """A record that stands here, and what the files say of it now.

    `is_ours` marks one that no import made: only what nobody filled in is filled in.
    """

    draft: D
    pk: int
    is_ours: bool = False


@dataclass
class Difference(Generic[D]):
    """The records of one kind: those to make, those to change, and how many stay as they are.

    `pks` are the records that stand here, by key.
    """

    new: list[D] = field(default_factory=list)
    changed: list[Change[D]] = field(default_factory=list)
    same: int = 0
    pks: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """What an import of this company does. `addresses` are of new people, `slugs` of all teams."""

    company: Company
    as_of: date
    currency: str
    people: Difference[PersonDraft]
    teams: Difference[TeamDraft]
    organizations: Difference[OrganizationDraft]
    products: Difference[ProductDraft]
    deals: Difference[DealDraft]
    addresses: Mapping[str, str]
    slugs: Mapping[str, str]

    def _differences(self) -> tuple[Difference, ...]:
        return (self.people, self.teams, self.organizations, self.products, self.deals)

    @property
    def created(self) -> int:
        return sum(len(kind.new) for kind in self._differences())

    @property
    def updated(self) -> int:
        return sum(len(kind.changed) for kind in self._differences())

    @property
    def unchanged(self) -> int:
        return sum(kind.same for kind in self._differences())


def make_plan(
    company: Company, notes: Notes, *, as_of: date, currency: str | None, at: datetime
) -> Plan:
    """Plan the import of a company, with what happened up to and including `as_of`.

    Without a currency the teams that stand here keep theirs and new ones count in the same, or
    in euros. Raises CompanyImportError for an as-of day that cannot be, and for another currency
    than the teams have. Runs in a transaction: the deals to be changed are locked.
    """
    _check_day(company, as_of, at)
    addresses, ours = _addresses(company, notes)
    teams = _compare(company, Team.objects.all(), company.teams)
    return Plan(
        company=company,
        as_of=as_of,
        currency=_currency(company, currency),
        people=_compare(company, User.objects.all(), company.people, ours),
        teams=teams,
        organizations=_compare(
            company,
            Organization.objects.all(),
            company.organizations,
            Organization.objects.by_name(),
        ),
        products=_compare(
            company,
            Product.objects.all(),
            company.products,
            _pks(Product.objects.order_by("-pk").values_list("name", "pk")),
        ),
        deals=_compare_deals(company, notes),
        addresses=addresses,
        slugs=_slugs(teams),
    )


def _check_day(company: Company, as_of: date, at: datetime) -> None:
    latest = company.latest_day()
    if latest and as_of < latest:
        raise CompanyImportError(
            _("The files go up to %(latest)s; the as-of day %(as_of)s is before that.")
            % {"latest": latest, "as_of": as_of}
        )
    if as_of > timezone.localdate(at):
        raise CompanyImportError(
            _("The as-of day %(as_of)s lies in the future.") % {"as_of": as_of}
        )


def _currency(company: Company, wanted: str | None) -> str:
    stages = ExternalId.objects.of(company.system, Stage._meta.label_lower).values("object_id")
    pipelines = Pipeline.objects.filter(stages__in=stages)
    used = sorted(set(pipelines.values_list("currency", flat=True)))
    if wanted and used and used != [wanted]:
        raise CompanyImportError(
            _("The teams of these files count in %(used)s, not in %(wanted)s.")
            % {"used": ", ".join(used), "wanted": wanted}
        )
    return wanted or next(iter(used), DEFAULT_CURRENCY)


# -- what is known ---------------------------------------------------------------------------------


def _compare(
    company: Company,
    records: models.QuerySet,
    drafts: Mapping[str, D],
    ours: Mapping[str, int] | None = None,
) -> Difference[D]:
    """Compare the drafts with the records that an earlier import made, and with our own.

    `ours` are records here by the key that the files would give them.
    """
    known = _known(company, records)
    taken = {each.object_id for each in known.values()}
    difference: Difference[D] = Difference(
        pks={key: known[key].object_id for key in drafts if key in known}
    )
    for key, draft in drafts.items():
        if key not in known:
            pk = (ours or {}).get(key)
            if pk is None or pk in taken:
                difference.new.append(draft)
            else:
                difference.pks[key] = pk
                difference.changed.append(Change(draft, pk, is_ours=True))
        elif known[key].digest == digest(draft):
            difference.same += 1
        else:
            difference.changed.append(Change(draft, known[key].object_id))
    return difference


def _known(company: Company, records: models.QuerySet) -> dict[str, ExternalId]:
    """The external ids by key, as far as their records still exist."""
    named = ExternalId.objects.of(company.system, records.model._meta.label_lower)
    return {each.external_id: each for each in named.filter(object_id__in=records.values("pk"))}


def _pks(names: Iterable[tuple[str, int]]) -> dict[str, int]:
    return {name_key(name): pk for name, pk in names}


def _compare_deals(company: Company, notes: Notes) -> Difference[DealDraft]:
    difference = _compare(company, Deal.everything.all(), company.deals)
    known = _known(company, Deal.everything.all())
    for key in known:
        if key not in company.deals:
            notes.remark("no-longer-in-file", "", key, _("It stays as it is."))
    pks = [change.pk for change in difference.changed]
    versions = dict(
        Deal.everything.filter(pk__in=pks)
        .order_by("pk")
        .select_for_update()
        .values_list("pk", "version")
    )
    told_of = set(
        LogEntry.objects.filter(
            subject_label=Deal._meta.label_lower, subject_id__in=pks
        ).values_list("subject_id", flat=True)
    )
    free = []
    for change in difference.changed:
        key = change.draft.key
        if change.pk in told_of or versions[change.pk] != known[key].version:
            notes.remark("worked-on-since", "", key, _("The deal is kept as it is here."))
            difference.same += 1
        else:
            free.append(change)
    difference.changed = free
    return difference


# -- names for what is new -------------------------------------------------------------------------


def local_part(name: str) -> str:
    """The part of an address before the @, made from a name: “José de Vries” is jose.de.vries."""
    words = [slugify(word) for word in name.casefold().translate(PLAIN).split()]
    return ".".join(word for word in words if word)[:50] or "person"


def _addresses(company: Company, notes: Notes) -> tuple[dict[str, str], dict[str, int]]:
    """Addresses for the people who are new, and who of them is here already under that address."""
    taken = {
        email: (name_key(name), pk)
        for email, name, pk in User.objects.filter(email__endswith=f"@{ADDRESSES}").values_list(
            "email", "name", "pk"
        )
    }
    known = _known(company, User.objects.all())
    addresses: dict[str, str] = {}
    ours: dict[str, int] = {}
    for key, person in company.people.items():
        if key in known:
            continue
        local = local_part(person.name)
        holder, pk = taken.get(f"{local}@{ADDRESSES}", ("", 0))
        if holder == key:
            ours[key] = pk
        else:
            addresses[key] = _free(f"{local}@{ADDRESSES}", _numbered(local), taken)
            taken[addresses[key]] = ("", 0)
            if holder or addresses[key] != f"{local}@{ADDRESSES}":
                notes.remark("address-taken", "", person.name, addresses[key], about=key)
    return addresses, ours


def _numbered(local: str) -> Iterable[str]:
    return (f"{local}{number}@{ADDRESSES}" for number in count(2))


def _slugs(teams: Difference[TeamDraft]) -> dict[str, str]:
    """The address of every team: the one it has, or the one it gets."""
    taken = dict(Team.objects.values_list("slug", "pk"))
    slugs = {pk: slug for slug, pk in taken.items()}
    found = {key: slugs[pk] for key, pk in teams.pks.items()}
    for team in teams.new:
        wish = team.slug or "team"
        found[team.key] = _free(wish, (f"{wish}-{number}" for number in count(2)), taken)
        taken[found[team.key]] = 0
    return found


def _free(wish: str, others: Iterable[str], taken: Mapping[str, object]) -> str:
    return next(word for word in chain([wish], others) if word not in taken)
