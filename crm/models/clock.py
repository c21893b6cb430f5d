"""Clocks: how long a customer waited for an answer, in the team's own working hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from crm.models.answering import Terms, Wait, waits
from crm.models.interaction import Interaction
from crm.models.promise import AnswerPromise
from crm.refusals import StaleWork, went_on
from teams.models import Team, WorkCalendar

if TYPE_CHECKING:
    from crm.models.deal import Deal


@dataclass(frozen=True)
class TermsOverTime:
    """The hours and the promises of a team, each in their order."""

    calendars: list[WorkCalendar]
    promises: list[AnswerPromise]

    @classmethod
    def of(cls, team: Team) -> Self:
        return cls(
            list(team.calendars.order_by("number")),
            list(team.answer_promises.order_by("number")),
        )

    def at(self, moment: datetime) -> Terms:
        """What held at this moment; the first calendar holds for all that was before."""
        calendar = [self.calendars[0], *_begun(self.calendars, moment)][-1]
        promises = _begun(self.promises, moment)
        return Terms(calendar.hours, promises[-1].seconds if promises else None)


def _begun(rows: Iterable[Any], moment: datetime) -> list[Any]:
    return [row for row in rows if row.since_at <= moment]


class ResponseClockQuerySet(models.QuerySet["ResponseClock"]):
    def living(self) -> Self:
        """Clocks whose question still stands."""
        return self.filter(is_void=False)

    def waiting(self) -> Self:
        """Clocks that run: a customer waits for an answer."""
        return self.living().filter(answered_at=None, gone_at=None)

    def overdue(self, at: datetime) -> Self:
        """Those that wait for longer than the team promised."""
        return self.waiting().filter(due_at__lt=at)

    def most_urgent_first(self) -> Self:
        return self.order_by(models.F("due_at").asc(nulls_last=True), "opened_at", "pk")

    def follow(self, deal: Deal) -> None:
        """Write the clocks of this deal anew, as what was said about it tells them.

        For whoever changes that, in the same transaction: the same clocks come out whenever this
        is done, and in whatever order things were written down. A clock whose question is gone,
        or whose deal was deleted, is void.
        """
        # Of two who speak at once, the second sees what the first wrote down.
        held = type(deal).everything.select_for_update(no_key=True).only("gone_at")
        if held.get(pk=deal.pk).gone_at:
            raise went_on(StaleWork)
        told = self.told(deal, TermsOverTime.of(deal.team))
        known = {clock.opened_by_id: clock for clock in self.filter(deal=deal)}
        self.filter(deal=deal, is_void=False).exclude(opened_by__in=told).update(is_void=True)
        for opener, facts in told.items():
            if opener not in known:
                self.create(deal=deal, team_id=deal.team_id, opened_by_id=opener, **facts)
            elif known[opener].facts != facts:
                self.filter(opened_by=opener).update(**facts)

    def told(self, deal: Deal, terms: TermsOverTime) -> dict[int, dict[str, Any]]:
        """The clocks that what was said about this deal tells of, by what started them."""
        here = type(deal).objects.filter(pk=deal.pk)
        said = list(Interaction.objects.there().filter(deal__in=here))
        told = {wait.opened_by: facts_of(wait, terms.at(wait.opened_at)) for wait in waits(said)}
        if arrived := here.values_list("arrival__at", flat=True).first():
            return self._told_since(arrived, deal, said, told)
        return told

    def _told_since(
        self,
        arrived: datetime,
        deal: Deal,
        said: Iterable[Interaction],
        told: dict[int, dict[str, Any]],
    ) -> dict[int, dict[str, Any]]:
        """What is told of a deal that came from another team, which counted what had ended.

        Who waited then had the promise of the team that they turned to.
        """
        before = {one.pk for one in said if one.logged_at <= arrived}
        kept = {key: facts for key, facts in told.items() if facts["answered_by_id"] not in before}
        for clock in self.filter(deal=deal, opened_at__lte=arrived, opened_by__in=kept):
            promised = {"promise_seconds": clock.promise_seconds, "due_at": clock.due_at}
            kept[clock.opened_by_id or 0] |= promised
        return kept


class ResponseClock(models.Model):
    """A customer who waits for an answer, or waited.

    `promise_seconds` of working time held when they asked, None where nothing was promised; the
    promise is kept up to `due_at`. `business_seconds` is how long they waited in working hours.
    Written only by `follow`, from what was said; `manage.py check_clocks` proves that it was.
    `gone_at` is when the deal went on in another team, and what was said of it with it: this row
    stays for what was counted, and who waits on is counted there.
    """

    FACTS = (
        "opened_at", "promise_seconds", "due_at", "answered_by_id", "answered_at",
        "business_seconds", "is_void",
    )  # fmt: skip

    deal = models.ForeignKey("crm.Deal", on_delete=models.CASCADE, related_name="response_clocks")
    # Without an index of its own, for those below begin with it.
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="response_clocks", db_index=False
    )
    opened_by = models.OneToOneField(
        Interaction, on_delete=models.CASCADE, related_name="+", null=True
    )
    opened_at = models.DateTimeField()
    promise_seconds = models.PositiveIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        Interaction, on_delete=models.CASCADE, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    business_seconds = models.PositiveIntegerField(null=True)
    is_void = models.BooleanField(default=False)
    gone_at = models.DateTimeField(null=True)

    objects = ResponseClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deal"],
                condition=models.Q(answered_at__isnull=True, is_void=False),
                name="one_open_clock_per_deal",
            ),
            models.CheckConstraint(
                condition=models.Q(promise_seconds__isnull=True, due_at__isnull=True)
                | models.Q(promise_seconds__isnull=False, due_at__gte=models.F("opened_at")),
                name="what_is_promised_is_due",
            ),
            models.CheckConstraint(
                condition=models.Q(opened_by__isnull=False) | models.Q(gone_at__isnull=False),
                name="somebody_made_a_clock_run",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, business_seconds__isnull=True)
                | models.Q(answered_at__gte=models.F("opened_at"), business_seconds__isnull=False),
                name="an_answer_has_its_length",
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "due_at"],
                condition=models.Q(answered_at__isnull=True, is_void=False),
                name="clocks_that_run",
            ),
            models.Index(fields=["team", "opened_at"], name="clocks_of_a_team"),
        ]

    def __str__(self) -> str:
        return f"clock {self.pk} of deal {self.deal_id}"

    @property
    def facts(self) -> dict[str, Any]:
        """All that what was said decides."""
        return {name: getattr(self, name) for name in self.FACTS}


def facts_of(wait: Wait, terms: Terms) -> dict[str, Any]:
    """What a clock holds of this wait, under the terms on which it began."""
    answered_at = wait.answered_at
    return {
        "opened_at": wait.opened_at,
        "promise_seconds": terms.promise,
        "due_at": terms.due_at(wait.opened_at),
        "answered_by_id": wait.answered_by,
        "answered_at": answered_at,
        "business_seconds": answered_at
        and terms.hours.seconds_between(wait.opened_at, answered_at),
        "is_void": False,
    }
