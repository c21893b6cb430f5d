"""What becomes of a promise for one day: done, judged, let go, or broken."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.happenings import Happening
from agreements.models import clocks
from agreements.models.judging import Contest, Judgement, Verdict
from agreements.models.party import Party, Place, Side
from agreements.models.terms import LONGEST
from agreements.refusals import AgreementError, StaleAgreement
from teams.models import LogEntry, Team, User
from teams.text import one_line

if TYPE_CHECKING:
    from agreements.models.agreement import Agreement


class Fate(models.TextChoices):
    UPCOMING = "upcoming", gettext_lazy("To be done")
    DECLARED = "declared", gettext_lazy("Said to be done")
    KEPT = "kept", gettext_lazy("Kept")
    BROKEN = "broken", gettext_lazy("Broken")
    CONTESTED = "contested", gettext_lazy("Contested")
    RELEASED = "released", gettext_lazy("Released")


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    def settled(self) -> Self:
        """Those of which it is known whether they were kept; what was let go is none."""
        return self.filter(state__in=[Fate.KEPT, Fate.BROKEN])

    def kept_in_time(self) -> Self:
        """Those that were kept by the day that was agreed at first, whatever was agreed later."""
        in_time = models.Q(done_on=None) | models.Q(done_on__lte=models.F("first_due_on"))
        return self.filter(in_time, state=Fate.KEPT)

    def begin(
        self, agreement: "Agreement", due_on: date, *, at: datetime, number: int = 1
    ) -> "Occurrence":
        """Open the promise for this day, as it is agreed for the first time.

        Where the clocks stood still and its day is over by now, the grace begins today: nobody
        breaks what they could say no word about.
        """
        open_on = max(due_on, clocks.today(agreement.team, at))
        grace = clocks.workdays_after(agreement.team, open_on, clocks.GRACE)
        begun = self.create(
            team=agreement.team,
            agreement=agreement,
            number=number,
            due_on=due_on,
            first_due_on=due_on,
            clock_on=grace,
            state=Fate.UPCOMING,
        )
        begun.arm()
        return begun


class Occurrence(models.Model):
    """One day for which something is promised; what comes round has one after the other.

    The next begins when this one is to come no longer, so one at most is, and it is the last.
    `first_due_on` is the day that was agreed at first, whatever was agreed later. Until the day
    `clock_on` the next word can be said; without one nothing more can. `is_tacit` says that the
    others kept silent, `is_automatic` that nobody said a word until the grace was over.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.PROTECT, related_name="occurrences", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=Fate)
    due_on = models.DateField()
    first_due_on = models.DateField()
    renegotiations = models.PositiveSmallIntegerField(default=0)
    clock_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    is_tacit = models.BooleanField(default=False)
    is_automatic = models.BooleanField(default=False)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"], name="days_of_an_agreement_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=models.Q(state=Fate.UPCOMING),
                name="one_day_at_a_time_is_to_come",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=Fate.values), name="fate_of_a_promise_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[Fate.UPCOMING, Fate.DECLARED], settled_at=None)
                | (
                    ~models.Q(state__in=[Fate.UPCOMING, Fate.DECLARED])
                    & models.Q(settled_at__isnull=False)
                ),
                name="what_is_settled_was_settled_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[Fate.KEPT, Fate.RELEASED], clock_on=None)
                | models.Q(state=Fate.BROKEN)
                | (
                    models.Q(state__in=[Fate.UPCOMING, Fate.DECLARED, Fate.CONTESTED])
                    & models.Q(clock_on__isnull=False)
                ),
                name="what_is_not_over_waits_for_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(done_on=None, done_by=None)
                | models.Q(done_on__isnull=False, done_by__isnull=False),
                name="who_did_it_says_so",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=Fate.DECLARED) | models.Q(done_on__isnull=False),
                name="what_is_judged_was_said_to_be_done",
            ),
            models.CheckConstraint(
                condition=models.Q(is_tacit=False) | models.Q(state=Fate.KEPT),
                name="silence_keeps_a_promise",
            ),
            models.CheckConstraint(
                condition=models.Q(is_automatic=False) | models.Q(done_on=None),
                name="a_word_in_time_breaks_nothing",
            ),
        ]
        indexes = [models.Index(fields=["team", "first_due_on"], name="promises_of_a_team")]

    def __str__(self) -> str:
        return f"day {self.number} of agreement {self.agreement_id}"

    @property
    def since(self) -> datetime:
        """The moment from which figures may change when this does."""
        return clocks.start_of(self.agreement.team, self.first_due_on)

    @property
    def is_final(self) -> bool:
        return self.clock_on is None

    def is_late(self, day: date) -> bool:
        """Whether the day is over and nobody has said that it is done."""
        return self.state == Fate.UPCOMING and day > self.due_on

    def before(self) -> "Occurrence | None":
        """The day before this one, of what comes round."""
        return Occurrence.objects.filter(
            agreement=self.agreement_id, number=self.number - 1
        ).first()

    def refuse_to_be_talked_about(self, day: date) -> None:
        """Raises AgreementError where it is too late for other terms."""
        if self.state != Fate.UPCOMING:
            raise StaleAgreement(_("This was said to be done, or settled, a moment ago."))
        if day >= self.due_on:
            raise AgreementError(
                _("Other terms are for before the day itself. Now say whether it was done.")
            )

    def refuse_day(self, due_on: date) -> None:
        """Raises AgreementError for a day that is not later than the one before this."""
        before = self.before()
        if before and due_on <= before.due_on:
            raise AgreementError(_("The time before this one is not over by that day."))

    # -- verbs ----------------------------------------------------------------------------------

    def declare_done(self, *, by: Place, at: datetime) -> None:
        """Say that it is done: who promised it may, until the grace after the day is over."""
        with transaction.atomic():
            party = self._held(by, at, Fate.UPCOMING)
            self._only(Side(party.side).promises, _("Only who promised this can say it is done."))
            day = clocks.today(self.team, at)
            if self.agreement.is_contract and day < self.due_on:
                raise AgreementError(_("To keep off is done when its last day has come."))
            before = self.before()
            if before and day <= before.due_on:
                raise AgreementError(_("The time before this one is not over yet."))
            self._write(
                state=Fate.DECLARED,
                done_on=day,
                done_by=by.user,
                clock_on=self._in(clocks.TO_JUDGE, day),
            )
            self.tell(Happening.DONE, by=by, at=at)
            self.arm(clocks.SILENCE)
            self._make_way(by=by, at=at)

    def judge(self, verdict: Verdict, words: str = "", *, by: Place, at: datetime) -> None:
        """Say whether it was kept: to whom it was promised may, and of a whole team each.

        A promise that was broken asks for a line about what we learn from it. Of several to whom
        it was promised the first decides, of a whole team most of them. Raises AgreementError for
        who promised it.
        """
        words = one_line(words)[:LONGEST]
        with transaction.atomic():
            party = self._held(by, at, Fate.DECLARED)
            self._only(Side(party.side).judges, _("Nobody judges their own promise."))
            if verdict == Verdict.BROKEN and not words:
                raise AgreementError(_("Say in one line what we learn from it."))
            if self.judgements.filter(party=party).exists():
                raise StaleAgreement(_("You have judged this already."))
            Judgement.objects.create(
                team_id=self.team_id, agreement_id=self.agreement_id, occurrence=self,
                party=party, side=party.side, verdict=verdict, words=words, at=at,
            )  # fmt: skip
            if party.side == Side.COUNTERPARTY and not self.agreement.is_with_all:
                self._settle(Fate(verdict), by=by, at=at)
            else:
                self.tell(Happening.JUDGED, by=by, at=at)
                if not self._silent().exists():
                    self._count(by=by, at=at)

    def release(self, *, by: Place, at: datetime, for_good: bool = False) -> None:
        """Let the promise go, for it is needed no longer: to whom it was promised may.

        `for_good` lets go what would come round after it as well.
        """
        with transaction.atomic():
            party = self._held(by, at, Fate.UPCOMING)
            is_shared = self.agreement.is_with_all
            self._only(not is_shared, _("Nobody alone lets go what the whole team was promised."))
            is_promised = party.side == Side.COUNTERPARTY
            self._only(is_promised, _("Only who was promised this can let it go."))
            self._settle(Fate.RELEASED, by=by, at=at, goes_on=not for_good)

    def contest(self, words: str, witness: User, *, by: Place, at: datetime) -> None:
        """Say once that it was not broken, and name somebody who shall decide."""
        words = one_line(words)[:LONGEST]
        with transaction.atomic():
            party = self._held(by, at, Fate.BROKEN)
            self._only(party.side == Side.PROMISOR, _("Only who promised this can contest it."))
            if Contest.objects.filter(occurrence=self).exists():
                raise AgreementError(_("This was contested once already."))
            if not words:
                raise AgreementError(_("Say in one line why it was not broken."))
            Contest.open(self, party, words, self._fit_to_witness(witness), at=at)
            self._write(
                state=Fate.CONTESTED,
                clock_on=self._in(clocks.TO_WITNESS, clocks.today(self.team, at)),
            )
            self.tell(Happening.CONTESTED, by=by, at=at, since=self.since)
            self.arm(clocks.SILENCE)

    def name_witness(self, witness: User, *, by: Place, at: datetime) -> None:
        """Say who shall decide; whom both sides have named is the witness and has days anew."""
        with transaction.atomic():
            party = self._held(by, at, Fate.CONTESTED)
            contest = self.contest_now()
            if contest.witness:
                raise StaleAgreement(_("Both sides have chosen a witness already."))
            contest.name(self._fit_to_witness(witness), Side(party.side))
            self.tell(Happening.WITNESS_NAMED, by=by, at=at)
            if contest.witness:
                self._write(clock_on=self._in(clocks.TO_WITNESS, clocks.today(self.team, at)))
                self.tell(Happening.WITNESS_CHOSEN, by=by, at=at)
                self.arm(clocks.SILENCE)

    def rule(self, verdict: Verdict, words: str = "", *, by: Place, at: datetime) -> None:
        """Decide, as the witness whom both sides have chosen. It is final."""
        with transaction.atomic():
            self._hold(at, Fate.CONTESTED)
            contest = self.contest_now()
            is_witness = contest.witness is not None and contest.witness == by.user
            self._only(is_witness, _("Only the witness whom both sides have chosen decides."))
            contest.decide(verdict, one_line(words)[:LONGEST], at=at)
            self._settle(Fate(verdict), by=by, at=at, is_last=True)

    def run_out(self, *, at: datetime) -> None:
        """Do what time does to the promise; however often it is asked, it happens once."""
        with transaction.atomic():
            self._see()
            if self.clock_on is None or clocks.today(self.team, at) <= self.clock_on:
                return
            match self.state:
                case Fate.UPCOMING if not self._is_promised_by_somebody():
                    # Whoever promised it has left, so it is neither kept nor broken.
                    self._settle(Fate.RELEASED, by=None, at=at, goes_on=False)
                case Fate.UPCOMING:
                    self._settle(Fate.BROKEN, by=None, at=at, is_automatic=True)
                case Fate.DECLARED:
                    self._count(by=None, at=at)
                case Fate.BROKEN:
                    self._close(at=at)
                case _:
                    self._settle(Fate.BROKEN, by=None, at=at, is_last=True)

    def move_to(self, due_on: date) -> None:
        """Be for another day, as all have agreed."""
        grace = clocks.workdays_after(self.agreement.team, due_on, clocks.GRACE)
        self._write(due_on=due_on, clock_on=grace, renegotiations=self.renegotiations + 1)
        self.arm()

    # -- looking --------------------------------------------------------------------------------

    def contest_now(self) -> Contest:
        """The contest as it stands, never as it was seen before the agreement was held."""
        return Contest.objects.select_related("named_by_promisor").get(occurrence=self)

    def _silent(self) -> models.QuerySet[Party]:
        """Who could judge yet, of those who are here."""
        judged = Judgement.objects.filter(occurrence=self, party=models.OuterRef("pk"))
        judges = self.agreement.parties.still_here().exclude(side=Side.PROMISOR)
        return judges.exclude(models.Exists(judged))

    def _is_promised_by_somebody(self) -> bool:
        """Whether somebody who promised it is here yet."""
        here = self.agreement.parties.still_here()
        return here.exclude(side=Side.COUNTERPARTY).exists()

    # -- writing --------------------------------------------------------------------------------

    def _see(self) -> None:
        """Hold the agreement, as everybody does who changes something about it; see how it is."""
        self.agreement.hold()
        self.refresh_from_db(fields=[field.attname for field in self._meta.concrete_fields])

    def _hold(self, at: datetime, state: Fate) -> None:
        self._see()
        if self.state != state or self.clock_on is None:
            raise StaleAgreement(_("This stands differently by now. Look once more."))
        if clocks.today(self.team, at) > self.clock_on:
            raise AgreementError(_("The days for this are over."))

    def _held(self, by: Place, at: datetime, state: Fate) -> Party:
        self._hold(at, state)
        return self.agreement.party_of(by)

    def _only(self, is_fit: bool, sentence: str) -> None:  # noqa: FBT001 -- reads as a sentence
        if not is_fit:
            raise AgreementError(sentence)

    def _fit_to_witness(self, person: User) -> User:
        is_party = self.agreement.parties.filter(person=person).exists()
        if is_party or not self.team.memberships.current().filter(user=person).exists():
            raise AgreementError(_("A witness is of the team, and no party."))
        return person

    def _count(self, *, by: Place | None, at: datetime) -> None:
        """Settle by the words of those who judged; who kept silent lets it be kept."""
        judged = list(self.judgements.values_list("verdict", flat=True))
        kept = judged.count(Verdict.KEPT)
        of_them_all = self.agreement.parties.exclude(side=Side.PROMISOR).count()
        # Two thirds of those who judged; fewer than half of all leave it to silence.
        is_kept = 3 * kept >= 2 * len(judged)
        is_tacit = is_kept and 2 * len(judged) < of_them_all
        self._settle(Fate.KEPT if is_kept else Fate.BROKEN, by=by, at=at, is_tacit=is_tacit)

    def _settle(
        self,
        fate: Fate,
        *,
        by: Place | None,
        at: datetime,
        is_last: bool = False,
        is_tacit: bool = False,
        is_automatic: bool = False,
        goes_on: bool = True,
    ) -> None:
        was_to_come = self.state == Fate.UPCOMING
        can_be_contested = fate == Fate.BROKEN and not is_last and self._has_a_promisor()
        day = clocks.today(self.team, at)
        self._write(
            state=fate,
            clock_on=self._in(clocks.TO_CONTEST, day) if can_be_contested else None,
            settled_at=at,
            is_tacit=is_tacit,
            is_automatic=is_automatic or (self.is_automatic and fate == Fate.BROKEN),
        )
        marks = {"tacit": is_tacit, "automatic": is_automatic, "last": is_last}
        self.tell(_TOLD[fate], by=by, at=at, since=self.since, **marks)
        if was_to_come:
            self._make_way(by=by, at=at, goes_on=goes_on)
        if can_be_contested:
            self.arm(clocks.SILENCE)
        else:
            self.agreement.close()

    def _make_way(self, *, by: Place | None, at: datetime, goes_on: bool = True) -> None:
        """Be to come no longer: other terms are off the table, and the next day begins."""
        self.agreement.drop_the_talk(by=by, at=at)
        if goes_on:
            self.agreement.come_round(self, at=at)

    def _close(self, *, at: datetime) -> None:
        self._write(clock_on=None)
        self.tell(Happening.CLOSED, by=None, at=at)
        self.agreement.close()

    def _has_a_promisor(self) -> bool:
        return self.agreement.parties.filter(side=Side.PROMISOR).exists()

    def _in(self, count: int, day: date) -> date:
        return clocks.workdays_after(self.team, day, count)

    def arm(self, kind: str = clocks.OVERDUE) -> None:
        """Let a job look at the end of the day until which the next word can be said."""
        assert self.clock_on is not None
        clocks.arm(kind, self.team, self.clock_on + clocks.DAY, occurrence_id=self.pk)

    def _write(self, **changes: Any) -> None:
        Occurrence.objects.filter(pk=self.pk).update(**changes)
        for name, value in changes.items():
            setattr(self, name, value)

    def tell(
        self, happening: Happening, *, by: Place | None, at: datetime, **details: Any
    ) -> LogEntry:
        """Write it in the logbook of the agreement, without a word of what was promised."""
        return self.agreement.tell(happening, by=by, at=at, day=self.number, **details)


_TOLD = {
    Fate.KEPT: Happening.KEPT,
    Fate.BROKEN: Happening.BROKEN,
    Fate.RELEASED: Happening.RELEASED,
}
