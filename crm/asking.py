"""The mail with the question to the customer: in their language, and nothing of the team in it."""

from datetime import datetime
from urllib.parse import urlencode, urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.models import Contact, ContactPoint, Deal, Question
from crm.models.voice import State
from teams.models import OutgoingMail

# How people write down that somebody speaks Dutch; everybody else is asked in English.
DUTCH = ("nl", "ned", "dut", "vl")


def link_of(question: Question) -> str:
    """Where the customer answers; whoever knows it can."""
    return urljoin(settings.SITE_URL, reverse("question", args=[question.link]))


def address_for(deal: Deal) -> str:
    """Where the customer is asked by mail; empty where we know no address or may not use it."""
    if deal.contact is None or deal.contact.do_not_contact:
        return ""
    points = deal.contact.points.living().filter(kind=ContactPoint.Kind.EMAIL).in_order()
    first = points.first()
    return first.value if first else ""


def language_of(contact: Contact) -> str:
    """The one of our languages in which this person is asked."""
    return "nl" if contact.language.casefold().startswith(DUTCH) else "en"


def mail(question: Question, *, at: datetime) -> None:
    """Post the question to the contact of the deal, if it still waits and there is an address."""
    deal = question.deal
    address = address_for(deal)
    if not address or not deal.contact or question.state(at) != State.OPEN:
        return
    language = language_of(deal.contact)
    with translation.override(language), timezone.override(question.team.zone):
        words = {
            "name": deal.contact.name,
            "team": question.team.name,
            "day": _day(question.asked_at),
            "until": _day(question.expires_at),
            "link": f"{link_of(question)}?{urlencode({'language': language})}",
        }
        OutgoingMail.post(
            sender=settings.DEFAULT_FROM_EMAIL,
            recipient=address,
            subject=_("%(team)s asks you one question") % words,
            text=_(
                "Hello %(name)s,\n\n"
                "On %(day)s we closed your request. How well did we help you?\n\n"
                "Here you can say it, with a few words if you like:\n%(link)s\n\n"
                "You can answer once, until %(until)s. You need not; then you do nothing.\n\n"
                "%(team)s\n"
            )
            % words,
            at=at,
        )


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F")
