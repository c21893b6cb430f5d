"""Rijnmond's second process: what goes wrong at customers, and how the team puts it right.

There are few requests, so the verbs themselves write them down, in the order of time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from config.demo import words
from config.demo.rhythm import DAYS, Calendar, luck
from crm.models import Category, Contact, Deal, Organization, Pipeline, Stage, StageDraft
from teams.models import Membership, Team

NAME = "Service"
NEW, IN_HAND, WAITING, SOLVED, NOT_SOLVED = (
    "New request",
    "In hand",
    "Waiting for the customer",
    "Solved",
    "Not solved",
)
STAGES = (
    StageDraft(NEW, Category.INTAKE, "Answered within one working day"),
    StageDraft(IN_HAND, Category.OPEN, "The customer says that it works"),
    StageDraft(WAITING, Category.OPEN, "The customer has answered"),
    StageDraft(SOLVED, Category.WON),
    StageDraft(NOT_SOLVED, Category.LOST),
)
CHECKLIST = ("Cause written down", "Right part in the car", "Customer called afterwards")
MOST_IN_HAND = 6
# What was agreed on the way, and when: as parts of the time since the process began.
AGREED = ((0.4, "Too many at once, so everybody waited"), (0.65, "Twice we came without the part"))
SINCE_WEEK = -14
REQUESTS = 44
# Of a hundred requests so many are done after their day, come back, or cannot be helped.
LATE, COMES_BACK, IN_VAIN, WAITS = 0.2, 0.1, 0.05, 0.25


class Step(NamedTuple):
    """One thing that somebody does, in working days as in `config.demo.rhythm`."""

    at: float
    request: int
    verb: str


@dataclass(frozen=True)
class Request:
    """What a customer asks for, who sees to it, and the working day by which it is done."""

    title: str
    customer: int
    by: int
    due: float
    steps: tuple[Step, ...]


def requests(begins: float, now: float, *, people: int, customers: int) -> Iterator[Request]:
    """All requests of this time, evenly spread, the last of them still open."""
    for number in range(REQUESTS):
        chance = luck("service", number)
        title, days = chance.choice(words.SERVICE_REQUESTS)
        asked = begins + (now - begins) * (number + chance.random()) / REQUESTS
        is_late = chance.random() < LATE
        takes = days * (chance.uniform(1.3, 2.2) if is_late else chance.uniform(0.2, 0.9))
        yield Request(
            title,
            customer=chance.randrange(customers),
            by=chance.randrange(people),
            due=asked + days,
            steps=tuple(
                Step(asked + takes * part, number, verb) for part, verb in _course(chance.random())
            ),
        )


def _course(luck_: float) -> list[tuple[float, str]]:
    """The way of a request: after which part of its time what is done."""
    course = [(0.0, "ask"), (0.15, IN_HAND)]
    if luck_ < IN_VAIN:
        return [*course, (1.0, NOT_SOLVED)]
    if luck_ < IN_VAIN + COMES_BACK:
        return [*course, (0.6, SOLVED), (0.9, "reopen"), (1.0, SOLVED)]
    if luck_ < IN_VAIN + COMES_BACK + WAITS:
        course += [(0.4, WAITING), (0.8, IN_HAND)]
    return [*course, (1.0, SOLVED)]


@dataclass
class Desk:
    """Where the requests of a team are seen to."""

    pipeline: Pipeline
    people: Sequence[Membership]
    customers: Sequence[tuple[Organization, Contact]]
    calendar: Calendar
    requests: Sequence[Request]
    deals: dict[int, Deal] = field(default_factory=dict)

    def happen(self, step: Step) -> None:
        at = self.calendar.moment(step.at)
        if step.verb == "agree":
            self._agree(step.request, at=at)
        elif step.verb == "ask":
            self._ask(step.request, at=at)
        else:
            request, deal = self.requests[step.request], self.deals[step.request]
            self._go_on(deal, step.verb, by=self.people[request.by], at=at)

    def _ask(self, number: int, *, at: datetime) -> None:
        request = self.requests[number]
        by = self.people[request.by]
        organization, contact = self.customers[request.customer]
        deal = Deal.objects.add(
            self.pipeline,
            request.title,
            by=by,
            at=at,
            organization=organization,
            contact=contact,
            owner=by.user,
            source=words.SERVICE_SOURCES[number % len(words.SERVICE_SOURCES)],
        )
        due = {"expected_close_on": self.calendar.day(request.due)}
        deal.edit(due, version=deal.version, by=by, at=at)
        deal.plan_step("Call the customer", self.calendar.day(request.due), by=by, at=at)
        self.deals[number] = deal

    def _go_on(self, deal: Deal, verb: str, *, by: Membership, at: datetime) -> None:
        if verb == "reopen":
            deal.reopen(seen_in=deal.stage, by=by, at=at)
        elif verb == NOT_SOLVED:
            deal.lose(words.NOT_SOLVED_BECAUSE, seen_in=deal.stage, by=by, at=at)
        else:
            done = deal.stage.checklist if verb == SOLVED else deal.stage.checklist[:1]
            for item in done:
                deal.tick(item, done=True, by=by, at=at)
            deal.move_to(self._stage(verb), seen_in=deal.stage, by=by, at=at)

    def _stage(self, name: str) -> Stage:
        return self.pipeline.stages.get(name=name)

    def _agree(self, number: int, *, at: datetime) -> None:
        """The first agreement is a limit, the second a list of what to think of."""
        change = {"checklist": CHECKLIST} if number else {"wip_limit": MOST_IN_HAND}
        stages = [StageDraft.of(stage) for stage in self.pipeline.stages.in_order()]
        self.pipeline.change(
            [replace(one, **change) if one.name == IN_HAND else one for one in stages],
            reason=AGREED[number][1],
            seen=self.pipeline.current_revision().number,
            by=self.people[number],
            at=at,
        )


def serve(
    team: Team,
    people: Sequence[Membership],
    customers: Sequence[tuple[Organization, Contact]],
    calendar: Calendar,
    *,
    first_week: int,
) -> None:
    """Let the team have worked with requests for service, too, up to now."""
    begins, now = max(SINCE_WEEK, first_week) * DAYS, calendar.now
    pipeline = Pipeline.start(
        team,
        NAME,
        STAGES,
        by=people[0].user,
        at=calendar.moment(begins),
        kind=Pipeline.Kind.SERVICE,
    )
    asked = list(requests(begins, now, people=len(people), customers=len(customers)))
    agreed = [
        Step(begins + (now - begins) * part, number, "agree")
        for number, (part, _reason) in enumerate(AGREED)
    ]
    desk = Desk(pipeline, people, customers, calendar, asked)
    every = [*agreed, *(step for request in asked for step in request.steps)]
    for step in sorted(step for step in every if step.at < now):
        desk.happen(step)
