"""What a team has to do about its reviews: look back at the month whose report is out."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import writing
from reviews.models import Stage
from teams import duties
from teams.models import Team, User


@duties.register
def look_back(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """The newest month at which the team has not finished looking back; it is for all of them."""
    del user
    newest = team.evaluations.newest_first().first()
    if newest is None or newest.stage == Stage.CONCLUDED:
        return
    yield duties.Duty(
        what=_("Look back together"),
        about=writing.period_name(newest.month),
        due_on=newest.due_on,
        url=reverse("reviews:evaluation", args=[team.slug, str(newest.month)]),
        is_late=newest.due_on < day,
    )
