"""The mails about a round: that it ends soon, and that there is something to read. Never a word."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from reviews.models import Outcome, ReviewRound, State
from reviews.models.course import REMIND, TELL
from teams.jobs import handles
from teams.models import Job, OutgoingMail, User


@handles(REMIND)
def remind_who_has_yet_to_write(*, at: datetime, round_id: int, day: str, **_more: Any) -> None:
    """Mail, on the morning of the last day, each who has not handed in."""
    review = ReviewRound.objects.select_related("team").get(pk=round_id)
    if review.state != State.OPEN or str(review.write_until) != day:
        return
    for person in _who(review, is_done=False):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            subject = _("The round of review ends today")
            text = _(
                "Hello %(name)s,\n\nthe round of review in team %(team)s ends today. What you have"
                " to say to your colleagues counts once you have handed it in:\n%(link)s\n"
            )
            _post(review, person, subject, text, "round", once=_named(day, review, person), at=at)


@handles(TELL)
def tell_who_can_read(*, at: datetime, round_id: int, **_more: Any) -> None:
    """Mail each who can read something now, and forget who was reminded."""
    review = ReviewRound.objects.select_related("team").get(pk=round_id)
    _forget_the_reminders(review)
    for person in _who(review, outcome=Outcome.RESULTS):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            subject = _("Your colleagues have written to you")
            text = _(
                "Hello %(name)s,\n\nthe round of review in team %(team)s is over. What your"
                " colleagues wrote to you can be read here, by you alone:\n%(link)s\n"
            )
            once = _named("told", review, person)
            _post(review, person, subject, text, "results", once=once, at=at)


def _forget_the_reminders(review: ReviewRound) -> None:
    """Who was reminded had not handed in: nobody shall read that in the outbox."""
    people = [seat.person for seat in review.roster.in_order()]
    for job in Job.objects.filter(kind=REMIND, payload__round_id=review.pk):
        names = [_named(job.payload["day"], review, person) for person in people]
        OutgoingMail.objects.forget(names)


def _who(review: ReviewRound, **which: Any) -> Iterator[User]:
    """Who takes part and is of the team still."""
    here = review.team.people().filter(is_active=True)
    for seat in review.roster.filter(person__in=here, **which).in_order():
        yield seat.person


def _post(
    review: ReviewRound,
    person: User,
    subject: str,
    text: str,
    page: str,
    *,
    once: str,
    at: datetime,
) -> None:
    link = reverse(f"reviews:{page}", args=[review.team.slug, review.pk])
    told = {
        "name": person.name,
        "team": review.team.name,
        "link": urljoin(settings.SITE_URL, link),
    }
    OutgoingMail.post(
        sender=settings.DEFAULT_FROM_EMAIL,
        recipient=person.email,
        subject=subject,
        text=text % told,
        once=once,
        at=at,
    )


def _named(what: str, review: ReviewRound, person: User) -> str:
    return f"reviews:{what}:{review.pk}:{person.pk}"
