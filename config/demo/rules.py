"""The rules that each team of the demo made for itself, and what they did in the days since."""

from datetime import datetime, timedelta
from typing import Any

from crm.models import FieldDefinition, FieldType, Rule, Tag, Target
from crm.models.activity import Kind
from crm.models.rule import Trigger
from crm.rules import work_by_the_clock
from teams.models import Membership

AT_WORK = 10
ATTENTION, SECOND_LOOK = "Needs attention", "Second look"


def let_it_happen(*, by: Membership, at: datetime) -> None:
    """Let the rules of a team do what they would have done since it wrote them down."""
    began = at - timedelta(days=AT_WORK)
    rules = [Rule.objects.add(each, by=by, at=began) for each in _of_our_own(by=by, at=began)]
    for day in range(1, AT_WORK + 1):
        for rule in rules:
            work_by_the_clock(rule, at=began + timedelta(days=day))


def _of_our_own(*, by: Membership, at: datetime) -> list[dict[str, Any]]:
    """Call whoever has a proposal for long, look twice at a large one, and see what is late."""
    proposal = by.team.pipelines.in_order()[0].stages.get(name="Proposal")
    attention = Tag.objects.named(ATTENTION, by=by, at=at)
    look = FieldDefinition.objects.add(
        Target.DEAL, SECOND_LOOK, FieldType.YES_NO, by=by, at=at - timedelta(days=1)
    )
    return [
        {
            "name": "Proposals that grow quiet",
            "trigger": Trigger.AGED,
            "days": 14,
            "stage": proposal,
            "activity_title": "Ask what is still missing",
            "activity_kind": Kind.CALL,
            "activity_in_days": 2,
        },
        {
            "name": "Large proposals get a second look",
            "trigger": Trigger.AGED,
            "days": 7,
            "stage": proposal,
            "conditions": [[["amount", "at-least", "5000"]]],
            "custom": {look.key: True},
        },
        {"name": "Steps left lying", "trigger": Trigger.OVERDUE, "days": 3, "tag": attention},
    ]
