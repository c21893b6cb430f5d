"""The stages of a process: where a deal can be, and what it has come to there."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.refusals import DealError
from teams.models import Team

if TYPE_CHECKING:
    from crm.models.deal import Deal
    from crm.models.pipeline import Pipeline


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
LONGEST_ITEM = 120


class StageQuerySet(models.QuerySet["Stage"]):
    def in_order(self) -> Self:
        return self.order_by("position", "pk")

    def living(self) -> Self:
        """Those that the team works with: an archived one stays in history and figures."""
        return self.filter(archived_at__isnull=True)

    def open(self) -> Self:
        return self.filter(category__in=OPEN_CATEGORIES)

    def on_board(self) -> Self:
        """The stages that are columns: a lost deal leaves the board by the menu."""
        return self.living().exclude(category=Category.LOST)

    def of_team(self, team: Team) -> Self:
        return self.filter(pipeline__team=team)

    def in_process_order(self) -> Self:
        """All stages of several processes, process by process."""
        return self.order_by("pipeline__position", "pipeline_id", "position", "pk")

    def beyond(self, pipeline: "Pipeline") -> Self:
        """Where an open deal can go on in another process of the team; money stays what it is."""
        others = self.living().open().exclude(pipeline=pipeline.pk)
        alike = {"pipeline__team": pipeline.team_id, "pipeline__currency": pipeline.currency}
        return others.filter(**alike, pipeline__archived_at__isnull=True)

    def beside(self, deal: "Deal") -> Self:
        return self.filter(pipeline_id=deal.pipeline_id)


class Stage(models.Model):
    """A step of the process. `usual_days` is the time within which 85 of 100 deals moved on."""

    pipeline = models.ForeignKey("crm.Pipeline", on_delete=models.PROTECT, related_name="stages")
    name = models.CharField(gettext_lazy("name"), max_length=60)
    category = models.CharField(max_length=10, choices=Category)
    position = models.PositiveSmallIntegerField()
    exit_policy = models.CharField(gettext_lazy("done when"), max_length=160, blank=True)
    wip_limit = models.PositiveSmallIntegerField(gettext_lazy("limit"), null=True, blank=True)
    checklist = ArrayField(
        models.CharField(max_length=LONGEST_ITEM),
        verbose_name=gettext_lazy("checklist"),
        default=list,
        blank=True,
    )
    # By their key, as crm.models.needs knows them.
    required_fields = ArrayField(
        models.CharField(max_length=60),
        verbose_name=gettext_lazy("needed to go on"),
        default=list,
        blank=True,
    )
    usual_days = models.PositiveSmallIntegerField(null=True, editable=False)
    archived_at = models.DateTimeField(null=True, editable=False)

    objects = StageQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("stage")
        verbose_name_plural = gettext_lazy("stages")
        constraints = [
            models.UniqueConstraint(
                models.F("pipeline"),
                models.functions.Lower("name"),
                condition=models.Q(archived_at__isnull=True),
                name="one_living_stage_per_name",
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

    @property
    def is_won(self) -> bool:
        return self.category == Category.WON

    def hold(self) -> None:
        """Let nobody archive this stage before the end of the transaction, and enter it then.

        Raises DealError when the team has archived it, or its process.
        """
        held = Stage.objects.select_for_update(no_key=True, of=("self",))
        stage = held.select_related("pipeline").get(pk=self.pk)
        if stage.archived_at or stage.pipeline.archived_at:
            raise DealError(
                _("%(stage)s is not a stage of the process any more.") % {"stage": stage}
            )
