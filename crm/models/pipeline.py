"""The team's own process: its stages, and every version that it ever had."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.happenings import Happening
from crm.refusals import PipelineError
from teams.models import LogEntry, Team, User

if TYPE_CHECKING:
    from crm.models.deal import Deal


class Category(models.TextChoices):
    INTAKE = "intake", gettext_lazy("Intake")
    OPEN = "open", gettext_lazy("Open")
    WON = "won", gettext_lazy("Won")
    LOST = "lost", gettext_lazy("Lost")

    @property
    def outcome(self) -> str:
        """What a deal in such a stage has come to: open, won or lost."""
        return self.value if self in {Category.WON, Category.LOST} else Category.OPEN.value


OPEN_CATEGORIES = (Category.INTAKE, Category.OPEN)


@dataclass(frozen=True)
class StageDraft:
    """A stage as the team describes it. `exit_policy` says in words when a deal may leave."""

    name: str
    category: Category
    exit_policy: str = ""
    wip_limit: int | None = None


class PipelineQuerySet(models.QuerySet["Pipeline"]):
    def in_order(self) -> Self:
        return self.order_by("pk")


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

    objects = PipelineQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("pipeline")
        verbose_name_plural = gettext_lazy("pipelines")
        constraints = [
            models.UniqueConstraint(
                models.F("team"), models.functions.Lower("name"), name="one_pipeline_per_name"
            ),
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="currency_is_iso_4217"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["sales", "service", "other"]),
                name="pipeline_kind_is_known",
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
        _check_stages(stages)
        with transaction.atomic():
            pipeline = cls.objects.create(team=team, name=name, kind=kind, currency=currency)
            Stage.objects.bulk_create(
                Stage(
                    pipeline=pipeline,
                    name=draft.name,
                    category=draft.category,
                    exit_policy=draft.exit_policy,
                    wip_limit=draft.wip_limit,
                    position=position,
                )
                for position, draft in enumerate(stages, start=1)
            )
            pipeline.revise(reason or _("The first version of our process."), by=by, at=at)
        return pipeline

    def revise(self, reason: str, *, by: User | None, at: datetime) -> "PipelineRevision":
        """Number the process as it stands now, with the reason. It stays readable for ever."""
        with transaction.atomic():
            Pipeline.objects.select_for_update().get(pk=self.pk)
            last = self.revisions.aggregate(last=models.Max("number"))["last"] or 0
            revision = PipelineRevision.objects.create(
                pipeline=self,
                number=last + 1,
                reason=reason,
                by=by,
                at=at,
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
            asdict(
                StageDraft(stage.name, Category(stage.category), stage.exit_policy, stage.wip_limit)
            )
            | {"stage": stage.pk}
            for stage in self.stages.in_order()
        ]

    def first_stage(self) -> "Stage":
        """Where a new deal begins."""
        return self.stages.open().in_order()[0]

    def lost_stage(self) -> "Stage":
        """Where a deal goes that is lost."""
        return self.stages.filter(category=Category.LOST).in_order()[0]

    def current_revision(self) -> "PipelineRevision":
        return self.revisions.order_by("-number")[0]


def _check_stages(stages: Sequence[StageDraft]) -> None:
    categories = {draft.category for draft in stages}
    if not categories.intersection(OPEN_CATEGORIES):
        raise PipelineError(_("A process needs a stage to work in."))
    if Category.WON not in categories or Category.LOST not in categories:
        raise PipelineError(_("A process needs a stage for won and a stage for lost deals."))
    if len({draft.name.casefold() for draft in stages}) < len(stages):
        raise PipelineError(_("Two stages of a process cannot have the same name."))


class PipelineRevision(models.Model):
    """The process as it was from a moment on. Written once, never changed."""

    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    snapshot = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pipeline", "number"], name="revisions_are_numbered"),
        ]

    def __str__(self) -> str:
        return f"revision {self.number} of {self.pipeline}"


class StageQuerySet(models.QuerySet["Stage"]):
    def in_order(self) -> Self:
        return self.order_by("position", "pk")

    def open(self) -> Self:
        return self.filter(category__in=OPEN_CATEGORIES)

    def on_board(self) -> Self:
        """The stages that are columns: a lost deal leaves the board by the menu."""
        return self.exclude(category=Category.LOST)

    def of_team(self, team: Team) -> Self:
        return self.filter(pipeline__team=team)

    def in_process_order(self) -> Self:
        """All stages of several processes, process by process."""
        return self.order_by("pipeline_id", "position", "pk")

    def beside(self, deal: "Deal") -> Self:
        return self.filter(pipeline_id=deal.pipeline_id)


class Stage(models.Model):
    """A step of the process. `usual_days` is the time within which 85 of 100 deals moved on."""

    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="stages")
    name = models.CharField(gettext_lazy("name"), max_length=60)
    category = models.CharField(max_length=10, choices=Category)
    position = models.PositiveSmallIntegerField()
    exit_policy = models.CharField(gettext_lazy("done when"), max_length=160, blank=True)
    wip_limit = models.PositiveSmallIntegerField(gettext_lazy("limit"), null=True, blank=True)
    usual_days = models.PositiveSmallIntegerField(null=True, editable=False)

    objects = StageQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("stage")
        verbose_name_plural = gettext_lazy("stages")
        constraints = [
            models.UniqueConstraint(
                models.F("pipeline"), models.functions.Lower("name"), name="one_stage_per_name"
            ),
            models.UniqueConstraint(
                fields=["pipeline", "position"],
                name="one_stage_per_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            # What the deal's composite key points at.
            models.UniqueConstraint(fields=["pipeline", "id"], name="stage_within_pipeline"),
            models.CheckConstraint(
                condition=models.Q(category__in=Category.values), name="stage_category_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def outcome(self) -> str:
        return Category(self.category).outcome

    @property
    def is_open(self) -> bool:
        return self.category in OPEN_CATEGORIES
