"""Procedures: what the team does because it is the rule, and where they are buried."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.happenings import Happening
from agreements.models import clocks
from agreements.models.burial import Burial
from agreements.models.party import Place
from agreements.models.terms import LONGEST
from agreements.refusals import ProcedureError, StaleProcedure
from dashboards.figures import Kpi
from teams.models import LogEntry, ManagerLink, Membership, Team
from teams.text import one_line

LONGEST_NAME = 120
LONGEST_TRIAL = timedelta(days=60)
# Nobody spends more hours of a month on one procedure; fifty people do not.
MOST_HOURS = Decimal(9999)
TRIAL = "agreements.trial"


class State(models.TextChoices):
    ALIVE = "alive", gettext_lazy("Alive")
    ON_TRIAL = "on_trial", gettext_lazy("On trial: we do without it")
    BURIED = "buried", gettext_lazy("Buried")


class Shield(models.TextChoices):
    """Why a procedure can be buried by nobody of the team: it belongs to the frame."""

    NONE = "", gettext_lazy("not protected")
    LAW = "law", gettext_lazy("the law asks for it")
    SAFETY = "safety", gettext_lazy("somebody’s safety hangs on it")


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def of(self, team: Team) -> Self:
        return self.filter(team=team).order_by("name", "pk")

    def register(
        self, name: str, purpose: str, hours: Decimal, *, by: Membership, at: datetime
    ) -> "Procedure":
        """Write down what the team does because it is the rule, and what hours a month it takes.

        Raises ProcedureError without a name or a purpose, for hours out of reach, and where one of
        this name stands in the register already.
        """
        name, purpose = one_line(name)[:LONGEST_NAME], one_line(purpose)[:LONGEST]
        if not name:
            raise ProcedureError(_("Say what it is called."))
        if not purpose:
            raise ProcedureError(_("Say why it was begun."))
        _refuse_hours(hours)
        with transaction.atomic():
            # Whoever writes in the register waits here for the one before them.
            Team.objects.select_for_update(no_key=True).get(pk=by.team_id)
            if self.filter(team=by.team, name__iexact=name).exists():
                raise ProcedureError(_("This stands in the register already."))
            procedure = self.create(team=by.team, name=name, purpose=purpose, hours=hours)
            procedure.tell(Happening.PROCEDURE_REGISTERED, by=by, at=at)
        return procedure


class Procedure(models.Model):
    """Something that the team does because it is the rule.

    `hours` is what it takes the team in a month. On trial the team does without it until the day
    `trial_until`, and looks at one figure meanwhile (`guard`): when the day is over it is alive
    again, unless it was buried. `epitaph` says of a buried one what it was good for, `hours_saved`
    what its end gives back in a month. `shield` is set by whoever answers for the frame.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="procedures", db_index=False
    )
    name = models.CharField(max_length=LONGEST_NAME)
    purpose = models.CharField(max_length=LONGEST)
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    state = models.CharField(max_length=8, choices=State, default=State.ALIVE)
    shield = models.CharField(max_length=6, choices=Shield, blank=True, default=Shield.NONE)
    guard = models.SlugField(max_length=60, blank=True, default="", db_index=False)
    trial_from = models.DateField(null=True)
    trial_until = models.DateField(null=True)
    epitaph = models.CharField(max_length=LONGEST, blank=True, default="")
    hours_saved = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    buried_on = models.DateField(null=True)
    # Why it is as it is now: on trial, alive again, out of its grave.
    why = models.CharField(max_length=LONGEST, blank=True, default="")

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("team", Lower("name"), name="a_procedure_is_registered_once"),
            models.CheckConstraint(
                condition=models.Q(
                    ~models.Q(guard=""),
                    state=State.ON_TRIAL,
                    trial_from__isnull=False,
                    trial_until__isnull=False,
                )
                | models.Q(
                    ~models.Q(state=State.ON_TRIAL), guard="", trial_from=None, trial_until=None
                ),
                name="a_trial_has_a_guard_and_an_end",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    ~models.Q(epitaph=""),
                    state=State.BURIED,
                    hours_saved__isnull=False,
                    buried_on__isnull=False,
                )
                | models.Q(
                    ~models.Q(state=State.BURIED), epitaph="", hours_saved=None, buried_on=None
                ),
                name="a_grave_has_its_words",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.ALIVE) | models.Q(shield=Shield.NONE),
                name="what_is_protected_is_alive",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_alive(self) -> bool:
        return self.state == State.ALIVE

    # -- what the team does ----------------------------------------------------------------------

    def try_without(
        self, guard: Kpi, until: date, why: str, *, by: Membership, at: datetime
    ) -> None:
        """Do without it until this day, sixty days away at most, and watch one figure meanwhile.

        Raises StaleProcedure where it is not alive any more, and ProcedureError for one that is
        protected, a guard that is read in its parts, a day that is none, or without a reason.
        """
        reason = _said(why, _("Say why we could do without it."))
        with transaction.atomic():
            self._hold(by)
            self._refuse_unless(State.ALIVE)
            if self.shield:
                raise ProcedureError(_("This is protected: whoever answers for the frame decides."))
            today = clocks.today(self.team, at)
            if guard.is_detail:
                raise ProcedureError(_("This figure is read in its parts; choose another one."))
            if not today < until <= today + LONGEST_TRIAL:
                raise ProcedureError(_("A trial ends within sixty days, and not today."))
            self._become(
                State.ON_TRIAL, guard=guard.slug, trial_from=today, trial_until=until, why=reason
            )
            clocks.arm(TRIAL, self.team, until + clocks.DAY, procedure_id=self.pk)
            self.tell(Happening.PROCEDURE_ON_TRIAL, by=by, at=at, until=until.isoformat())

    def take_up(self, why: str, *, by: Membership, at: datetime) -> None:
        """End the trial: we need it after all. Raises as `try_without`."""
        reason = _said(why, _("Say why we need it after all."))
        with transaction.atomic():
            self._hold(by)
            self._refuse_unless(State.ON_TRIAL)
            self._become(State.ALIVE, why=reason, **NO_TRIAL)
            self.tell(Happening.PROCEDURE_TAKEN_UP, by=by, at=at)

    def bury(self, epitaph: str, hours: Decimal, *, by: Membership, at: datetime) -> None:
        """Bury it, with a word about its life and the hours of a month that it gives back.

        Raises StaleProcedure where it is not on trial, ProcedureError without an epitaph.
        """
        words = _said(epitaph, _("Say a word at its grave."))
        _refuse_hours(hours)
        with transaction.atomic():
            self._hold(by)
            self._refuse_unless(State.ON_TRIAL)
            today = clocks.today(self.team, at)
            self._become(
                State.BURIED, epitaph=words, hours_saved=hours, buried_on=today, why="", **NO_TRIAL
            )
            Burial.begin(self, hours, at=at)
            self.tell(Happening.PROCEDURE_BURIED, by=by, at=at, hours=str(hours))

    def resurrect(self, why: str, *, by: Membership, at: datetime) -> None:
        """Take it out of its grave. Raises StaleProcedure where it lies in none."""
        reason = _said(why, _("Say why it has to live again."))
        with transaction.atomic():
            self._hold(by)
            self._refuse_unless(State.BURIED)
            self._become(State.ALIVE, why=reason, **NO_GRAVE)
            Burial.end(self, at=at)
            self.tell(Happening.PROCEDURE_RESURRECTED, by=by, at=at)

    # -- what the frame does ---------------------------------------------------------------------

    def protect(self, shield: Shield, *, by: Place, at: datetime) -> None:
        """Say that law or safety ask for it, or that they do no longer; for managers alone.

        Raises ProcedureError for a member, and StaleProcedure where it is not alive.
        """
        if not isinstance(by, ManagerLink):
            raise ProcedureError(_("Whoever answers for the frame decides about this."))
        with transaction.atomic():
            self._hold(by)
            self._refuse_unless(State.ALIVE)
            if self.shield == shield:
                return
            self._become(State.ALIVE, shield=shield)
            happening = (
                Happening.PROCEDURE_PROTECTED if shield else Happening.PROCEDURE_NOT_PROTECTED
            )
            self.tell(happening, by=by, at=at)

    # -- what time does --------------------------------------------------------------------------

    def run_out(self, *, at: datetime, guarded: dict[str, int] | None = None) -> None:
        """End a trial whose days are over; however often it is asked, it happens once.

        `guarded` is what the figure that was watched has shown, for the logbook.
        """
        with transaction.atomic():
            self._hold(None)
            if self.trial_until and clocks.today(self.team, at) > self.trial_until:
                self._become(State.ALIVE, why="", **NO_TRIAL)
                self.tell(Happening.PROCEDURE_TRIAL_OVER, by=None, at=at, **(guarded or {}))

    # -- writing ---------------------------------------------------------------------------------

    def _hold(self, by: Place | None) -> None:
        """Hold the row to the end of the transaction, and see it as it is now."""
        if by is not None and by.team_id != self.team_id:
            raise ProcedureError(_("Only the team decides about its procedures."))
        rows = Procedure.objects.select_for_update(no_key=True)
        self.refresh_from_db(fields=["state", "shield", "trial_until"], from_queryset=rows)

    def _refuse_unless(self, state: State) -> None:
        if self.state != state:
            raise StaleProcedure(_("It is not as you saw it any more. Look once more."))

    def _become(self, state: State, **values: Any) -> None:
        for name, value in {"state": state, **values}.items():
            setattr(self, name, value)
        self.save(update_fields=["state", *values])

    def tell(self, happening: Happening, *, by: Place | None, at: datetime, **details: Any) -> None:
        who = by.user if by else None
        LogEntry.record(happening, self, by=who, at=at, team=self.team, name=self.name, **details)


NO_TRIAL: dict[str, Any] = {"guard": "", "trial_from": None, "trial_until": None}
NO_GRAVE: dict[str, Any] = {"epitaph": "", "hours_saved": None, "buried_on": None}


def _refuse_hours(hours: Decimal) -> None:
    if not 0 <= hours <= MOST_HOURS:
        raise ProcedureError(_("Say how many hours a month it takes."))


def _said(words: str, sentence: str) -> str:
    if not (said := one_line(words)[:LONGEST]):
        raise ProcedureError(sentence)
    return said
