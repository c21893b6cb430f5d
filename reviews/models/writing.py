"""While a round is open: everybody writes about the others, and nobody reads a word."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from reviews.happenings import Happening
from reviews.locking import Lock
from reviews.models.course import Course
from reviews.models.draft import Draft, Words
from reviews.models.seat import Seat
from reviews.models.states import RUNNING, State
from reviews.refusals import ReviewError
from teams.models import Membership, User
from teams.models.consent import reason_of


class Writing(Course):
    """The verbs of a round while it is open. Of when somebody writes nothing is kept."""

    class Meta(Course.Meta):
        abstract = True

    def write(self, about: User, words: Words, *, by: Membership, at: datetime) -> None:
        """Keep these words about a colleague, instead of those before.

        Raises StaleReview once nobody writes any more, and ReviewError for who takes no part, for
        oneself, for who is not of the round, and as `Words.checked`.
        """
        tidy = words.checked()
        with transaction.atomic():
            self._take_seat_to_write(by, at)
            if about.pk not in {one.pk for one in self.colleagues_of(by.user)}:
                raise ReviewError(_("Write about a colleague who takes part."))
            locked = Lock(self.salt).close(tidy.packed())
            Draft.objects.update_or_create(
                {"locked": locked}, team=self.team, round_id=self.pk, author=by.user, about=about
            )

    def hand_in(self, *, by: Membership, at: datetime) -> None:
        """Let one's words count; they can be changed until the round is over.

        Raises as `write`, and ReviewError while something is to be said about somebody.
        """
        with transaction.atomic():
            seat = self._take_seat_to_write(by, at)
            said = self.words_by(by.user)
            left = [one.name for one in self.colleagues_of(by.user) if not said_about(one, said)]
            if left:
                raise ReviewError(
                    _("Write something about %(names)s first, or that you have nothing to say.")
                    % {"names": ", ".join(left)}
                )
            self._mark(seat, is_done=True)

    def take_back(self, *, by: Membership, at: datetime) -> None:
        """Let one's words not count for now. Raises as `write`."""
        with transaction.atomic():
            self._mark(self._take_seat_to_write(by, at), is_done=False)

    def stop(self, why: str, *, by: Membership, at: datetime) -> None:
        """Hold it no longer; what was written is deleted.

        Raises StaleReview where it is over, and ReviewError without a reason.
        """
        reason = reason_of(why, _("Say why we do not hold it."), ReviewError)
        with transaction.atomic():
            self._hold(at)
            self._refuse_others(by)
            self._refuse_unless(*RUNNING)
            self._forget_drafts()
            self._become(State.DROPPED, ended_why=reason, salt=b"")
            self._tell(Happening.STOPPED, by=by, at=at)

    def words_by(self, person: User) -> dict[int, Words]:
        """What this person has written so far, by about whom."""
        if self.state != State.OPEN:
            return {}
        return {draft.about_id: words for draft, words in self._opened(author=person.pk)}

    def _take_seat_to_write(self, by: Membership, at: datetime) -> Seat:
        self._hold(at)
        self._refuse_unless(State.OPEN)
        return self._take_seat(by)

    def _mark(self, seat: Seat, *, is_done: bool) -> None:
        self.roster.filter(pk=seat.pk).update(is_done=is_done)


def said_about(person: User, said: dict[int, Words]) -> bool:
    """Whether something was said about this person, be it that there is nothing to say."""
    return person.pk in said and said[person.pk].is_said
