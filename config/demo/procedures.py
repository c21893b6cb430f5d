"""What the teams of the demo do because it is the rule, and what they stopped doing."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from agreements.models import Procedure, Shield
from agreements.models.procedure import TRIAL
from config.demo.rhythm import DAYS, Calendar
from dashboards import kpis
from teams.models import Job, ManagerLink, Membership


class Rule(NamedTuple):
    """A procedure: what it is for, and what it takes the team in a month."""

    name: str
    purpose: str
    hours: Decimal


class Grave(NamedTuple):
    """One that was buried so many weeks ago, and what stands there."""

    rule: Rule
    weeks: int
    why: str
    epitaph: str


ALIVE = (
    Rule("Two signatures under every quote", "A quote went out wrong in 2021", Decimal(5)),
    Rule("Monday round of all open deals", "Nobody knew what the others did", Decimal(12)),
)
PROTECTED = Rule("Identity check of new customers", "The law against money laundering", Decimal(4))
ON_TRIAL = Rule("Weekly call list on paper", "The old system could not print it later", Decimal(3))
WHY_TRIED = "The board shows the same, and is never old"
GRAVES = (
    Grave(
        Rule("Friday report to the board", "The board asked for it once", Decimal(9)),
        30,
        "Since the reading room is there nobody opened it",
        "It told the board every Friday what the board no longer asked",
    ),
    Grave(
        Rule("Approval of discounts above 3%", "A colleague gave 20% away", Decimal(6)),
        17,
        "It took two days, and was never refused",
        "It made two hundred customers wait, and saved us once",
    ),
    Grave(
        Rule("Fax copy of every order", "The depot had no mail", Decimal("2.5")),
        8,
        "The depot has mail since 2014",
        "Faithful to the last sheet. The depot had thrown the machine away",
    ),
)
TRIED_FOR = 4  # weeks


def bury_what_nobody_needs(people: Sequence[Membership], calendar: Calendar) -> None:
    """Let the team try to do without some procedures, and bury them, as time went by."""
    first, second, third = people[:3]
    guard = kpis.get("deals-won")
    for grave in GRAVES:
        buried = calendar.moment(-grave.weeks * DAYS + 1)
        begun = buried - timedelta(weeks=TRIED_FOR)
        if begun < first.team.started_at:
            continue
        gone = Procedure.objects.register(*grave.rule, by=third, at=begun)
        until = (buried + timedelta(days=2)).date()
        gone.try_without(guard, until, grave.why, by=first, at=begun)
        gone.bury(grave.epitaph, grave.rule.hours, by=second, at=buried)
    # What time had to do with those that lie in their graves is done.
    Job.objects.filter(kind=TRIAL, run_at__lte=calendar.at).delete()


def live_by_rules(people: Sequence[Membership], manager: ManagerLink, calendar: Calendar) -> None:
    """Let the team write down what it does because it is the rule, and try to do without one."""
    first, second = people[:2]
    lately = calendar.moment(-8)
    for rule in ALIVE:
        Procedure.objects.register(*rule, by=second, at=lately)
    shielded = Procedure.objects.register(*PROTECTED, by=second, at=lately)
    shielded.protect(Shield.LAW, by=manager, at=lately + timedelta(hours=5))
    tried, at = (
        Procedure.objects.register(*ON_TRIAL, by=first, at=lately),
        calendar.moment(calendar.now - 6),
    )
    tried.try_without(
        kpis.get("first-response"), (at + timedelta(days=40)).date(), WHY_TRIED, by=first, at=at
    )
