"""The mail that reminds somebody of an activity: a link, and no word of what it is about."""

from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.models import Activity
from crm.models.activity import REMIND
from teams.jobs import handles
from teams.models import OutgoingMail


@handles(REMIND)
def remind(*, at: datetime, activity_id: int, moment: str, **_more: Any) -> None:
    """Mail whoever has the activity, unless it was done, dropped or planned otherwise meanwhile."""
    open_ones = Activity.objects.open().select_related("team", "assignee")
    found = open_ones.filter(pk=activity_id, assignee__isnull=False).first()
    if found is None or found.remind_at != datetime.fromisoformat(moment):
        return
    assert found.assignee is not None
    page = reverse("crm:activity", args=[found.team.slug, found.pk])
    words = {
        "name": found.assignee.name,
        "day": date_format(found.due_on, "j F"),
        "team": found.team.name,
        "link": urljoin(settings.SITE_URL, page),
    }
    OutgoingMail.post(
        sender=settings.DEFAULT_FROM_EMAIL,
        recipient=found.assignee.email,
        subject=_("You planned something for %(day)s") % words,
        text=_(
            "Hello %(name)s,\n\n"
            "You planned something for %(day)s in team %(team)s. Here it is:\n%(link)s\n"
        )
        % words,
        at=at,
    )
