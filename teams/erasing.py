"""Erasing a person who has left: nothing says any more who they were, and nothing else moves.

What they did stays, for figures are counted from it and others rely on it; it points to somebody
who left. Their row is emptied, and what was theirs alone is removed, as the entries of
`teams.recorded` say. See docs/adr/0026.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from django.contrib.admin.models import LogEntry as DeskEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from teams import recorded, wall
from teams.happenings import Happening
from teams.models import Job, ManagerLink, Membership, OutgoingMail, SentOnce, Team, User
from teams.models.outbox import SEND_MAIL
from teams.refusals import Refusal

_PLACES = (Membership.objects, ManagerLink.objects)


class ErasureError(Refusal):
    """This person cannot be erased, yet or again; the message says why."""


def erase(person: User, *, by: User | None, at: datetime) -> None:
    """Erase somebody who has left all teams, for good; each of these teams has a line about it.

    Raises ErasureError while they have a place in a team or an administrator's rights, and for
    whoever was erased before.
    """
    with transaction.atomic(), wall.opened(), wall.opened_to_everybody():
        teams = _hold_teams_of(person)
        # Whoever gives them a place meanwhile waits here, and is refused.
        held = User.objects.select_for_update().get(pk=person.pk)
        refuse_to_erase(held)
        for entry in recorded.all_entries():
            entry.forget(held)
        held.lose_everything(at=at)
        for team in teams:
            team.tell(Happening.PERSON_ERASED, held, by=by, at=at)


def refuse_to_erase(person: User) -> None:
    """Say why this person cannot be erased. Raises ErasureError; else does nothing."""
    if person.erased_at:
        raise ErasureError(_("They were erased already."))
    if person.is_staff or person.is_superuser:
        raise ErasureError(_("Take the rights of an administrator away from them first."))
    if names := [team.name for team in Team.objects.read_by(person).by_name()]:
        words = {"teams": ", ".join(names), "count": len(names)}
        raise ErasureError(
            ngettext(
                "They still have a place in team %(teams)s. End it first.",
                "They still have a place in these teams: %(teams)s. End it first.",
                len(names),
            )
            % words
        )


def _hold_teams_of(person: User) -> list[Team]:
    """The teams in which they ever had a place, held in the order in which everybody holds them."""
    places = [rows.filter(user=person).values("team") for rows in _PLACES]
    theirs = Team.objects.filter(models.Q(pk__in=places[0]) | models.Q(pk__in=places[1]))
    return list(theirs.select_for_update().order_by("pk"))


# -- what names them without pointing to them ----------------------------------------------------


def sessions_of(person: User) -> models.QuerySet[Session]:
    """The browsers in which they are signed in."""
    key, mine = "_auth_user_id", str(person.pk)
    found = [each.pk for each in Session.objects.iterator() if each.get_decoded().get(key) == mine]
    return Session.objects.filter(pk__in=found)


def mails_to(person: User) -> models.QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(recipient=person.email).order_by("pk")


def desk_entries_about(person: User) -> models.QuerySet[DeskEntry]:
    """What administrators did to them, or to a place of theirs, at the desk."""
    about = models.Q()
    for model, keys in (
        (User, [person.pk]),
        *((rows.model, rows.filter(user=person).values_list("pk", flat=True)) for rows in _PLACES),
    ):
        kind = ContentType.objects.get_for_model(model)
        about |= models.Q(content_type=kind, object_id__in=[str(key) for key in keys])
    return DeskEntry.objects.filter(about)


def forget_mails(person: User) -> None:
    """Remove the mails to them, and what mails to others say of them.

    Of a mail that has left only the subject is there. One that waits is not sent any more.
    """
    naming = models.Q()
    for word in _who(person):
        for field in ("subject", "text", "html"):
            naming |= models.Q(**{f"{field}__regex": word})
    named = OutgoingMail.objects.filter(naming)
    named.exclude(sent_at=None).update(subject="")
    gone = models.Q(pk__in=named.filter(sent_at=None)) | models.Q(recipient=person.email)
    mails = OutgoingMail.objects.filter(gone)
    keys = [str(key) for key in mails.values_list("message_id", flat=True)]
    Job.objects.filter(kind=SEND_MAIL, key__in=keys).delete()
    mails.delete()


def forget_errors(person: User) -> None:
    """Take their address out of why jobs failed: a mail server quotes it."""
    for word in _who(person):
        Job.objects.filter(error__regex=word).update(error="")


def forget_answers(person: User) -> None:
    """Let what names them be answered no second time; whoever sends again is led to their teams."""
    words = [re.compile(word) for word in _who(person)]
    for sent in SentOnce.objects.iterator():
        told = f"{sent.answer} {bytes(sent.body).decode(errors='replace')}"
        if any(word.search(told) for word in words):
            led_on = {"status": 302, "headers": {"Location": "/"}, "cookies": [], "messages": []}
            sent.keep(led_on, b"")


def forget_desk_names(person: User) -> None:
    """Take their name out of what administrators did; that they did it stays."""
    desk_entries_about(person).update(object_repr="")


def _who(person: User) -> Iterable[str]:
    """Name and address as whole words, plain and as a page writes them, for a search.

    A name that somebody else has too, or has in theirs, tells of nobody; then it is the address.
    """
    others = User.objects.exclude(pk=person.pk).filter(name__regex=_whole(person.name))
    plain = {person.email} if others.exists() else {person.email, person.name}
    yield from map(_whole, sorted(plain | {escape(each) for each in plain}))


def _whole(word: str) -> str:
    return rf"(^|\W){re.escape(word)}(\W|$)"
