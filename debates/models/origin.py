"""From which decision something comes that the team changed: its process, or a procedure."""

from datetime import date, datetime
from typing import Any, Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import Place, Procedure
from crm.models import Pipeline, PipelineRevision
from debates.happenings import Happening
from debates.models.experiment import Experiment
from debates.refusals import DebateError, StaleDebate
from teams.models import Membership, Team

Changed = PipelineRevision | Procedure


class OriginQuerySet(models.QuerySet["Origin"]):
    def of(self, changed: Changed) -> Self:
        """What holds for a version of a process, or for a procedure as it is now."""
        return self.filter(over_at=None, **_key(changed))

    def say(
        self, changed: Changed, decision: Experiment | None, *, by: Place, at: datetime
    ) -> None:
        """Say from which decision it comes, or that it comes from none; the last word counts.

        Raises DebateError for who is not of the team, for a decision of another one and for one
        that was taken after the change, and StaleDebate for a procedure that is done as ever.
        """
        with transaction.atomic():
            held = _held(changed)
            day = began_on(held)
            teams = {team_of(held).pk, decision.team_id if decision else by.team_id}
            if not isinstance(by, Membership) or teams != {by.team_id}:
                raise DebateError(_("Only the team says where its changes come from."))
            if day is None:
                raise StaleDebate(_("This is done as ever, so it comes from no decision."))
            if decision and decision.decided_on > day:
                raise DebateError(_("This was changed before that was decided."))
            known = self.of(held).select_related("experiment__debate__team").first()
            if (known.experiment if known else None) == decision:
                return
            if known:
                known.delete()
                known.experiment.debate.tell(Happening.ORIGIN_TAKEN_BACK, by=by, at=at)
            if decision:
                self.create(team=by.team, experiment=decision, named_at=at, **_key(held))
                decision.debate.tell(Happening.ORIGIN_NAMED, by=by, at=at)

    def end_of(self, procedure_id: int, *, at: datetime) -> None:
        """The procedure is done again; that it was tried or buried came of a decision all the same.

        Its row is held by whoever takes it up.
        """
        self.filter(procedure=procedure_id, over_at=None).update(over_at=at)


class Origin(models.Model):
    """That a version of a process, or the trial and burial of a procedure, comes of a decision.

    What was said about a procedure holds while it is on trial or buried, until `over_at`.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    experiment = models.ForeignKey(Experiment, on_delete=models.PROTECT, related_name="brought")
    pipeline = models.ForeignKey(
        Pipeline, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    revision = models.OneToOneField(
        PipelineRevision, on_delete=models.PROTECT, related_name="+", null=True
    )
    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    named_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)

    objects = OriginQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["procedure"],
                condition=models.Q(over_at=None),
                name="a_procedure_comes_of_one_decision",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    revision__isnull=False, pipeline__isnull=False, procedure=None, over_at=None
                )
                | models.Q(revision=None, pipeline=None, procedure__isnull=False),
                name="an_origin_is_of_one_change",
            ),
        ]

    def __str__(self) -> str:
        return f"origin {self.pk} in experiment {self.experiment_id}"


def team_of(changed: Changed) -> Team:
    return changed.team if isinstance(changed, Procedure) else changed.pipeline.team


def began_on(changed: Changed) -> date | None:
    """The day of the change; None for a procedure that is done as ever."""
    if isinstance(changed, Procedure):
        return changed.buried_on or changed.trial_from
    return timezone.localdate(changed.at, changed.pipeline.team.zone)


def _key(changed: Changed) -> dict[str, Any]:
    if isinstance(changed, Procedure):
        return {"procedure": changed}
    return {"revision": changed, "pipeline": changed.pipeline}


def _held(changed: Changed) -> Changed:
    """The same, held to the end of the transaction: of two who say so the second waits here."""
    if isinstance(changed, Procedure):
        rows = Procedure.objects.select_for_update(no_key=True, of=["self"])
        return rows.select_related("team").get(pk=changed.pk)
    Pipeline.objects.select_for_update(no_key=True).get(pk=changed.pipeline_id)
    return changed
