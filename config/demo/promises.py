"""What the people of the demo promise each other, and what became of it.

Most promises are kept, as most are in a team that makes small ones; some are moved in time, some
are broken and talked through, and a few nobody said a word about.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from agreements.models import Agreement, Cadence, Fate, Occurrence, Terms, Verdict
from agreements.models.clocks import start_of
from config.demo.rhythm import DAYS, Calendar, luck
from teams.models import ManagerLink, Membership, Team

# The promises of a team begin so many weeks ago, and so many are made in a week.
BEGUN, A_WEEK = 40, 2
KEPT, TACIT, MOVED, BROKEN, FORGOTTEN = "kept", "tacit", "moved", "broken", "forgotten"
FATES = (*[KEPT] * 13, TACIT, TACIT, MOVED, MOVED, BROKEN, BROKEN, FORGOTTEN)


class Words(NamedTuple):
    when: str
    then: str
    how_seen: str


PROMISES = (
    Words("a customer reports a fault", "I call back the same day", "the call is on the deal"),
    Words("", "I send the price list for next year round", "it is in everybody’s mail"),
    Words("I am away for more than a day", "I hand on my open deals", "each has another owner"),
    Words("an offer stands for ten days", "I ask what keeps them", "a note on the deal says so"),
    Words("", "I show you how I plan a visit", "we have sat together for an hour"),
    Words("you take my calls on Friday", "I take yours on Monday", "nobody waits until Tuesday"),
    Words("a delivery will be late", "I tell the customer first", "the message is on the deal"),
    Words("", "I write down what Zorggroep Meerdal asked", "the note is there to read"),
    Words("we lose a deal", "I ask the customer why", "the reason is in their words"),
    Words("", "I clear the deals that nobody looks after", "none is without an owner"),
)
EACH_WEEK = Words("", "I bring the list of who waits for us", "it lies on the table in the morning")
MADE_GOOD = Words("", "I call those who waited, and say what went wrong", "a note is on each deal")
# In which week it was not there.
HARD_WEEK = 4
LESSONS = (
    "We promise a day too early when the fair is on",
    "Next time I ask for help on Wednesday already",
    "It was two promises, and one of them was forgotten",
)


def promise_each_other(team: Team, people: Sequence[Membership], calendar: Calendar) -> None:
    """Let the people of the team make their promises of the past weeks, and keep most of them."""
    for week in range(-BEGUN, -3):
        for number in range(A_WEEK):
            chance = luck(team.slug, "promise", week, number)
            promisor, other = chance.sample(list(people), 2)
            begun = week * DAYS + chance.uniform(0, 4)
            if calendar.moment(begun) > team.started_at:
                words, fate = chance.choice(PROMISES), chance.choice(FATES)
                _tell(_Past(promisor, other, words, begun, calendar), fate, chance.randint(3, 7))


class _Past(NamedTuple):
    promisor: Membership
    other: Membership
    words: Words
    begun: float
    calendar: Calendar


def _tell(past: _Past, fate: str, days: int) -> None:
    """Propose, accept and end one promise, each at its moment."""
    moment, due = past.calendar.moment, past.begun + days
    promisor, other = past.promisor, past.other
    terms = Terms(*past.words, due_on=moment(due).date())
    one = _agree(promisor, other, terms, past)
    if fate == MOVED:
        later = Terms(*past.words, due_on=moment(due + DAYS).date())
        one.renegotiate(1, later, by=promisor, at=moment(due - 2))
        one.accept(2, by=other, at=moment(due - 1.7))
        due += DAYS
    promise = one.promise()
    if fate != FORGOTTEN:
        promise.declare_done(by=promisor, at=moment(due - 0.4))
    if fate in {TACIT, FORGOTTEN, BROKEN}:
        lesson = luck(promise.pk).choice(LESSONS)
        if fate == BROKEN:
            promise.judge(Verdict.BROKEN, lesson, by=other, at=moment(due + 0.6))
        _let_time_pass(promise, until=date.max)
    else:
        promise.judge(Verdict.KEPT, by=other, at=moment(due + 0.5))


def _let_time_pass(promise: Occurrence, *, until: date) -> None:
    """Let time do to the promise what it does by this day."""
    while promise.clock_on and promise.clock_on < until:
        promise.run_out(at=start_of(promise.agreement.team, promise.clock_on + timedelta(days=1)))


def _agree(promisor: Membership, other: Membership, terms: Terms, past: _Past) -> Agreement:
    moment = past.calendar.moment
    one = _propose(terms, promisor, other, at=moment(past.begun))
    one.accept(1, by=other, at=moment(past.begun + 0.5))
    return one


def promise_each_week(promisor: Membership, other: Membership, calendar: Calendar) -> Agreement:
    """Let one promise come round each week, since seven weeks ago: once it was not kept."""
    began = calendar.now - 7 * DAYS
    first, last = _in(calendar, 2 - 7 * DAYS), _in(calendar, 5 * DAYS)
    weekly = Terms(*EACH_WEEK, first, Cadence.WEEK, last)
    one = _propose(weekly, promisor, other, at=calendar.moment(began))
    one.accept(1, by=other, at=calendar.moment(began + 0.5))
    while (promise := one.promise()).due_on < _in(calendar, -1):
        noon = start_of(one.team, promise.due_on) + timedelta(hours=12)
        promise.declare_done(by=promisor, at=noon)
        verdict = Verdict.BROKEN if promise.number == HARD_WEEK else Verdict.KEPT
        lesson = LESSONS[1] if verdict == Verdict.BROKEN else ""
        promise.judge(verdict, lesson, by=other, at=noon + timedelta(hours=20))
        _let_time_pass(promise, until=_in(calendar, -1))
    return one


def _make_good(
    weekly: Agreement, promisor: Membership, other: Membership, calendar: Calendar
) -> None:
    """Let the one who broke it once propose how to make it good; it waits for an answer."""
    good = Terms(*MADE_GOOD, due_on=_in(calendar, 3))
    if weekly.occurrences.filter(number=HARD_WEEK, state=Fate.BROKEN).exists():
        weekly.repair(HARD_WEEK, good, by=promisor, at=calendar.moment(calendar.now - 1))


def promise_now(
    people: Sequence[Membership], manager: ManagerLink, weekly: Agreement, calendar: Calendar
) -> None:
    """What stands open today: for the first of the team to answer, to keep and to judge."""
    first, second, third, fourth = people[:4]
    at = calendar.moment(calendar.now - 2)
    soon, later, far = (_in(calendar, days) for days in (1, 6, 40))
    _propose(Terms(*PROMISES[5], later), second, first, at=at)
    _propose(Terms(*PROMISES[3], soon), first, third, at=at).accept(1, by=third, at=at)
    to_judge = _propose(Terms(*PROMISES[6], soon), fourth, first, at=at)
    to_judge.accept(1, by=first, at=at)
    to_judge.promise().declare_done(by=fourth, at=calendar.moment(calendar.now - 1))
    asked = _propose(Terms(*PROMISES[1], later), third, second, at=at)
    asked.accept(1, by=second, at=at)
    moved = Terms(*PROMISES[1], due_on=far)
    asked.renegotiate(1, moved, by=third, at=calendar.moment(calendar.now - 1))
    _make_good(weekly, second, first, calendar)
    with_manager = Words(
        "", "I show which figures the board asks for", "the list is in the reading room"
    )
    _propose(Terms(*with_manager, far), manager, first, at=at).accept(1, by=first, at=at)
    ours = Words(
        "a customer waits longer than half a day", "whoever sees it answers", "nobody waits longer"
    )
    whole = Agreement.objects.propose_to_all(Terms(*ours, due_on=far), by=second, at=at)
    for member in people:
        if member not in {second, first}:
            whole.accept(1, by=member, at=at)


def _in(calendar: Calendar, days: int) -> date:
    return calendar.moment(calendar.now + days).date()


def _propose(
    terms: Terms, promisor: Membership | ManagerLink, other: Membership, *, at: datetime
) -> Agreement:
    return Agreement.objects.propose(
        terms, promisors=[promisor.user], counterparties=[other.user], by=promisor, at=at
    )
