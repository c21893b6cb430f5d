"""What dividing the team means for reviews: no round is divided while everybody writes."""

from typing import Any

from django.dispatch import receiver
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reviews.models import ReviewRound
from reviews.models.states import State
from reviews.refusals import ReviewError
from teams import dividing
from teams.models import Division, Team
from teams.signals import dividing as dividing_now


@dividing.register
def reviews_stay(plan: Division) -> dividing.Part:
    """That what was written stays, and which round has to end first."""
    said = _("What was written in rounds of review stays here; who goes reads it no more.")
    return dividing.Part(_("Reviews"), said, hinders=_what_hinders(plan.team))


@receiver(dividing_now, dispatch_uid="reviews.refuse_while_somebody_writes")
def refuse_while_somebody_writes(*, old: Team, **_words: Any) -> None:
    """So few might be left that it could be known who wrote what."""
    if why := _what_hinders(old):
        raise ReviewError(why)


def _what_hinders(team: Team) -> str:
    writing = ReviewRound.objects.filter(team=team, state=State.OPEN).first()
    if writing is None:
        return ""
    assert writing.write_until
    day = date_format(writing.write_until, "j F")
    return _("A round of review is going on until %(day)s; it ends first.") % {"day": day}
