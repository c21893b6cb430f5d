"""A team of one's own: with a goal, a process and its first member, all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from crm.models import Pipeline
from crm.models.choices import begin_lists
from crm.models.drafting import StageDraft
from teams import wall
from teams.models import Goal, Team, TeamError, User


def may_start(user: User) -> bool:
    """Whether this person may start a team: who has no place yet, and in the demo anybody.

    Whoever has a place already asks an administrator, so that a team that divides, or a person
    who moves on, is something that others know of; see docs/adr/0005.
    """
    return user.is_active and (settings.DEMO or not Team.objects.read_by(user).exists())


@dataclass(frozen=True)
class TeamDraft:
    """A team as somebody means to start it. `timezone` is an IANA name, money is in `currency`.

    `country` is the ISO 3166 code of whose public holidays it keeps.
    """

    name: str
    goal: Goal
    timezone: str
    country: str
    currency: str
    stages: Sequence[StageDraft]

    def start(self, *, by: User, at: datetime) -> Team:
        """Start the team, with the starter as its first member.

        Raises TeamError when they may not, when the name is taken or the goal is none, and
        PipelineError when the stages are no process.
        """
        with transaction.atomic():
            # Two clicks at once start one team.
            User.objects.select_for_update().get(pk=by.pk)
            if not may_start(by):
                raise TeamError(_("You have a place in a team already. Ask your administrator."))
            team = Team.start(self.name, by=by, at=at, timezone=self.timezone, country=self.country)
            team.welcome(by, by=by, at=at)
            with wall.opened_besides(team.pk):
                team.set_goal(self.goal, by=by, at=at)
                begin_lists(team)
                Pipeline.start(
                    team, _("Our process"), self.stages, by=by, at=at, currency=self.currency
                )
        return team
