"""How rounds of review are proposed, and found."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models, transaction
from django.utils.translation import gettext as _

from agreements.models import clocks
from reviews.models import box
from reviews.models.states import HELD, RUNNING, Mode, State
from reviews.refusals import ReviewError, StaleReview
from teams.models import Membership, Team

if TYPE_CHECKING:
    from reviews.models.round import ReviewRound


class ReviewRoundQuerySet(models.QuerySet["ReviewRound"]):
    def running(self) -> Self:
        """Proposed, or being written."""
        return self.filter(state__in=RUNNING)

    def held(self) -> Self:
        """Those that came to their end, whatever has become of the words."""
        return self.filter(state__in=HELD)

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def propose(self, mode: Mode, days: int, *, by: Membership, at: datetime) -> "ReviewRound":
        """Ask the team for a round; who does so has consented.

        Raises StaleReview where one runs already, and ReviewError where there are too few people
        for the mode, and for too few or too many days.
        """
        if not box.SHORTEST <= days <= box.LONGEST:
            raise ReviewError(_("A round takes between three and ten working days."))
        with transaction.atomic():
            # Whoever proposes a round waits here for the one before them.
            team = Team.objects.select_for_update(no_key=True).get(pk=by.team_id)
            if self.running().filter(team=team).exists():
                raise StaleReview(_("A round of review is going on already."))
            if why := too_few(mode, team.people().count()):
                raise ReviewError(why)
            answer_by = clocks.workdays_after(team, clocks.today(team, at), box.TO_ANSWER)
            made = self.create(
                team=team, mode=mode, days=days, state=State.PROPOSED, answer_by=answer_by
            )
            made.ask_all(by=by, at=at)
        return made


def too_few(mode: Mode, people: int) -> str:
    """Why so many people cannot hold a round in this mode; blank where they can."""
    if people < box.SMALLEST:
        return _("A round needs somebody to write about: you are alone in the team.")
    if mode == Mode.SEALED and people < box.SMALLEST_SEALED:
        return _(
            "Unsigned answers need a team of six. You are %(people)d, so who wrote what could be"
            " guessed. Sign what you write, or hold a round of appreciation."
        ) % {"people": people}
    return ""
