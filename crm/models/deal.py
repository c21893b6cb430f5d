"""Deals: one object from the first request to the outcome."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar, cast

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.happenings import Happening
from crm.models import checklist, move, needs, tagging
from crm.models.choices import LossReason, Source, Tag
from crm.models.clock import ResponseClock
from crm.models.contact import Contact
from crm.models.customer import Organization, Product, Shared
from crm.models.deals import DealQuerySet, LivingDeals
from crm.models.definition import FieldDefinition, Target
from crm.models.pipeline import Pipeline
from crm.models.spell import OpenSpell
from crm.models.stage import OPEN_CATEGORIES, Category, Stage
from crm.models.values import FIRST_DAY, LAST_DAY, filled
from crm.models.versions import Versioned
from crm.models.visit import Precision
from crm.refusals import DealError, StaleDeal, StaleWork, went_on
from teams.models import LogEntry, Membership, Team, User
from teams.refusals import Refusal
from teams.text import one_line

DAYS = {"gte": FIRST_DAY, "lte": LAST_DAY}
MOMENTS = {"gte": "1990-01-01T00:00Z", "lt": "2101-01-01T00:00Z"}
# How long a deleted deal can be taken out of the recycle bin again.
STAYS_DELETED = timedelta(days=30)
Known = TypeVar("Known", Organization, Contact, Source)
EDITABLE = ("title", "amount", "expected_close_on")


def _in_our_time(name: str, bounds: Mapping[str, Any]) -> models.CheckConstraint:
    within = models.Q(**{f"{name}__{side}": bound for side, bound in bounds.items()})
    return models.CheckConstraint(
        condition=models.Q(**{f"{name}__isnull": True}) | within, name=f"deal_{name}_in_our_time"
    )


class Deal(Versioned):
    """A customer's request on its way through a pipeline.

    `amount` is in the pipeline's currency, None while nobody knows it. `owner` is who looks
    after it; None means that it waits in the team's intake. The outcome follows from the stage
    and is written by the moving verbs only. `board_rank` orders a column, smallest on top.
    `custom` holds what stands in the team's own fields, by key; see crm.models.values. What was
    deleted stays for a while in the recycle bin and counts nowhere. One that went on in another
    team (`gone_at`) is a deal of that team, under another number; this row stays as it was, for
    what was counted of it. `everything` finds both.
    """

    class Outcome(models.TextChoices):
        OPEN = "open", gettext_lazy("Open")
        WON = "won", gettext_lazy("Won")
        LOST = "lost", gettext_lazy("Lost")

    # Without an index of its own where one below begins with it.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="deals", db_index=False)
    # Both point at the stage's pipeline through one composite key; see the migration.
    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="deals")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="deals", db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(gettext_lazy("what"), max_length=200)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="deals"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="deals"
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="deals"
    )
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Both are the team's own through composite keys; see the migration.
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, related_name="deals", db_index=False
    )
    amount = models.DecimalField(
        gettext_lazy("amount"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    expected_close_on = models.DateField(gettext_lazy("expected"), null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    opened_at = models.DateTimeField()
    opened_precision = models.CharField(max_length=10, choices=Precision, default=Precision.MOMENT)
    closed_at = models.DateTimeField(null=True)
    closed_precision = models.CharField(max_length=10, choices=Precision, default=Precision.MOMENT)
    loss_reason = models.ForeignKey(
        LossReason, on_delete=models.PROTECT, null=True, related_name="deals", db_index=False
    )
    is_imported = models.BooleanField(default=False)
    next_step = models.CharField(gettext_lazy("next step"), max_length=120, blank=True)
    next_step_on = models.DateField(gettext_lazy("on"), null=True, blank=True)
    entered_stage_at = models.DateTimeField()
    board_rank = models.BigIntegerField()
    custom = models.JSONField(default=dict)
    tags = models.ManyToManyField(Tag, through=tagging.DealTag, related_name="deals")

    deleted_at = models.DateTimeField(null=True, editable=False)
    gone_at = models.DateTimeField(null=True, editable=False)

    # The first is the one by which a team, a stage and a customer know their deals.
    objects = LivingDeals()
    everything = DealQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("deal")
        verbose_name_plural = gettext_lazy("deals")
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="deals_are_numbered"),
            models.CheckConstraint(condition=~models.Q(title=""), name="deal_has_a_title"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["open", "won", "lost"]),
                name="deal_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="open", closed_at__isnull=True)
                | (~models.Q(outcome="open") & models.Q(closed_at__isnull=False)),
                name="closed_deals_have_a_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="lost")
                | models.Q(loss_reason__isnull=False)
                | models.Q(is_imported=True),
                name="lost_deals_have_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=Decimal(0)),
                name="deal_amount_is_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(next_step_on__isnull=True) | ~models.Q(next_step=""),
                name="a_day_belongs_to_a_step",
            ),
            models.CheckConstraint(
                condition=models.Q(gone_at__isnull=True) | models.Q(outcome="open"),
                name="open_deals_alone_go_on",
            ),
            *(_in_our_time(name, DAYS) for name in ("expected_close_on", "next_step_on")),
            *(_in_our_time(name, MOMENTS) for name in ("opened_at", "closed_at")),
        ]
        indexes = [
            models.Index(fields=["team"], condition=models.Q(outcome="open"), name="deals_in_work"),
            models.Index(fields=["stage", "board_rank"], name="deals_of_a_column"),
            models.Index(fields=["team", "closed_at"], name="deals_closed"),
            models.Index(fields=["team", "opened_at"], name="deals_opened"),
            # Whom a team knows is read from this index alone.
            models.Index(
                fields=["team", "organization", "contact"],
                condition=models.Q(deleted_at__isnull=True, gone_at__isnull=True),
                name="deals_by_customer",
            ),
            models.Index(
                fields=["team", "-deleted_at"],
                condition=models.Q(deleted_at__isnull=False),
                name="deals_in_the_bin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.pk})"

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read the deal again, and its tags when somebody asks for them."""
        self.__dict__.pop(tagging.READ, None)
        super().refresh_from_db(*args, **kwargs)

    @property
    def stays_until(self) -> datetime | None:
        """When a deal in the recycle bin is removed for ever; None for one that is not there."""
        return self.deleted_at and self.deleted_at + STAYS_DELETED

    @property
    def customer(self) -> str:
        """Who asks: the organization, or the contact, or nobody known yet."""
        return str(self.organization or self.contact or "")

    def naming(self) -> dict[str, Any]:
        """What a logbook line says of this deal, so that the line can be read without it."""
        return {"deal": self.customer or self.title, "number": self.number}

    def waits_long(self, at: datetime) -> bool:
        """Whether it stands in its stage longer than 85 of 100 did; as the set `waiting_long`."""
        usual = self.stage.usual_days
        if usual is None or self.outcome != self.Outcome.OPEN:
            return False
        return at - self.entered_stage_at > timedelta(days=usual)

    def refuse_if_gone(self, kind: type[Refusal] = StaleWork) -> None:
        """Raise this kind of refusal where it went on in another team.

        For who has written something about it: from then on it cannot go any more.
        """
        if Deal.everything.filter(pk=self.pk, gone_at__isnull=False).exists():
            raise went_on(kind)

    # -- verbs ---------------------------------------------------------------------------------

    def move_to(
        self,
        stage: Stage,
        *,
        seen_in: Stage,
        by: Membership,
        at: datetime,
        before: "Deal | None" = None,
        loss_reason: str = "",
    ) -> LogEntry:
        """Move the deal to another stage, or to another place in its column.

        `seen_in` is the stage the mover had on screen; when a team mate was faster, StaleDeal
        says so and nothing changes. `before` is the card below it, None for the end of the
        column. Raises DealError for a stage of another process, for a loss without a reason, and
        for a step forward without what the stage needs to go on. Returns the line in the
        logbook, by which the move can be taken back.
        """
        if stage.pipeline_id != self.pipeline_id:
            raise DealError(_("%(stage)s is a stage of another process.") % {"stage": stage})
        with transaction.atomic():
            if stage.pk == seen_in.pk:
                return move.place(self, stage, before=before, by=by, at=at)
            needs.check(self, seen_in, stage)
            return move.enter(
                self,
                stage,
                seen_in=seen_in,
                by=by,
                at=at,
                before=before,
                loss_reason=one_line(loss_reason),
            )

    def transfer_to(
        self, stage: Stage, *, seen_in: Stage, by: Membership, at: datetime
    ) -> LogEntry:
        """Go on in a stage of another process of the team, with its number and all that happened.

        What the stage needs to go on is not asked for: that is about the way through its own
        process. The deal counts in the figures of the other process from now on, with its past.
        Raises DealError for a closed deal and a stage that is not `beyond` its process, StaleDeal
        as `move_to`.
        """
        if not seen_in.is_open:
            raise DealError(_("This deal is closed. Open it again first."))
        with transaction.atomic():
            if not Stage.objects.beyond(self.pipeline).filter(pk=stage.pk).exists():
                raise DealError(
                    _("%(stage)s is no open stage of another process in this currency.")
                    % {"stage": stage}
                )
            return move.enter(
                self, stage, seen_in=seen_in, by=by, at=at, before=None, loss_reason=""
            )

    def make_room(self, stage: Stage, *, by: Membership, at: datetime) -> LogEntry:
        """Go on in another stage because the team archives the one it stands in, or its process.

        Nothing is asked of the deal: it is the process that moves, not the work.
        """
        with transaction.atomic():
            return move.enter(
                self, stage, seen_in=self.stage, by=by, at=at, before=None, loss_reason=""
            )

    def lose(self, reason: str, *, seen_in: Stage, by: Membership, at: datetime) -> LogEntry:
        """Close the deal as lost, with the reason. Raises as `move_to`."""
        if seen_in.category == Category.LOST:
            raise DealError(_("This deal was lost already."))
        lost = self.pipeline.lost_stage()
        return self.move_to(lost, seen_in=seen_in, by=by, at=at, loss_reason=reason)

    def reopen(self, *, seen_in: Stage, by: Membership, at: datetime) -> LogEntry:
        """Take a closed deal back to the last open stage it stood in. Raises as `move_to`."""
        if seen_in.is_open:
            raise DealError(_("This deal is open."))
        been = self.visits.filter(category__in=OPEN_CATEGORIES, stage__archived_at__isnull=True)
        last = been.order_by("-number").first()
        stage = last.stage if last else self.pipeline.first_stage()
        return self.move_to(stage, seen_in=seen_in, by=by, at=at)

    def take(self, *, by: Membership, at: datetime) -> LogEntry:
        """Look after a deal that nobody has. Raises StaleDeal when somebody took it first."""
        with transaction.atomic():
            if not self._change({"owner": by.user}, owner=None):
                raise StaleDeal(_("Someone else took this deal a moment ago."))
            return LogEntry.record(
                Happening.DEAL_TAKEN,
                self,
                by=by,
                at=at,
                **self.naming(),
                old={"owner_id": None},
                new={"owner_id": by.user_id},
            )

    def hand_to(self, user: User | None, *, by: Membership, at: datetime) -> LogEntry | None:
        """Let somebody of the team look after it, or nobody for a while.

        Whoever has it already keeps it, without a line, and None. Raises DealError for somebody
        who is not of the team, StaleDeal when it went to somebody else meanwhile.
        """
        old, new = {"owner_id": self.owner_id}, {"owner_id": user and user.pk}
        if old == new:
            return None
        if user and not by.team.memberships.current().filter(user=user).exists():
            raise DealError(_("This person is not in the team."))
        with transaction.atomic():
            if not self._change(new, **old):
                raise StaleDeal(_("Someone else took this deal a moment ago."))
            return LogEntry.record(
                Happening.DEAL_HANDED_ON, self, by=by, at=at, **self.naming(), old=old, new=new
            )

    def tick(self, item: str, *, done: bool, by: Membership, at: datetime) -> LogEntry | None:
        """Say that an item of its stage's checklist is done, or not yet; None if that was said.

        Raises DealError for what is not on the list.
        """
        with transaction.atomic():
            return checklist.tick(self, item, done=done, by=by, at=at)

    def plan_step(
        self,
        what: str,
        on: date | None,
        *,
        by: Membership | None,
        at: datetime,
        version: int | None = None,
    ) -> LogEntry:
        """Say what happens next and when; an empty text clears it.

        What is said by hand takes the place of an activity that was the next step. `version` is
        the one that the person had on screen, None where nobody looked first. `by` is None for
        what no person planned. Raises DealError when the deal is closed, StaleDeal when somebody
        changed it since.
        """
        what = one_line(what)
        new = {"next_step": what, "next_step_on": on if what else None}
        seen = {} if version is None else {"version": version}
        with transaction.atomic():
            old = (
                Deal.objects.select_for_update(no_key=True).filter(pk=self.pk).values(*new).first()
            )
            if old is None or not self._change(new, outcome="open", **seen):
                if self.outcome != self.Outcome.OPEN:
                    raise DealError(_("This deal is closed; there is no next step."))
                raise StaleDeal(_("Someone changed this deal a moment ago. Look at it once more."))
            self.activities.filter(is_next_step=True).update(is_next_step=False)
            entry = LogEntry.record(
                Happening.STEP_PLANNED,
                self,
                by=by,
                at=at,
                team=self.team,
                **self.naming(),
                step=what,
                on=new["next_step_on"],
                old=old,
                new=new,
            )
            OpenSpell.objects.tell([self])
        return entry

    def edit(
        self, changes: Mapping[str, Any], *, version: int, by: Membership, at: datetime
    ) -> LogEntry | None:
        """Change title, amount, source, expected day, customer or product, as seen in this version.

        Organization, contact, source and tags are named, and a new name is a new one; the tags
        that are not named are taken away. `custom` are
        values for the team's own fields, by key; those that are not named stay. What stands there
        already is no change; without any, there is no line and None. Raises StaleDeal when
        somebody changed the deal since, DealError for an empty title, FieldError for a value that
        its field cannot hold.
        """
        wanted = {name: _tidy(changes[name]) for name in EDITABLE if name in changes}
        if wanted.get("title") == "":
            raise DealError(_("Say in a few words what the customer asks for."))
        with transaction.atomic():
            old = Deal.everything.get(pk=self.pk)
            wanted |= _whom_and_what(changes, old, by=by, at=at)
            if "tags" in changes:
                wanted["tags"] = tagging.named(changes["tags"], by=by, at=at)
            custom = self._custom_news(changes.get("custom", {}), old)
            return self._write_facts(old, wanted, custom, version=version, by=by, at=at)

    def fill_in(
        self, source: Source | None, custom: Mapping[str, Any], *, at: datetime
    ) -> LogEntry | None:
        """Let it come from this source, and hold these values in the team's own fields.

        It is what a rule says, and no person. A source of None stays as it is. Returns and raises
        as `edit`.
        """
        with transaction.atomic():
            old = Deal.everything.get(pk=self.pk)
            wanted = {"source_id": source.pk} if source else {}
            news = self._custom_news(custom, old)
            return self._write_facts(old, wanted, news, version=self.version, by=None, at=at)

    def _write_facts(
        self,
        old: "Deal",
        wanted: dict[str, Any],
        custom: dict[str, Any],
        *,
        version: int,
        by: Membership | None,
        at: datetime,
    ) -> LogEntry | None:
        """Write what is new, and a line about that; None where nothing is."""
        was = {
            name: tagging.keys_of(old) if name == "tags" else getattr(old, name) for name in wanted
        }
        if custom:
            was["custom"] = {key: old.custom.get(key) for key in custom}
            wanted["custom"] = custom
        new = {name: value for name, value in wanted.items() if value != was[name]}
        if not new:
            return None
        kept = {"custom": filled(old.custom | new["custom"])} if "custom" in new else {}
        columns = {name: value for name, value in new.items() if name != "tags"}
        if not self._change(columns | kept, version=version):
            raise StaleDeal(_("Someone changed this deal a moment ago. Look at it once more."))
        if "tags" in new:
            tagging.write(self, new["tags"])
        entry = LogEntry.record(
            Happening.DEAL_EDITED,
            self,
            by=by,
            at=at,
            team=self.team,
            **self.naming(),
            old={name: was[name] for name in new},
            new=new,
            since=self._since(old, new, at),
        )
        if "amount" in new:
            OpenSpell.objects.tell([self])
        return entry

    def add_tag(self, tag: Tag, *, by: Membership | None, at: datetime) -> LogEntry | None:
        """Give the deal one tag more; None where it has that. `by` is None for no person.

        Raises DealError for too many, StaleDeal for a deal in the recycle bin.
        """
        with transaction.atomic():
            held = Deal.objects.select_for_update(no_key=True).filter(pk=self.pk).first()
            if held is None:
                raise StaleDeal(_("Someone deleted this deal a moment ago."))
            was = tagging.keys_of(held)
            if tag.pk in was:
                return None
            new = tagging.checked({*was, tag.pk})
            self._change({})
            tagging.write(self, new)
            return LogEntry.record(
                Happening.DEAL_EDITED,
                self,
                by=by,
                at=at,
                team=self.team,
                **self.naming(),
                old={"tags": was},
                new={"tags": new},
                since=self._since(self, {}, at),
            )

    def _since(self, old: "Deal", new: Mapping[str, Any], at: datetime) -> datetime:
        # A closed deal counts on the day of its closing, a request on the day it was expected.
        expected = "expected_close_on"
        days = (getattr(old, expected), new[expected]) if expected in new else ()
        due = [datetime.combine(day, time.min, self.team.zone) for day in days if day]
        return max(min([self.closed_at or at, *due]), self.opened_at)

    def _custom_news(self, values: Mapping[str, Any], old: "Deal") -> dict[str, Any]:
        """Those of the values that do not stand there yet, as they are kept."""
        fields = FieldDefinition.objects.filter(team=self.team_id).about(Target.DEAL)
        checked = fields.checked(values, kept=old.custom)
        return {key: value for key, value in checked.items() if value != old.custom.get(key)}

    def discard(self, *, by: Membership, at: datetime) -> LogEntry:
        """Put the deal in the team's recycle bin. Raises StaleDeal when it is there already.

        All figures that it was in are computed again, from its first entry on.
        """
        with transaction.atomic():
            if not self._change({"deleted_at": at}):
                raise StaleDeal(_("Someone deleted this deal a moment ago."))
            ResponseClock.objects.follow(self)
            return LogEntry.record(
                Happening.DEAL_DELETED, self, by=by, at=at, **self.naming(), since=self.opened_at
            )

    def restore(self, *, by: Membership, at: datetime) -> LogEntry:
        """Take the deal out of the recycle bin, to the place that it had.

        From a stage that the team has archived meanwhile it moves on to the first one. Raises
        StaleDeal when it is not in the bin any more, DealError when its process is archived.
        """
        if self.pipeline.archived_at:
            raise DealError(_("The process of this deal is archived; there is no stage to go to."))
        with transaction.atomic():
            deleted = Deal.everything.deleted().filter(pk=self.pk)
            if not deleted.update(version=models.F("version") + 1, deleted_at=None):
                raise StaleDeal(_("Someone took this deal out of the recycle bin a moment ago."))
            self.refresh_from_db()
            ResponseClock.objects.follow(self)
            line = LogEntry.record(
                Happening.DEAL_RESTORED, self, by=by, at=at, **self.naming(), since=self.opened_at
            )
            if self.stage.is_open and self.stage.archived_at:
                self.move_to(self.pipeline.first_stage(), seen_in=self.stage, by=by, at=at)
            return line

    def _change(self, changes: Mapping[str, Any], **condition: Any) -> bool:
        # What lies in the recycle bin, or went on in another team, stays as it is.
        return super()._change(changes, deleted_at=None, gone_at=None, **condition)


def _whom_and_what(
    changes: Mapping[str, Any], old: Deal, *, by: Membership, at: datetime
) -> dict[str, int | None]:
    """The keys of the organization, contact, product and source that were asked for."""
    found: dict[str, Organization | Contact | Product | Source | None] = {}
    if "organization" in changes:
        found["organization"] = _named(
            changes["organization"], old.organization, Organization.objects.named
        )
    if "contact" in changes:
        works_at = cast("Organization | None", found.get("organization", old.organization))
        meet = partial(Contact.objects.named, at=works_at)
        found["contact"] = _named(changes["contact"], old.contact, meet)
    if "product" in changes:
        found["product"] = changes["product"]
    if "source" in changes:
        find = partial(Source.objects.named, by=by, at=at)
        found["source"] = _named(changes["source"], old.source, find)
    for name, thing in found.items():
        if isinstance(thing, Shared) and thing != getattr(old, name):
            thing.hold_for_more(StaleDeal)
    return {f"{name}_id": thing.pk if thing else None for name, thing in found.items()}


def _named(name: str, stands: Known | None, find: Callable[[str], Known | None]) -> Known | None:
    name = one_line(name)
    if name == str(stands or ""):
        return stands
    return find(name) if name else None


def _tidy(value: Any) -> Any:
    return one_line(value) if isinstance(value, str) else value
