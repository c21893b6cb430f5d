"""What a person's deals ask of them today."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from crm.models import Deal
from teams import duties
from teams.models import Team, User


@duties.register
def steps_due(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """The next steps of the deals they look after, due today or before."""
    due = Deal.objects.open().filter(team=team, owner=user, next_step_on__lte=day)
    for deal in due.select_related("organization", "contact").order_by("next_step_on", "pk"):
        yield duties.Duty(
            what=deal.next_step,
            about=deal.customer or deal.title,
            due_on=deal.next_step_on,
            url=reverse("crm:deal", args=[team.slug, deal.number]),
            is_late=deal.next_step_on is not None and deal.next_step_on < day,
        )
