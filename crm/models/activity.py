"""Activities: what somebody of the team means to do, by which day, and what came of it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.happenings import Happening
from crm.models.contact import Contact
from crm.models.customer import Organization
from crm.models.undoing import of_one_among, undoes
from crm.models.versions import Versioned
from crm.refusals import StaleWork, WorkError
from teams.models import Job, LogEntry, Membership, Team, User
from teams.text import one_line, paragraphs

if TYPE_CHECKING:
    from crm.models.deal import Deal

LONGEST_TITLE, LONGEST_OUTCOME = 120, 2_000
EDITABLE = ("kind", "title", "due_on", "due_time", "assignee", "reminder")
REMIND = "crm.remind"
IS_OPEN = models.Q(done_at__isnull=True, dropped_at__isnull=True)
# What has no time is reminded of at the beginning of the working day.
MORNING = time(8)


class Kind(models.TextChoices):
    CALL = "call", gettext_lazy("Call")
    MAIL = "mail", gettext_lazy("Mail")
    MEETING = "meeting", gettext_lazy("Meeting")
    TASK = "task", gettext_lazy("Task")
    VISIT = "visit", gettext_lazy("Visit")


class Reminder(models.TextChoices):
    NONE = "", gettext_lazy("No mail")
    SAME_DAY = "same day", gettext_lazy("That morning")
    DAY_BEFORE = "day before", gettext_lazy("The morning before")
    HOUR_BEFORE = "hour before", gettext_lazy("An hour before")


class ActivityQuerySet(models.QuerySet["Activity"]):
    def open(self) -> Self:
        """Those that are still to be done."""
        return self.filter(IS_OPEN)

    def done(self) -> Self:
        return self.filter(done_at__isnull=False)

    def outside_the_bin(self) -> Self:
        """Without those of deals in the recycle bin, which ask nothing of anybody."""
        return self.filter(models.Q(deal__isnull=True) | models.Q(deal__deleted_at__isnull=True))

    def on_calendar(self, first: date, last: date, *, assignee: User | None = None) -> Self:
        """What stands on these days, done or to be done, in order; of one person or of all."""
        found = self.outside_the_bin().filter(due_on__range=(first, last), dropped_at__isnull=True)
        if assignee:
            found = found.filter(assignee=assignee)
        names = ("deal__organization", "deal__contact", "organization", "contact", "assignee")
        # What has no time stands before what has one.
        in_order = (models.F("due_time").asc(nulls_first=True), "pk")
        return found.select_related(*names).order_by("due_on", *in_order)

    def due(self, day: date) -> Self:
        """What should be done on this day, or before."""
        return self.open().outside_the_bin().filter(due_on__lte=day)

    def plan(
        self,
        team: Team,
        title: str,
        *,
        kind: Kind | str,
        due_on: date,
        by: Membership | None,
        at: datetime,
        due_time: time | None = None,
        deal: "Deal | None" = None,
        organization: Organization | None = None,
        contact: Contact | None = None,
        assignee: User | None = None,
        reminder: Reminder | str = Reminder.NONE,
    ) -> "Activity":
        """Plan something about a deal, an organization or a contact.

        On an open deal without a next step it becomes the next step. `by` is None for what no
        person planned. Raises WorkError without a title, about nothing, and for somebody who is
        not of the team.
        """
        wanted = _checked(
            {
                "kind": kind,
                "title": title,
                "due_on": due_on,
                "due_time": due_time,
                "assignee": assignee,
                "reminder": reminder,
            },
            team=team,
        )
        if not (deal or organization or contact):
            raise WorkError(_("Say which deal or customer it is about."))
        with transaction.atomic():
            if contact:
                contact.hold_for_more(StaleWork)
            planned = self.create(
                team=team,
                deal=deal,
                organization=organization,
                contact=contact,
                by=by and by.user,
                **wanted,
            )
            planned.become_next_step(by=by, at=at)
            planned.arm_reminder(at=at)
            planned.tell(Happening.ACTIVITY_PLANNED, by=by, at=at)
        return planned


class Activity(Versioned):
    """Something to do by a day and perhaps a time, on the clock of the team.

    `assignee` is None for what the team has yet to share out. It is open until it is done or
    dropped. `is_next_step` says that the next step of the deal is this; while it is, the two say
    the same.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="activities", db_index=False
    )
    deal = models.ForeignKey(
        "crm.Deal", on_delete=models.CASCADE, null=True, blank=True, related_name="activities"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="activities"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="activities"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=LONGEST_TITLE)
    due_on = models.DateField()
    due_time = models.TimeField(null=True, blank=True)
    assignee = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reminder = models.CharField(max_length=12, choices=Reminder, blank=True)
    is_next_step = models.BooleanField(default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome_note = models.TextField(max_length=LONGEST_OUTCOME, blank=True)
    dropped_at = models.DateTimeField(null=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("activity")
        verbose_name_plural = gettext_lazy("activities")
        constraints = [
            models.UniqueConstraint(
                fields=["deal"],
                condition=IS_OPEN & models.Q(is_next_step=True),
                name="one_next_step_per_deal",
            ),
            models.CheckConstraint(
                condition=models.Q(deal__isnull=False)
                | models.Q(organization__isnull=False)
                | models.Q(contact__isnull=False),
                name="activity_is_about_something",
            ),
            models.CheckConstraint(
                condition=models.Q(is_next_step=False) | models.Q(deal__isnull=False),
                name="a_next_step_is_of_a_deal",
            ),
            models.CheckConstraint(condition=~models.Q(title=""), name="activity_has_a_title"),
            models.CheckConstraint(
                condition=models.Q(kind__in=Kind.values), name="activity_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(dropped_at__isnull=True),
                name="activity_is_done_or_dropped",
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=date(1990, 1, 1), due_on__lte=date(2100, 12, 31)),
                name="activity_is_in_our_time",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "due_on"], name="activities_of_a_team"),
        ]

    def __str__(self) -> str:
        return f"activity {self.pk} of team {self.team_id}"

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None

    @property
    def about(self) -> str:
        """The customer, or what the deal is called."""
        if self.deal:
            return self.deal.customer or self.deal.title
        return str(self.organization or self.contact or "")

    @property
    def remind_at(self) -> datetime | None:
        """When the mail is due, None for none. An hour before is of a time, or of the morning."""
        match self.reminder:
            case Reminder.SAME_DAY:
                return self._moment(self.due_on, MORNING)
            case Reminder.DAY_BEFORE:
                return self._moment(self.due_on - timedelta(days=1), MORNING)
            case Reminder.HOUR_BEFORE:
                due = self._moment(self.due_on, self.due_time or MORNING)
                return due - timedelta(hours=1) if self.due_time else due
            case _:
                return None

    def _moment(self, day: date, clock: time) -> datetime:
        # In UTC, so that an hour before is an hour also in the night in which the clock is moved.
        return datetime.combine(day, clock, self.team.zone).astimezone(UTC)

    # -- verbs ---------------------------------------------------------------------------------

    def change(
        self, changes: Mapping[str, Any], *, version: int, by: Membership, at: datetime
    ) -> LogEntry | None:
        """Plan it differently, as seen in this version.

        What stands there already is no change; without any, there is no line and None. Raises
        StaleWork when somebody was faster, WorkError as `plan`.
        """
        as_it_is = {name: getattr(self, name) for name in EDITABLE}
        wanted = _checked({**as_it_is, **changes}, team=self.team)
        with transaction.atomic():
            new = {name: value for name, value in wanted.items() if value != as_it_is[name]}
            if not new:
                return None
            deal = self._hold_deal()
            self._write(new, version=version)
            is_open = deal and deal.outcome == deal.Outcome.OPEN
            if deal and is_open and self.is_next_step and {"title", "due_on"} & set(new):
                self._say_next_step(deal, by=by, at=at)
            self.arm_reminder(at=at)
            return self.tell(Happening.ACTIVITY_CHANGED, by=by, at=at)

    def do(self, outcome_note: str, *, version: int, by: Membership, at: datetime) -> LogEntry:
        """It is done, and this came of it. Of a next step nothing is left to do."""
        with transaction.atomic():
            deal = self._hold_deal()
            note = paragraphs(outcome_note)
            done = {"done_at": at, "done_by": by.user, "outcome_note": note}
            self._write(done, version=version)
            self._clear_next_step(deal, by=by, at=at)
            return self.tell(Happening.ACTIVITY_DONE, by=by, at=at)

    def drop(self, *, version: int, by: Membership, at: datetime) -> LogEntry:
        """It need not be done any more."""
        with transaction.atomic():
            deal = self._hold_deal()
            self._write({"dropped_at": at}, version=version)
            self._clear_next_step(deal, by=by, at=at)
            return self.tell(Happening.ACTIVITY_DROPPED, by=by, at=at)

    def reopen(self, *, by: Membership, at: datetime) -> LogEntry:
        """It is to be done after all. Raises StaleWork for what is open."""
        with transaction.atomic():
            self._hold_deal()
            closed = {"done_at": None, "done_by": None, "dropped_at": None, "is_next_step": False}
            seen = Activity.objects.filter(pk=self.pk).exclude(IS_OPEN)
            if not seen.update(version=models.F("version") + 1, **closed):
                raise StaleWork(_("This is still to be done."))
            self.refresh_from_db()
            self.become_next_step(by=by, at=at)
            return self.tell(Happening.ACTIVITY_REOPENED, by=by, at=at)

    # -- its deal ------------------------------------------------------------------------------

    def become_next_step(self, *, by: Membership | None, at: datetime) -> None:
        """Be the next step of an open deal that has none."""
        deal = self._hold_deal()
        if deal and deal.outcome == deal.Outcome.OPEN and not deal.next_step:
            self._say_next_step(deal, by=by, at=at)

    def _hold_deal(self) -> "Deal | None":
        # The deal first, then its activities, as in `Deal.plan_step`: nobody waits for each other.
        # Of two who plan at once the second waits here, and then finds a step.
        if self.deal:
            held = type(self.deal).objects.select_for_update(no_key=True, of=("self",))
            here = held.select_related("organization", "contact").filter(pk=self.deal.pk)
            self.deal = here.first()
            if self.deal is None:
                raise StaleWork(_("This deal is not with our team any more."))
        return self.deal

    def _say_next_step(self, deal: "Deal", *, by: Membership | None, at: datetime) -> None:
        # Said first: a step that is said by hand takes the place of any activity.
        deal.plan_step(self.title, self.due_on, by=by, at=at)
        Activity.objects.filter(pk=self.pk).update(is_next_step=True)
        self.is_next_step = True

    def _clear_next_step(self, deal: "Deal | None", *, by: Membership, at: datetime) -> None:
        if deal and self.is_next_step and deal.outcome == deal.Outcome.OPEN:
            deal.plan_step("", None, by=by, at=at)
            self.is_next_step = False

    # -- its mail ------------------------------------------------------------------------------

    def arm_reminder(self, *, at: datetime) -> None:
        """Put the mail in the book; one for a moment that holds no longer finds nothing to do."""
        moment = self.remind_at
        if moment and moment > at:
            key = f"{self.pk}:{moment.isoformat()}"
            payload = {
                "activity_id": self.pk,
                "moment": moment.isoformat(),
                "team_id": self.team_id,
            }
            Job.objects.arm(REMIND, key, run_at=moment, payload=payload)

    # -- writing -------------------------------------------------------------------------------

    def _write(self, changes: Mapping[str, Any], *, version: int) -> None:
        if not self._change(changes, version=version, done_at=None, dropped_at=None):
            raise StaleWork(_("Someone changed this a moment ago. Look at it once more."))

    def tell(self, happening: Happening, *, by: Membership | None, at: datetime) -> LogEntry:
        """Write a change of it in the logbook: its title, and never a word of what came of it."""
        return LogEntry.record(
            happening,
            self,
            by=by,
            at=at,
            team=self.team,
            kind_of=self.kind,
            title=self.title,
            about=self.about,
        )


undoes(Happening.ACTIVITY_DONE, Happening.ACTIVITY_DROPPED)(
    of_one_among(Activity.objects.outside_the_bin, Activity.reopen)
)


def _checked(wanted: Mapping[str, Any], *, team: Team) -> dict[str, Any]:
    tidy = {**wanted, "title": one_line(wanted["title"])}
    if not tidy["title"]:
        raise WorkError(_("Say in a few words what is to be done."))
    person = tidy["assignee"]
    if person and not team.memberships.current().filter(user=person).exists():
        raise WorkError(_("This person is not of the team."))
    return tidy
