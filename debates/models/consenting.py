"""Proposing and consenting: what shall be done, and whether anything speaks against it."""

from contextlib import suppress
from datetime import date, datetime

from django.db import models, transaction
from django.utils.translation import gettext as _

from agreements.models import Place, clocks
from agreements.refusals import AgreementError
from debates.happenings import Happening
from debates.models import box
from debates.models.box import Fallback
from debates.models.course import Course
from debates.models.proposal import (
    MOST_PROPOSALS,
    Objection,
    Offer,
    Proposal,
    ProposalVersion,
    Response,
    Says,
    last_day_of_trial,
)
from debates.models.seat import LONGEST, Seat
from debates.models.states import ANSWERING, End, State
from debates.models.vote import Vote
from debates.refusals import DebateError, StaleDebate
from teams.text import one_line


class Consenting(Course):
    """The verbs of a debate while something is proposed and answered, and how it is decided."""

    class Meta(Course.Meta):
        abstract = True

    def propose(self, offer: Offer, *, by: Place, at: datetime) -> ProposalVersion:
        """Put something forward. Raises StaleDebate before and after, DebateError as checked."""
        with transaction.atomic():
            seat = self._in_state(by, at, State.PROPOSING)
            version = self._put_forward(offer, seat, at=at)
            self.tell(Happening.PROPOSED, by=by, at=at, number=version.proposal.number)
        return version

    def reword(
        self, proposal: Proposal, seen: int, offer: Offer, *, by: Place, at: datetime
    ) -> ProposalVersion:
        """Put a proposal in other words than those of number `seen`; everybody answers anew.

        While proposals are made anybody may; afterwards to work in an objection, twice in a
        debate. Raises StaleDebate where other words count by now, DebateError as checked.
        """
        with transaction.atomic():
            seat = self._in_state(by, at, State.PROPOSING, State.INTEGRATING)
            proposal = self._proposals.get(pk=proposal.pk)
            if proposal.latest != seen:
                raise StaleDebate(_("Other words were proposed meanwhile. Look once more."))
            if self.state == State.INTEGRATING:
                self._begin_a_round(proposal, at)
            proposal.latest += 1
            proposal.save(update_fields=["latest"])
            version = ProposalVersion.write(
                proposal, offer, seat=seat, day=clocks.today(self.team, at), at=at
            )
            if self.state == State.INTEGRATING:
                self._keep(Response(version=version, seat=seat, says=Says.CONSENTS, at=at))
                self._weigh_objections()
            self.tell(Happening.REWORDED, by=by, at=at, number=proposal.number)
        return version

    def consent(
        self, version: ProposalVersion, concern: str = "", *, by: Place, at: datetime
    ) -> None:
        """Say yes to these words, and with it what shall be looked at in the end.

        Raises StaleDebate for words that count no longer, or to which one has answered.
        """
        with transaction.atomic():
            seat = self._answering(version, by, at)
            concern = one_line(concern)[:LONGEST]
            self._keep(
                Response(version=version, seat=seat, says=Says.CONSENTS, concern=concern, at=at)
            )
            self._weigh_objections()  # whoever is back is asked again, and what they said counts
            self._conclude_when_all_is_said(at)

    def object(
        self, version: ProposalVersion, objection: Objection, *, by: Place, at: datetime
    ) -> None:
        """Object to these words with four answers; management names what of the frame it breaks.

        Raises as `consent`, and DebateError where an answer is missing.
        """
        with transaction.atomic():
            seat = self._answering(version, by, at)
            tidy = objection.checked(seat)
            self._keep(Response(version=version, seat=seat, says=Says.OBJECTS, at=at, **vars(tidy)))
            self._become(State.INTEGRATING)
            self.tell(Happening.OBJECTED, by=by, at=at, number=version.proposal.number)
            self._conclude_when_all_is_said(at)

    def withdraw(self, version: ProposalVersion, *, by: Place, at: datetime) -> None:
        """Take one's objection back; it is consent since then. Raises as `consent`."""
        with transaction.atomic():
            seat = self._in_state(by, at, State.INTEGRATING)
            self._refuse_old_words(version)
            mine = Response.objects.open_objections().filter(version=version, seat=seat)
            if not mine.update(withdrawn_at=at):
                raise StaleDebate(_("You have no objection to this."))
            self._weigh_objections()
            self._conclude_when_all_is_said(at)

    def why_no_round_on(self, day: date) -> str | None:
        """Why no proposal is put in other words on this day, in a sentence; None where one can."""
        if day == self.ends_on:
            return _("Today is the last day; now it is yes or no.")
        if self.rounds >= box.MOST_ROUNDS:
            return _("This was put in other words twice; now it is yes or no.")
        return None

    # -- writing ---------------------------------------------------------------------------------

    @property
    def _proposals(self) -> models.QuerySet[Proposal]:
        return Proposal.objects.filter(debate=self.pk)

    def _answering(self, version: ProposalVersion, by: Place, at: datetime) -> Seat:
        seat = self._in_state(by, at, *ANSWERING)
        self._refuse_old_words(version)
        if Response.objects.filter(version=version, seat=seat).exists():
            raise StaleDebate(_("You have answered this already."))
        return seat

    def _refuse_old_words(self, version: ProposalVersion) -> None:
        if not self._latest_words().filter(pk=version.pk).exists():
            raise StaleDebate(_("Other words were proposed meanwhile. Look once more."))

    def _keep(self, response: Response) -> None:
        response.team_id, response.debate_id = self.team_id, self.pk
        response.save(force_insert=True)

    def _put_forward(self, offer: Offer, seat: Seat, *, at: datetime) -> ProposalVersion:
        number = self._proposals.count() + 1
        if number > MOST_PROPOSALS:
            raise DebateError(_("Three proposals are enough; put one of them in other words."))
        proposal = Proposal.objects.create(team_id=self.team_id, debate_id=self.pk, number=number)
        day = clocks.today(self.team, at)
        return ProposalVersion.write(proposal, offer, seat=seat, day=day, at=at)

    def _begin_a_round(self, proposal: Proposal, at: datetime) -> None:
        contested = Response.objects.open_objections().of_those_asked()
        words = {"version__proposal": proposal, "version__number": proposal.latest}
        if not contested.filter(**words).exists():
            raise DebateError(_("Nobody objects to this one."))
        why_not = self.why_no_round_on(clocks.today(self.team, at))
        if why_not:
            raise DebateError(why_not)
        self._write(rounds=self.rounds + 1)

    def _weigh_objections(self) -> None:
        """Go back to asking for consent where no objection is left."""
        contested = Response.objects.open_objections().of_those_asked()
        is_contested = contested.filter(version__in=self._latest_words()).exists()
        self._become(State.INTEGRATING if is_contested else State.CONSENTING)

    def _latest_words(self) -> models.QuerySet[ProposalVersion]:
        return ProposalVersion.objects.filter(debate=self.pk).latest_words()

    def _conclude_when_all_is_said(self, at: datetime) -> None:
        """End early once everybody has answered, and nothing can be worked in any more."""
        asked, words = self.roster.asked().count(), self._latest_words().count()
        said = Response.objects.of_those_asked().filter(version__in=self._latest_words()).count()
        is_settled = self.state == State.CONSENTING or self.rounds >= box.MOST_ROUNDS
        if said == asked * words and is_settled and asked:
            self._conclude(at)

    def _end_proposing(self, at: datetime) -> None:
        if self._proposals.exists():
            self._become(State.CONSENTING)
            self.tell(Happening.CONSENTING, by=None, at=at)
        else:
            self._finish(State.NO_CHANGE, End.NOTHING_PROPOSED, at=at)

    def _conclude(self, at: datetime) -> None:
        """Decide on what nobody objects to, or do what was said at the beginning for this case."""
        votes = [Vote(version, self) for version in self._latest_words()]
        contested = [vote for vote in votes if vote.objections]
        agreed = [vote for vote in votes if vote.passes]
        tried: list[Vote] = []
        if contested and self.fallback == Fallback.DROP:
            agreed = []
        elif self.fallback == Fallback.TRIAL:
            tried = [vote for vote in contested if vote.can_be_tried]
        if agreed or tried:
            self._decide(agreed, tried, at)
        elif contested:
            self._finish(State.NO_CHANGE, End.OBJECTED, at=at)
        else:
            self._finish(State.LAPSED, End.NOT_ANSWERED, at=at)

    def _decide(self, agreed: list[Vote], tried: list[Vote], at: datetime) -> None:
        until, made = last_day_of_trial(self.team, at), 0
        ends = [*((vote, None) for vote in agreed), *((vote, until) for vote in tried)]
        for vote, last in ends:
            # Who should promise it may have left meanwhile: that one falls, and the others stand.
            with suppress(AgreementError), transaction.atomic():
                vote.become_an_agreement(at=at, until=last)
                made += 1
        if made:
            self._finish(State.DECIDED, End.DECIDED, at=at, made=made)
        else:
            self._finish(State.NO_CHANGE, End.NOBODY_LEFT, at=at)
