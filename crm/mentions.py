"""The mail to whom a note mentions: a link, and no word of the note."""

from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from crm.models import Mention
from crm.models.note import TELL_MENTION
from teams.jobs import handles
from teams.models import OutgoingMail


@handles(TELL_MENTION)
def tell_mention(*, at: datetime, mention_id: int, **_more: Any) -> None:
    """Mail this person, unless they read the note or it was removed or changed meanwhile."""
    waiting = Mention.objects.to_be_read().select_related("team", "user")
    found = waiting.filter(pk=mention_id).first()
    if found is None or not found.team.people().filter(pk=found.user_id).exists():
        return
    page = reverse("crm:note", args=[found.team.slug, found.note_id])
    words = {
        "name": found.user.name,
        "team": found.team.name,
        "link": urljoin(settings.SITE_URL, page),
    }
    with translation.override(found.user.language or translation.get_language()):
        OutgoingMail.post(
            sender=settings.DEFAULT_FROM_EMAIL,
            recipient=found.user.email,
            subject=_("A note mentions you"),
            text=_(
                "Hello %(name)s,\n\nA note of team %(team)s mentions you. Read it here:\n%(link)s\n"
            )
            % words,
            at=at,
        )
