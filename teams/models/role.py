"""Roles: what one of the team looks after for a while, as all of the team agreed.

A role gives a say over things, and over no person. Nobody outside the team holds one.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.happenings import Happening
from teams.models.consent import (
    DROPPED,
    HOLDS,
    LAPSED,
    LONGEST_REASON,
    PROPOSED,
    TO_ANSWER,
    ByConsent,
    ConsentQuerySet,
    ConsentVoice,
    Says,
    Told,
    reason_of,
)
from teams.models.logbook import LogEntry
from teams.models.person import User
from teams.models.team import ManagerLink, Membership, Team, TeamError
from teams.refusals import Stale
from teams.text import one_line, paragraphs
from teams.workdays import end_of_day, months_after

LONGEST_NAME, LONGEST_LINE, LONGEST_TEXT = 80, 300, 2000
MOST_MONTHS = 12
MOST_DAYS = timedelta(days=366)
# So long before its last day somebody thinks of who is next.
ENDS_SOON = timedelta(days=30)
# The kinds of jobs: for a nomination that nobody answers any more, for a role whose time is over.
SILENCE, OVER = "teams.role_silence", "teams.role_over"


class RoleError(TeamError):
    """The role refuses; the message is fit to show the person who asked."""


class StaleRole(RoleError, Stale):  # noqa: N818
    """Somebody else was faster; nothing was written."""


class RoleQuerySet(models.QuerySet["Role"]):
    def of(self, team: Team) -> Self:
        """Those that the team has, by name."""
        return self.filter(team=team, closed_at=None).order_by("name", "pk")

    def with_their_people(self) -> Self:
        """Each with who holds it and who is proposed, in `open_nominations`."""
        found = Nomination.objects.filter(state__in=[PROPOSED, HOLDS])
        people = found.select_related("team", "role", "person").prefetch_related("voices__person")
        return self.prefetch_related(
            models.Prefetch("nominations", people.order_by("pk"), to_attr="open_nominations")
        )

    def begin(
        self, name: str, purpose: str, accountabilities: str, *, by: Membership, at: datetime
    ) -> Role:
        """Write down a role; it is free until the team gives it to somebody.

        Raises StaleRole where the team has one of this name, RoleError where a part is missing.
        """
        name, purpose = one_line(name), one_line(purpose)
        accountabilities = paragraphs(accountabilities)
        if not (name and purpose and accountabilities):
            raise RoleError(_("Say how it is called, what it is for, and what it looks after."))
        with transaction.atomic():
            # Whoever writes down a role waits here for the one before them.
            Team.objects.select_for_update(no_key=True).get(pk=by.team_id)
            if self.of(by.team).filter(name__iexact=name).exists():
                raise StaleRole(_("There is a role of this name already."))
            made = self.create(
                team=by.team,
                name=name,
                purpose=purpose,
                accountabilities=accountabilities,
                begun_at=at,
            )
            made.tell(Happening.ROLE_BEGUN, by=by, at=at)
        return made


class Role(models.Model):
    """What somebody looks after: what for, and which things. Its words never change, so whoever
    holds it was elected for these; another wording is another role.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="roles", db_index=False)
    name = models.CharField(max_length=LONGEST_NAME)
    purpose = models.CharField(max_length=LONGEST_LINE)
    accountabilities = models.TextField(max_length=LONGEST_TEXT)
    begun_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=LONGEST_REASON, blank=True, default="")

    objects = RoleQuerySet.as_manager()
    open_nominations: list[Nomination]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "team",
                models.functions.Lower("name"),
                condition=models.Q(closed_at=None),
                name="one_role_of_a_name",
            ),
            models.CheckConstraint(
                condition=~models.Q(name="")
                & ~models.Q(purpose="")
                & ~models.Q(accountabilities=""),
                name="a_role_says_what_it_looks_after",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_why="")
                | models.Q(~models.Q(closed_why=""), closed_at__isnull=False),
                name="a_closed_role_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def nominate(
        self, person: User, months: int, why: str, *, by: Membership, at: datetime
    ) -> Nomination:
        """Propose somebody of the team for it, for so many months; who proposes has consented.

        Raises StaleRole where somebody is proposed already or the role was closed, and RoleError
        for who is not of the team, for more than twelve months and without a reason.
        """
        why = reason_of(why, _("Say why."), RoleError)
        if not 1 <= months <= MOST_MONTHS:
            raise RoleError(_("A role is held for one to twelve months."))
        today = timezone.localdate(at, self.team.zone)
        with transaction.atomic():
            self._hold_open()
            if not self.team.people().filter(pk=person.pk).exists():
                raise RoleError(_("Only somebody of the team holds a role."))
            if self.nominations.proposed().exists():
                raise StaleRole(_("Somebody is proposed already; we answer that first."))
            made: Nomination = self.nominations.create(
                team=self.team,
                person=person,
                months=months,
                why=why,
                state=PROPOSED,
                answer_by=self.team.work_calendar.hours.add_days(today, TO_ANSWER),
            )
            made.ask_all(by=by, at=at)
        return made

    def lay_down(self, *, by: Membership | ManagerLink, at: datetime) -> None:
        """Give it back. Raises RoleError for who does not hold it, StaleRole where nobody does."""
        holding = self.nominations.filter(state=HOLDS).select_related("team", "role").first()
        if holding is None:
            raise StaleRole(_("Nobody holds it any more."))
        holding.lay_down(by=by, at=at)

    def close(self, why: str, *, by: Membership | ManagerLink, at: datetime) -> None:
        """Need it no longer. Raises StaleRole while it is held or somebody is proposed."""
        reason = reason_of(why, _("Say why nobody needs it any more."), RoleError)
        if not isinstance(by, Membership) or by.team_id != self.team_id:
            raise RoleError(_("Only the team decides what it wants."))
        with transaction.atomic():
            self._hold_open()
            if self.nominations.filter(state__in=[PROPOSED, HOLDS]).exists():
                raise StaleRole(_("It is held, or somebody is proposed for it."))
            self.closed_at, self.closed_why = at, reason
            self.save(update_fields=["closed_at", "closed_why"])
            self.tell(Happening.ROLE_CLOSED, by=by, at=at)

    def tell(self, happening: Happening, *, by: Membership | None, at: datetime) -> None:
        """Write it in the logbook, without its words."""
        LogEntry.record(happening, self, by=by, at=at, team=self.team, role=self.pk)

    def _hold_open(self) -> None:
        """Hold the row. Raises StaleRole where the role was closed."""
        rows = Role.objects.select_for_update(no_key=True)
        self.refresh_from_db(fields=["closed_at"], from_queryset=rows)
        if self.closed_at:
            raise StaleRole(_("This role was closed a moment ago."))


class NominationState(models.TextChoices):
    PROPOSED = PROPOSED, gettext_lazy("Proposed")
    HELD = HOLDS, gettext_lazy("Held")
    OVER = "over", gettext_lazy("Over")
    DROPPED = DROPPED, gettext_lazy("Dropped")
    LAPSED = (
        LAPSED,
        gettext_lazy("Not agreed: too few of us answered"),
    )


class NominationQuerySet(ConsentQuerySet["Nomination"]):
    def holding(self, day: date) -> Self:
        """What is held on this day, whether a job has looked since or not."""
        return self.filter(state=HOLDS, held_until__gte=day).select_related("person")

    def earlier(self) -> Self:
        """What was held and is over, the newest first."""
        over = self.filter(state=NominationState.OVER).select_related("person")
        return over.order_by("-over_on", "-pk")

    def of(self, person: User, team: Team) -> Self:
        """What somebody holds or is proposed for in a team."""
        return self.filter(team=team, person=person, state__in=[PROPOSED, HOLDS]).order_by("pk")


class Nomination(ByConsent):
    """That somebody is proposed for a role, by whoever spoke first, and then holds it.

    It holds by the consent of the team, and never without that of who it is about: half of the
    others are enough when the days to answer are over. Whoever follows takes its place.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.ForeignKey(
        Role, on_delete=models.PROTECT, related_name="nominations", db_index=False
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    months = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=LONGEST_REASON)
    state = models.CharField(max_length=10, choices=NominationState)
    held_until = models.DateField(null=True)
    over_on = models.DateField(null=True)

    objects = NominationQuerySet.as_manager()

    refusal = RoleError
    stale = StaleRole
    told: ClassVar[Told] = Told(
        Happening.ROLE_NOMINATED,
        Happening.ROLE_GIVEN,
        Happening.ROLE_OBJECTED,
        Happening.ROLE_DROPPED,
        Happening.ROLE_LAPSED,
    )
    silence = SILENCE

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["role"],
                condition=models.Q(state=PROPOSED),
                name="one_is_proposed_for_a_role",
            ),
            models.UniqueConstraint(
                fields=["role"], condition=models.Q(state=HOLDS), name="one_holds_a_role"
            ),
            models.CheckConstraint(
                condition=models.Q(months__gte=1, months__lte=MOST_MONTHS),
                name="a_role_is_for_a_year_at_most",
            ),
            models.CheckConstraint(
                condition=models.Q(held_until__isnull=True)
                | models.Q(held_until__lte=models.F("agreed_on") + MOST_DAYS),
                name="a_role_is_held_for_a_year_at_most",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[HOLDS, NominationState.OVER],
                    agreed_on__isnull=False,
                    held_until__isnull=False,
                )
                | models.Q(
                    ~models.Q(state__in=[HOLDS, NominationState.OVER]),
                    agreed_on=None,
                    held_until=None,
                ),
                name="a_role_is_held_since_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(state=NominationState.OVER, over_on__isnull=False)
                | models.Q(~models.Q(state=NominationState.OVER), over_on=None),
                name="a_role_is_over_on_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(~models.Q(ended_why=""), state=DROPPED)
                | models.Q(~models.Q(state=DROPPED), ended_why=""),
                name="a_dropped_nomination_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["role", "state"], name="nominations_for_a_role")]

    def __str__(self) -> str:
        return f"nomination {self.pk} for role {self.role_id}"

    @property
    def proposed_by(self) -> User:
        """Who signed it: whoever spoke first."""
        first = min(self._voices.all(), key=lambda voice: voice.pk)
        person: User = first.person
        return person

    def is_held_on(self, day: date) -> bool:
        """Whether it is held on this day, whether a job has looked since or not."""
        return self.holds and self.held_until is not None and day <= self.held_until

    def ends_soon(self, day: date) -> bool:
        """Whether it is time to think of who is next."""
        return bool(self.held_until and self.held_until - ENDS_SOON <= day)

    def lay_down(self, *, by: Membership | ManagerLink, at: datetime) -> None:
        """Give the role back. Raises RoleError for anybody else, StaleRole where it is over."""
        is_theirs = by.team_id == self.team_id and by.user_id == self.person_id
        if not isinstance(by, Membership) or not is_theirs:
            raise RoleError(_("Whoever holds a role lays it down, and nobody else."))
        with transaction.atomic():
            self._hold()
            if not self.holds:
                raise StaleRole(_("This is over already."))
            self._end(by=by, at=at)

    def run_over(self, *, at: datetime) -> None:
        """When its last day is over, the role is free again; that happens once."""
        with transaction.atomic():
            self._hold()
            day = timezone.localdate(at, self.team.zone)
            if self.holds and self.held_until and day > self.held_until:
                self._end(by=None, at=at)

    def let_go(self, *, at: datetime) -> None:
        """When whoever it is about left the team, it is over, or was never agreed on."""
        self._hold()
        if self.holds:
            self._end(by=None, at=at)
        elif self.is_proposed:
            self._become(LAPSED)
            self._tell(self.told.lapsed, by=None, at=at)

    def _end(self, *, by: Membership | None, at: datetime) -> None:
        self._become(NominationState.OVER, over_on=timezone.localdate(at, self.team.zone))
        self.role.tell(Happening.ROLE_VACATED, by=by, at=at)

    def _begin_to_hold(self, *, at: datetime) -> dict[str, Any]:
        day = timezone.localdate(at, self.team.zone)
        before = self.role.nominations.filter(state=HOLDS)
        before.update(state=NominationState.OVER, over_on=day)
        until = months_after(day, self.months) - timedelta(days=1)
        self._arm(OVER, end_of_day(until, self.team.zone))
        return {"held_until": until}

    def _has_whom_it_needs(self) -> bool:
        yes: bool = self._voices.filter(says=Says.CONSENTS, person=self.person_id).exists()
        return yes

    def _naming(self) -> dict[str, Any]:
        return {"role": self.role_id}


class NominationVoice(ConsentVoice):
    """What somebody of the team said to a nomination."""

    nomination = models.ForeignKey(
        Nomination, on_delete=models.PROTECT, related_name="voices", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["nomination", "person"], name="somebody_answers_a_nomination_once"
            ),
        ]

    def __str__(self) -> str:
        return f"voice {self.pk} about nomination {self.nomination_id}"
