"""What the team of the demo says of its own figures, when they changed and there was time."""

from datetime import datetime, timedelta
from typing import Any, Final

from dashboards.models import Commentary, Receipt, Report, Side
from dashboards.models.commentary import WHOLE_REPORT
from dashboards.periods import Period, PeriodKind
from teams.models import Membership

# By figure and the side to which it went; told in turn.
SAID: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("deals-won", "up"): (
        "Two framework contracts came in at once. That is luck more than pace: next week will look"
        " ordinary again.",
        "We stopped making proposals for whoever only wanted a price. What is left gets said yes"
        " to sooner.",
    ),
    ("deals-won", "down"): (
        "Three customers wait for their own budget of the new year. None of them said no.",
    ),
    ("value-won", "up"): (
        "One large order makes the difference. Without it this was a week like the others.",
    ),
    ("cycle-time", "up"): (
        "Proposals wait for the second signature. We brought it to Thursday's debate.",
    ),
    ("cycle-time", "down"): (
        "Since we send the proposal on the day of the visit, nobody has to be reminded any more.",
        "Proposals leave sooner, and so does the answer. We would like to keep it this way.",
        "What was quick this week was small: repairs and refills. The large ones take as long as"
        " they did.",
        "The shorter proposal does its work. Customers tell us that they read it to the end.",
        "We say no sooner, and that counts as closed too. It is not all speed.",
    ),
    ("win-rate", "up"): ("We say no ourselves earlier, so what we close is more often a yes.",),
    ("win-rate", "down"): (
        "We cleared out what had been lying still since the summer; all of that counts as lost.",
        "Price, three times. We brought a point about it to Thursday's debate.",
        "Two customers chose to do it themselves. There was nothing in it for us to learn.",
    ),
    ("open-deals", "up"): (
        "The fair brought more than we can follow up in one week. We agreed to take nothing new on"
        " Fridays.",
    ),
    ("open-deals", "down"): ("We closed what nobody had an answer to. The board is honest again.",),
    ("next-step", "down"): (
        "Two of us were ill, and their deals stood still. They are shared out now.",
    ),
}
OF_A_MONTH = (
    "A month in which we did fewer things at once. We would like to keep it that way, and look at"
    " it together in the review."
)
# One week in so many there is no time for more than one figure.
BUSY = 3
FORGOTTEN = 5


def read_by_both(report: Report, *, until: datetime) -> None:
    """The team reads every report of its own; management forgets one now and then."""
    number = report.start_on.toordinal() // 7
    hours = {Side.TEAM: 2 + number % 5}
    if number % FORGOTTEN:
        hours[Side.MANAGEMENT] = 20 + number % 30
    for side, later in hours.items():
        at = report.published_at + timedelta(hours=later)
        if at <= until:
            Receipt.note(report, side, at=at)


def remark(period: Period, payload: dict[str, Any], *, by: Membership, at: datetime) -> None:
    """Say something about what changed in this draft, as a team does: not about everything."""
    changed = {
        entry["slug"]: entry["signal"]["side"] for entry in payload["kpis"] if entry["signal"]
    }
    number = period.first_day.toordinal() // 7
    if number % BUSY == 0:
        changed = dict(list(changed.items())[:1])
    words = {
        slug: said[number % len(said)]
        for slug, side in changed.items()
        if (said := SAID.get((slug, side)))
    }
    if changed and period.kind is PeriodKind.MONTH:
        words[WHOLE_REPORT] = OF_A_MONTH
    for kpi, text in words.items():
        Commentary.objects.write(period, text, kpi=kpi, version=0, by=by, at=at)
