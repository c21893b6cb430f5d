"""Reports by mail: which of a team's reports somebody gets, and on what day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction

from dashboards.models.report import Report
from dashboards.periods import DAYS_OF_WEEK, NOON, WEDNESDAY, Period, PeriodKind
from teams.models import Job, ManagerLink, Membership, Team, User

MAIL = "dashboards.mail"


# The days of the week as `date.weekday()` counts them, from that of the publication on.
DAYS = [(WEDNESDAY + later) % DAYS_OF_WEEK for later in range(DAYS_OF_WEEK)]


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def of(self, place: Membership | ManagerLink) -> Subscription:
        """What this person has chosen for this team; nothing, where they never chose."""
        none = Subscription(team=place.team, user=place.user)
        return self.filter(team=place.team, user=place.user).first() or none

    def choose(
        self,
        place: Membership | ManagerLink,
        *,
        weekly_on: int | None,
        monthly: bool,
        at: datetime,
    ) -> Subscription:
        """Let this person have the weekly report on this day, or not; and the monthly, or not.

        It is about nobody else, so it stands in no logbook.
        """
        with transaction.atomic():
            # Publishing holds the team too: the newest report counts with this choice or the last.
            Team.objects.select_for_update().get(pk=place.team_id)
            chosen, _is_new = self.update_or_create(
                team=place.team,
                user=place.user,
                defaults={"weekly_on": weekly_on, "monthly": monthly},
            )
            for kind in PeriodKind:
                newest = place.team.reports.of(kind).newest_first().first()
                if newest:
                    chosen.rearm(newest, at=at)
        return chosen


class Subscription(models.Model):
    """What somebody gets by mail of the reports of one team.

    Nobody gets any unasked, neither members nor managers: the report waits in the reading room for
    both, the team works there every day, and a manager may follow dozens of teams, whose reports
    are all published within the same hour. `weekly_on` is a day of the week, none where the weekly
    report is not wanted. The days and hours are those of the team; people have no clock here.
    """

    # Without an index of its own: that of the promise below begins with it.
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    weekly_on = models.PositiveSmallIntegerField(null=True)
    monthly = models.BooleanField(default=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user"], name="somebody_chooses_once_for_a_team"
            ),
            models.CheckConstraint(
                condition=models.Q(weekly_on=None) | models.Q(weekly_on__in=DAYS),
                name="a_report_is_mailed_on_a_day_of_the_week",
            ),
        ]

    def __str__(self) -> str:
        return f"reports of team {self.team_id} for person {self.user_id}"

    def due_at(self, period: Period) -> datetime | None:
        """When the report of this period is mailed; None where it is not wanted.

        It leaves when it is published, the weekly one at noon of the first chosen day from then on.
        """
        published = period.published_at(self.team.zone, self.team.workdays)
        if period.kind is PeriodKind.MONTH:
            return published if self.monthly else None
        if self.weekly_on is None:
            return None
        later = timedelta(days=(self.weekly_on - published.weekday()) % DAYS_OF_WEEK)
        return datetime.combine(published.date() + later, NOON, self.team.zone)

    def arm(self, report: Report) -> None:
        """Put the mail about this report in the book, once, where it is wanted."""
        due = self.due_at(report.period)
        if due:
            payload = {"team_id": self.team_id, "report_id": report.pk, "user_id": self.user_id}
            Job.objects.arm(MAIL, self._key(report), run_at=due, payload=payload)

    def rearm(self, report: Report, *, at: datetime) -> None:
        """Let the mail about this report follow a choice that was made after it was published.

        One whose new moment has passed leaves at the old one, so that changing the day loses none.
        """
        due = self.due_at(report.period)
        waiting = Job.objects.filter(kind=MAIL, key=self._key(report), state="due")
        if due is None:
            waiting.delete()
        elif due > at:
            self.arm(report)
            waiting.update(run_at=due)

    def _key(self, report: Report) -> str:
        return f"{report.pk}:{self.user_id}"
