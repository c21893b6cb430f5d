"""The mail to everybody of a team in which a manager intervened: that it was done, and why."""

from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from agreements.intervening import name_of
from agreements.models import Intervention
from agreements.models.intervention import TELL
from teams.jobs import handles
from teams.models import OutgoingMail, User


@handles(TELL)
def tell_the_team(*, at: datetime, intervention_id: int, **_more: Any) -> None:
    """Mail each who was of the team then; however often it is asked, each gets one."""
    found = Intervention.objects.select_related("team", "by", "signal").get(pk=intervention_id)
    for person in found.team.people_at(found.at):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            OutgoingMail.post(
                sender=settings.DEFAULT_FROM_EMAIL,
                recipient=person.email,
                subject=_("A manager intervened in team %(team)s") % {"team": found.team.name},
                text=_text(found, person),
                once=f"{TELL}:{found.pk}:{person.pk}",
                at=at,
            )


def _text(intervention: Intervention, person: User) -> str:
    signal = intervention.signal
    behind = (
        _("A signal stood behind it: %(signal)s.") % {"signal": name_of(signal)}
        if signal
        else _("No signal stood behind it.")
    )
    page = reverse("agreements:intervention", args=[intervention.team.slug, intervention.pk])
    told = _(
        "Hello %(name)s,\n\n%(manager)s had to act in team %(team)s. The reason: %(reason)s."
        " %(behind)s\n\nIt gives no access to your work. What was done stands here:\n%(link)s\n"
    )
    return told % {
        "name": person.name,
        "manager": intervention.by.name,
        "team": intervention.team.name,
        "reason": intervention.get_reason_display(),
        "behind": behind,
        "link": urljoin(settings.SITE_URL, page),
    }
