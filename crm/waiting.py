"""Customers who wait for an answer: who, since when, and until when we promised it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models import ResponseClock
from teams import duties, panels
from teams.models import Team, User
from teams.panels import Panel

# As many as somebody reads on a page that is about something else.
A_FEW = 3
NAMES = ("deal__organization", "deal__contact")


@dataclass(frozen=True)
class Waiting:
    """A customer who waits, in the words of the page. `due_at` is None without a promise."""

    customer: str
    about: str
    number: int
    since: datetime
    due_at: datetime | None
    is_late: bool

    @classmethod
    def of(cls, clock: ResponseClock, at: datetime) -> Self:
        deal = clock.deal
        return cls(
            customer=deal.customer or deal.title,
            about=deal.title,
            number=deal.number,
            since=clock.opened_at,
            due_at=clock.due_at,
            is_late=clock.due_at is not None and clock.due_at < at,
        )


@dataclass(frozen=True)
class Queue:
    """How many wait, how many of them for longer than we promised, and the first of them."""

    count: int
    late: int
    shown: list[Waiting]

    @classmethod
    def of(cls, team: Team, at: datetime, *, most: int | None = None) -> Self:
        """Who waits, the most urgent first; one query, however many there are."""
        clocks = team.response_clocks.waiting().select_related(*NAMES).most_urgent_first()
        everybody = [Waiting.of(clock, at) for clock in clocks]
        late = sum(one.is_late for one in everybody)
        return cls(len(everybody), late, everybody[:most])

    @classmethod
    def counted(cls, team: Team, at: datetime) -> Self:
        """How many wait, without a word about any of them."""
        late = Count("pk", filter=Q(due_at__lt=at))
        return cls(
            **team.response_clocks.waiting().aggregate(count=Count("pk"), late=late), shown=[]
        )


@panels.register("today")
def customers_waiting(_request: HttpRequest, team: Team) -> Panel | None:
    """On the first page of the team, while anybody waits."""
    queue = Queue.of(team, timezone.now(), most=A_FEW)
    if not queue.count:
        return None
    return Panel("crm/_waiting_panel.html", {"queue": queue, "today": timezone.localdate()})


@panels.register("hours")
def what_we_promise(_request: HttpRequest, team: Team) -> Panel:
    """Beside the working hours of the team, in which the promise counts."""
    return Panel(
        "crm/_promise_panel.html", {"promise": team.answer_promises.newest_first().first()}
    )


@duties.register
def answers_due(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """Whoever waits for the person, or for anybody because nobody looks after the deal."""
    ours = Q(deal__owner=user) | Q(deal__owner=None)
    clocks = team.response_clocks.waiting().filter(ours)
    for clock in clocks.select_related(*NAMES).most_urgent_first():
        due_on = clock.due_at and timezone.localdate(clock.due_at, team.zone)
        yield duties.Duty(
            what=_("Answer: %(about)s") % {"about": clock.deal.title},
            about=clock.deal.customer or clock.deal.title,
            due_on=due_on,
            url=reverse("crm:deal", args=[team.slug, clock.deal.number]),
            is_late=due_on is not None and due_on < day,
        )
