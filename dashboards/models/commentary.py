"""The team's own words about its figures: written to the draft, published with the report.

They are the words of the team. Who typed them is kept nowhere, in the logbook neither.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.utils.translation import gettext as _

from dashboards.happenings import Happening
from dashboards.periods import Period
from teams.models import LogEntry, Membership, Team
from teams.refusals import Refusal, Stale
from teams.text import paragraphs

LONGEST = 1_000
# Where words are about the report as a whole, and about no single figure.
WHOLE_REPORT = ""
# The key under which a report holds them; one without any words does not have it.
KEY = "commentary"


class CommentaryError(Refusal):
    """These words cannot be kept; the message is fit to show the person who asked."""


class StaleCommentary(CommentaryError, Stale):  # noqa: N818
    """Somebody of the team wrote here first; nothing was kept."""


class CommentaryQuerySet(models.QuerySet["Commentary"]):
    def about(self, period: Period) -> Self:
        return self.filter(period_kind=period.kind, start_on=period.first_day)

    def said(self) -> Self:
        """Without what somebody wrote and took away again."""
        return self.exclude(text="")

    def published(self, team: Team, period: Period) -> dict[str, Any]:
        """What a report holds of the team's words: nothing where there are none."""
        told = self.about(period).filter(team=team).said().order_by("kpi")
        words = [{"kpi": one.kpi, "text": one.text} for one in told]
        return {KEY: words} if words else {}

    def write(
        self, period: Period, text: str, *, kpi: str, version: int, by: Membership, at: datetime
    ) -> "Commentary | None":
        """Keep what the team says of a figure, or of the whole report, as seen in this version.

        Version 0 is where nothing was written yet; an empty text takes the words away. What stands
        there already is no change: None. Raises StaleCommentary when somebody was faster, and
        CommentaryError before the draft is there and after its report was published.
        """
        team, tidy = by.team, paragraphs(text)
        with transaction.atomic():
            # Publishing holds the team too: words are in the report, or refused.
            Team.objects.select_for_update().get(pk=team.pk)
            _refuse_out_of_time(team, period, at)
            there = self.filter(team=team, kpi=kpi).about(period).first()
            found = there or Commentary(
                team=team, kpi=kpi, period_kind=period.kind, start_on=period.first_day, version=0
            )
            if found.text == tidy:
                return None
            if found.version != version:
                raise StaleCommentary(
                    _("Somebody of the team wrote here a moment ago. Look at it once more.")
                )
            found.text, found.version = tidy, found.version + 1
            found.save()
            # Whoever reads along sees this line, and not what the words are about.
            LogEntry.record(
                Happening.COMMENTARY_WRITTEN, found, by=None, at=at, team=team, period=str(period)
            )
        return found


class Commentary(models.Model):
    """What the team itself says of one of its figures in one period, or of the whole report.

    `version` counts the changes, so that nobody overwrites what they never saw.
    """

    # Without an index of its own: that of the promise below begins with it.
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, related_name="commentaries", db_index=False
    )
    period_kind = models.CharField(max_length=5)
    start_on = models.DateField()
    kpi = models.SlugField(max_length=60, blank=True, db_index=False)
    text = models.TextField(max_length=LONGEST, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CommentaryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "period_kind", "start_on", "kpi"],
                name="words_stand_once_per_figure_of_a_report",
            ),
        ]

    def __str__(self) -> str:
        return f"words of team {self.team_id} about {self.kpi or 'the report'}"


def words_in(payload: Mapping[str, Any]) -> dict[str, str]:
    """The team's words in a report, by the KPI they are about."""
    return {one["kpi"]: one["text"] for one in payload.get(KEY, [])}


def _refuse_out_of_time(team: Team, period: Period, at: datetime) -> None:
    if team.reports.of(period.kind).filter(start_on__gte=period.first_day).exists():
        raise CommentaryError(
            _("This report was published meanwhile. Nothing is added to it any more.")
        )
    if at < period.drafted_at(team.zone):
        raise CommentaryError(_("This report is not there yet."))
