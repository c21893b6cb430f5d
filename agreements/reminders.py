"""The mail of the morning: how much waits in the book of agreements, and no word of what.

A person gets at most one a day, of all their teams together, and on working days only.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from agreements.models import Agreement, Place, clocks
from agreements.waiting import is_reminded, waiting_for
from teams.jobs import handles, plans
from teams.models import Job, ManagerLink, Membership, OutgoingMail, Team, User

LOOK, MAIL = "agreements.reminders", "agreements.digest"
MORNING = time(8)


@plans
def every_morning(at: datetime) -> None:
    """Once a day for each team in which something runs, in the morning of its own clock."""
    running = Agreement.objects.running().values("team")
    for team in Team.objects.filter(pk__in=running).order_by("pk"):
        local = timezone.localtime(at, team.zone)
        if local.time() >= MORNING:
            key = f"{team.pk}:{local.date().isoformat()}"
            payload = {"team_id": team.pk, "day": local.date().isoformat()}
            Job.objects.arm(LOOK, key, run_at=at, payload=payload)


@handles(LOOK)
def look_who_is_reminded(*, at: datetime, team_id: int, day: str, **_: Any) -> None:
    """Put the mail of everybody in the book for whom this is a morning to be reminded.

    A morning that comes late, for want of a worker, is told with those of the day on which it does.
    """
    team, today = Team.objects.get(pk=team_id), date.fromisoformat(day)
    told_on = clocks.today(team, at).isoformat()
    hours = team.work_calendar.hours
    if today not in hours:
        return
    for place in _places_in(team):
        if any(is_reminded(asked, today, hours) for asked in waiting_for(place, today)):
            payload = {"user_id": place.user_id, "day": told_on}
            Job.objects.arm(MAIL, f"{place.user_id}:{told_on}", run_at=at, payload=payload)


@handles(MAIL)
def mail_what_waits(*, at: datetime, user_id: int, day: str, **_more: Any) -> None:
    """Post the one mail of this person and day: in which teams how much waits.

    One that was left behind says nothing that a later one does not say as well.
    """
    mails = Job.objects.filter(kind=MAIL, key__startswith=f"{user_id}:")
    if mails.filter(key__gt=f"{user_id}:{day}").exists():
        return
    person, today = User.objects.get(pk=user_id), date.fromisoformat(day)
    with override(person.language):
        lines = [line for place in _places_of(person) if (line := _line(place, today))]
        if not lines or not person.is_active:
            return
        OutgoingMail.post(
            sender=settings.DEFAULT_FROM_EMAIL,
            recipient=person.email,
            subject=_("Agreements wait for you"),
            text=_("Hello %(name)s,\n\n%(lines)s\n")
            % {"name": person.name, "lines": "\n\n".join(lines)},
            once=f"{MAIL}:{person.pk}:{day}",
            at=at,
        )


def _line(place: Place, day: date) -> str:
    count = len({asked.sight.agreement.pk for asked in waiting_for(place, day)})
    if not count:
        return ""
    page = reverse("agreements:ledger", args=[place.team.slug])
    told = ngettext(
        "In team %(team)s %(count)d agreement waits for you:\n%(link)s",
        "In team %(team)s %(count)d agreements wait for you:\n%(link)s",
        count,
    )
    link = urljoin(settings.SITE_URL, f"{page}?whose=mine")
    return told % {"team": place.team.name, "count": count, "link": link}


def _places_in(team: Team) -> Iterator[Place]:
    for places in (Membership.objects, ManagerLink.objects):
        yield from places.current().filter(team=team).select_related("team", "user").order_by("pk")


def _places_of(person: User) -> Iterator[Place]:
    for places in (Membership.objects, ManagerLink.objects):
        yield from (
            places.current().filter(user=person).select_related("team", "user").order_by("pk")
        )
