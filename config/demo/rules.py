"""The rules that each team of the demo made for itself, and what they did in the days since."""

from datetime import datetime, timedelta

from crm.models import Rule, Tag
from crm.models.activity import Kind
from crm.models.rule import Trigger
from crm.rules import work_by_the_clock
from teams.models import Membership

STANDS, LATE, AT_WORK = 14, 3, 10
FORGOTTEN = "Needs attention"
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
LATE_STEPS = {
    "name": "Steps left lying",
    "trigger": Trigger.OVERDUE,
    "days": LATE,
    "stage": None,
    "conditions": [],
    "activity_title": "",
    "activity_kind": Kind.TASK,
    "activity_in_days": 0,
    "mails": False,
}


def let_it_happen(*, by: Membership, at: datetime) -> None:
    """Call whoever has had a proposal for two weeks, and mark the deals of which nobody thinks.

    Both have been at work for some days.
    """
    proposal = by.team.pipelines.in_order()[0].stages.get(name="Proposal")
    began = at - timedelta(days=AT_WORK)
    forgotten = Tag.objects.named(FORGOTTEN, by=by, at=began)
    wanted = [{**QUIET_PROPOSALS, "stage": proposal}, {**LATE_STEPS, "tag": forgotten}]
    rules = [Rule.objects.add(each, by=by, at=began) for each in wanted]
    for day in range(1, AT_WORK + 1):
        for rule in rules:
            work_by_the_clock(rule, at=began + timedelta(days=day))
