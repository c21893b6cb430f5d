"""How a team of the demo thinks of dividing: a plan that nobody has laid before it yet."""

from collections.abc import Sequence

from config.demo.rhythm import Calendar
from teams.models import Division, Membership


def plan_to_divide(people: Sequence[Membership], calendar: Calendar) -> None:
    """Let the third of the team plan that its last three look after the islands."""
    by, yesterday = people[2], calendar.moment(calendar.now - 1)
    plan = Division.objects.plan(by=by, at=yesterday)
    goes = [each.user for each in people[-3:]]
    plan.choose_who_goes(goes, seen=plan.edition, by=by, at=yesterday)
    plan.describe(
        "Voorne-Putten",
        "Customers on the islands served within a day",
        "Half of our time goes into driving: who works on the islands is quicker there.",
        seen=plan.edition,
        by=by,
        at=yesterday,
    )
