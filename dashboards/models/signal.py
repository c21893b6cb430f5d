"""Signals: where a team's process left its normal range, from when until when."""

from typing import Self

from django.db import models

from dashboards.models.baseline import Baseline
from teams.models import Team


class SignalQuerySet(models.QuerySet["Signal"]):
    def lasting(self) -> Self:
        return self.filter(is_over=False)


class Signal(models.Model):
    """One departure from the normal range, told once, at its onset.

    `onset_on` and `latest_on` are the first days of the first and the last period it holds for.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="signals")
    kpi = models.SlugField(max_length=60, db_index=False)
    period_kind = models.CharField(max_length=5)
    baseline = models.ForeignKey(Baseline, on_delete=models.CASCADE, related_name="signals")
    rule = models.CharField(max_length=10)
    side = models.CharField(max_length=4)
    onset_on = models.DateField()
    latest_on = models.DateField()
    is_over = models.BooleanField(default=False)

    objects = SignalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["baseline", "onset_on", "side"], name="one_signal_per_onset"
            ),
            models.CheckConstraint(
                condition=models.Q(side__in=["up", "down"]), name="signal_has_a_side"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} of team {self.team_id} went {self.side} from {self.onset_on}"
