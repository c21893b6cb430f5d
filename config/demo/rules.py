"""A rule that each team of the demo made for itself, and what it did in the days since."""

from datetime import datetime, timedelta

from crm.models import Rule
from crm.models.activity import Kind
from crm.models.rule import Trigger
from crm.rules import work_by_the_clock
from teams.models import Membership

STANDS, AT_WORK = 14, 10
QUIET_PROPOSALS = {
    "name": "Proposals that grow quiet",
    "trigger": Trigger.AGED,
    "days": STANDS,
    "conditions": [],
    "activity_title": "Ask what is still missing",
    "activity_kind": Kind.CALL,
    "activity_in_days": 2,
    "tag": None,
    "mails": False,
}


def let_it_happen(*, by: Membership, at: datetime) -> None:
    """Call whoever has had a proposal for two weeks; it has been at work for some days."""
    proposal = by.team.pipelines.in_order()[0].stages.get(name="Proposal")
    wanted = {**QUIET_PROPOSALS, "stage": proposal}
    began = at - timedelta(days=AT_WORK)
    rule = Rule.objects.add(wanted, by=by, at=began)
    for day in range(1, AT_WORK + 1):
        work_by_the_clock(rule, at=began + timedelta(days=day))
