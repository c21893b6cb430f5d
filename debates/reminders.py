"""What the mail of the morning says of debates: that a word is owed, before the days for it end.

It names nobody and nothing that was written; whoever has said their word hears nothing.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.models import Place
from debates.models import Debate, State
from debates.room import Room
from teams import digest
from teams.models import Team
from teams.worktime import WorkHours


def teams_that_debate() -> Iterable[int]:
    """Where anything can be owed."""
    return Debate.objects.open().values_list("team", flat=True).distinct()


def is_due(place: Place, day: date, hours: WorkHours) -> bool:
    """Whether the days of something end on the next working day, and they owe a word to it."""
    ending = (debate for debate in _open_in(place.team) if _days_left(debate, day, hours) == 1)
    return any(_is_owed(debate, place, day) for debate in ending)


def line(place: Place, day: date) -> str:
    """For what a word is owed in this team, each with its last day and its door; "" for nothing."""
    hours = place.team.work_calendar.hours
    return "\n\n".join(
        _told(debate)
        for debate in _open_in(place.team)
        if _days_left(debate, day, hours) in (0, 1) and _is_owed(debate, place, day)
    )


def _open_in(team: Team) -> Iterator[Debate]:
    yield from team.debates.open().select_related("team", "asked_by").order_by("pk")


def _days_left(debate: Debate, day: date, hours: WorkHours) -> int | None:
    """How many working days are left after this one; None where the days are over."""
    until = debate.until
    if until is None or day > until:
        return None
    return hours.days_between(day, until)


def _is_owed(debate: Debate, place: Place, day: date) -> bool:
    """Whether this person owes a word to it; that a debate is dated the whole team owes."""
    room = Room(debate, place, day)
    return room.waits_for_me or (room.is_member and room.state == State.REQUESTED)


def _told(debate: Debate) -> str:
    page = reverse("debates:debate", args=[debate.team.slug, debate.pk])
    told = _(
        "In team %(team)s a debate waits for a word of yours, until the end of %(day)s:\n%(link)s"
    )
    return told % {
        "team": debate.team.name,
        "day": date_format(debate.until, "l j F") if debate.until else "",
        "link": urljoin(settings.SITE_URL, page),
    }


digest.register(digest.Source(teams_that_debate, is_due, line))
