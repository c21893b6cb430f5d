"""Before a round: one proposes it, and it is held once all of the team want it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.models import clocks
from reviews import locking
from reviews.happenings import Happening
from reviews.models.course import TOO_FEW, Course
from reviews.models.rounds import too_few
from reviews.models.seat import Seat
from reviews.models.states import Mode, State
from reviews.models.voice import Voice
from reviews.refusals import ReviewError, StaleReview
from teams.models import Membership
from teams.models.consent import Consents, Says, reason_of


class Consenting(Course):
    """The verbs of a round until it begins.

    It begins once everybody of the team has consented, or half of it has when the days to answer
    are over and nobody objected; silence is no consent.
    """

    class Meta(Course.Meta):
        abstract = True

    def ask_all(self, *, by: Membership, at: datetime) -> None:
        """Lay a new one before the team; whoever does so has said yes."""
        self._arm(self.answer_by)
        self._tell(Happening.PROPOSED, by=by, at=at)
        self._keep(Says.CONSENTS, "", by=by, at=at)
        self._begin_if_all_consent(by=by, at=at)

    def consent(self, *, by: Membership, at: datetime) -> None:
        """Say yes. It begins once all of the team have.

        Raises StaleReview for who has answered, and where it is proposed no longer.
        """
        with transaction.atomic():
            self._hold_to_answer(by, at)
            self._keep(Says.CONSENTS, "", by=by, at=at)
            self._begin_if_all_consent(by=by, at=at)

    def object(self, why: str, *, by: Membership, at: datetime) -> None:
        """Say what harm it would do; then it is not held. Raises as `consent`, and ReviewError
        without a reason.
        """
        reason = reason_of(why, _("Say what harm it would do."), ReviewError)
        with transaction.atomic():
            self._hold_to_answer(by, at)
            self._keep(Says.OBJECTS, reason, by=by, at=at)
            self._become(State.DROPPED, ended_why=reason)
            self._tell(Happening.OBJECTED, by=by, at=at)

    def consents(self) -> Consents:
        return Consents.among(Voice.objects.filter(round=self.pk), self.team)

    def has_answered(self, member: Membership) -> bool:
        """Whether this member has said yes or no to it."""
        return Voice.objects.filter(round=self.pk, person=member.user_id).exists()

    def _hold_to_answer(self, by: Membership, at: datetime) -> None:
        self._hold(at)
        self._refuse_others(by)
        self._refuse_unless(State.PROPOSED)
        if self.has_answered(by):
            raise StaleReview(_("You have answered this already."))

    def _keep(self, says: Says, why: str, *, by: Membership, at: datetime) -> None:
        Voice.objects.create(
            team=self.team, round_id=self.pk, person=by.user, says=says, why=why, at=at
        )

    def _begin_if_all_consent(self, *, by: Membership, at: datetime) -> None:
        if self.consents().are_all:
            self._begin(by=by, at=at)

    def _end_answering(self, at: datetime) -> None:
        if self.consents().are_enough:
            self._begin(by=None, at=at)
        else:
            self._become(State.LAPSED)
            self._tell(Happening.LAPSED, by=None, at=at)

    def _begin(self, *, by: Membership | None, at: datetime) -> None:
        """Freeze who takes part, and let everybody write."""
        people = list(self.team.people())
        if too_few(Mode(self.mode), len(people)):
            self._become(State.DROPPED, ended_why=TOO_FEW)
            self._tell(Happening.LAPSED, by=None, at=at)
            return
        Seat.objects.bulk_create(
            Seat(team=self.team, round_id=self.pk, person=person) for person in people
        )
        until = clocks.workdays_after(self.team, clocks.today(self.team, at), self.days)
        self._become(State.OPEN, write_until=until, salt=locking.new_salt())
        self._tell(Happening.OPENED, by=by, at=at)
