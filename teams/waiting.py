"""What a person has to do about the team itself: answer what is proposed to all of it."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from teams import duties
from teams.models import Team, User


@duties.register
def charter_to_answer(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """The proposed charter, until they have said something to it."""
    for charter in team.charter_versions.to_answer(user, day):
        yield duties.Duty(
            what=_("Answer a proposed charter"),
            about=charter.why,
            due_on=charter.answer_by,
            url=reverse("charter", args=[team.slug]),
        )
