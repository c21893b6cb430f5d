"""Agreements: who promises what to whom, and how it comes to hold."""

from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from agreements.happenings import Happening
from agreements.models import clocks
from agreements.models.agreements import AgreementQuerySet
from agreements.models.occurrence import Fate, Occurrence
from agreements.models.party import Answer, Party, Place, Says, Side
from agreements.models.states import CAME_TO_NOTHING, IN_FORCE, Kind, State
from agreements.models.terms import LONGEST, AgreementVersion, Terms
from agreements.refusals import AgreementError, StaleAgreement
from teams.models import LogEntry, Team
from teams.text import one_line


class Agreement(models.Model):
    """Something that people promise each other.

    `on_table` is the number of the version that waits for answers, `in_force` of the one that
    all parties have accepted; while other terms are talked about there are both, and those in
    force hold. What lies on the table can be answered until the day `answer_by`. What came of
    the promise is told by its occurrences. `renews` is the agreement in whose place this comes,
    `repairs` the day on which a promise was broken that this one makes good.

    Whoever changes anything about an agreement holds its row first, so all of it happens in order.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="agreements", db_index=False
    )
    kind = models.CharField(max_length=16, choices=Kind)
    state = models.CharField(max_length=10, choices=State)
    on_table = models.PositiveSmallIntegerField(null=True)
    in_force = models.PositiveSmallIntegerField(null=True)
    answer_by = models.DateField(null=True)
    renews = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="renewals", db_index=False
    )
    repairs = models.ForeignKey(
        Occurrence, on_delete=models.PROTECT, null=True, related_name="repairs", db_index=False
    )

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=Kind.values), name="agreement_kind_is_known"
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(state=State.PROPOSED, on_table__isnull=False, in_force=None)
                    | models.Q(state__in=CAME_TO_NOTHING, on_table=None, in_force=None)
                    | models.Q(state__in=IN_FORCE, in_force__isnull=False)
                    | models.Q(state__in=[State.RENEWED, State.RETIRED], in_force__isnull=False)
                ),
                name="one_version_of_an_agreement_holds",
            ),
            models.CheckConstraint(
                condition=models.Q(on_table=None)
                | models.Q(in_force=None)
                | models.Q(on_table__gt=models.F("in_force")),
                name="what_is_talked_about_comes_later",
            ),
            models.CheckConstraint(
                condition=models.Q(on_table=None, answer_by=None)
                | models.Q(on_table__isnull=False, answer_by__isnull=False),
                name="what_is_on_the_table_waits_for_a_day",
            ),
            models.UniqueConstraint(
                fields=["renews"],
                condition=~models.Q(state__in=CAME_TO_NOTHING),
                name="an_agreement_is_renewed_once",
            ),
            models.UniqueConstraint(
                fields=["repairs"],
                condition=~models.Q(state__in=CAME_TO_NOTHING),
                name="a_broken_promise_is_repaired_once",
            ),
        ]
        indexes = [models.Index(fields=["team", "state"], name="agreements_of_a_team")]

    def __str__(self) -> str:
        return f"agreement {self.pk} of team {self.team_id}"

    # -- talking about the terms ----------------------------------------------------------------

    def accept(self, number: int, *, by: Place, at: datetime) -> None:
        """Say yes to the version of this number, as seen on the table.

        Once every party has said so it is in force. Raises StaleAgreement when other words lie
        on the table by now, or none; AgreementError when the days to answer are over.
        """
        with transaction.atomic():
            self.hold()
            party = self._answering(number, by=by, at=at)
            self._keep_answer(party, number, Says.ACCEPTS, at=at)
            self.tell(Happening.ACCEPTED, by=by, at=at, number=number)
            if not self._waiting_for(number).exists():
                self._come_into_force(number, by=by, at=at)

    def decline(self, number: int, why: str = "", *, by: Place, at: datetime) -> None:
        """Say no to this version. What is in force goes on to hold; raises as `accept`."""
        with transaction.atomic():
            self.hold()
            party = self._answering(number, by=by, at=at)
            self._keep_answer(party, number, Says.DECLINES, at=at, why=why)
            self._clear_the_table(State.DECLINED, Happening.DECLINED, by=by, at=at)

    def counter(self, number: int, terms: Terms, *, by: Place, at: datetime) -> None:
        """Put other words in the place of this version: what was said to it counts no longer."""
        with transaction.atomic():
            self.hold()
            self._refuse_unless_on_table(number, at)
            self.put_in_words(self._next_number(), terms, by=by, at=at)
            self.tell(Happening.COUNTERED, by=by, at=at, number=self.on_table)

    def withdraw(self, number: int, *, by: Place, at: datetime) -> None:
        """Take this version off the table: who wrote it may, and while nothing holds who promises.

        Raises as `accept`.
        """
        with transaction.atomic():
            self.hold()
            self._refuse_unless_on_table(number, at)
            party = self.party_of(by)
            promises = self.state == State.PROPOSED and Side(party.side).promises
            if not promises and self.version(number).by_id != party.person_id:
                raise AgreementError(_("Only who proposed this can withdraw it."))
            self._clear_the_table(State.WITHDRAWN, Happening.WITHDRAWN, by=by, at=at)

    def renegotiate(self, number: int, terms: Terms, *, by: Place, at: datetime) -> None:
        """Ask for other terms than those in force, of this number; until all accept those hold.

        Raises AgreementError from the day on that was promised, StaleAgreement when other terms
        hold or lie on the table by now.
        """
        with transaction.atomic():
            self.hold()
            party = self.party_of(by)
            if self.in_force != number or self.on_table is not None:
                raise StaleAgreement(_("Other words lie on the table by now. Look once more."))
            self.promise().refuse_to_be_talked_about(clocks.today(self.team, at))
            self.put_in_words(self._next_number(), terms, by=by, at=at)
            self.tell(
                Happening.RENEGOTIATION_PROPOSED,
                by=by,
                at=at,
                number=self.on_table,
                side=party.side,
            )

    def renew(self, until: date, *, by: Place, at: datetime) -> "Agreement":
        """Propose the same between the same people once more, for another day or until then.

        In force it takes the place of this one. Raises AgreementError for an agreement that does
        not end soon, or that is renewed already.
        """
        with transaction.atomic():
            self.hold()
            self.party_of(by)
            if self.state != State.EXPIRING:
                raise AgreementError(_("Only an agreement that ends soon is renewed."))
            if self.renewals.exclude(state__in=CAME_TO_NOTHING).exists():
                raise StaleAgreement(_("Somebody has proposed to renew this already."))
            assert self.in_force is not None
            again = self.version(self.in_force).terms.once_more(until)
            return self.propose_once_more(again, by=by, at=at, renews=self)

    def repair(self, number: int, terms: Terms, *, by: Place, at: datetime) -> "Agreement":
        """Propose between the same people how to make good what was broken on this day.

        It is broken all the same. Raises AgreementError for a promise that was not broken,
        StaleAgreement where somebody has proposed to make it good already.
        """
        with transaction.atomic():
            self.hold()
            self.party_of(by)
            promise = self.promise(number)
            if promise.state != Fate.BROKEN:
                raise AgreementError(_("Only what was broken is made good."))
            if promise.repairs.exclude(state__in=CAME_TO_NOTHING).exists():
                raise StaleAgreement(_("Somebody has proposed to make this good already."))
            # What makes a broken contract good is no second contract.
            is_contract = self.is_contract
            propose = self._propose_between_the_same if is_contract else self.propose_once_more
            made = propose(terms, by=by, at=at, repairs=promise)
            promise.tell(Happening.REPAIR_PROPOSED, by=by, at=at, successor=made.pk)
        return made

    def run_out(self, *, at: datetime) -> None:
        """Do what time does to the agreement itself; however often it is asked, it happens once."""
        with transaction.atomic():
            self.hold()
            day = clocks.today(self.team, at)
            if self.answer_by and day > self.answer_by:
                self._clear_the_table(State.LAPSED, Happening.LAPSED, by=None, at=at)
            if self.state == State.ACTIVE and day >= self._expires_from():
                self._write(state=State.EXPIRING)
                self.tell(Happening.ENDS_SOON, by=None, at=at)

    # -- looking --------------------------------------------------------------------------------

    @property
    def is_in_force(self) -> bool:
        return self.state in IN_FORCE

    @property
    def is_contract(self) -> bool:
        """Whether it is what a manager keeps off."""
        return self.kind == Kind.CONTRACT

    @property
    def is_with_all(self) -> bool:
        """Whether everybody of the team is a party, and nobody of them decides alone."""
        return self.kind in {Kind.TEAM, Kind.CONTRACT}

    def version(self, number: int) -> AgreementVersion:
        return self.versions.get(number=number)

    def promise(self, number: int | None = None) -> Occurrence:
        """The day of this number for which the promise is, or the latest.

        Raises AgreementError for none.
        """
        days = self.occurrences.order_by("-number")
        found = (days if number is None else days.filter(number=number)).first()
        if found is None:
            raise AgreementError(_("Nothing is agreed yet."))
        found.agreement = self
        return found

    def party_of(self, place: Place) -> Party:
        """Who this person is in the agreement. Raises AgreementError for somebody else."""
        found = self.parties.filter(person=place.user_id).first()
        if found is None or place.team_id != self.team_id:
            raise AgreementError(_("Only its parties decide about an agreement."))
        return found

    # -- writing --------------------------------------------------------------------------------

    def hold(self) -> None:
        """Hold the row to the end of the transaction, and see it as it is now."""
        rows = Agreement.objects.select_for_update(no_key=True)
        self.refresh_from_db(
            fields=["state", "on_table", "in_force", "answer_by"], from_queryset=rows
        )

    def close(self) -> None:
        """End with the last day, unless another agreement has taken the place of this one."""
        if self.is_in_force and not self.occurrences.filter(clock_on__isnull=False).exists():
            self._write(state=State.RETIRED)

    def come_round(self, last: Occurrence, *, at: datetime) -> None:
        """Begin the day after this one, where there is one and somebody is left on each side."""
        terms = self.version(self.in_force or 1).terms
        due_on = terms.day_after(last.due_on, self.team.work_calendar.hours)
        if due_on and not self._is_left_alone():
            Occurrence.objects.begin(self, due_on, at=at, number=last.number + 1)

    def _is_left_alone(self) -> bool:
        sides = set(self.parties.values_list("side", flat=True))
        return sides != set(self.parties.still_here().values_list("side", flat=True))

    def drop_the_talk(self, *, by: Place | None, at: datetime) -> None:
        """Take other terms off the table, for what was promised is no longer to be changed."""
        if self.on_table is not None:
            self._clear_the_table(State.RETIRED, Happening.WITHDRAWN, by=by, at=at)

    def _waiting_for(self, number: int) -> models.QuerySet[Party]:
        """Who has to say yes yet. Of a whole team nobody waits for those who left meanwhile."""
        silent = self.parties.without_answer_to(number)
        return silent.still_here() if self.is_with_all else silent

    def _answering(self, number: int, *, by: Place, at: datetime) -> Party:
        self._refuse_unless_on_table(number, at)
        party = self.party_of(by)
        if party.answers.filter(number=number).exists():
            raise StaleAgreement(_("You have answered this already."))
        return party

    def _refuse_unless_on_table(self, number: int, at: datetime) -> None:
        if self.on_table != number:
            raise StaleAgreement(_("Other words lie on the table by now. Look once more."))
        assert self.answer_by is not None
        if clocks.today(self.team, at) > self.answer_by:
            raise AgreementError(_("The days to answer this are over."))

    def _keep_answer(
        self, party: Party, number: int, says: Says, *, at: datetime, why: str = ""
    ) -> None:
        Answer.objects.create(
            team_id=self.team_id,
            agreement=self,
            party=party,
            number=number,
            says=says,
            why=one_line(why)[:LONGEST],
            at=at,
        )

    def _next_number(self) -> int:
        return self.versions.count() + 1

    def put_in_words(self, number: int, terms: Terms, *, by: Place, at: datetime) -> None:
        """Put these terms on the table; who writes them has accepted them."""
        day = clocks.today(self.team, at)
        party = self.party_of(by)
        version = AgreementVersion.write(self, number, terms, by=by.user, day=day, at=at)
        latest = version.due_on
        if self.in_force:
            # What is in force is talked about on its last day yet, and no longer.
            promise = self.promise()
            promise.refuse_day(version.due_on)
            latest = min(latest, promise.due_on)
        answer_by = min(clocks.workdays_after(self.team, day, clocks.TO_ANSWER), latest)
        self._write(on_table=number, answer_by=answer_by)
        self._keep_answer(party, number, Says.ACCEPTS, at=at)
        clocks.arm(clocks.SILENCE, self.team, answer_by + clocks.DAY, agreement_id=self.pk)

    def _come_into_force(self, number: int, *, by: Place, at: datetime) -> None:
        terms, is_new = self.version(number).terms, self.in_force is None
        state = self._state_with(terms, at)
        self._write(in_force=number, on_table=None, answer_by=None, state=state)
        due_on = next(terms.days(self.team.work_calendar.hours))
        if is_new:
            Occurrence.objects.begin(self, due_on, at=at)
        else:
            self.promise().move_to(due_on)
        clocks.arm(clocks.EXPIRY, self.team, self._expires_from(), agreement_id=self.pk)
        happening = Happening.AGREED if is_new else Happening.RENEGOTIATED
        self.tell(happening, by=by, at=at, number=number, since=self.promise().since)
        if is_new and self.renews:
            self.renews.give_way(self, by=by, at=at)

    def _state_with(self, terms: Terms, at: datetime) -> State:
        """As what it stands once these terms are in force."""
        ends_soon = clocks.today(self.team, at) >= terms.last_on - clocks.ENDS_SOON
        if self.state == State.RENEWED:
            return State.RENEWED
        # What is new and ends soon is told so by the clock, at its first look.
        is_new = self.state == State.PROPOSED
        return State.EXPIRING if ends_soon and not is_new else State.ACTIVE

    def give_way(self, successor: "Agreement", *, by: Place, at: datetime) -> None:
        self.hold()
        if self.state == State.EXPIRING:
            self._write(state=State.RENEWED)
            self.tell(Happening.RENEWED, by=by, at=at, successor=successor.pk)

    def propose_once_more(
        self, terms: Terms, *, by: Place, at: datetime, **after: Any
    ) -> "Agreement":
        """Propose these terms between the same people; `after` says what it follows."""
        if self.kind == Kind.TEAM:
            return Agreement.objects.propose_to_all(terms, by=by, at=at, **after)
        if self.kind == Kind.CONTRACT:
            manager = self.parties.select_related("person").get(side=Side.PROMISOR).person
            return Agreement.objects.offer_contract(terms, manager, by=by, at=at, **after)
        return self._propose_between_the_same(terms, by=by, at=at, **after)

    def _propose_between_the_same(
        self, terms: Terms, *, by: Place, at: datetime, **after: Any
    ) -> "Agreement":
        # Who has left is asked for nothing more.
        parties = list(self.parties.still_here().select_related("person"))
        return Agreement.objects.propose(
            terms,
            promisors=[each.person for each in parties if each.side == Side.PROMISOR],
            counterparties=[each.person for each in parties if each.side == Side.COUNTERPARTY],
            by=by,
            at=at,
            **after,
        )

    def _clear_the_table(
        self, state: State, happening: Happening, *, by: Place | None, at: datetime
    ) -> None:
        number, cleared = self.on_table, {"on_table": None, "answer_by": None}
        if self.in_force is None:
            self._write(state=state, **cleared)
            self.tell(happening, by=by, at=at, number=number)
        else:
            self._write(**cleared)
            self.tell(
                Happening.RENEGOTIATION_ENDED, by=by, at=at, number=number, how=happening.value
            )

    def _expires_from(self) -> date:
        assert self.in_force is not None
        return self.version(self.in_force).terms.last_on - clocks.ENDS_SOON

    def _write(self, **changes: Any) -> None:
        Agreement.objects.filter(pk=self.pk).update(**changes)
        for name, value in changes.items():
            setattr(self, name, value)

    def tell(
        self, happening: Happening, *, by: Place | None, at: datetime, **details: Any
    ) -> LogEntry:
        """Write it in the logbook, without a word of what was agreed."""
        return LogEntry.record(
            happening,
            self,
            by=by.user if by else None,
            at=at,
            team=self.team,
            kind_of=self.kind,
            **details,
        )
