"""Interventions: a manager had to act all the same, and the whole team is told, for ever."""

from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.happenings import Happening
from agreements.models.party import Place
from agreements.refusals import InterventionError
from dashboards.models import Signal
from teams.models import Job, LogEntry, ManagerLink, Team, User
from teams.text import paragraphs

LONGEST_WORDS = 1000
# The kind of job that tells everybody of the team.
TELL = "agreements.intervention"


class Reason(models.TextChoices):
    """What alone allows it. The list is closed: nothing else is a reason."""

    LAW = "law", gettext_lazy("the law")
    SAFETY = "safety", gettext_lazy("somebody’s safety")
    HARASSMENT = "harassment", gettext_lazy("harassment")
    MONEY = "money", gettext_lazy("money above the frame")


class InterventionQuerySet(models.QuerySet["Intervention"]):
    def of(self, team: Team) -> Self:
        """All of the team, the newest first, with who and what each tells of."""
        return self.filter(team=team).select_related("team", "by", "signal").order_by("-at", "-pk")

    def record(
        self, reason: Reason, words: str, signal: Signal | None, *, by: Place, at: datetime
    ) -> "Intervention":
        """Write down that a manager acts, and tell the whole team at once; it gives no access.

        `signal` is the one of the team that lasts and stood behind it, None where none did. Raises
        InterventionError for a member, without words, and for a signal that is over or not theirs.
        """
        if not isinstance(by, ManagerLink):
            raise InterventionError(_("Only whoever follows the team as its manager intervenes."))
        if not (words := paragraphs(words)[:LONGEST_WORDS]):
            raise InterventionError(_("Say what happened, and what you did."))
        if signal and (signal.team_id != by.team_id or signal.is_over):
            raise InterventionError(_("This is no signal of the team that lasts."))
        with transaction.atomic():
            made = self.create(
                team=by.team, by=by.user, reason=reason, words=words, signal=signal, at=at
            )
            made.tell(by=by, at=at)
        return made


class Intervention(models.Model):
    """That a manager had to act in what is the team's. Written once, and told to all of the team.

    `signal` is the departure from the normal range that stood behind it, None where none did.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="interventions", db_index=False
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="interventions")
    reason = models.CharField(max_length=12, choices=Reason)
    words = models.CharField(max_length=LONGEST_WORDS)
    signal = models.ForeignKey(Signal, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = InterventionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason__in=Reason.values),
                name="reason_of_an_intervention_is_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(words=""), name="an_intervention_says_what_was_done"
            ),
        ]
        indexes = [models.Index(fields=["team", "-at", "-id"], name="interventions_of_a_team")]

    def __str__(self) -> str:
        return f"intervention {self.pk} in team {self.team_id}"

    def tell(self, *, by: ManagerLink, at: datetime) -> None:
        """Write it in the logbook, without its words, and let everybody of the team be told."""
        LogEntry.record(
            Happening.INTERVENED,
            self,
            by=by.user,
            at=at,
            team=self.team,
            intervention=self.pk,
            reason=self.reason,
            signal=self.signal.kpi if self.signal else "",
        )
        payload = {"team_id": self.team_id, "intervention_id": self.pk}
        Job.objects.arm(TELL, str(self.pk), run_at=at, payload=payload)
