"""Write what a plan says, all of it or nothing.

There is no line per deal in the logbook, for nobody did anything to them: one line per team says
that deals were imported, and since when the team's figures may be different.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from crm.happenings import Happening
from crm.imports.company import Company, Draft, TeamDraft, digest
from crm.imports.deals import Written, write_deals
from crm.imports.notes import CompanyImportError, Notes
from crm.imports.plan import Difference, Plan, make_plan
from crm.models import CompanyImport, Deal, ExternalId, Organization, Pipeline, Product, Stage
from crm.models.choices import begin_lists
from teams.models import LogEntry, Membership, Team, User

# A number of our own among the locks that a program may take in PostgreSQL.
ONE_AT_A_TIME = 0x696D706F7274
BATCH = 1_000

M = TypeVar("M", bound=models.Model)


def import_company(
    company: Company,
    notes: Notes,
    *,
    as_of: date,
    currency: str | None,
    at: datetime,
    dry_run: bool = False,
) -> Plan:
    """Bring a company in and return the plan that was followed; a dry run only makes the plan.

    Raises CompanyImportError as `make_plan` and `write_deals` do, and while another import runs.
    """
    with transaction.atomic():
        _be_the_only_one()
        plan = make_plan(company, notes, as_of=as_of, currency=currency, at=at)
        if not dry_run and (plan.created or plan.updated):
            _Writer(plan, at).write()
    return plan


def _be_the_only_one() -> None:
    with connection.cursor() as cursor:
        # A whole company takes longer than a page may.
        cursor.execute("SET LOCAL statement_timeout = '10min'")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            raise CompanyImportError(_("Another import is running. Try again when it is done."))


@dataclass
class _Writer:
    plan: Plan
    at: datetime
    names: list[ExternalId] = field(default_factory=list)
    started: list[Team] = field(default_factory=list)

    @property
    def company(self) -> Company:
        return self.plan.company

    def write(self) -> None:
        self._products()
        self._organizations()
        self._people()
        self._teams()
        self._memberships()
        written = write_deals(self.plan)
        for deal, draft in written.deals:
            self._name(Deal, draft, deal.pk, version=deal.version)
        self._keep_names(self.names)
        self._tell(written)

    def _name(self, record: type[models.Model], draft: Draft, pk: int, **more: Any) -> None:
        name = self._named(record, draft.key, pk)
        name.digest, name.version = digest(draft), more.get("version")
        self.names.append(name)

    def _named(self, record: type[models.Model], key: str, pk: int) -> ExternalId:
        label = record._meta.label_lower
        return ExternalId(system=self.company.system, label=label, external_id=key, object_id=pk)

    def _keep_names(self, names: list[ExternalId]) -> None:
        ExternalId.objects.bulk_create(
            names,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["system", "label", "external_id"],
            update_fields=["object_id", "digest", "version"],
        )

    def _made(self, record: type[M], difference: Difference, made: Iterable[M]) -> None:
        for draft, thing in zip(difference.new, made, strict=True):
            difference.pks[draft.key] = thing.pk
            self._name(record, draft, thing.pk)

    def _tell(self, written: Written) -> None:
        run = CompanyImport.objects.create(
            system=self.company.system,
            as_of=self.plan.as_of,
            at=self.at,
            created=self.plan.created,
            updated=self.plan.updated,
            unchanged=self.plan.unchanged,
        )
        touched = {team.pk for team in self.started}.union(written.since)
        for team in Team.objects.filter(pk__in=touched).order_by("pk"):
            LogEntry.record(
                Happening.COMPANY_IMPORTED,
                run,
                by=None,
                at=self.at,
                team=team,
                **written.details(team.pk),
            )

    # -- products and organizations --------------------------------------------------------------

    def _products(self) -> None:
        products = self.plan.products
        new = [Product(**draft.fields) for draft in products.new]
        self._made(Product, products, Product.objects.bulk_create(new, batch_size=BATCH))
        for change in products.changed:
            product = Product.objects.get(pk=change.pk)
            _fill(product, change.draft.fields, only_gaps=change.is_ours)
            self._name(Product, change.draft, change.pk)

    def _organizations(self) -> None:
        organizations = self.plan.organizations
        new = [Organization(name_key=draft.key, **draft.fields) for draft in organizations.new]
        made = Organization.objects.bulk_create(new, batch_size=BATCH)
        self._made(Organization, organizations, made)
        # The second pass, now that every parent has a place.
        for organization, draft in zip(made, organizations.new, strict=True):
            organization.parent_id = self._parent(draft.parent)
        Organization.objects.bulk_update(made, ["parent"], batch_size=BATCH)
        for change in organizations.changed:
            fields = change.draft.fields | {"parent_id": self._parent(change.draft.parent)}
            organization = Organization.objects.get(pk=change.pk)
            _fill(organization, fields, only_gaps=change.is_ours)
            self._name(Organization, change.draft, change.pk)

    def _parent(self, key: str | None) -> int | None:
        return self.plan.organizations.pks[key] if key else None

    # -- people and teams ------------------------------------------------------------------------

    def _people(self) -> None:
        people = self.plan.people
        addresses = self.plan.addresses
        made = [User.objects.create_user(addresses[each.key], each.name) for each in people.new]
        self._made(User, people, made)
        for change in people.changed:
            self._name(User, change.draft, change.pk)

    def _teams(self) -> None:
        teams = self.plan.teams
        self.started = [self._start(draft) for draft in teams.new]
        self._made(Team, teams, self.started)

    def _start(self, draft: TeamDraft) -> Team:
        team = Team.start(draft.name, slug=self.plan.slugs[draft.key], by=None, at=self.at)
        team.link_manager(self._user(draft.manager), by=None, at=self.at)
        begin_lists(team)
        pipeline = Pipeline.start(
            team,
            "Sales",
            list(self.company.stages.values()),
            by=None,
            at=self.at,
            currency=self.plan.currency,
        )
        self._keep_names(
            [
                self._named(Stage, f"{draft.key}/{key}", stage.pk)
                for key, stage in zip(self.company.stages, pipeline.stages.in_order(), strict=True)
            ]
        )
        return team

    def _memberships(self) -> None:
        """Give people their place. Who changed teams in the files leaves the one they were in."""
        people = self.plan.people
        for change in people.changed:
            here = Membership.objects.current().filter(
                user=change.pk, team__in=self.plan.teams.pks.values()
            )
            for membership in here.exclude(team=self._team_pk(change.draft.team)):
                membership.leave(by=None, at=self.at)
        for draft in [*people.new, *(change.draft for change in people.changed)]:
            if draft.team:
                self._place(self._user(draft.key), Team.objects.get(pk=self._team_pk(draft.team)))

    def _place(self, user: User, team: Team) -> None:
        if not Membership.objects.current().filter(user=user, team=team).exists():
            team.welcome(user, by=None, at=self.at)

    def _team_pk(self, key: str | None) -> int:
        return self.plan.teams.pks[key] if key else 0

    def _user(self, key: str) -> User:
        user: User = User.objects.get(pk=self.plan.people.pks[key])
        return user


def _fill(record: models.Model, fields: Mapping[str, Any], *, only_gaps: bool) -> None:
    """Let the record be as the files say, or only where it says nothing itself."""
    for name, value in fields.items():
        if not only_gaps or getattr(record, name) in {None, ""}:
            setattr(record, name, value)
    record.save()
