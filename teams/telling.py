"""The mail to everybody of a team whose frame will change: what will hold, and from when."""

from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from teams.jobs import handles
from teams.models import Frame, OutgoingMail, User
from teams.models.frame import TELL


@handles(TELL)
def tell_the_team(*, at: datetime, frame_id: int, **_more: Any) -> None:
    """Mail each who was of the team then; however often it is asked, each gets one."""
    frame = Frame.objects.select_related("team", "set_by").get(pk=frame_id)
    for person in frame.team.people_at(frame.announced_at):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            OutgoingMail.post(
                sender=settings.DEFAULT_FROM_EMAIL,
                recipient=person.email,
                subject=_("Another frame for team %(team)s") % {"team": frame.team.name},
                text=_text(frame, person),
                once=f"{TELL}:{frame.pk}:{person.pk}",
                at=at,
            )


def _text(frame: Frame, person: User) -> str:
    told = _(
        "Hello %(name)s,\n\n%(manager)s announced another frame for team %(team)s. It holds from"
        " %(day)s, ten working days after it was said.\n\nWhat changes stands here:\n%(link)s\n"
    )
    return told % {
        "name": person.name,
        "manager": frame.set_by.name,
        "team": frame.team.name,
        "day": date_format(frame.holds_from, "j F Y"),
        "link": urljoin(settings.SITE_URL, reverse("charter", args=[frame.team.slug])),
    }
