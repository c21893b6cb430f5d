"""What is promised, as it was put in words at one time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext as _

from agreements.models.cadence import MONTHS, WEEKS, Cadence, workday_from
from agreements.refusals import AgreementError
from teams.models import Team, User
from teams.text import one_line
from teams.worktime import WorkHours

if TYPE_CHECKING:
    from agreements.models.agreement import Agreement

LONGEST = 300
# Twelve months, however the leap years fall.
LONGEST_TERM = timedelta(days=366)


@dataclass(frozen=True)
class Terms:
    """When what is the case, then what is done; how the other will see it; by which day.

    What comes round is due on the day `due_on` for the first time, and `every` so often from then
    on, until `ends_on`.
    """

    when: str
    then: str
    how_seen: str
    due_on: date
    every: Cadence = Cadence.ONCE
    ends_on: date | None = None

    def checked(self, day: date) -> "Terms":
        """The same, tidy. Raises AgreementError where they say too little or the day is no day."""
        tidy = replace(
            self,
            when=one_line(self.when),
            then=one_line(self.then),
            how_seen=one_line(self.how_seen),
        )
        if not tidy.then:
            raise AgreementError(_("Say what will be done."))
        if not tidy.how_seen:
            raise AgreementError(_("Say how the other will see that it was done."))
        if tidy.due_on < day:
            raise AgreementError(_("This day is over already."))
        if tidy.due_on > _a_year_after(day):
            raise AgreementError(_("An agreement is for at most twelve months."))
        self._refuse_an_end_that_is_none(day)
        return tidy

    def _refuse_an_end_that_is_none(self, day: date) -> None:
        if not self.every:
            if self.ends_on:
                raise AgreementError(_("Say how often it comes round, or leave its last day out."))
            return
        if self.ends_on is None:
            raise AgreementError(_("Say until when it comes round."))
        if self.ends_on < self.due_on:
            raise AgreementError(_("It ends before the first time."))
        if self.ends_on > _a_year_after(day):
            raise AgreementError(_("An agreement is for at most twelve months."))

    @property
    def last_on(self) -> date:
        """The day after which nothing is due any more, but for days on which nobody works."""
        return self.ends_on or self.due_on

    def days(self, hours: WorkHours) -> Iterator[date]:
        """The days on which it is due, each later than the one before.

        Of what comes round a day on which the team does not work moves to the next on which it
        does, and two that meet there are one. What is promised once is due on its very day.
        """
        latest = None
        for day in Cadence(self.every).days(self.due_on, self.last_on):
            moved = workday_from(day, hours) if self.every else day
            if latest is None or moved > latest:
                yield moved
            latest = moved

    def day_after(self, day: date, hours: WorkHours) -> date | None:
        """The next day on which it is due; none when its end has come."""
        return next((one for one in self.days(hours) if one > day), None)

    def once_more(self, until: date) -> "Terms":
        """The same for another day; what comes round goes on in its own step until that day."""
        if not self.every:
            return replace(self, due_on=until)
        steps = Cadence(self.every).days(self.due_on, date.max)
        first = next(day for day in steps if day > self.last_on)
        return replace(self, due_on=first, ends_on=until)


def _a_year_after(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)


class AgreementVersion(models.Model):
    """The words of an agreement, written once; whoever wants other words writes the next version.

    `proposed_on` is the day on the team's own calendar.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    when = models.CharField(max_length=LONGEST, blank=True)
    then = models.CharField(max_length=LONGEST)
    how_seen = models.CharField(max_length=LONGEST)
    due_on = models.DateField()
    every = models.CharField(max_length=9, choices=Cadence, blank=True, default=Cadence.ONCE)
    ends_on = models.DateField(null=True)
    proposed_on = models.DateField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"], name="versions_of_an_agreement_are_numbered"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="versions_are_numbered_from_one"
            ),
            models.CheckConstraint(condition=~models.Q(then=""), name="a_promise_says_what"),
            models.CheckConstraint(
                condition=~models.Q(how_seen=""), name="a_promise_can_be_seen_to_be_kept"
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("proposed_on")),
                name="a_promise_is_for_a_day_to_come",
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__lte=models.F("proposed_on") + LONGEST_TERM),
                name="a_promise_is_for_a_year_at_most",
            ),
            models.CheckConstraint(
                condition=models.Q(every=Cadence.ONCE, ends_on=None)
                | (
                    models.Q(every__in=[*WEEKS, *MONTHS], ends_on__isnull=False)
                    & models.Q(ends_on__gte=models.F("due_on"))
                    & models.Q(ends_on__lte=models.F("proposed_on") + LONGEST_TERM)
                ),
                name="what_comes_round_ends_within_a_year",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of agreement {self.agreement_id}"

    @classmethod
    def write(
        cls, agreement: "Agreement", number: int, terms: Terms, *, by: User, day: date, at: datetime
    ) -> "AgreementVersion":
        """Write down these terms. Raises AgreementError as `Terms.checked`."""
        tidy = terms.checked(day)
        return cls.objects.create(
            team_id=agreement.team_id,
            agreement=agreement,
            number=number,
            when=tidy.when,
            then=tidy.then,
            how_seen=tidy.how_seen,
            due_on=tidy.due_on,
            every=tidy.every,
            ends_on=tidy.ends_on,
            proposed_on=day,
            by=by,
            at=at,
        )

    @property
    def terms(self) -> Terms:
        return Terms(
            self.when, self.then, self.how_seen, self.due_on, Cadence(self.every), self.ends_on
        )
