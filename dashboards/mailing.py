"""Published reports leave by mail, for whoever asked for them."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from dashboards.letter import letter_about
from dashboards.models import Report, Subscription
from dashboards.models.subscription import MAIL
from teams.jobs import handles
from teams.models import OutgoingMail, Team, User


def arm_mails(report: Report, *, at: datetime) -> None:
    """Put a mail in the book for each who wants this report, unless the next one is out already.

    A team that was away for weeks publishes them all at once, and mails the last.
    """
    team = report.team
    if report.period.next.published_at(team.zone, team.workdays) > at:
        for wanted in Subscription.objects.filter(team=team).select_related("team"):
            wanted.arm(report)


@handles(MAIL)
def mail_report(*, at: datetime, team_id: int, report_id: int, user_id: int, **_: Any) -> None:
    """Post the one mail about this report to this person, where they still may and want it."""
    report = Report.objects.select_related("team").get(pk=report_id, team=team_id)
    person = User.objects.active().filter(pk=user_id).first()
    if person and _is_wanted(report, person):
        _post(report, person, at=at)


def _is_wanted(report: Report, person: User) -> bool:
    if not Team.objects.read_by(person).filter(pk=report.team_id).exists():
        return False
    chosen = Subscription.objects.filter(team=report.team, user=person).first()
    return chosen is not None and chosen.due_at(report.period) is not None


def _post(report: Report, person: User, *, at: datetime) -> None:
    language = person.language or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(report.team.zone):
        letter = letter_about(report)
    OutgoingMail.post(
        sender=settings.DEFAULT_FROM_EMAIL,
        recipient=person.email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        pictures=letter.pictures,
        settings_url=letter.settings_url,
        once=f"{MAIL}:{report.pk}:{person.pk}",
        at=at,
    )
