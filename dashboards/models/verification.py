"""Verifications: what came of looking whether reports and figures are as they were published."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Self

from django.db import models

from dashboards.faults import Fault
from teams.models import Team


class VerificationQuerySet(models.QuerySet["Verification"]):
    def keep(self, team: Team, reports: int, faults: Iterable[Fault], *, at: datetime) -> None:
        """This is what was found of the team's reports now; of two at once the later stays."""
        found = {"at": at, "reports": reports, "faults": [asdict(fault) for fault in faults]}
        self.update_or_create(team=team, defaults=found)

    def with_faults(self) -> Self:
        return self.exclude(faults=[])


class Verification(models.Model):
    """The last look at a team's reports: how many there were, and what was wrong with them."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="verification")
    at = models.DateTimeField()
    reports = models.PositiveIntegerField()
    faults = models.JSONField(default=list)

    objects = VerificationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{len(self.faults)} faults in {self.reports} reports of team {self.team_id}"

    @property
    def found(self) -> list[Fault]:
        return [Fault(**fault) for fault in self.faults]
