"""The demo's two teams: who they are, how they work, whom they work for."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.demo import words
from config.demo.rhythm import RIJNMOND, VELUWE, Rhythm, luck
from crm.models import Category, DealTag, LossReason, Source, Tag
from crm.models.drafting import StageDraft
from teams.models import Team

# When a proposal is done: as it was, the agreement that changed it, as it is.
FULL_PROPOSAL = "The full proposal is with the customer"
ONE_PAGE = "One-page proposals agreed"
PRICE_AND_DATE = "Price and date on one page"

# The process of the pictures. The order is that of `config.demo.lives`.
STAGES = (
    StageDraft("First contact", Category.INTAKE, "Answered within one working day"),
    StageDraft("Needs clear", Category.OPEN, "The customer has confirmed our summary"),
    StageDraft("Proposal", Category.OPEN, PRICE_AND_DATE),
    StageDraft("Agreement", Category.OPEN, "Customer and team both signed"),
    StageDraft("Delivered", Category.WON, "Customer called two weeks after delivery"),
    StageDraft("Lost", Category.LOST),
)


@dataclass(frozen=True)
class Customer:
    name: str
    sector: str
    place: str


@dataclass(frozen=True)
class NewRange:
    """A figure that changed for good in the week `since`, and what the team says of it.

    The team signs its new normal range once so many `weeks` have been reported.
    """

    kpi: str
    since: int
    weeks: int
    reason: str
    lasting: str


@dataclass(frozen=True)
class Cast:
    """A team of the demo.

    Its goal is so many won deals; `reached` is about how far it is today. `known` customers come
    back often; there are `customers` in all, with names from one `half` of the list. One that
    `serves` has a second process, for what goes wrong afterwards. One that `asks` has fields of
    its own about those that it knows. Where its work changed for good, it has a `new_range`.
    """

    name: str
    people: Sequence[str]
    rhythm: Rhythm
    goal: str
    target: int
    reached: int
    known: Sequence[tuple[str, str, str]]
    places: Sequence[str]
    customers: int
    half: int
    serves: bool = False
    asks: bool = False
    new_range: NewRange | None = None

    def all_customers(self) -> list[Customer]:
        """The well-known customers, then others with names that only this team's have."""
        names = [(trade, family) for trade in words.TRADES for family in words.FAMILIES]
        luck("customers").shuffle(names)
        chance = luck(self.name, "places")
        others = names[self.half :: 2][: self.customers - len(self.known)]
        return [Customer(*one) for one in self.known] + [
            Customer(f"{trade} {family}", sector, chance.choice(self.places))
            for (trade, sector), family in others
        ]


CASTS = (
    Cast(
        name="Rijnmond",
        people=words.RIJNMOND_PEOPLE,
        rhythm=RIJNMOND,
        goal="happy small-business customers",
        target=120,
        reached=94,
        known=words.RIJNMOND_CUSTOMERS,
        places=words.RIJNMOND_PLACES,
        customers=420,
        half=0,
        serves=True,
        asks=True,
    ),
    Cast(
        name="Veluwe",
        people=words.VELUWE_PEOPLE,
        rhythm=VELUWE,
        goal="farms, shops and inns served",
        target=150,
        reached=115,
        known=words.VELUWE_CUSTOMERS,
        places=words.VELUWE_PLACES,
        customers=260,
        half=1,
        new_range=NewRange(
            "value-won",
            since=VELUWE.richer,
            weeks=22,
            reason="We offer a service contract with everything that we sell",
            lasting="It stands in every proposal, and most customers take it",
        ),
    ),
)


def begin_lists(team: Team) -> None:
    """What the team chooses from when its history begins."""
    Source.objects.begin(team, words.SOURCES)
    Tag.objects.begin(team, words.TAGS)
    LossReason.objects.begin(team, dict.fromkeys((*words.LOSSES, *words.LATELY_LOST)))


def tag_some(team: Team) -> None:
    """Put a tag on every third deal in hand, and now and then a second."""
    tags = list(Tag.objects.filter(team=team).in_order())
    for deal in team.deals.open():
        chance = luck(team.name, "tags", deal.number)
        wanted = chance.sample(tags, chance.choice((0, 0, 1, 0, 2, 1)))
        DealTag.objects.bulk_create(DealTag(team=team, deal=deal, tag=tag) for tag in wanted)
