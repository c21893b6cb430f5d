"""A company as the files describe it, before anything is compared or written.

Every record has a key, by which it is found again the next time, and facts: what the files say
of it. Records name each other by key.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from crm.models.drafting import StageDraft
from crm.models.stage import Category


@dataclass(frozen=True)
class PersonDraft:
    """A person. `team` is the key of the team they work in, None for who only manages."""

    key: str
    name: str
    team: str | None

    @property
    def facts(self) -> list[Any]:
        return [self.team]


@dataclass(frozen=True)
class TeamDraft:
    """A team and its manager. The name is given once; afterwards it is the team's own.

    `slug` is the address it would like, `manager` a key.
    """

    key: str
    name: str
    slug: str
    manager: str
    members: tuple[str, ...]

    @property
    def facts(self) -> list[Any]:
        return [self.manager]


@dataclass(frozen=True)
class OrganizationDraft:
    """A customer. `fields` are the columns of the same name; `parent` is a key."""

    key: str
    fields: dict[str, Any]
    parent: str | None

    @property
    def facts(self) -> list[Any]:
        return [self.fields, self.parent]


@dataclass(frozen=True)
class ProductDraft:
    key: str
    fields: dict[str, Any]

    @property
    def facts(self) -> list[Any]:
        return [self.fields]


@dataclass(frozen=True)
class DealDraft:
    """A deal. `team`, `owner`, `product`, `organization` and `stage` are keys.

    `team` counts once, when the deal is made: a deal stays with the team that did the work.
    """

    key: str
    team: str
    owner: str
    product: str
    organization: str | None
    stage: str
    title: str
    amount: Decimal | None
    began_on: date | None
    closed_on: date | None

    @property
    def facts(self) -> list[Any]:
        return [
            self.owner,
            self.product,
            self.organization,
            self.stage,
            self.amount,
            self.began_on,
            self.closed_on,
        ]


Draft = PersonDraft | TeamDraft | OrganizationDraft | ProductDraft | DealDraft


def digest(draft: Draft) -> str:
    """A fingerprint of the facts: as long as it is the same, the files say nothing new."""
    text = json.dumps(draft.facts, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Company:
    """Everything that one set of files holds. `system` names where its keys come from.

    `stages` are the process that every team of it works by, by key. A closed deal of which
    nothing more is known stood in the stage `worked_in` until then.
    """

    system: str
    stages: dict[str, StageDraft]
    worked_in: str
    people: dict[str, PersonDraft] = field(default_factory=dict)
    teams: dict[str, TeamDraft] = field(default_factory=dict)
    organizations: dict[str, OrganizationDraft] = field(default_factory=dict)
    products: dict[str, ProductDraft] = field(default_factory=dict)
    deals: dict[str, DealDraft] = field(default_factory=dict)

    def outcomes(self) -> Counter[str]:
        """How many deals are won, lost and open."""
        return Counter(self.category(deal).outcome for deal in self.deals.values())

    def category(self, deal: DealDraft) -> Category:
        return self.stages[deal.stage].category

    def latest_day(self) -> date | None:
        """The last day on which something happened, None when nothing is dated."""
        days = [day for deal in self.deals.values() for day in (deal.began_on, deal.closed_on)]
        return max((day for day in days if day), default=None)
