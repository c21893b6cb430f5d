"""What a person has to do about the team's figures: answer an objective, read the draft."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import objectives
from dashboards.models import Voice
from dashboards.models.objective import State
from teams import duties
from teams.models import Team, User


@duties.register
def objectives_to_answer(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """The objectives to which they have said nothing yet."""
    asked = team.objectives.filter(state=State.PROPOSED, answer_by__gte=day)
    answered = Voice.objects.filter(team=team, person=user).values("objective")
    for objective in asked.exclude(pk__in=answered).order_by("pk"):
        yield duties.Duty(
            what=_("Answer a proposed objective"),
            about=str(objectives.figure_of(objective).name),
            due_on=objective.answer_by,
            url=reverse("dashboards:objective", args=[team.slug, objective.pk]),
        )
