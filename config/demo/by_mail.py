"""Who of the demo's world gets the reports by mail."""

from dashboards.models import Subscription
from dashboards.periods import WEDNESDAY
from teams.models import ManagerLink, Membership

FRIDAY = 4


def ask_for_mail(manager: ManagerLink, colleague: Membership) -> None:
    """The manager gets all on the day itself, a colleague the weekly one when the week ends.

    They asked when the team began: the newest reports leave with the first tick.
    """
    at = manager.team.started_at
    Subscription.objects.choose(manager, weekly_on=WEDNESDAY, monthly=True, at=at)
    Subscription.objects.choose(colleague, weekly_on=FRIDAY, monthly=False, at=at)
