"""How one team becomes two: a plan, what all say to it, and the one moment in which it is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams import wall
from teams.dividing import Part, parts_of
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
from teams.signals import dividing
from teams.text import one_line

LONGEST_NAME, LONGEST_GOAL = 80, 160
# A team is at least three people, on both sides.
SMALLEST_CELL = 3
PLANNED, DIVIDED = "planned", "divided"
# The kind of job for a plan that nobody answers any more.
SILENCE = "teams.division_silence"


class DivisionError(TeamError):
    """The division refuses; the message is fit to show the person who asked."""


class StaleDivision(DivisionError, Stale):  # noqa: N818
    """Somebody else was faster; nothing was written."""


class DivisionState(models.TextChoices):
    PLANNED = PLANNED, gettext_lazy("Being planned")
    PROPOSED = PROPOSED, gettext_lazy("Proposed")
    AGREED = HOLDS, gettext_lazy("Agreed")
    DIVIDED = DIVIDED, gettext_lazy("Divided")
    DROPPED = DROPPED, gettext_lazy("Dropped")
    LAPSED = LAPSED, gettext_lazy("Not agreed: too few of us answered")


UNDER_WAY = [DivisionState.PLANNED, DivisionState.PROPOSED, DivisionState.AGREED]


class DivisionQuerySet(ConsentQuerySet["Division"]):
    def under_way(self) -> Self:
        """The plan that a team works on, answers or has agreed on; a team has one at most."""
        return self.filter(state__in=UNDER_WAY)

    def is_dividing(self, *, is_member: bool) -> bool:
        """Whether the team is, as far as a reader is told: a manager once all have agreed."""
        return self.filter(state__in=[PROPOSED, HOLDS] if is_member else [HOLDS]).exists()

    def over(self) -> Self:
        """What was carried out, dropped, or not agreed on, the newest first."""
        return self.exclude(state__in=UNDER_WAY).select_related("new_team").order_by("-pk")

    def plan(self, *, by: Membership, at: datetime) -> Division:
        """Begin to plan how the team divides. Raises StaleDivision where a plan is under way."""
        with transaction.atomic():
            # Whoever begins a plan waits here for the one before them.
            Team.objects.hold(by.team_id)
            if self.filter(team=by.team).under_way().exists():
                raise StaleDivision(_("There is a plan already. Look once more."))
            made = self.create(team=by.team, state=PLANNED, planned_at=at)
            made.tell(Happening.DIVISION_PLANNED, by=by, at=at)
        return made


class Division(ByConsent):
    """That some of a team go on as a team of their own, with some of its customers.

    Any member changes the plan until one lays it before the team; from then on nothing of it
    changes, so nobody's consent is to another plan than they read. It holds by the consent of the
    team, and never without that of each who goes. It is carried out when a member says so, in one
    transaction. `edition` counts the changes of the plan.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="divisions", db_index=False
    )
    name = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    goal = models.CharField(max_length=LONGEST_GOAL, blank=True, default="")
    why = models.CharField(max_length=LONGEST_REASON, blank=True, default="")
    state = models.CharField(max_length=10, choices=DivisionState)
    edition = models.PositiveIntegerField(default=1)
    planned_at = models.DateTimeField()
    # None while it is planned.
    answer_by = models.DateField(null=True)  # type: ignore[assignment]
    new_team = models.OneToOneField(
        Team, on_delete=models.PROTECT, related_name="divided_by", null=True
    )
    divided_at = models.DateTimeField(null=True)

    objects = DivisionQuerySet.as_manager()

    refusal = DivisionError
    stale = StaleDivision
    told: ClassVar[Told] = Told(
        Happening.DIVISION_PROPOSED,
        Happening.DIVISION_AGREED,
        Happening.DIVISION_OBJECTED,
        Happening.DIVISION_DROPPED,
        Happening.DIVISION_LAPSED,
    )
    silence = SILENCE
    droppable = (PLANNED, PROPOSED, HOLDS)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team"],
                condition=models.Q(state__in=UNDER_WAY),
                name="one_division_is_under_way",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[PLANNED, DROPPED])
                | ~models.Q(name="") & ~models.Q(goal="") & ~models.Q(why=""),
                name="a_proposed_division_has_its_words",
            ),
            models.CheckConstraint(
                condition=models.Q(state=PLANNED, answer_by=None)
                | models.Q(state=DROPPED)
                | models.Q(~models.Q(state__in=[PLANNED, DROPPED]), answer_by__isnull=False),
                name="a_proposed_division_is_answered_by_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(state=DIVIDED, new_team__isnull=False, divided_at__isnull=False)
                | models.Q(~models.Q(state=DIVIDED), new_team=None, divided_at=None),
                name="a_divided_team_has_another",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[HOLDS, DIVIDED], agreed_on__isnull=False)
                | models.Q(state=DROPPED)
                | models.Q(~models.Q(state__in=[HOLDS, DIVIDED, DROPPED]), agreed_on=None),
                name="an_agreed_division_has_its_day",
            ),
            models.CheckConstraint(
                condition=models.Q(~models.Q(ended_why=""), state=DROPPED)
                | models.Q(~models.Q(state=DROPPED), ended_why=""),
                name="a_dropped_division_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["team", "state"], name="divisions_of_a_team")]

    def __str__(self) -> str:
        return f"division {self.pk} of team {self.team_id}"

    # -- planning --------------------------------------------------------------------------------

    def hold_plan(self, *, by: Membership, at: datetime) -> None:
        """Hold the plan to the end of the transaction, for somebody who changes a part of it.

        Raises DivisionError for who is not of the team, StaleDivision where it is planned no
        longer.
        """
        self._hold_while_planned(by)
        self._change(by=by, at=at)

    def choose_who_goes(
        self, people: Iterable[User], *, seen: int, by: Membership, at: datetime
    ) -> None:
        """Name those who go along; everybody else stays.

        `seen` is the edition that the person had on screen. Raises as `hold_plan`, StaleDivision
        where another changed the plan meanwhile, and DivisionError for somebody who is not of the
        team.
        """
        with transaction.atomic():
            self._hold_while_planned(by, seen)
            self._change(by=by, at=at)
            wanted = {person.pk for person in people}
            members = self.team.memberships.current().filter(user__in=wanted)
            if members.count() != len(wanted):
                raise self.stale(_("Somebody of them has left the team. Look once more."))
            self.seats.all().delete()
            DivisionSeat.objects.bulk_create(
                DivisionSeat(team=self.team, division=self, membership=each) for each in members
            )

    def describe(
        self, name: str, goal: str, why: str, *, seen: int, by: Membership, at: datetime
    ) -> None:
        """Say how the new team is called, what it is for, and why we divide.

        Raises as `choose_who_goes`, DivisionError where one is missing, and TeamError for a name
        that no new team can have.
        """
        said = {
            "name": one_line(name)[:LONGEST_NAME],
            "goal": one_line(goal)[:LONGEST_GOAL],
            "why": reason_of(why, _("Say why we divide."), DivisionError),
        }
        Team.objects.refuse_name(said["name"])
        if not said["goal"]:
            raise self.refusal(_("Say in a few words what the new team is for."))
        with transaction.atomic():
            self._hold_while_planned(by, seen)
            self._change(by=by, at=at, **said)

    def propose(self, *, seen: int, by: Membership, at: datetime) -> None:
        """Lay the plan before the team; from now on it changes no more. Who does so has consented.

        `seen` is the edition that the person had on screen. Raises as `choose_who_goes`, and
        DivisionError with what the plan still lacks.
        """
        with transaction.atomic():
            self._hold_while_planned(by, seen)
            if lacks := self.lacks(parts_of(self)):
                raise self.refusal(lacks[0])
            today = timezone.localdate(at, self.team.zone)
            answer_by = self.team.work_calendar.hours.add_days(today, TO_ANSWER)
            self._become(PROPOSED, answer_by=answer_by)
            self.ask_all(by=by, at=at)

    # -- dividing --------------------------------------------------------------------------------

    def carry_out(self, *, by: Membership, at: datetime) -> Team:
        """Divide the team: the new one begins, with those who go, and each app moves its own rows.

        All of it happens or nothing does. Raises StaleDivision where that was done, DivisionError
        where it is not agreed or a side grew too small, and the Refusal of each app that cannot.
        """
        with transaction.atomic():
            self._hold()
            self._refuse_others(by)
            if self.state == DIVIDED:
                raise self.stale(_("The team was divided a moment ago."))
            if not self.holds:
                raise self.stale(_("We divide once all of us have agreed."))
            goes = self._hold_the_people(by)
            new = self._begin_the_new_team(by=by, at=at)
            with wall.opened_besides(new.pk):
                self._become(DIVIDED, new_team=new, divided_at=at)
                for each in goes:
                    new.welcome(each.user, by=by.user, at=at)
                dividing.send(sender=Division, division=self, old=self.team, new=new, by=by, at=at)
                for each in goes:
                    each.leave(by=by.user, at=at)
                self.tell(Happening.DIVISION_CARRIED_OUT, by=by, at=at)
                begun = Happening.BEGUN_BY_DIVISION
                new.tell(begun, new, by=by.user, at=at, old=self.team.name)
        return new

    # -- looking ---------------------------------------------------------------------------------

    @property
    def is_planned(self) -> bool:
        return self.state == PLANNED

    @property
    def is_carried_out(self) -> bool:
        return self.state == DIVIDED

    def who_goes(self) -> models.QuerySet[User]:
        """Those who go along, by name; who left the team meanwhile does not."""
        seats = self.seats.filter(membership__until_at=None).values("membership__user")
        people: models.QuerySet[User] = User.objects.filter(pk__in=seats)
        return people.order_by("name", "pk")

    def who_stays(self) -> models.QuerySet[User]:
        """Everybody else of the team, also who came after the plan, by name."""
        return self.team.people().exclude(pk__in=self.who_goes().values("pk"))

    def lacks(self, parts: Sequence[Part]) -> list[str]:
        """What the plan and these parts of it lack before the team is asked, in sentences."""
        found = self._too_few(self.who_goes().count(), self.who_stays().count())
        words = [] if self.name else [_("Say how the new team is called, and why we divide.")]
        return [*found, *(part.lacks for part in parts if part.lacks), *words]

    def hinders(self, parts: Sequence[Part]) -> list[str]:
        """What has to end, or to change, before the team can be divided, in sentences."""
        found = self._too_few(self.who_goes().count(), self.who_stays().count())
        return [*found, *(part.hinders for part in parts if part.hinders)]

    def tell(self, happening: Happening, *, by: Membership | ManagerLink, at: datetime) -> None:
        """Write it in the logbook of the team."""
        LogEntry.record(happening, self, by=by.user, at=at, team=self.team, **self._naming())

    # -- what differs from others that are agreed on ---------------------------------------------

    def _has_whom_it_needs(self) -> bool:
        yes = self.voices.filter(says=Says.CONSENTS).values("person")
        return not self.who_goes().exclude(pk__in=yes).exists()

    def _naming(self) -> dict[str, Any]:
        return {"division": self.pk, "name": self.name, "agreed": self.agreed_on is not None}

    def _hold(self) -> None:
        rows = Division.objects.select_for_update(no_key=True)
        fields = ["state", "edition", "name", "goal", "why", "answer_by"]
        self.refresh_from_db(fields=fields, from_queryset=rows)

    # -- writing ---------------------------------------------------------------------------------

    def _hold_while_planned(self, by: Membership, seen: int | None = None) -> None:
        self._hold()
        self._refuse_others(by)
        if not self.is_planned:
            raise self.stale(_("The plan lies before the team already; it changes no more."))
        if seen not in (None, self.edition):
            raise self.stale(_("Somebody changed the plan a moment ago. Look once more."))

    def _change(self, *, by: Membership, at: datetime, **words: str) -> None:
        self._become(PLANNED, edition=self.edition + 1, **words)
        self.tell(Happening.DIVISION_CHANGED, by=by, at=at)

    def _hold_the_people(self, by: Membership) -> list[Membership]:
        """Those who go. Nobody comes or leaves until the end of the transaction."""
        self.team.hold_a_door()
        here = Membership.objects.current().filter(team=self.team).select_related("user")
        members = list(here.select_for_update(of=("self",)).order_by("pk"))
        if by.pk not in {each.pk for each in members}:
            raise self.stale(_("Only the team decides what it wants."))
        named = set(self.seats.values_list("membership", flat=True))
        goes = [each for each in members if each.pk in named]
        for sentence in self._too_few(len(goes), len(members) - len(goes)):
            raise self.refusal(sentence)
        return goes

    def _begin_the_new_team(self, *, by: Membership, at: datetime) -> Team:
        old = self.team
        new = Team.start(
            self.name,
            by=by.user,
            at=at,
            timezone=old.timezone,
            country=old.country,
            hours=old.work_calendar.hours,
            divided_from=old,
            goal=self.goal,
        )
        for link in old.manager_links.current().select_related("user").order_by("pk"):
            new.link_manager(link.user, by=by.user, at=at)
        return new

    def _too_few(self, goes: int, stays: int) -> list[str]:
        """What to say where a side has too few people to be a team."""
        if goes < SMALLEST_CELL:
            return [_("At least %(few)d people go: a team of two is none.") % _FEW]
        if stays < SMALLEST_CELL:
            return [_("At least %(few)d people stay: a team of two is none.") % _FEW]
        return []


_FEW = {"few": SMALLEST_CELL}


class DivisionSeat(models.Model):
    """That somebody of the team goes along; where they leave the team before, they do not."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    division = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="seats", db_index=False
    )
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["division", "membership"], name="somebody_goes_along_once"
            ),
        ]

    def __str__(self) -> str:
        return f"seat {self.pk} of division {self.division_id}"


class DivisionVoice(ConsentVoice):
    """What somebody of the team said to a division."""

    division = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="voices", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["division", "person"], name="somebody_answers_a_division_once"
            ),
        ]

    def __str__(self) -> str:
        return f"voice {self.pk} about division {self.division_id}"
