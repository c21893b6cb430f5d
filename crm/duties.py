"""What a person's deals ask of them today."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models import Activity, Deal, Mention
from teams import duties
from teams.models import Team, User


@duties.register
def steps_due(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """The next steps of the deals they look after, due today or before."""
    due = Deal.objects.open().filter(team=team, owner=user, next_step_on__lte=day)
    # Where an activity is the next step, it is the duty of whoever has the activity.
    planned = Activity.objects.open().filter(deal=OuterRef("pk"), is_next_step=True)
    due = due.exclude(Exists(planned))
    for deal in due.select_related("organization", "contact").order_by("next_step_on", "pk"):
        yield duties.Duty(
            what=deal.next_step,
            about=deal.customer or deal.title,
            due_on=deal.next_step_on,
            url=reverse("crm:deal", args=[team.slug, deal.number]),
            is_late=deal.next_step_on is not None and deal.next_step_on < day,
        )


@duties.register
def activities_due(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """What they have planned for today or before, and what nobody has taken on yet."""
    nobodys = Q(assignee=None) & (Q(deal__owner=user) | Q(deal__owner=None))
    due = team.activities.due(day).filter(Q(assignee=user) | nobodys)
    names = ("deal__organization", "deal__contact", "organization", "contact")
    for activity in due.select_related(*names).order_by("due_on", "pk"):
        yield duties.Duty(
            what=activity.title,
            about=activity.about,
            due_on=activity.due_on,
            url=reverse("crm:activity", args=[team.slug, activity.pk]),
            is_late=activity.due_on < day,
        )


@duties.register
def notes_to_read(user: User, team: Team, _day: date) -> Iterator[duties.Duty]:
    """The notes that mention them, until they say that they have read them."""
    waiting = Mention.objects.to_be_read().filter(user=user, team=team)
    names = ("note__deal__organization", "note__deal__contact", "note__organization")
    for mention in waiting.select_related(*names, "note__contact").order_by("at", "pk"):
        yield duties.Duty(
            what=_("Read a note that mentions you"),
            about=mention.note.about,
            due_on=timezone.localdate(mention.at, team.zone),
            url=reverse("crm:note", args=[team.slug, mention.note_id]),
        )
