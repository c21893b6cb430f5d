"""The team's own process, and every version that it ever had."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.happenings import Happening
from crm.models import drafting
from crm.models.drafting import StageDraft
from crm.models.stage import Category, Stage
from crm.models.visit import StageVisit
from crm.refusals import PipelineError, StalePipeline
from teams.models import LogEntry, Membership, Team, User
from teams.text import one_line


class Asking(models.TextChoices):
    """Which customers a process asks how well they were helped."""

    NOBODY = "nobody", gettext_lazy("Nobody")
    WON = "won", gettext_lazy("When a deal is won")
    CLOSED = "closed", gettext_lazy("When a deal is won or lost")

    def covers(self, outcome: str) -> bool:
        """Whether the customer of a deal that came to this is asked."""
        if self is Asking.CLOSED:
            return outcome != Category.OPEN.outcome
        return self is Asking.WON and outcome == Category.WON.outcome


class PipelineQuerySet(models.QuerySet["Pipeline"]):
    def in_order(self) -> Self:
        return self.order_by("position", "pk")

    def living(self) -> Self:
        """Those that the team works with: an archived one stays readable, no more."""
        return self.filter(archived_at__isnull=True)


class Pipeline(models.Model):
    """One process of one team. Its money is all in one currency."""

    class Kind(models.TextChoices):
        SALES = "sales", gettext_lazy("Sales")
        SERVICE = "service", gettext_lazy("Service")
        OTHER = "other", gettext_lazy("Other")

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="pipelines")
    name = models.CharField(gettext_lazy("name"), max_length=80)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SALES)
    currency = models.CharField(max_length=3, default="EUR")
    position = models.PositiveSmallIntegerField(default=0)
    asks_customer = models.CharField(max_length=10, choices=Asking, default=Asking.NOBODY)
    archived_at = models.DateTimeField(null=True, editable=False)

    objects = PipelineQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("pipeline")
        verbose_name_plural = gettext_lazy("pipelines")
        constraints = [
            models.UniqueConstraint(
                models.F("team"),
                models.functions.Lower("name"),
                condition=models.Q(archived_at__isnull=True),
                name="one_living_pipeline_per_name",
            ),
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="currency_is_iso_4217"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["sales", "service", "other"]),
                name="pipeline_kind_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(asks_customer__in=Asking.values), name="asking_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"

    @classmethod
    def start(
        cls,
        team: Team,
        name: str,
        stages: Sequence[StageDraft],
        *,
        by: User | None,
        at: datetime,
        currency: str = "EUR",
        kind: Kind = Kind.SALES,
        reason: str = "",
    ) -> "Pipeline":
        """Give the team a process, with its first revision.

        Raises PipelineError when there is no stage to begin, to win or to lose in, or when two
        stages have the same name.
        """
        drafting.check_stages(stages)
        with transaction.atomic():
            _check_name(team, name)
            last = team.pipelines.aggregate(last=models.Max("position"))["last"] or 0
            pipeline = cls.objects.create(
                team=team, name=name, kind=kind, currency=currency, position=last + 1
            )
            Stage.objects.bulk_create(
                Stage(pipeline=pipeline, position=position, **draft.columns())
                for position, draft in enumerate(stages, start=1)
            )
            pipeline.revise(reason or _("The first version of our process."), by=by, at=at)
        return pipeline

    def change(
        self,
        drafts: Sequence[StageDraft],
        *,
        reason: str,
        seen: int,
        by: Membership,
        at: datetime,
        name: str | None = None,
        asks_customer: str | None = None,
        deals_to: Mapping[int, int] | None = None,
    ) -> "PipelineRevision":
        """Let the process be these stages, in this order, and number it with the reason.

        `seen` is the number of the version that was on screen; when a team mate was faster,
        StalePipeline says so and nothing changes. A stage that is not among the drafts is
        archived, and its open deals move to the stage that `deals_to` names by both keys; one
        that was archived and is among them lives again. Closed deals stay where they closed.

        Raises PipelineError without a reason or a change, for stages that are no process, for
        deals that would stand nowhere, when a stage with deals in it would change their outcome,
        and when a stage would ask for what nobody can fill in.
        """
        drafts, reason = [draft.tidy() for draft in drafts], one_line(reason)
        if not reason:
            raise PipelineError(_("Say in a few words why the process changes."))
        drafting.check_stages(drafts)
        with transaction.atomic():
            self._found_as_seen(seen)
            stages = {stage.pk: stage for stage in self._held_stages()}
            drafting.check_their_own(drafts, stages)
            drafting.check_needs(drafts, stages, self.team)
            name = self.name if name is None else one_line(name)
            asks = self.asks_customer if asks_customer is None else asks_customer
            before = [StageDraft.of(stage) for stage in self.stages.living().in_order()]
            if (before, self.name, self.asks_customer) == (drafts, name, asks):
                raise PipelineError(_("Nothing changed, so there is no new version."))
            self._rename(name)
            self._ask_of(asks)
            kept = {draft.stage for draft in drafts}
            living = (stage for stage in stages.values() if stage.archived_at is None)
            left = [stage for stage in living if stage.pk not in kept]
            places = drafting.places_for(left, drafts, deals_to or {})
            self._write(drafts, stages, at=at)
            revision = self.revise(reason, by=by.user, at=at)
            self.deals.filter(stage__in=places).open().hold()
            for stage, place in places.items():
                for deal in stages[stage].deals.open().order_by("board_rank", "pk"):
                    deal.make_room(stages[place], by=by, at=at)
        return revision

    def _found_as_seen(self, seen: int) -> None:
        # Of two who change the process at once the second waits here, and finds it changed.
        Pipeline.objects.select_for_update(no_key=True).get(pk=self.pk)
        self.refresh_from_db()
        if self.archived_at:
            raise PipelineError(_("This process is archived."))
        if self.current_revision().number != seen:
            raise StalePipeline(
                _("Someone changed the process a moment ago. Look at it once more.")
            )

    def _rename(self, name: str) -> None:
        if not name:
            raise PipelineError(_("A process needs a name."))
        _check_name(self.team, name, but=self.pk)
        self.name = name
        self.save(update_fields=["name"])

    def _ask_of(self, asks_customer: str) -> None:
        self.asks_customer = asks_customer
        self.save(update_fields=["asks_customer"])

    def _write(
        self, drafts: Sequence[StageDraft], stages: Mapping[int, Stage], *, at: datetime
    ) -> None:
        # While no stage lives, no two can have the same name: so names can be exchanged, too.
        self.stages.living().update(archived_at=at)
        kept = []
        for position, draft in enumerate(drafts, start=1):
            if draft.stage is None:
                made = self.stages.create(position=position, archived_at=at, **draft.columns())
                kept.append(made.pk)
            else:
                self.stages.filter(pk=draft.stage).update(position=position, **draft.columns())
                kept.append(draft.stage)
        self.stages.filter(pk__in=kept).update(archived_at=None)
        rest = [stage for stage in stages.values() if stage.pk not in kept]
        for position, stage in enumerate(rest, start=len(kept) + 1):
            self.stages.filter(pk=stage.pk).update(position=position)
        known = [pk for pk in kept if pk in stages] + [stage.pk for stage in rest]
        if known != sorted(known, key=lambda pk: stages[pk].position):
            visits = StageVisit.objects.filter(stage__pipeline=self)
            visits.tell(visits.values_list("deal", flat=True).distinct())

    def archive(self, *, by: Membership, at: datetime, deals_to: Stage | None = None) -> LogEntry:
        """Put the process away; all that happened in it stays readable.

        Its open deals go on in `deals_to`. Raises PipelineError when that is missing or not
        `beyond` this process, and for the only process of the team.
        """
        with transaction.atomic():
            # Two processes that would be archived into each other: one after the other.
            Team.objects.select_for_update(no_key=True).get(pk=self.team_id)
            self._held(is_archived=False)
            if not self.team.pipelines.living().exclude(pk=self.pk).exists():
                raise PipelineError(_("This is the only process of the team."))
            self._empty_into(deals_to, by=by, at=at)
            return self._put(Happening.PIPELINE_ARCHIVED, archived_at=at, by=by, at=at)

    def _empty_into(self, target: Stage | None, *, by: Membership, at: datetime) -> None:
        # Whoever adds a deal or moves one holds the stage first.
        self._held_stages()
        self.deals.open().hold()
        found = Stage.objects.beyond(self).filter(pk=target.pk).first() if target else None
        for deal in self.deals.open().order_by("stage__position", "board_rank", "pk"):
            if found is None:
                raise PipelineError(
                    _("There are open deals in %(name)s. Say where they go.") % {"name": self.name}
                )
            deal.make_room(found, by=by, at=at)

    def place(self, position: int, *, by: Membership, at: datetime) -> LogEntry:
        """Let the process stand at this place among the living ones, counted from 1."""
        with transaction.atomic():
            Team.objects.select_for_update(no_key=True).get(pk=self.team_id)
            self._held(is_archived=False)
            others = list(self.team.pipelines.living().exclude(pk=self.pk).in_order())
            others.insert(max(position, 1) - 1, self)
            for place, one in enumerate(others, start=1):
                one.position = place
            Pipeline.objects.bulk_update(others, ["position"])
            return LogEntry.record(Happening.PIPELINE_PLACED, self, by=by, at=at, name=self.name)

    def bring_back(self, *, by: Membership, at: datetime) -> LogEntry:
        """Work with an archived process again. Raises PipelineError when its name is taken."""
        with transaction.atomic():
            self._held(is_archived=True)
            _check_name(self.team, self.name, but=self.pk)
            return self._put(Happening.PIPELINE_BROUGHT_BACK, archived_at=None, by=by, at=at)

    def _held(self, *, is_archived: bool) -> None:
        # Of two who do the same at once the second waits here, and finds it done.
        Pipeline.objects.select_for_update(no_key=True).get(pk=self.pk)
        self.refresh_from_db()
        if (self.archived_at is not None) != is_archived:
            raise PipelineError(_("Someone was faster: this was done a moment ago."))

    def _held_stages(self) -> list[Stage]:
        return list(self.stages.order_by("pk").select_for_update(no_key=True))

    def _put(
        self, kind: Happening, *, archived_at: datetime | None, by: Membership, at: datetime
    ) -> LogEntry:
        self.archived_at = archived_at
        self.save(update_fields=["archived_at"])
        return LogEntry.record(kind, self, by=by, at=at, name=self.name)

    def revise(self, reason: str, *, by: User | None, at: datetime) -> "PipelineRevision":
        """Number the process as it stands now, with the reason. It stays readable for ever."""
        with transaction.atomic():
            Pipeline.objects.select_for_update(no_key=True).get(pk=self.pk)
            last = self.revisions.aggregate(last=models.Max("number"))["last"] or 0
            revision = PipelineRevision.objects.create(
                pipeline=self,
                number=last + 1,
                reason=reason,
                by=by,
                at=at,
                name=self.name,
                asks_customer=self.asks_customer,
                snapshot=self._picture(),
            )
            LogEntry.record(
                Happening.PIPELINE_REVISED if last else Happening.PIPELINE_STARTED,
                self,
                by=by,
                at=at,
                team=self.team,
                number=revision.number,
                reason=reason,
            )
        return revision

    def _picture(self) -> list[dict[str, Any]]:
        return [
            asdict(StageDraft.of(stage)) | {"archived": stage.archived_at is not None}
            for stage in self.stages.in_order()
        ]

    def asks_about(self, outcome: str) -> bool:
        """Whether the customer of a deal that came to this is asked how well we helped."""
        return Asking(self.asks_customer).covers(outcome)

    def first_stage(self) -> Stage:
        """Where a new deal begins."""
        return self.stages.living().open().in_order()[0]

    def lost_stage(self) -> Stage:
        """Where a deal goes that is lost."""
        return self.stages.living().filter(category=Category.LOST).in_order()[0]

    def current_revision(self) -> "PipelineRevision":
        return self.revisions.order_by("-number")[0]


def _check_name(team: Team, name: str, *, but: int | None = None) -> None:
    others = team.pipelines.living().exclude(pk__in=[but] if but else [])
    if others.filter(name__iexact=name).exists():
        raise PipelineError(_("The team has a process of this name."))


class PipelineRevision(models.Model):
    """The process as it was from a moment on. Written once, never changed.

    The snapshot has a StageDraft for every stage in its order, and whether it was `archived`.
    The name, and whom the process asks, are empty where they were not written down yet.
    """

    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=80, default="")
    asks_customer = models.CharField(max_length=10, choices=Asking, default="")
    snapshot = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pipeline", "number"], name="revisions_are_numbered"),
        ]

    def __str__(self) -> str:
        return f"revision {self.number} of {self.pipeline}"
