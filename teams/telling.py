"""The mail to everybody of a team whose frame will change: what will hold, and from when."""

from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import Q
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
    for person in _there(frame):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            OutgoingMail.post(
                sender=settings.DEFAULT_FROM_EMAIL,
                recipient=person.email,
                subject=_("Another frame for team %(team)s") % {"team": frame.team.name},
                text=_text(frame, person),
                once=f"{TELL}:{frame.pk}:{person.pk}",
                at=at,
            )


def _there(frame: Frame) -> list[User]:
    """Who was of the team at that moment, whoever came or left before the mail was written."""
    at = frame.announced_at
    places = frame.team.memberships.filter(Q(until_at=None) | Q(until_at__gt=at), since_at__lte=at)
    return list(User.objects.active().filter(pk__in=places.values("user")).order_by("pk"))


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
