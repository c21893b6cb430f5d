"""What the mail of the morning says of agreements: how many wait, and no word of what."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.translation import ngettext

from agreements.models import Agreement, Place
from agreements.waiting import is_reminded, waiting_for
from teams import digest
from teams.worktime import WorkHours


def teams_with_agreements() -> Iterable[int]:
    """Where anything can wait for anybody."""
    return Agreement.objects.running().values_list("team", flat=True).distinct()


def is_due(place: Place, day: date, hours: WorkHours) -> bool:
    """Whether this is a morning on which something is told to them."""
    return any(is_reminded(asked, day, hours) for asked in waiting_for(place, day))


def line(place: Place, day: date) -> str:
    """How much waits for them in this team; "" for nothing."""
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


digest.register(digest.Source(teams_with_agreements, is_due, line))
