"""What a person has to do about the team's figures: answer an objective, read the draft."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import objectives
from teams import duties
from teams.models import Team, User


@duties.register
def objectives_to_answer(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """The objectives to which they have said nothing yet."""
    for objective in team.objectives.to_answer(user, day):
        yield duties.Duty(
            what=_("Answer a proposed objective"),
            about=str(objectives.figure_of(objective).name),
            due_on=objective.answer_by,
            url=reverse("dashboards:objective", args=[team.slug, objective.pk]),
        )
