"""The frame: the part of the charter that management sets, and the team is told of in time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.currencies import CURRENCIES
from teams.happenings import Happening
from teams.models.charter import LONGEST_TEXT, CharterError, StaleCharter
from teams.models.consent import LONGEST_REASON, reason_of
from teams.models.job import Job
from teams.models.logbook import LogEntry
from teams.models.person import User
from teams.models.team import ManagerLink, Membership, Team
from teams.text import paragraphs

# Working days of the team between the notice and the day from which it holds.
NOTICE = 10
DIGITS, PLACES = 14, 2
# The kind of job that tells everybody of the team.
TELL = "teams.frame_notice"


@dataclass(frozen=True)
class FrameWords:
    """What management sets: what law, budget and brand ask, and how much money one decision of the
    team may cost (none: nothing is said of it). Not all of it is blank.
    """

    law: str
    budget: str
    brand: str
    limit: Decimal | None
    currency: str = CURRENCIES[0]

    def tidy(self) -> FrameWords:
        """The same without what cannot be seen. Raises CharterError for one that says nothing."""
        law, budget, brand = map(paragraphs, (self.law, self.budget, self.brand))
        words = replace(self, law=law, budget=budget, brand=brand)
        if not (law or budget or brand) and words.limit is None:
            raise CharterError(_("Say what the frame is: law, budget, brand, or how much money."))
        return words


class Clause(NamedTuple):
    """One thing that the frame asks: of which kind, and its words."""

    name: str
    words: str


# What a frame speaks about, in this order.
CLAUSES = {
    "law": gettext_lazy("Law"),
    "budget": gettext_lazy("Budget"),
    "brand": gettext_lazy("Brand"),
}


class FrameQuerySet(models.QuerySet["Frame"]):
    def in_force(self, team: Team, day: date) -> Frame | None:
        """The frame that holds on this day, if any."""
        return self.history(team).filter(holds_from__lte=day).first()

    def announced(self, team: Team, day: date) -> Frame | None:
        """The one that will hold, of which the team has been told."""
        return self.history(team).filter(holds_from__gt=day).first()

    def history(self, team: Team) -> FrameQuerySet:
        """All that hold, held or will, the newest first; not what was taken back in time."""
        return self.filter(team=team, taken_back_at=None).order_by("-number")

    def announce(
        self,
        words: FrameWords,
        why: str,
        *,
        seen: int,
        by: Membership | ManagerLink,
        at: datetime,
    ) -> Frame:
        """Set another frame, which holds ten working days from now; the whole team is told at once.

        `seen` is the number of the newest frame that the person had on screen, nought for none.
        Raises CharterError for a member, without words or reason, and for what holds already;
        StaleCharter where one was announced meanwhile, or is announced and does not hold yet.
        """
        if not isinstance(by, ManagerLink):
            raise CharterError(_("Whoever follows the team as its manager sets the frame."))
        team, words = by.team, words.tidy()
        why = reason_of(why, _("Say why the frame changes."), CharterError)
        today = timezone.localdate(at, team.zone)
        with transaction.atomic():
            # Whoever sets the frame waits here for the one before them.
            Team.objects.select_for_update(no_key=True).get(pk=team.pk)
            newest = self.history(team).first()
            if (newest.number if newest else 0) != seen:
                raise StaleCharter(_("The frame was changed a moment ago. Look once more."))
            if self.announced(team, today):
                raise StaleCharter(_("A frame is announced already; take that one back first."))
            # What was taken back keeps its number.
            numbers = self.filter(team=team).values_list("number", flat=True)
            now = self.in_force(team, today)
            if now and now.words == words:
                raise CharterError(_("This is what the frame says already."))
            made = self.create(
                team=team,
                number=max(numbers, default=0) + 1,
                **vars(words),
                why=why,
                set_by=by.user,
                announced_at=at,
                holds_from=team.work_calendar.hours.add_days(today, NOTICE),
            )
            made.tell(Happening.FRAME_ANNOUNCED, by=by, at=at)
            payload = {"team_id": team.pk, "frame_id": made.pk}
            Job.objects.arm(TELL, str(made.pk), run_at=at, payload=payload)
        return made


class Frame(models.Model):
    """What management sets around the work of a team, from a day on until the next one holds.

    It never changes. Until it holds it can be taken back, once.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="frames", db_index=False)
    number = models.PositiveIntegerField()
    law = models.TextField(max_length=LONGEST_TEXT, blank=True)
    budget = models.TextField(max_length=LONGEST_TEXT, blank=True)
    brand = models.TextField(max_length=LONGEST_TEXT, blank=True)
    limit = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    currency = models.CharField(max_length=3, default=CURRENCIES[0])
    why = models.CharField(max_length=LONGEST_REASON)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    announced_at = models.DateTimeField()
    holds_from = models.DateField()
    taken_back_at = models.DateTimeField(null=True)

    objects = FrameQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="frames_are_numbered"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="frames_are_numbered_from_one"
            ),
            models.CheckConstraint(
                condition=models.Q(limit__isnull=True) | models.Q(limit__gte=0),
                name="the_limit_is_no_debt",
            ),
            models.CheckConstraint(
                condition=~models.Q(law="", budget="", brand="", limit__isnull=True),
                name="a_frame_says_something",
            ),
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"),
                name="currency_of_the_frame_is_iso_4217",
            ),
        ]

    def __str__(self) -> str:
        return f"frame {self.number} of team {self.team_id}"

    @property
    def words(self) -> FrameWords:
        return FrameWords(self.law, self.budget, self.brand, self.limit, self.currency)

    @property
    def clauses(self) -> list[Clause]:
        """What it asks, each by its kind."""
        told = ((str(name), getattr(self, key)) for key, name in CLAUSES.items())
        return [Clause(name, words) for name, words in told if words]

    def take_back(self, *, by: Membership | ManagerLink, at: datetime) -> None:
        """Let what was announced never hold.

        Raises CharterError for a member, and StaleCharter where it holds already.
        """
        if not isinstance(by, ManagerLink) or by.team_id != self.team_id:
            raise CharterError(_("Whoever follows the team as its manager sets the frame."))
        today = timezone.localdate(at, self.team.zone)
        waiting = Frame.objects.filter(pk=self.pk, taken_back_at=None, holds_from__gt=today)
        with transaction.atomic():
            if not waiting.update(taken_back_at=at):
                raise StaleCharter(_("It holds already, or was taken back a moment ago."))
            self.tell(Happening.FRAME_TAKEN_BACK, by=by, at=at)

    def tell(self, happening: Happening, *, by: ManagerLink, at: datetime) -> None:
        """Write it in the logbook, without its words."""
        day = self.holds_from.isoformat()
        LogEntry.record(happening, self, by=by.user, at=at, team=self.team, holds_from=day)
