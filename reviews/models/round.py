"""A round of review: everybody of the team gives every colleague input on three questions."""

from datetime import datetime

from django.db import models, transaction

from reviews.happenings import Happening
from reviews.models import box
from reviews.models.consenting import Consenting
from reviews.models.sealing import Sealing
from reviews.models.states import HELD, RUNNING, Mode, State
from reviews.models.writing import Writing
from teams.models import Membership


class ReviewRound(Consenting, Writing, Sealing):
    """One round, from being proposed to the day on which its words are deleted.

    `days` are the working days to write; each state ends on a day: `answer_by`, `write_until`,
    `talk_until`, `keep_until`. `salt` makes the key under which words lie while it is open.
    `asked` and `took_part` say, of a round that was held, how many of how many handed in.
    `ended_why` is the reason of whoever objected to it or stopped it.
    """

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team"],
                condition=models.Q(state__in=RUNNING),
                name="one_running_round_per_team",
            ),
            models.CheckConstraint(
                condition=models.Q(days__range=(box.SHORTEST, box.LONGEST)),
                name="a_round_takes_its_days",
            ),
            models.CheckConstraint(
                condition=models.Q(~models.Q(salt=b""), state=State.OPEN)
                | models.Q(~models.Q(state=State.OPEN), salt=b""),
                name="there_is_a_key_while_somebody_writes",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=HELD,
                    released_at__isnull=False,
                    asked__isnull=False,
                    took_part__lte=models.F("asked"),
                    talk_until__isnull=False,
                    keep_until__isnull=False,
                )
                | models.Q(~models.Q(state__in=HELD), released_at=None, asked=None),
                name="a_round_that_was_held_tells_how_many_took_part",
            ),
            models.CheckConstraint(
                condition=~models.Q(mode=Mode.SEALED)
                | models.Q(asked=None)
                | models.Q(asked__gte=box.SMALLEST_SEALED),
                name="a_sealed_round_is_for_six_at_least",
            ),
            models.CheckConstraint(
                condition=models.Q(~models.Q(ended_why=""), state=State.DROPPED)
                | models.Q(~models.Q(state=State.DROPPED), ended_why=""),
                name="a_round_that_was_dropped_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["team", "-id"], name="rounds_of_a_team")]

    def __str__(self) -> str:
        return f"round {self.pk} of team {self.team_id}"

    def run_out(self, *, at: datetime) -> None:
        """Do what time has done by now; however often it is asked, each thing happens once."""
        with transaction.atomic():
            self._hold(at)

    def note_read(self, *, by: Membership, at: datetime) -> None:
        """Say that one has read what was written to oneself. Raises StaleReview before, and after
        a year.
        """
        with transaction.atomic():
            self._hold(at)
            self._refuse_unless(State.RELEASED, State.CLOSED)
            self.roster.filter(pk=self._take_seat(by).pk).update(has_read=True)

    def _move_on(self, at: datetime) -> None:
        leave = {
            State.PROPOSED: self._end_answering,
            State.OPEN: self._end_writing,
            State.RELEASED: self._close,
            State.CLOSED: self._purge,
        }
        leave[State(self.state)](at)

    def _close(self, at: datetime) -> None:
        self._become(State.CLOSED)
        self._tell(Happening.CLOSED, by=None, at=at)
