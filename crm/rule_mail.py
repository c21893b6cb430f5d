"""The mail by which a rule points at a deal: links, and no word of the customer."""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from crm.models import Deal, Rule
from teams.models import OutgoingMail, User


def mail_about(rule: Rule, deal: Deal, person: User, *, at: datetime) -> None:
    """Put it in the outbox, in the language of whoever gets it."""
    words = {
        "name": person.name,
        "team": rule.team.name,
        "deal": _link("crm:deal", rule.team.slug, deal.number),
        "rule": _link("crm:rule", rule.team.slug, rule.pk),
    }
    with translation.override(person.language or translation.get_language()):
        OutgoingMail.post(
            sender=settings.DEFAULT_FROM_EMAIL,
            recipient=person.email,
            subject=_("A rule of your team points at a deal"),
            text=_(
                "Hello %(name)s,\n\n"
                "A rule of team %(team)s points at this deal:\n%(deal)s\n\n"
                "The rule stands here:\n%(rule)s\n"
            )
            % words,
            at=at,
        )


def _link(name: str, *parts: str | int) -> str:
    return urljoin(settings.SITE_URL, reverse(name, args=parts))
