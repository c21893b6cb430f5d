"""What a team wants to know of a customer besides: the values of its own fields about it.

Customers are the company's, and this is the team's alone: it stands in a row of its own behind the
wall, and never on the record that all teams share. Whoever writes here holds the customer first,
so that nobody merges or anonymises it meanwhile, and of two at once the second sees what the
first one wrote.

The logbook says which fields were changed, and not what stands in them: it is written once, and
who somebody at a customer is can be forgotten. What stood here before the last change is kept in
the row, so that this one can be taken back.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.happenings import Happening
from crm.models.definition import Target
from crm.models.undoing import undoes
from crm.models.values import filled
from crm.models.versions import Versioned
from crm.refusals import StaleCustomer
from teams.models import LogEntry, Membership, Team

if TYPE_CHECKING:
    from crm.models.customer import Shared
    from crm.models.deal import Deal

# By row the keys of what a merge wrote there.
Filled = dict[str, list[str]]


def target_of(customer: "Shared") -> Target:
    """What the fields about this customer are about; also the name of the key that points at it."""
    return Target(customer._meta.model_name or "")


class OwnFactsQuerySet(models.QuerySet["OwnFacts"]):
    def about(self, customer: "Shared") -> Self:
        return self.filter(**{target_of(customer): customer})

    def of(self, team: Team, customer: "Shared") -> "OwnFacts":
        """What the team knows of this customer; in version 0 where nothing was written down yet."""
        about = {target_of(customer).value: customer}
        found = self.filter(team=team, **about).first()
        if found is None:
            return OwnFacts(team=team, version=0, **about)
        setattr(found, target_of(customer), customer)
        return found

    def behind_a_deal(self, target: str) -> Self:
        """What the team of a deal knows of its customer; a part of a query about deals."""
        return self.filter(team=models.OuterRef("team"), **{target: models.OuterRef(target)})

    def gaps(self, team: Team, survivor: "Shared", other: "Shared") -> list[str]:
        """The keys of what the team knows of the other alone."""
        return _gaps(self.of(team, survivor), self.of(team, other))

    def fill(self, survivor: "Shared", other: "Shared") -> Filled:
        """Let the survivor of a merge have what teams know of the other, where it has nothing.

        With the wall open, for all teams. What stands with the other one stays there. Whoever had
        one of the two on screen has seen an earlier version.
        """
        known = {one.team_id: one for one in self.about(survivor)}
        filled: Filled = {}
        for theirs in self.about(other).order_by("pk"):
            blank = OwnFacts(team_id=theirs.team_id, version=0, **{target_of(survivor): survivor})
            ours = known.get(theirs.team_id, blank)
            gaps = _gaps(ours, theirs)
            ours.custom |= {key: theirs.custom[key] for key in gaps}
            ours.version = max(ours.version, theirs.version) + 1
            ours.save()
            filled[str(ours.pk)] = gaps
        return filled

    def give_back(self, survivor: "Shared", other: "Shared", filled: Filled) -> None:
        """Take away what a merge filled in, except where somebody wrote something else since."""
        known = {one.team_id: one.custom for one in self.about(other)}
        for ours in self.about(survivor).filter(pk__in=filled):
            theirs = known[ours.team_id]
            for key in filled[str(ours.pk)]:
                if ours.custom.get(key) == theirs.get(key):
                    ours.custom.pop(key, None)
            ours.version += 1
            ours.save()


class OwnFacts(Versioned):
    """What one team knows of one organization or contact, by the key of its field.

    `custom` is kept as on a deal; see crm.models.values. `before` is what stood there before the
    last change.
    """

    # Without an index of its own: those of the promises below begin with it.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    organization = models.ForeignKey(
        "crm.Organization", on_delete=models.PROTECT, null=True, related_name="+"
    )
    contact = models.ForeignKey(
        "crm.Contact", on_delete=models.PROTECT, null=True, related_name="+"
    )
    custom = models.JSONField(default=dict)
    before = models.JSONField(default=dict)

    objects = OwnFactsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organization=None, contact__isnull=False)
                | models.Q(organization__isnull=False, contact=None),
                name="own_facts_are_about_one_customer",
            ),
            *(
                models.UniqueConstraint(
                    fields=["team", kind], name=f"own_facts_of_a_team_stand_once_per_{kind}"
                )
                for kind in (Target.ORGANIZATION.value, Target.CONTACT.value)
            ),
        ]

    def __str__(self) -> str:
        return f"own facts {self.pk} of team {self.team_id}"

    @property
    def customer(self) -> "Shared":
        """Whom this is about."""
        found = self.organization or self.contact
        assert found
        return found

    # -- verbs ---------------------------------------------------------------------------------

    def edit(
        self, values: Mapping[str, Any], *, version: int, by: Membership, at: datetime
    ) -> LogEntry | None:
        """Write down what the team knows, by the key of its field, as seen in this version.

        What is not named stays. What stands there already is no change: None. Raises StaleCustomer
        when somebody wrote here since, or merged the customer, and FieldError for a value that its
        field cannot hold.
        """
        with transaction.atomic():
            self._hold()
            fields = self.team.fields.about(target_of(self.customer))
            checked = fields.checked(values, kept=self.custom)
            new = {key: one for key, one in checked.items() if one != self.custom.get(key)}
            if not new:
                return None
            if self.version != version:
                raise StaleCustomer(_("Someone changed this a moment ago. Look at it once more."))
            return self._write(filled(self.custom | new), by=by, at=at)

    def put_back(self, *, version: int, by: Membership, at: datetime) -> LogEntry:
        """Let it be as it was before the change that made this version. Raises StaleCustomer."""
        with transaction.atomic():
            self._hold()
            if self.version != version:
                raise StaleCustomer(_("Someone changed this since. Nothing was undone."))
            return self._write(self.before, by=by, at=at, is_undo=True)

    def _hold(self) -> None:
        self.customer.hold()
        newest = OwnFacts.objects.of(self.team, self.customer)
        for name in ("pk", "version", "custom", "before"):
            setattr(self, name, getattr(newest, name))

    def _write(
        self, custom: dict[str, Any], *, by: Membership, at: datetime, **how: Any
    ) -> LogEntry:
        keys = {key for key in custom | self.custom if custom.get(key) != self.custom.get(key)}
        fields = self.team.fields.about(target_of(self.customer)).filter(key__in=keys)
        self.before, self.custom = self.custom, custom
        self.version += 1
        self.save()
        return LogEntry.record(
            Happening.OWN_FACTS_EDITED,
            self.customer,
            by=by,
            at=at,
            about=str(self.customer),
            fields=list(fields.in_order().values_list("label", flat=True)),
            facts=self.pk,
            version=self.version,
            **how,
        )


def custom_of(deal: "Deal", target: str) -> dict[str, Any]:
    """What stands in the fields about the deal, or about its customer.

    Read before where the deals were `with_own_facts`.
    """
    place = place_of(target)
    if not hasattr(deal, place):
        customer = getattr(deal, target)
        setattr(deal, place, OwnFacts.objects.of(deal.team, customer).custom if customer else {})
    known: dict[str, Any] | None = getattr(deal, place)
    return known or {}


def place_of(target: str) -> str:
    """Where a deal holds what is known of its customer, if that was read; or of the deal itself."""
    return "custom" if target == Target.DEAL else f"{target}_custom"


def _gaps(ours: OwnFacts, theirs: OwnFacts) -> list[str]:
    return [key for key in theirs.custom if key not in ours.custom]


@undoes(Happening.OWN_FACTS_EDITED)
def put_own_facts_back(entry: LogEntry, *, by: Membership, at: datetime) -> LogEntry:
    """Take back a change of what the team knows, or make it once more."""
    facts = OwnFacts.objects.filter(pk=entry.details["facts"]).first()
    if facts is None:
        raise StaleCustomer(_("Nobody knows any more who this was."))
    return facts.put_back(version=entry.details["version"], by=by, at=at)
