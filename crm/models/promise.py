"""What the team promises whoever asks: an answer within so many working hours."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.happenings import Happening
from crm.refusals import PromiseError, StalePromise
from teams.models import Membership, Team, User
from teams.text import one_line

SECONDS_OF_HOUR = 3600
LONGEST_REASON = 300
# A year of working days; whoever promises later promises nothing.
MOST_HOURS = 2000


class AnswerPromiseQuerySet(models.QuerySet["AnswerPromise"]):
    def newest_first(self) -> Self:
        return self.order_by("-number")

    def make(
        self, seconds: int, *, reason: str, seen: int, by: Membership, at: datetime
    ) -> AnswerPromise | None:
        """Promise an answer within so many seconds of working time, from now on.

        Whoever waits already was promised what held when they asked. `seen` is the number of the
        promise that the person had on screen, 0 for none. What was promised already is no change,
        and gives None. Raises StalePromise when somebody was faster, PromiseError without a
        reason and for no time at all.
        """
        reason, team = one_line(reason)[:LONGEST_REASON], by.team
        if not 0 < seconds <= MOST_HOURS * SECONDS_OF_HOUR:
            raise PromiseError(_("Promise an answer within some time."))
        if not reason:
            raise PromiseError(_("Say why in a few words."))
        with transaction.atomic():
            # Whoever changes the promise waits here for the one before them.
            Team.objects.select_for_update(no_key=True).get(pk=team.pk)
            last = team.answer_promises.newest_first().first()
            if (last.number if last else 0) != seen:
                raise StalePromise(_("Someone changed the promise a moment ago."))
            if last and last.seconds == seconds:
                return None
            new = self.create(
                team=team, number=seen + 1, since_at=at, seconds=seconds, reason=reason, by=by.user
            )
            team.tell(
                Happening.ANSWER_PROMISED,
                new,
                by=by.user,
                at=at,
                seconds=seconds,
                reason=reason,
            )
        return new


class AnswerPromise(models.Model):
    """Within how many seconds of working time the team answers, since some moment.

    Written once, and followed by the next. Before the first the team had promised nothing.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="answer_promises", db_index=False
    )
    number = models.PositiveIntegerField()
    since_at = models.DateTimeField()
    seconds = models.PositiveIntegerField()
    reason = models.CharField(max_length=LONGEST_REASON)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = AnswerPromiseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="promises_are_numbered"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="promises_are_numbered_from_one"
            ),
            models.CheckConstraint(
                condition=models.Q(seconds__gt=0), name="a_promise_is_some_time"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_promise_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"promise {self.number} of team {self.team_id}"

    @property
    def hours(self) -> float:
        """The promise in working hours."""
        return self.seconds / SECONDS_OF_HOUR
