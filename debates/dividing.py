"""What dividing the team means for its debates: no one is divided while it asks for consent."""

from typing import Any

from django.dispatch import receiver
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from debates.models import Debate
from debates.models.states import ANSWERING
from debates.refusals import DebateError
from teams import dividing
from teams.models import Division, Team
from teams.signals import dividing as dividing_now


@dividing.register
def debates_stay(plan: Division) -> dividing.Part:
    """How many are open, and which of them has to end first."""
    n = Debate.objects.open().filter(team=plan.team_id).count()
    sentence = ngettext(
        "%(n)d that is open stays here; who goes is excused from it.",
        "%(n)d that are open stay here; who goes is excused from them.",
        n,
    )
    return dividing.Part(_("Debates"), sentence % {"n": n}, hinders=_what_hinders(plan.team))


@receiver(dividing_now, dispatch_uid="debates.refuse_while_one_asks_for_consent")
def refuse_while_one_asks_for_consent(*, old: Team, **_words: Any) -> None:
    """Who goes was counted when it asked; without them others would decide."""
    if why := _what_hinders(old):
        raise DebateError(why)


def _what_hinders(team: Team) -> str:
    asking = Debate.objects.filter(team=team, state__in=ANSWERING).order_by("pk").first()
    if asking is None:
        return ""
    assert asking.ends_on
    said = _("A debate asks all of us for consent until %(day)s; it ends first: %(question)s")
    return said % {"day": date_format(asking.ends_on, "j F"), "question": asking.question}
