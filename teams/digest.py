"""The mail of the morning: how much waits for somebody in each of their teams, and no word of what.

Apps register what they remind of. A person gets at most one mail a day, of all of it and of all
their teams together, on working days only, and none where they said so.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from teams.jobs import handles, plans
from teams.models import Job, ManagerLink, Membership, OutgoingMail, Team, User
from teams.worktime import WorkHours

LOOK, MAIL = "teams.reminders", "teams.digest"
MORNING = time(8)
Place = Membership | ManagerLink


class Source(NamedTuple):
    """What an app reminds of.

    `teams` are the keys of those in which anything runs; `is_due` says whether this is a morning on
    which it writes to somebody; `line` is what its mail says of one team, "" for nothing.
    """

    teams: Callable[[], Iterable[int]]
    is_due: Callable[[Place, date, WorkHours], bool]
    line: Callable[[Place, date], str]


_sources: list[Source] = []


def register(source: Source) -> None:
    """Remind of this too; its line stands behind those that were registered before."""
    if source not in _sources:
        _sources.append(source)


@plans
def every_morning(at: datetime) -> None:
    """Once a day for each team in which something runs, in the morning of its own clock."""
    running = {pk for source in _sources for pk in source.teams()}
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
    told_on = timezone.localdate(at, team.zone).isoformat()
    hours = team.work_calendar.hours
    if today not in hours:
        return
    for place in _places(team=team, user__is_reminded=True):
        if any(source.is_due(place, today, hours) for source in _sources):
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
    person = User.objects.active().filter(pk=user_id, is_reminded=True).first()
    if person:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            _post(person, date.fromisoformat(day), at)


def _post(person: User, day: date, at: datetime) -> None:
    places = list(_places(user=person))
    lines = [line for source in _sources for place in places if (line := source.line(place, day))]
    if not lines:
        return
    settings_url = urljoin(settings.SITE_URL, reverse("profile"))
    OutgoingMail.post(
        sender=settings.DEFAULT_FROM_EMAIL,
        recipient=person.email,
        subject=_("A word of yours is waited for"),
        text=_(
            "Hello %(name)s,\n\n%(lines)s\n\n-- \nYou need no mail for this? Say so here:\n"
            "%(link)s\n"
        )
        % {"name": person.name, "lines": "\n\n".join(lines), "link": settings_url},
        settings_url=settings_url,
        once=f"{MAIL}:{person.pk}:{day.isoformat()}",
        at=at,
    )


def _places(**which: Any) -> Iterator[Place]:
    for places in (Membership.objects, ManagerLink.objects):
        found = places.current().filter(**which)
        yield from found.select_related("team", "user").order_by("pk")
