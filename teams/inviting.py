"""An invitation and its mail, which leave together."""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from teams.models import Invitation, Membership, OutgoingMail


def invite(email: str, name: str, *, by: Membership, at: datetime) -> Invitation:
    """Invite somebody by mail, in the language of who invites. Raises TeamError."""
    with transaction.atomic():
        invitation = Invitation.objects.invite(email, name, by=by, at=at)
        _post(invitation, at)
    return invitation


def invite_again(invitation: Invitation, *, by: Membership, at: datetime) -> None:
    """Send a new link in the place of the old one. Raises TeamError."""
    with transaction.atomic():
        invitation.send_again(by=by, at=at)
        _post(invitation, at)


def _post(invitation: Invitation, at: datetime) -> None:
    until = timezone.localtime(invitation.expires_at, invitation.team.zone)
    words = {
        "name": invitation.name,
        "inviter": invitation.invited_by.name,
        "team": invitation.team.name,
        "until": date_format(until, "j F"),
        "link": urljoin(settings.SITE_URL, reverse("invitation", args=[invitation.token])),
    }
    OutgoingMail.post(
        sender=settings.DEFAULT_FROM_EMAIL,
        recipient=invitation.email,
        subject=_("%(inviter)s invites you to team %(team)s") % words,
        text=_(
            "Hello %(name)s,\n\n"
            "%(inviter)s invites you to work along in team %(team)s.\n\n"
            "With this link you come in:\n%(link)s\n\n"
            "It works once, until %(until)s. If you do not know %(inviter)s, you need not do"
            " anything.\n"
        )
        % words,
        html=render_to_string("mail/invitation.html", words),
        at=at,
    )
