"""What the teams of the demo want of their figures, and what came of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from config.demo.rhythm import DAYS, Calendar
from dashboards import kpis
from dashboards.engine import measure
from dashboards.models import Aim, FigureChoice, Objective, Reference, Sense
from dashboards.models.objective import JUDGE, SILENCE, middle
from dashboards.objectives import figures_of
from dashboards.periods import Period, PeriodKind
from teams.models import Job, Membership, Team


class Wish(NamedTuple):
    """What a team wants of a figure: from a period so many from now, and for how many."""

    slug: str
    kind: PeriodKind
    first: int
    many: int
    why: str


FASTER = Wish(
    "cycle-time", PeriodKind.MONTH, -7, 4,
    "Customers tell us that they wait too long to hear how it goes on.",
)  # fmt: skip
MORE = Wish(
    "deals-won", PeriodKind.WEEK, -8, 12,
    "Our own weeks say that it is within reach, without hurrying anybody.",
)  # fmt: skip
MONEY = Wish("value-won", PeriodKind.WEEK, -5, 12, "The board asks how much we sell.")
NO_MONEY = "Whoever looks at money alone sells what the customer does not need."
NEXT_STEPS = Wish(
    "next-step-coverage", PeriodKind.WEEK, 0, 8,
    "Whoever stands in for a colleague wants to see what comes next.",
)  # fmt: skip
# What they look at first, since so many weeks ago.
STEERED_BY = (
    "deals-won", "win-rate", "cycle-time", "first-response", "answered-in-time",
    "customer-score", "on-time", "agreements-kept", "hours-freed", "interventions",
)  # fmt: skip
STEERED_SINCE = 20
THESE = "They tell whether customers are helped soon and well; the rest follows from them."
# How many periods before it an aim is taken from.
LOOKS_BACK = 6


def want_something(team: Team, people: Sequence[Membership], calendar: Calendar) -> None:
    """Let the team agree on what it wants: some time ago, lately, and since yesterday."""
    faster = _agreed(_aim(FASTER, team, calendar), people, calendar)
    _agreed(_aim(MORE, team, calendar), people, calendar)
    if faster:
        published_at = faster.last.published_at(team.zone, team.workdays)
        faster.judge(figures_of(faster, until=published_at), at=published_at)
    _objected(_aim(MONEY, team, calendar), people, calendar)
    yesterday = calendar.moment(calendar.now - 1)
    aim = _aim(NEXT_STEPS, team, calendar)
    if aim:
        proposed = Objective.objects.propose(aim, by=people[1], at=yesterday)
        proposed.consent(by=people[2], at=yesterday + timedelta(hours=2))
    # What time did to them is done.
    Job.objects.filter(kind__in=[SILENCE, JUDGE], run_at__lte=calendar.at).delete()


def choose_figures(by: Membership, calendar: Calendar) -> None:
    """Let the team say by which of its figures it steers."""
    at = calendar.moment(-STEERED_SINCE * DAYS)
    if at > by.team.started_at:
        FigureChoice.objects.choose(map(kpis.get, STEERED_BY), reason=THESE, seen=0, by=by, at=at)


def _aim(wish: Wish, team: Team, calendar: Calendar) -> Aim | None:
    """An aim a little better than the periods before it; a share that is to stay as high.

    None where the team is too young to have any.
    """
    kpi, now = kpis.get(wish.slug), Period.containing(wish.kind, calendar.today)
    begins = _moved(now, wish.first)
    before = list(_moved(begins, -LOOKS_BACK).through(begins.previous))
    if before[0].start(team.zone) < team.started_at:
        return None
    until = min(begins.start(team.zone), calendar.at)
    figures = [
        one.value
        for one in measure(kpi, [team], before, until=until)
        if not one.dimension and one.value is not None
    ]
    if not figures:
        return None
    sense = Sense.MOST if kpi.direction < 0 else Sense.LEAST
    target = _a_round_number(middle(figures), kpi.ceiling, sense)
    return Aim(kpi, begins, _moved(begins, wish.many - 1), sense, target, Reference.OWN, wish.why)


def _moved(period: Period, by: int) -> Period:
    for _ in range(abs(by)):
        period = period.next if by > 0 else period.previous
    return period


def _a_round_number(figure: Decimal, ceiling: int | None, sense: Sense) -> Decimal:
    if ceiling == 1:
        return (figure * 20).quantize(Decimal(1), ROUND_FLOOR) / 20 - Decimal("0.05")
    return figure.quantize(Decimal(1), ROUND_CEILING if sense == Sense.LEAST else ROUND_FLOOR)


def _agreed(aim: Aim | None, people: Sequence[Membership], calendar: Calendar) -> Objective | None:
    """Proposed by the first a week before it begins, and consented to by all."""
    if aim is None:
        return None
    at = _before(aim, calendar)
    objective = Objective.objects.propose(aim, by=people[0], at=at)
    for number, member in enumerate(people[1:], start=1):
        objective.consent(by=member, at=at + timedelta(hours=4 * number))
    return objective


def _objected(aim: Aim | None, people: Sequence[Membership], calendar: Calendar) -> None:
    if aim:
        at = _before(aim, calendar)
        objective = Objective.objects.propose(aim, by=people[2], at=at)
        objective.object(NO_MONEY, by=people[1], at=at + timedelta(hours=3))


def _before(aim: Aim, calendar: Calendar) -> datetime:
    weeks = (calendar.today - aim.first.first_day).days // 7 + 1
    return calendar.moment(-weeks * DAYS + 1)
