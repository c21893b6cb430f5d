"""Whom a team has not been in contact with for as long as it keeps who they are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db import transaction

from crm.models import RetentionRule
from teams import wall
from teams.models import Team
from teams.paging import Page, page_of


@dataclass(frozen=True)
class Silent:
    """How many it are, and a page of them, the longest silent first."""

    count: int
    page: Page
    is_at_work: bool = False

    @classmethod
    def of(cls, rule: RetentionRule | None, *, at: datetime, page: str | None) -> Self:
        """Those whom the rule is about at this moment; nobody without a rule."""
        if rule is None:
            return cls(0, Page(1, [], has_more=False))
        with transaction.atomic(), wall.opened():
            due = rule.due(at)
            return cls(due.count(), page_of(due, page), rule.is_at_work)


def find_rule(team: Team) -> RetentionRule | None:
    """The team's rule; None where it has none yet."""
    return RetentionRule.objects.select_related("team").filter(team=team).first()
