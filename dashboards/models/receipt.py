"""Read receipts: that a report was read, by the team and by its management; never by whom."""

from datetime import datetime

from django.db import models

from dashboards.models.report import Report
from teams.models import Team


class Side(models.TextChoices):
    TEAM = "team"
    MANAGEMENT = "management"


class Receipt(models.Model):
    """That one side has read a report, and when it first said so. No person stands in it."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, related_name="receipts", db_index=False
    )
    side = models.CharField(max_length=10, choices=Side)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "side"], name="a_side_reads_a_report_once"),
            models.CheckConstraint(
                condition=models.Q(side__in=Side.values), name="a_receipt_is_of_a_side"
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.report_id} read by the {self.side}"

    @staticmethod
    def note(report: Report, side: Side, *, at: datetime) -> None:
        """This side has read the report; only the first time counts."""
        first = Receipt(team_id=report.team_id, report=report, side=side, at=at)
        Receipt.objects.bulk_create([first], ignore_conflicts=True)
