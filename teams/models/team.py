"""Teams, who belongs to them, and who may read along."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams import countries, wall
from teams.happenings import Happening
from teams.models.logbook import LogEntry
from teams.models.person import User
from teams.refusals import Refusal, Stale
from teams.text import one_line
from teams.workdays import Workdays
from teams.worktime import WorkHours

if TYPE_CHECKING:
    from teams.models.calendar import WorkCalendar
    from teams.models.invitation import Invitation

LARGEST_CELL = 50
# Above the first a team hears advice, from the second on a warning.
EASY_TO_KNOW, NEARLY_FULL = 12, 45
GOAL = ["goal", "goal_kpi", "goal_target", "goal_from_on", "goal_until_on"]


class TeamError(Refusal):
    """The team refuses; the message is fit to show the person who asked."""


class StalePlace(TeamError, Stale):  # noqa: N818
    """Others came or went meanwhile; nothing was written."""


@dataclass(frozen=True)
class Goal:
    """What a team is for: in words, a number of some figure to reach, and between which days."""

    words: str
    kpi: str
    target: Decimal
    from_on: date
    until_on: date


def slug_of(name: str) -> str:
    """How the addresses of a team of this name begin. Raises TeamError for one without letters."""
    if not (slug := slugify(name)[:60]):
        raise _has_no_letters()
    return slug


def _has_no_letters() -> TeamError:
    return TeamError(_("Give the team a name with letters in it."))


def _is_taken(team: "Team") -> TeamError:
    return TeamError(_("There is already a team called %(name)s.") % {"name": team.name})


def timezone_exists(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(gettext_lazy("%(name)s is no time zone."), params={"name": name})


class TeamQuerySet(models.QuerySet["Team"]):
    def of_member(self, user: User) -> Self:
        return self.filter(pk__in=Membership.objects.current().filter(user=user).values("team_id"))

    def followed_by(self, user: User) -> Self:
        return self.filter(pk__in=ManagerLink.objects.current().filter(user=user).values("team_id"))

    def read_by(self, user: User) -> Self:
        """The teams whose pages this person may open: their own, and those they follow."""
        return self.of_member(user) | self.followed_by(user)

    def living(self) -> Self:
        return self.filter(dissolved_at=None)

    def by_name(self) -> Self:
        return self.order_by("name", "pk")

    def refuse_name(self, name: str) -> None:
        """Raise TeamError where no new team can be called this."""
        if team := self.filter(slug=slug_of(name)).first():
            raise _is_taken(team)

    def hold(self, *teams: int) -> None:
        """Let nobody come or go in these before this is done.

        Always in one order: two who change places do not wait for each other.
        """
        # As at one door: what points at a team may be written meanwhile.
        list(self.select_for_update(no_key=True).filter(pk__in=teams).order_by("pk"))


class Team(models.Model):
    """A cell of at most 50 people with one clearly bounded goal.

    `timezone` is an IANA name; a day, a week and a month of this team begin there. `country` is
    the ISO 3166 code of whose public holidays the team keeps. The goal is a number of some figure
    (`goal_kpi`) to reach between two days; `goal_now` follows by itself. A team that was dissolved
    has nobody any more, so no page of it is read, and nobody comes in.
    """

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(gettext_lazy("name"), max_length=80)
    timezone = models.CharField(
        gettext_lazy("time zone"),
        max_length=60,
        default="Europe/Amsterdam",
        validators=[timezone_exists],
    )
    country = models.CharField(
        gettext_lazy("country"),
        max_length=2,
        default="NL",
        validators=[countries.country_exists],
        help_text=gettext_lazy("Whose public holidays the team keeps."),
    )
    goal = models.CharField(gettext_lazy("goal"), max_length=160, blank=True)
    goal_kpi = models.SlugField(max_length=60, blank=True)
    goal_target = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    goal_now = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    goal_from_on = models.DateField(null=True, blank=True)
    goal_until_on = models.DateField(null=True, blank=True)
    started_at = models.DateTimeField()
    dissolved_at = models.DateTimeField(gettext_lazy("dissolved"), null=True, editable=False)
    # The team of which this one was a part until `started_at`.
    divided_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("team")
        verbose_name_plural = gettext_lazy("teams")
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="team_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(country__regex="^[A-Z]{2}$"), name="country_is_two_letters"
            ),
            models.CheckConstraint(
                condition=models.Q(goal_target__isnull=True) | models.Q(goal_target__gt=0),
                name="goal_is_a_positive_number",
            ),
            models.CheckConstraint(
                condition=models.Q(goal_until_on__isnull=True)
                | models.Q(goal_from_on__isnull=True)
                | models.Q(goal_until_on__gte=models.F("goal_from_on")),
                name="goal_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(divided_from=None) | ~models.Q(divided_from=models.F("id")),
                name="a_team_comes_from_another",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def is_dividing(self) -> bool:
        """Whether a plan to divide lies before the team, or all have agreed on one."""
        is_dividing: bool = self.divisions.is_dividing(is_member=True)
        return is_dividing

    @property
    def workdays(self) -> Workdays:
        return Workdays(self.country)

    @property
    def work_calendar(self) -> "WorkCalendar":
        """The working hours that hold now."""
        return self.calendars.latest("number")

    @classmethod
    def start(
        cls,
        name: str,
        *,
        by: User | None,
        at: datetime,
        timezone: str = "Europe/Amsterdam",
        country: str = "NL",
        slug: str = "",
        hours: WorkHours | None = None,
        goal: str = "",
        divided_from: "Team | None" = None,
    ) -> "Team":
        """Start a team, with office hours where it is told no others.

        Raises TeamError when the name is empty or its address is taken.
        """
        name = one_line(name)
        if not name:
            raise _has_no_letters()
        slug = slug or slug_of(name)
        with transaction.atomic():
            begun = {
                "name": name,
                "timezone": timezone,
                "country": country,
                "started_at": at,
                "goal": goal,
                "divided_from": divided_from,
            }
            team, is_new = cls.objects.get_or_create(slug=slug, defaults=begun)
            if not is_new:
                raise _is_taken(team)
            with wall.opened_besides(team.pk):
                team.calendars.begin(team, hours, by=by, at=at)
            team.tell(Happening.TEAM_STARTED, team, by=by, at=at)
        return team

    def rename(self, name: str, *, by: User | None, at: datetime) -> None:
        """Give the team another name. Raises TeamError for an empty one."""
        name = one_line(name)
        if not name:
            raise _has_no_letters()
        with transaction.atomic():
            old = Team.objects.select_for_update().get(pk=self.pk).name
            if Team.objects.filter(pk=self.pk).exclude(name=name).update(name=name):
                self.tell(Happening.TEAM_EDITED, self, by=by, at=at, old=old, new=name)
        self.name = name

    def keep_holidays_of(self, country: str, *, by: User | None, at: datetime) -> None:
        """Keep the public holidays of this country from now on. What was published stays."""
        with transaction.atomic():
            if Team.objects.filter(pk=self.pk).exclude(country=country).update(country=country):
                with wall.opened_besides(self.pk):
                    self.work_calendar.with_country(country, by=by, at=at)
                self.tell(Happening.COUNTRY_CHOSEN, self, by=by, at=at, country=country)
        self.country = country

    def welcome(self, user: User, *, by: User | None, at: datetime) -> "Membership":
        """Make this person a member.

        Raises TeamError when the team is full, when they are a member already, or when they
        read along as its manager: nobody is both.
        """
        with transaction.atomic():
            self.hold_a_door()
            _refuse_the_erased(user)
            here = Membership.objects.current().filter(team=self)
            if here.filter(user=user).exists():
                raise TeamError(_("%(name)s is already in this team.") % {"name": user})
            if ManagerLink.objects.current().filter(team=self, user=user).exists():
                raise TeamError(
                    _("%(name)s reads along as a manager of this team.") % {"name": user}
                )
            # Whoever was invited takes the place that was kept for them.
            self.invitations.unanswered().filter(email=user.email).update(accepted_at=at)
            if self.places_taken(at) >= LARGEST_CELL:
                raise TeamError(
                    _("This team is full: a team has at most %(most)d people.")
                    % {"most": LARGEST_CELL}
                )
            membership = Membership.objects.create(team=self, user=user, since_at=at)
            self.tell(Happening.MEMBER_WELCOMED, membership, by=by, at=at)
        return membership

    def people(self) -> models.QuerySet[User]:
        """Who is of the team now, by name."""
        members = self.memberships.current().values("user")
        people: models.QuerySet[User] = User.objects.filter(pk__in=members)
        return people.order_by("name", "pk")

    def people_at(self, at: datetime) -> models.QuerySet[User]:
        """Who was of the team at this moment, whoever came or left since."""
        then = models.Q(until_at=None) | models.Q(until_at__gt=at)
        members = self.memberships.filter(then, since_at__lte=at).values("user")
        people: models.QuerySet[User] = User.objects.active().filter(pk__in=members)
        return people.order_by("pk")

    def places_taken(self, at: datetime, *, but: "Invitation | None" = None) -> int:
        """How many places are taken: by members, and by open invitations but for this one."""
        kept = self.invitations.open(at)
        if but and but.pk:
            kept = kept.exclude(pk=but.pk)
        return Membership.objects.current().filter(team=self).count() + kept.count()

    def link_manager(self, user: User, *, by: User | None, at: datetime) -> "ManagerLink":
        """Let this person read along. Raises TeamError for a member of the team."""
        with transaction.atomic():
            self.hold_a_door()
            _refuse_the_erased(user)
            if Membership.objects.current().filter(team=self, user=user).exists():
                raise TeamError(_("%(name)s is a member of this team.") % {"name": user})
            if ManagerLink.objects.current().filter(team=self, user=user).exists():
                raise TeamError(_("%(name)s already follows this team.") % {"name": user})
            link = ManagerLink.objects.create(team=self, user=user, since_at=at)
            self.tell(Happening.MANAGER_LINKED, link, by=by, at=at)
        return link

    def hold_a_door(self) -> None:
        """Let whoever wants a place wait here for the one before them.

        Raises TeamError for a team that was dissolved.
        """
        # What points at the team may be written meanwhile, by who waits for nobody at the door.
        if Team.objects.select_for_update(no_key=True).get(pk=self.pk).dissolved_at:
            raise TeamError(_("This team was dissolved."))

    def dissolve(self, *, by: User | None, at: datetime) -> None:
        """End the team, in which nobody is left: nobody reads its pages, and its figures stop.

        Raises TeamError while it has members, and for one that was dissolved before.
        """
        with transaction.atomic(), wall.opened_besides(self.pk):
            self.hold_a_door()
            if Membership.objects.current().filter(team=self).exists():
                raise TeamError(_("%(team)s still has members.") % {"team": self.name})
            for link in ManagerLink.objects.current().filter(team=self).select_related("user"):
                link.leave(by=by, at=at)
            self.invitations.unanswered().update(withdrawn_at=at)
            Team.objects.filter(pk=self.pk).update(dissolved_at=at)
            self.tell(Happening.TEAM_DISSOLVED, self, by=by, at=at)
        self.dissolved_at = at

    def set_goal(self, goal: Goal, *, by: User | None, at: datetime) -> None:
        """Bound the work of the team.

        Raises TeamError for a goal without words, for a number that is not above nought and for
        a last day that does not come after the first.
        """
        words = one_line(goal.words)
        if not words or goal.target <= 0:
            raise TeamError(_("A goal is a sentence with a number above nought."))
        if goal.until_on <= goal.from_on:
            raise TeamError(_("The goal needs a day in the future."))
        with transaction.atomic():
            self.goal, self.goal_kpi, self.goal_target = words, goal.kpi, goal.target
            self.goal_from_on, self.goal_until_on = goal.from_on, goal.until_on
            self.save(update_fields=GOAL)
            LogEntry.record(Happening.GOAL_SET, self, by=by, at=at, team=self)

    def note_progress(self, amount: Decimal) -> None:
        """Keep how far the goal is; it is a measurement, so it is nobody's line in the logbook."""
        Team.objects.filter(pk=self.pk).exclude(goal_now=amount).update(goal_now=amount)

    def tell(
        self, kind: str, subject: models.Model, *, by: User | None, at: datetime, **details: Any
    ) -> None:
        """Write in our logbook who comes and goes, by whatever door that was said."""
        with wall.opened_besides(self.pk):
            LogEntry.record(kind, subject, by=by, at=at, team=self, **details)


def _refuse_the_erased(user: User) -> None:
    # Whoever erases them meanwhile waits until they have the place, or came before.
    if User.objects.select_for_update(no_key=True).get(pk=user.pk).erased_at:
        raise TeamError(_("Whoever was erased comes back as somebody new."))


class PlaceQuerySet(models.QuerySet):
    def current(self) -> Self:
        return self.filter(until_at__isnull=True)


class Membership(models.Model):
    """A person's place in a team. It has no rank."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    since_at = models.DateTimeField(gettext_lazy("since"))
    until_at = models.DateTimeField(gettext_lazy("until"), null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("membership")
        verbose_name_plural = gettext_lazy("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user"],
                condition=models.Q(until_at__isnull=True),
                name="one_membership_per_team",
            ),
            models.CheckConstraint(
                condition=models.Q(until_at__isnull=True)
                | models.Q(until_at__gte=models.F("since_at")),
                name="membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team} ({self.pk})"

    def leave(self, *, by: User | None, at: datetime) -> None:
        """End the membership. Raises TeamError when it has ended already."""
        with transaction.atomic():
            left = Membership.objects.current().filter(pk=self.pk).update(until_at=at)
            if not left:
                raise TeamError(_("%(name)s has already left this team.") % {"name": self.user})
            self.team.tell(Happening.MEMBER_LEFT, self, by=by, at=at)
        self.until_at = at

    @property
    def is_the_last(self) -> bool:
        """Whether nobody else is of the team."""
        others = Membership.objects.current().filter(team=self.team).exclude(pk=self.pk)
        return not others.exists()

    def step_out(self, *, dissolves: bool, at: datetime) -> None:
        """Leave by oneself. With the last one the team is dissolved, who has to have said so.

        Raises StalePlace for the last one who has not, and TeamError as `leave`.
        """
        with transaction.atomic():
            self.team.hold_a_door()
            is_the_last = self.is_the_last
            if is_the_last and not dissolves:
                raise _is_the_last_now()
            self.leave(by=self.user, at=at)
            if is_the_last:
                self.team.dissolve(by=self.user, at=at)

    def step_over(self, other: Team, *, at: datetime) -> "Membership":
        """Leave by oneself for another team, at once or not at all.

        Raises StalePlace for the last one, who leaves by `step_out`, and TeamError as `move_to`.
        """
        with transaction.atomic():
            self.team.hold_a_door()
            if self.is_the_last:
                raise _is_the_last_now()
            return self.move_to(other, by=self.user, at=at)

    def move_to(self, other: Team, *, by: User | None, at: datetime) -> "Membership":
        """Leave for another team, at once or not at all. Raises TeamError as leaving and coming."""
        with transaction.atomic():
            Team.objects.hold(self.team_id, other.pk)
            self.leave(by=by, at=at)
            return other.welcome(self.user, by=by, at=at)


def _is_the_last_now() -> StalePlace:
    return StalePlace(_("You are the last one now. Look once more."))


class ManagerLink(models.Model):
    """A person who reads a team's figures and work, and writes nothing there."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="manager_links")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="manager_links")
    since_at = models.DateTimeField(gettext_lazy("since"))
    until_at = models.DateTimeField(gettext_lazy("until"), null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("manager link")
        verbose_name_plural = gettext_lazy("manager links")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user"],
                condition=models.Q(until_at__isnull=True),
                name="one_manager_link_per_team",
            ),
            models.CheckConstraint(
                condition=models.Q(until_at__isnull=True)
                | models.Q(until_at__gte=models.F("since_at")),
                name="manager_link_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} follows {self.team} ({self.pk})"

    def leave(self, *, by: User | None, at: datetime) -> None:
        """Stop reading along. Raises TeamError when that was done already."""
        with transaction.atomic():
            ended = ManagerLink.objects.current().filter(pk=self.pk).update(until_at=at)
            if not ended:
                raise TeamError(_("%(name)s no longer follows this team.") % {"name": self.user})
            self.team.tell(Happening.MANAGER_UNLINKED, self, by=by, at=at)
        self.until_at = at
