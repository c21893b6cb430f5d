"""What the manager of the demo keeps off, and when she had to act all the same."""

from collections.abc import Sequence
from datetime import timedelta

from agreements.models import Agreement, Intervention, Reason, Terms
from agreements.models.intervention import TELL
from config.demo.rhythm import DAYS, Calendar
from dashboards.reach import signals_to_name
from teams.models import Job, ManagerLink, Membership

# So many weeks ago she signed, for so many weeks; and so long ago she had to act first.
SIGNED, FOR = 20, 50
LONG_AGO = 14  # weeks
PROMISE = "I keep off what is the team’s, as it stands in the clauses"
SEEN = "Kring keeps it; what I do all the same stands in the log"
COURT = (
    "The court asked for all papers about one delivery before noon. I sent them, and told nobody"
    " at the customer."
)
EXPRESS = (
    "Two offers were about to be lost because the parts stood in Rotterdam. The express transport"
    " cost more than the team may spend by itself. I had it paid, this once."
)


def keep_off(people: Sequence[Membership], manager: ManagerLink, calendar: Calendar) -> None:
    """Let the manager sign, and everybody of the team agree within some days."""
    signed = max(calendar.moment(-SIGNED * DAYS), manager.team.started_at)
    terms = Terms("", PROMISE, SEEN, (signed + timedelta(weeks=FOR)).date())
    contract = Agreement.objects.sign_contract(terms, by=manager, at=signed)
    for number, member in enumerate(people):
        contract.accept(1, by=member, at=signed + timedelta(hours=3 + 7 * number))


def act_long_ago(manager: ManagerLink, calendar: Calendar) -> None:
    """Let her act where the law left no choice; the mails of then have left."""
    at = calendar.moment(-LONG_AGO * DAYS + 1.4)
    if at < manager.team.started_at:
        return
    Intervention.objects.record(Reason.LAW, COURT, None, by=manager, at=at)
    Job.objects.filter(kind=TELL).delete()


def act_now(manager: ManagerLink, calendar: Calendar) -> None:
    """Let her act yesterday, with a signal behind it where one lasts: the team is being told."""
    at = calendar.moment(calendar.now - 1)
    signals = signals_to_name(manager.team, at=calendar.at)
    signal = signals.filter(kpi="win-rate").first() or signals.first()
    Intervention.objects.record(Reason.MONEY, EXPRESS, signal, by=manager, at=at)
