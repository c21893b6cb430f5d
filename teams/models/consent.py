"""What one of a team proposes and all of it agrees on, whatever it is about."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.models.job import Job
from teams.models.logbook import LogEntry
from teams.models.person import User
from teams.models.team import ManagerLink, Membership, Team
from teams.refusals import Refusal, Stale
from teams.text import one_line
from teams.workdays import end_of_day

T_co = TypeVar("T_co", bound=models.Model, covariant=True)

# Working days of the team.
TO_ANSWER = 5
LONGEST_REASON = 300
# The states that all have in common; each may have more.
PROPOSED, HOLDS, DROPPED, LAPSED = "proposed", "active", "dropped", "lapsed"


class Says(models.TextChoices):
    CONSENTS = "consents", gettext_lazy("consents")
    OBJECTS = "objects", gettext_lazy("objects")


class Told(NamedTuple):
    """How the logbook names what happens to it."""

    proposed: str
    agreed: str
    objected: str
    dropped: str
    lapsed: str


@dataclass(frozen=True)
class Consents:
    """How many of those who are of the team now have consented, and how many these are."""

    yes: int
    of: int

    @classmethod
    def among(cls, voices: models.QuerySet[Any], team: Team) -> "Consents":
        """Count these voices; of those who left meanwhile none counts."""
        people = team.people()
        yes = voices.filter(says=Says.CONSENTS, person__in=people)
        return cls(yes.count(), people.count())

    @property
    def are_all(self) -> bool:
        return self.yes == self.of

    @property
    def are_enough(self) -> bool:
        """Whether so many are enough when the days to answer are over; silence is no consent."""
        return self.yes > 0 and 2 * self.yes >= self.of


class Answered(NamedTuple):
    """Somebody of the team and what they said; blank for nothing yet."""

    name: str
    says: str


def reason_of(why: str, sentence: str, refusal: type[Refusal]) -> str:
    """A reason on one line. Raises the refusal with this sentence where there is none."""
    if not (reason := one_line(why)[:LONGEST_REASON]):
        raise refusal(sentence)
    return reason


class ConsentQuerySet(models.QuerySet[T_co]):
    def proposed(self) -> Self:
        return self.filter(state=PROPOSED)

    def to_answer(self, user: User, day: date) -> Self:
        """Those that wait for what this person says, the one that is due first before others."""
        waiting = self.proposed().filter(answer_by__gte=day).exclude(voices__person=user)
        return waiting.order_by("answer_by", "pk")


class ByConsent(models.Model):
    """It holds once everybody of the team has consented, or half of it has when the days to answer
    are over and nobody objected; silence is no consent. Its words never change, so nobody's
    consent is to other words than they read. `ended_why` is the reason of whoever dropped it, or
    objected.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10)
    answer_by = models.DateField()
    agreed_on = models.DateField(null=True)
    ended_why = models.CharField(max_length=LONGEST_REASON, blank=True, default="")

    # What refuses, and what refuses where somebody else was faster.
    refusal: ClassVar[type[Refusal]]
    stale: ClassVar[type[Stale]]
    told: ClassVar[Told]
    # The kind of job for a proposal that nobody answers any more.
    silence: ClassVar[str]
    # In which states it can be wanted no longer.
    droppable: ClassVar[tuple[str, ...]] = (PROPOSED,)

    class Meta:
        abstract = True

    # -- what people do --------------------------------------------------------------------------

    def ask_all(self, *, by: Membership, at: datetime) -> None:
        """Lay a new one before the team; whoever does so has said yes."""
        self._refuse_others(by)
        self._tell(self.told.proposed, by=by, at=at)
        self._arm(self.silence, end_of_day(self.answer_by, self.team.zone))
        self._keep(Says.CONSENTS, "", by=by, at=at)
        self._agree_if_all_have(by=by, at=at)

    def consent(self, *, by: Membership, at: datetime) -> None:
        """Say yes. It holds once all of the team have.

        Raises `stale` for who has answered, or where it is open no longer; `refusal` when the
        days to answer are over.
        """
        with transaction.atomic():
            self._hold()
            self._refuse_unless_to_answer(by, at)
            self._keep(Says.CONSENTS, "", by=by, at=at)
            self._agree_if_all_have(by=by, at=at)

    def object(self, why: str, *, by: Membership, at: datetime) -> None:
        """Say what harm it would do; that takes it off the table, for a better one to be proposed.

        Raises as `consent`, and `refusal` without a reason.
        """
        reason = reason_of(why, _("Say what harm it would do."), self.refusal)
        with transaction.atomic():
            self._hold()
            self._refuse_unless_to_answer(by, at)
            self._keep(Says.OBJECTS, reason, by=by, at=at)
            self._become(DROPPED, ended_why=reason)
            self._tell(self.told.objected, by=by, at=at)

    def drop(self, why: str, *, by: Membership, at: datetime) -> None:
        """Want this no longer. Raises `stale` where it is over, and `refusal` without a reason."""
        reason = reason_of(why, _("Say why we want this no longer."), self.refusal)
        with transaction.atomic():
            self._hold()
            self._refuse_others(by)
            if not self.can_be_dropped:
                raise self.stale(_("This is over already."))
            self._become(DROPPED, ended_why=reason)
            self._tell(self.told.dropped, by=by, at=at)

    # -- what time does --------------------------------------------------------------------------

    def run_out(self, *, at: datetime) -> None:
        """When the days to answer are over: half of the team is enough, silence is not."""
        with transaction.atomic():
            self._hold()
            if self.state != PROPOSED or not self._is_past_answering(at):
                return
            if self.consents().are_enough and self._has_whom_it_needs():
                self._agree(by=None, at=at)
            else:
                self._become(LAPSED)
                self._tell(self.told.lapsed, by=None, at=at)

    # -- looking ---------------------------------------------------------------------------------

    @property
    def is_proposed(self) -> bool:
        return self.state == PROPOSED

    @property
    def can_be_dropped(self) -> bool:
        return self.state in self.droppable

    @property
    def holds(self) -> bool:
        return self.state == HOLDS

    def consents(self) -> Consents:
        return Consents.among(self._voices.all(), self.team)

    def voice_of(self, member: Membership) -> Any:
        """What this member has said to it, if anything."""
        return self._voices.filter(person=member.user_id).first()

    def can_be_answered(self, member: Membership, at: datetime) -> bool:
        """Whether this member has something to say to it yet."""
        is_asked = self.is_proposed and not self._is_past_answering(at)
        return is_asked and self.voice_of(member) is None

    def answers(self) -> list[Answered]:
        """Who of the team has said what while it is proposed, by name."""
        said = {voice.person_id: str(Says(voice.says).label) for voice in self._voices.all()}
        return [Answered(person.name, said.get(person.pk, "")) for person in self.team.people()]

    # -- what differs from one to the other ------------------------------------------------------

    def _begin_to_hold(self, *, at: datetime) -> dict[str, Any]:
        """What else is written when all have agreed."""
        return {}

    def _has_whom_it_needs(self) -> bool:
        """Whether those have consented without whom it cannot be."""
        return True

    def _naming(self) -> dict[str, Any]:
        """What its lines in the logbook say of it."""
        return {}

    # -- writing ---------------------------------------------------------------------------------

    @property
    def _voices(self) -> Any:
        # Each kind has voices of its own, which point to it.
        return getattr(self, "voices")  # noqa: B009

    def _hold(self) -> None:
        """Hold the row to the end of the transaction, and see it as it is now."""
        rows: Any = models.QuerySet(type(self)).select_for_update(no_key=True)
        self.refresh_from_db(fields=["state"], from_queryset=rows)

    def _refuse_unless_to_answer(self, member: Membership, at: datetime) -> None:
        self._refuse_others(member)
        if self.state != PROPOSED:
            raise self.stale(_("This was decided a moment ago."))
        if self._is_past_answering(at):
            raise self.refusal(_("The days to answer this are over."))
        if self.voice_of(member):
            raise self.stale(_("You have answered this already."))

    def _refuse_others(self, member: Membership | ManagerLink) -> None:
        if not isinstance(member, Membership) or member.team_id != self.team_id:
            raise self.refusal(_("Only the team decides what it wants."))

    def _is_past_answering(self, at: datetime) -> bool:
        return timezone.localdate(at, self.team.zone) > self.answer_by

    def _keep(self, says: Says, why: str, *, by: Membership, at: datetime) -> None:
        self._voices.create(team=self.team, person=by.user, says=says, why=why, at=at)

    def _agree_if_all_have(self, *, by: Membership, at: datetime) -> None:
        if self.consents().are_all:
            self._agree(by=by, at=at)

    def _agree(self, *, by: Membership | None, at: datetime) -> None:
        agreed_on = timezone.localdate(at, self.team.zone)
        self._become(HOLDS, agreed_on=agreed_on, **self._begin_to_hold(at=at))
        self._tell(self.told.agreed, by=by, at=at)

    def _become(self, state: str, **more: Any) -> None:
        self.state = state
        for name, value in more.items():
            setattr(self, name, value)
        self.save(update_fields=["state", *more])

    def _arm(self, kind: str, at: datetime) -> None:
        payload = {"team_id": self.team_id, f"{self._meta.model_name}_id": self.pk}
        Job.objects.arm(kind, str(self.pk), run_at=at, payload=payload)

    def _tell(self, happening: str, *, by: Membership | None, at: datetime, **details: Any) -> None:
        told = {**self._naming(), **details}
        LogEntry.record(happening, self, by=by, at=at, team=self.team, **told)


class ConsentVoice(models.Model):
    """What somebody of the team said to a proposal; written once, and read by the team alone."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    says = models.CharField(max_length=8, choices=Says)
    why = models.CharField(max_length=LONGEST_REASON, blank=True)
    at = models.DateTimeField()

    class Meta:
        abstract = True
