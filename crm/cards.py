"""A deal at a glance, in the words of its reader."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Self

from django.urls import reverse
from django.utils import timezone

from crm.models import Deal, FieldDefinition
from crm.models.definition import Target
from crm.models.tagging import tags_of
from teams.models import Team
from teams.templatetags.kring import money_short, short_date

# What of a deal and of those around it a card reads, and nothing else of them.
READ = (
    "version", "team", "pipeline", "stage", "number", "title", "amount", "outcome", "next_step",
    "next_step_on", "entered_stage_at", "organization__name", "contact__name",
)  # fmt: skip
READ_OF_PEOPLE = ("owner__name",)


@dataclass(frozen=True)
class Reader:
    """Who looks at a team's deals, and when. A manager sees no people."""

    team: Team
    at: datetime
    sees_people: bool

    @cached_property
    def today(self) -> date:
        """The day that it is for the team."""
        return timezone.localdate(self.at, self.team.zone)

    @cached_property
    def own_fields(self) -> list[FieldDefinition]:
        """What the team wants to know of a deal besides, in its order."""
        return [field for field in self.fields if field.target == Target.DEAL]

    @cached_property
    def fields(self) -> list[FieldDefinition]:
        """All the fields of the team's own by which deals can be looked at: theirs first.

        A manager has none that is about a person.
        """
        targets = [Target.DEAL, Target.ORGANIZATION]
        if self.sees_people:
            targets.append(Target.CONTACT)
        found = self.team.fields.filter(target__in=targets).living().in_order()
        return sorted(found, key=lambda field: targets.index(Target(field.target)))

    def url_of(self, deal: Deal) -> str:
        """The address of the deal's page."""
        return f"{self._around_a_number[0]}{deal.number}{self._around_a_number[1]}"

    def stage_url_of(self, deal: Deal) -> str:
        """The address to which a move of the deal is sent."""
        return f"{self._around_a_number[0]}{deal.number}{self._around_a_number[2]}"

    @cached_property
    def _around_a_number(self) -> tuple[str, str, str]:
        # Two addresses for each of sixty cards: looked up every time, they cost as much as reading
        # the cards from the database. So they are looked up once, for the deal 0.
        ends = [
            reverse(name, args=[self.team.slug, 0]).rpartition("/0/")
            for name in ("crm:deal", "crm:deal-stage")
        ]
        (before, _, after_deal), (_, _, after_stage) = ends
        return f"{before}/", f"/{after_deal}", f"/{after_stage}"

    def owner_of(self, deal: Deal) -> "Face | None":
        owner = deal.owner if self.sees_people else None
        return Face(owner.pk, owner.name) if owner else None


@dataclass(frozen=True)
class Face:
    """A person, as far as a card shows them."""

    pk: int
    name: str


@dataclass(frozen=True)
class Card:
    """What a card shows. Texts are ready to be written; `age_days` counts days in the stage.

    `step_state` is none, overdue, today or later, and empty for a deal that is closed.
    """

    pk: int
    number: int
    title: str
    customer: str
    owner: Face | None
    amount_text: str
    next_step_text: str
    next_step_on_text: str
    step_state: str
    tags: tuple[str, ...]
    age_days: int
    waits_long: bool
    version: int
    url: str
    move_url: str

    @classmethod
    def of(cls, deal: Deal, reader: Reader) -> Self:
        return cls(**at_a_glance(deal, reader))


def at_a_glance(deal: Deal, reader: Reader) -> dict[str, Any]:
    """The fields of a card. Reads stage, pipeline, customer, owner and tags of the deal."""
    return {
        "pk": deal.pk,
        "number": deal.number,
        "title": deal.title,
        "customer": deal.customer,
        "owner": reader.owner_of(deal),
        "amount_text": money_short(deal.amount, deal.pipeline.currency),
        "next_step_text": deal.next_step,
        "next_step_on_text": short_date(deal.next_step_on, reader.today),
        "step_state": step_state(deal, reader.today),
        "tags": tuple(tag.name for tag in tags_of(deal)),
        "age_days": max(0, (reader.at - deal.entered_stage_at).days),
        "waits_long": deal.waits_long(reader.at),
        "version": deal.version,
        "url": reader.url_of(deal),
        "move_url": reader.stage_url_of(deal),
    }


def step_state(deal: Deal, today: date) -> str:
    """How the next step stands on this day."""
    if deal.outcome != Deal.Outcome.OPEN:
        return ""
    if not deal.next_step:
        return "none"
    if deal.next_step_on is None or deal.next_step_on > today:
        return "later"
    return "today" if deal.next_step_on == today else "overdue"
