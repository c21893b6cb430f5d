"""Published reports: written once, chained to the one before, the same for all who read."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from django.db import models, transaction
from django.db.models import FilteredRelation
from django.utils.translation import gettext as _

from dashboards.happenings import Happening
from dashboards.models.commentary import Commentary
from dashboards.periods import Period, PeriodKind
from teams.models import LogEntry, Team
from teams.refusals import Refusal


class ReportError(Refusal):
    """The report cannot be published; the message is fit to show the person who asked."""


def canonical(payload: dict[str, Any]) -> str:
    """The one way to write a payload: sorted keys, no spaces, plain characters."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class ReportQuerySet(models.QuerySet["Report"]):
    def of(self, kind: PeriodKind) -> Self:
        return self.filter(period_kind=kind)

    def with_the_last_look(self) -> Self:
        """With what the last look at the team's reports found (`Verification`)."""
        return self.select_related("team__verification")

    def with_receipts(self) -> Self:
        """With when each side has read it, in `team_read_at` and `management_read_at`."""
        return self.annotate(
            by_team=FilteredRelation("receipts", condition=models.Q(receipts__side="team")),
            by_management=FilteredRelation(
                "receipts", condition=models.Q(receipts__side="management")
            ),
            team_read_at=models.F("by_team__at"),
            management_read_at=models.F("by_management__at"),
        )

    def newest_first(self) -> Self:
        return self.order_by("-start_on", "-revision")

    def newest_of_each(self, teams: Iterable[Team]) -> Self:
        """The newest of every one of these teams that has any."""
        found = self.filter(team__in=list(teams)).order_by("team_id", "-start_on", "-revision")
        return found.distinct("team_id")


class Report(models.Model):
    """What was published about one period of one team.

    `content` is canonical JSON and is never parsed to be stored: its bytes are what the hash was
    made of. `sha256` covers the content, which holds the hash of the report before it.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="reports")
    period_kind = models.CharField(max_length=5)
    start_on = models.DateField()
    revision = models.PositiveIntegerField(default=1)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    # Known of reports that were asked for `with_receipts`.
    team_read_at: datetime | None
    management_read_at: datetime | None

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "period_kind", "start_on", "revision"],
                name="a_period_is_reported_once",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "id"], name="reports_in_a_chain"),
        ]

    def __str__(self) -> str:
        return f"report of team {self.team_id} on {self.period}, revision {self.revision}"

    @property
    def period(self) -> Period:
        return Period(PeriodKind(self.period_kind), self.start_on)

    @cached_property
    def payload(self) -> dict[str, Any]:
        return json.loads(self.content)  # type: ignore[no-any-return]

    @classmethod
    def publish(
        cls, team: Team, period: Period, figures: dict[str, Any], *, at: datetime
    ) -> "Report":
        """Publish these figures about a period, with what the team says of them, once.

        Returns the report that is there when the period was published before. Raises ReportError
        for a period that is not over.
        """
        if period.end(team.zone) > at:
            raise ReportError(_("%(period)s is not over yet.") % {"period": period})
        with transaction.atomic():
            # The reports of a team form one chain, so they are added one at a time.
            Team.objects.select_for_update().get(pk=team.pk)
            there = Report.objects.filter(
                team=team, period_kind=period.kind, start_on=period.first_day
            ).first()
            if there:
                return there
            last = Report.objects.filter(team=team).order_by("-pk").first()
            content = canonical(
                {
                    **figures,
                    **Commentary.objects.published(team, period),
                    "previous_sha256": last.sha256 if last else None,
                }
            )
            report = Report.objects.create(
                team=team,
                period_kind=period.kind,
                start_on=period.first_day,
                content=content,
                sha256=hashlib.sha256(content.encode()).hexdigest(),
                published_at=at,
            )
            LogEntry.record(
                Happening.REPORT_PUBLISHED, report, by=None, at=at, team=team, period=str(period)
            )
        return report
