"""What a divided team and the new one count adds up to what one team would have counted.

Two teams do the same for weeks, day by day, and one of them divides in the middle.
"""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from crm.models import (
    AnswerPromise,
    Arrival,
    Asking,
    Category,
    Deal,
    GoingCustomer,
    Organization,
    Pipeline,
    Question,
)
from crm.models.drafting import StageDraft
from crm.proof import clocks_that_disagree, disagreements
from dashboards import kpis
from dashboards.engine import measure
from dashboards.figures import WHOLE
from dashboards.kpis import Kind
from dashboards.periods import Period, PeriodKind
from teams.refusals import Refusal
from tests import builders

STAGES = [
    StageDraft("Contact", Category.INTAKE),
    StageDraft("Talk", Category.OPEN),
    StageDraft("Done", Category.WON),
    StageDraft("Lost", Category.LOST),
]
CUSTOMERS = ("Acme", "Bolt", "Cask", "Dune")
GOING = CUSTOMERS[:2]
DAYS, DIVIDED_ON = 56, 26
DEEDS = (
    *("add", "move", "move", "lose", "win", "win", "reopen", "edit", "due", "step"),
    *("ask", "answer", "score", "transfer", "discard", "restore"),
)
# Where one team would count the past of a deal anew; what was counted before a deal went stands.
REWRITING = {"discard", "due", "transfer"}
ADDING_UP = {Kind.FLOW, Kind.RATIO, Kind.STOCK}


class World:
    """A team that works, alone or, from a day on, as two."""

    def __init__(self, name, now):
        self.team = builders.team(name, at=now)
        self.people = [builders.member(f"{name} {nr}", self.team, at=now) for nr in range(6)]
        for process, kind, currency in (
            ("Sales", Pipeline.Kind.SALES, "EUR"),
            ("Abroad", Pipeline.Kind.SALES, "USD"),
            ("Service", Pipeline.Kind.SERVICE, "EUR"),
        ):
            made = Pipeline.start(
                self.team, process, STAGES, by=None, at=now, kind=kind, currency=currency
            )
            Pipeline.objects.filter(pk=made.pk).update(asks_customer=Asking.CLOSED)
        AnswerPromise.objects.make(8 * 3600, reason="So", seen=0, by=self.people[0], at=now)
        self.new, self.deals = None, []

    @property
    def teams(self):
        return [self.team, *([self.new] if self.new else [])]

    def who(self, deal):
        """Somebody of the team that the deal is with."""
        return deal.team.memberships.current().select_related("user", "team").order_by("pk")[0]

    def add(self, customer, process, at, amount):
        team = self.new if self.new and customer in GOING else self.team
        pipeline = team.pipelines.order_by("pk")[process]
        by = team.memberships.current().select_related("user", "team").order_by("pk")[0]
        self.deals.append(
            builders.deal(pipeline, by=by, at=at, customer=customer, amount=amount).pk
        )

    def deal(self, number):
        return Deal.everything.select_related("team", "pipeline", "stage").get(
            pk=self.deals[number]
        )

    def divide(self, at):
        plan = builders.division(self.people[3:], by=self.people[0], at=at - timedelta(days=2))
        for name in GOING:
            customer = Organization.objects.named(name)
            GoingCustomer.objects.create(team=self.team, division=plan, organization=customer)
        plan.propose(seen=plan.edition, by=self.people[0], at=at - timedelta(days=1))
        for each in self.people[1:]:
            plan.consent(by=each, at=at - timedelta(days=1))
        self.new = plan.carry_out(by=self.people[0], at=at)
        went = dict(self.new.deals.values_list("arrival__number", "pk"))
        numbers = {deal.pk: deal.number for deal in Deal.everything.filter(pk__in=self.deals)}
        gone = set(self.team.departures.values_list("deal", flat=True))
        self.deals = [went[numbers[pk]] if pk in gone else pk for pk in self.deals]


def do(world, deed, number, choice, at):
    """One deed to one deal."""
    deal = world.deal(number)
    HOW[deed](deal, choice, {"by": world.who(deal), "at": at})


def move(deal, choice, now):
    go_to(deal, ("Contact", "Talk")[choice % 2], now)


def win(deal, _choice, now):
    go_to(deal, "Done", now)


def go_to(deal, name, now):
    deal.move_to(deal.pipeline.stages.get(name=name), seen_in=deal.stage, **now)


def lose(deal, choice, now):
    deal.lose(("Price", "Too late")[choice % 2], seen_in=deal.stage, **now)


def reopen(deal, _choice, now):
    deal.reopen(seen_in=deal.stage, **now)


def edit(deal, choice, now):
    deal.edit({"amount": Decimal(100 * choice)}, version=deal.version, **now)


def due(deal, choice, now):
    day = (now["at"] + timedelta(days=choice * 3 - 2)).date()
    deal.edit({"expected_close_on": day}, version=deal.version, **now)


def step(deal, choice, now):
    deal.plan_step(("", "Call", "Mail")[choice % 3], None, **now)


def ask(deal, _choice, now):
    builders.said(deal, channel="email", **now)


def answer(deal, _choice, now):
    builders.said(deal, channel="email", direction="out", **now)


def score(deal, choice, now):
    for asked in Question.objects.open(now["at"]).filter(deal=deal):
        asked.answer(choice + 1, at=now["at"])


def discard(deal, _choice, now):
    deal.discard(**now)


def restore(deal, _choice, now):
    deal.restore(**now)


def transfer(deal, choice, now):
    process = Pipeline.objects.get(team=deal.team, name=("Sales", "Service")[choice % 2])
    deal.transfer_to(process.stages.get(name="Talk"), seen_in=deal.stage, **now)


HOW = {
    each.__name__: each
    for each in (
        *(move, win, lose, reopen, edit, due, step, ask, answer, score),
        *(discard, restore, transfer),
    )
}


def weeks_and_months(first, last):
    for kind in PeriodKind:
        one, end = Period.containing(kind, first), Period.containing(kind, last)
        yield from one.through(end)


def counted(teams, periods, until):
    """Of every figure that adds up: its number of facts, numerator and denominator."""
    found = defaultdict(lambda: [0, Decimal(0), Decimal(0)])
    for kpi in kpis.all_kpis():
        if not kpi.facts.__module__.startswith("crm.") or kpi.kind not in {
            *ADDING_UP,
            Kind.DURATION,
        }:
            continue
        if kpi.per:
            # What is divided by members says nothing of teams that are small.
            continue
        for kind in PeriodKind:
            those = [period for period in periods if period.kind is kind]
            for figure in measure(kpi, teams, those, until=until):
                cell = found[kpi.slug, str(figure.period), figure.dimension]
                cell[0] += figure.n
                cell[1] += figure.numerator or 0
                cell[2] += figure.denominator or 0
    return {key: value for key, value in found.items() if any(value)}


def every_figure(team, periods, until):
    """All figures of a team as they are kept, those too that do not add up."""
    return {
        (kpi.slug, str(figure.period), figure.dimension): (figure.value, figure.n)
        for kpi in kpis.all_kpis()
        if kpi.facts.__module__.startswith("crm.")
        for kind in PeriodKind
        for figure in measure(
            kpi, [team], [one for one in periods if one.kind is kind], until=until
        )
        if figure.n or figure.dimension == WHOLE
    }


def whole_until(moment, since, team):
    """The weeks and months that are over."""
    periods = weeks_and_months(since.date(), moment.date())
    return [each for each in periods if each.end(team.zone) <= moment]


def a_day(worlds, dice, morning):
    """What is done on one day, in both worlds alike."""
    one, two = worlds
    for _deed in range(dice.randrange(2, 6)):
        at = morning + timedelta(minutes=dice.randrange(1, 900))
        deed, choice = dice.choice(DEEDS), dice.randrange(5)
        if deed == "add" or not one.deals:
            who, process = dice.choice(CUSTOMERS), dice.randrange(3)
            amount = Decimal(dice.randrange(1, 9) * 50)
            for world in worlds:
                world.add(who, process, at, amount)
            continue
        number = dice.randrange(len(one.deals))
        came = Arrival.objects.filter(deal=two.deals[number]).exists()
        if not (came and deed in REWRITING):
            told = [outcome(world, deed, number, choice, at) for world in worlds]
            assert told[0] == told[1], deed


def outcome(world, deed, number, choice, at):
    try:
        do(world, deed, number, choice, at)
    except Refusal as refusal:
        return str(refusal)
    return ""


@pytest.mark.parametrize("seed", range(6))
def test_old_and_new_add_up_to_the_undivided(seed, db, now):
    dice = Random(seed)  # noqa: S311 -- the same days each time
    one, two = worlds = World("Whole", now), World("Parted", now)
    for day in range(DIVIDED_ON):
        a_day(worlds, dice, now + timedelta(days=day))
    noon = now + timedelta(days=DIVIDED_ON)
    past = whole_until(noon, now, two.team)
    before = every_figure(two.team, past, noon)

    two.divide(noon)

    assert every_figure(two.team, past, noon) == before
    assert not any(n for _value, n in every_figure(two.new, past, noon).values())
    for day in range(DIVIDED_ON, DAYS):
        a_day(worlds, dice, now + timedelta(days=day))
    # Beyond the last day, for what is counted when its days are over.
    until = now + timedelta(days=DAYS + 40)
    periods = list(weeks_and_months(now.date(), until.date()))
    assert counted(two.teams, periods, until) == counted(one.teams, periods, until)
    assert not list(disagreements())
    assert not list(clocks_that_disagree())
