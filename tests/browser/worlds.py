"""Small worlds that a browser walks through: team Rijnmond at work, with or without a history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from agreements.models import Terms
from crm import pace
from crm.models import Category, Contact, Deal, Organization, OwnFacts, Pipeline, Stage
from crm.models.drafting import StageDraft
from crm.models.own_facts import target_of
from dashboards import kpis
from dashboards.jobs import publish_period, update_figures
from dashboards.models import Baseline
from dashboards.periods import Period, PeriodKind, last_closed
from debates.models import Brought
from reviews.models import Mode
from teams.models import Membership, Team, User
from tests import builders, debating, reviewing

PASSWORD = "correct horse battery"
STAGES = [
    StageDraft("Contact", Category.INTAKE, "Answered within one working day"),
    StageDraft("Needs clear", Category.OPEN, "We know what hurts and who decides", wip_limit=3),
    StageDraft("Proposal", Category.OPEN, "Price and date on one page"),
    StageDraft("Delivered", Category.WON),
    StageDraft("Lost", Category.LOST),
]
HALF_A_YEAR = [3, 5, 4, 4, 6, 5, 2, 3, 4, 6, 3, 5, 5, 4, 2, 3, 5, 6, 4, 4, 3, 5, 3, 4, 6, 4]
A_BUSY_WEEK = 14


@dataclass(frozen=True)
class Story:
    """A deal of the world: where it stands, since how many days, who looks after it."""

    customer: str
    title: str
    stage: str
    amount: int | None
    days: int = 1
    owner: str = ""
    step: str = ""
    due_in: int = 0


# In every stage the last one stands on top.
STORIES = [
    Story("Hotel Leuvehaven", "Phones at the front desk", "Contact", 3_200),
    Story("Noordereiland Fietsen", "A second shop", "Contact", None, owner="Bram"),
    Story("Bakkerij Vermeulen", "Lines for three shops", "Contact", 1_800, owner="Anna"),
    Story("Garage Smit", "Cameras at the gate", "Needs clear", 7_400, 60, "Bram"),
    Story("Kapsalon Lijn", "Wi-Fi for guests", "Needs clear", 900, 4, "Anna", "Ring them", -2),
    Story("Havenbedrijf Twee", "Radios on the quay", "Needs clear", 48_500, 9, "Anna", "Visit", 0),
    Story("Tandarts De Kies", "Two more lines", "Proposal", 2_600, 3, "Bram", "Send price", 5),
    Story("Stichting Wijkhuis", "Internet for the house", "Proposal", 4_100, 12, "Anna"),
    Story("Drukkerij Maas", "A faster line", "Delivered", 6_300, 2, "Anna"),
]
SOMEBODY = "Joke Vis"
PARKING = "Behind the house; the gate at the Leuvehaven is closed on market days"
A_STORY_TOLD_LONG_AGO = timedelta(days=70)


@dataclass(frozen=True)
class World:
    """Team Rijnmond: Anna and Bram work there, Mia reads along.

    Carla reads along too, and works in team Veluwe, which has no process yet.
    """

    team: Team
    pipeline: Pipeline
    anna: Membership
    bram: Membership
    mia: User
    carla: User
    stages: Mapping[str, Stage]

    @property
    def board(self) -> str:
        return self.page("board")

    @property
    def deals(self) -> str:
        return self.page("deals")

    @property
    def reading(self) -> str:
        return self.page("reading")

    def page(self, name: str = "") -> str:
        """The address of a page of the team."""
        return f"/teams/{self.team.slug}/{name}/" if name else f"/teams/{self.team.slug}/"

    def deal(self, customer: str) -> Deal:
        """The deal of this customer, as it stands in the database now."""
        return Deal.objects.select_related("stage", "owner").get(organization__name=customer)

    def customer(self, name: str) -> str:
        """The address of the page of this organization."""
        return f"{self.page('customers')}{Organization.objects.get(name=name).pk}/"

    def contact(self, name: str) -> str:
        """The address of the page of somebody who works at one."""
        return f"{self.page('contacts')}{Contact.objects.get(name=name).pk}/"

    def stage_of(self, customer: str) -> str:
        return self.deal(customer).stage.name

    def column(self, stage: str) -> list[str]:
        """The customers in a column, from top to bottom."""
        deals = self.stages[stage].deals.order_by("board_rank", "pk").select_related("organization")
        return [deal.customer for deal in deals]

    def address_of(self, customer: str) -> str:
        return f"{self.deals}{self.deal(customer).number}/"

    def move(self, customer: str, stage: str, *, by: Membership, at: datetime) -> None:
        """Let somebody else move the deal."""
        deal = self.deal(customer)
        deal.move_to(self.stages[stage], seen_in=deal.stage, by=by, at=at)


def at_work(*, at: datetime, stories: Sequence[Story] = STORIES) -> World:
    """The team with its board: nine deals over four stages."""
    began = at - A_STORY_TOLD_LONG_AGO
    team = builders.team("Rijnmond", at=began)
    people = {name: builders.member(name, team, at=began) for name in ("Anna", "Bram")}
    mia = builders.person("Mia")
    carla = builders.member("Carla", builders.team("Veluwe", at=began), at=began).user
    for reader in (mia, carla):
        team.link_manager(reader, by=None, at=began)
    pipeline = Pipeline.start(team, "Sales", STAGES, by=None, at=began)
    world = World(
        team=team,
        pipeline=pipeline,
        anna=people["Anna"],
        bram=people["Bram"],
        mia=mia,
        carla=carla,
        stages={stage.name: stage for stage in pipeline.stages.in_order()},
    )
    for story in stories:
        _tell(story, world, people, at=at)
    return world


def _tell(story: Story, world: World, people: Mapping[str, Membership], *, at: datetime) -> None:
    teller = people[story.owner or "Anna"]
    entered = at - timedelta(days=story.days)
    begun = world.pipeline.first_stage()
    deal = builders.deal(
        world.pipeline,
        by=teller,
        at=entered if story.stage == begun.name else entered - timedelta(days=3),
        title=story.title,
        customer=story.customer,
        amount=None if story.amount is None else Decimal(story.amount),
    )
    if story.owner:
        deal.take(by=teller, at=entered)
    if story.step:
        day = (at + timedelta(days=story.due_in)).astimezone(world.team.zone).date()
        deal.plan_step(story.step, day, by=teller, at=entered)
    if story.stage != begun.name:
        above = world.stages[story.stage].deals.order_by("board_rank").first()
        deal.move_to(world.stages[story.stage], seen_in=begun, by=teller, at=entered, before=above)


def know_somebody(world: World, *, at: datetime) -> None:
    """At the hairdresser's, with how to reach her and what the team itself knows of both."""
    salon = Organization.objects.get(name="Kapsalon Lijn")
    owner = Contact.objects.add(SOMEBODY, salon, "Owner", by=world.anna, at=at)
    owner.add_point("email", "joke.vis@knippen-en-krullen.example", "work", by=world.anna, at=at)
    owner.add_point("phone", "+31 10 555 01 42", "mobile", by=world.anna, at=at)
    known = {salon: ("Where we may park", PARKING), owner: ("Best to call", "Before nine")}
    for customer, (label, words) in known.items():
        field = builders.field(label, target=target_of(customer), by=world.anna, at=at)
        facts = OwnFacts.objects.of(world.team, customer)
        facts.edit({field.key: words}, version=0, by=world.anna, at=at)


def agree(world: World, *, at: datetime) -> None:
    """Anna has promised Bram something, and he has accepted it; she proposed something to all."""
    due_on = at.astimezone(world.team.zone).date() + timedelta(days=20)
    terms = Terms("a customer reports a fault", "I call back", "it stands on the deal", due_on)
    builders.proposed(world.anna, world.bram, terms, at=at).accept(1, by=world.bram, at=at)
    builders.procedure(by=world.anna, at=at)
    tried = builders.procedure("Monday round", by=world.anna, at=at, is_on_trial=True)
    tried.bury("It kept us awake", Decimal(3), by=world.bram, at=at)
    boss = world.team.manager_links.select_related("team", "user").get(user=world.mia)
    builders.intervened(boss, "The scaffold stood loose. I had the site closed.", at=at)
    # What Anna brought to a debate is read by nobody else yet; what she proposed waits for all.
    debate = debating.opened(by=world.anna, at=at, slug="win-rate", question="Why so few?")
    debate.bring(Brought("We call back too late", words="I had given up"), by=world.anna, at=at)
    debating.quick(by=world.anna, at=at, slug="cycle-time")
    # A charter is in force and another one proposed; a frame holds, and another one will.
    builders.chartered(by=world.anna, at=at).consent(by=world.bram, at=at)
    builders.chartered(by=world.anna, at=at, seen=1, offer="Lines and phones, and we come by")
    builders.framed(boss, at=at - timedelta(days=30))
    builders.framed(boss, at=at, seen=1, limit=Decimal(250))
    # Bram holds a role, and Anna is proposed for another one.
    board = builders.role(by=world.anna, at=at)
    builders.nominated(board, world.bram, by=world.anna, at=at).consent(by=world.bram, at=at)
    phone = builders.role("Answers the phone", by=world.anna, at=at)
    builders.nominated(phone, world.anna, by=world.bram, at=at)
    # What Anna and Bram told each other they have read; now they write again.
    reviewing.released(by=world.anna, at=at - reviewing.RELEASED, mode=Mode.OPEN)
    again = reviewing.opened(by=world.anna, at=at, mode=Mode.APPRECIATION)
    again.write(world.bram.user, reviewing.words("You call back"), by=world.anna, at=at)
    reviewing.given(world.bram, world.anna, "You wait for me", at=at)
    # What Anna wants of a figure waits for Bram's answer.
    builders.wanted("deals-lost", by=world.anna, at=at)


def with_history(*, at: datetime) -> World:
    """The same team after half a year, with a goal, a signed baseline and published reports.

    Twenty-six ordinary weeks and then a very busy one: deals won got better, the rest is calm
    or cannot be judged yet.
    """
    world = at_work(at=at)
    know_somebody(world, at=at)
    agree(world, at=at)
    team, zone = world.team, world.team.zone
    last = last_closed(PeriodKind.WEEK, at, zone)
    first = Period.containing(PeriodKind.WEEK, last.first_day - timedelta(weeks=26))
    weeks = list(first.through(last))
    builders.many_won(
        world.pipeline,
        [
            week.start(zone) + timedelta(days=1, hours=12)
            for week, count in zip(weeks, [*HALF_A_YEAR, A_BUSY_WEEK], strict=True)
            for _ in range(count)
        ],
    )
    Team.objects.filter(pk=team.pk).update(goal="140 deals won by the summer", goal_target=140)
    team.note_progress(Decimal(125))
    team.refresh_from_db()
    pace.learn_usual_days(at=at)
    update_figures(team, since=first.start(zone), at=at)
    won = kpis.get("deals-won")
    Baseline.sign(won, first, weeks[25], by=world.anna, at=at, reason="A calm half year")
    for period in (weeks[-2], last, last_closed(PeriodKind.MONTH, at, zone)):
        publish_period(team, period, at=at)
    return world
