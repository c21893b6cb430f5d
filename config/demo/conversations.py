"""What the demo's customers asked and when they were answered; a few still wait.

Half of the answers come within some two and a half working hours, about one in eight later than
the four that the team promised.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import log
from random import Random

from config.demo.rhythm import luck
from crm.happenings import Happening
from crm.models import (
    AnswerPromise,
    Channel,
    Deal,
    Direction,
    Interaction,
    ResponseClock,
    TermsOverTime,
)
from crm.models.answering import waits
from crm.models.clock import facts_of
from teams.models import LogEntry, Membership, Team
from teams.worktime import WorkHours

PROMISED = 4 * 3600
REASON = "Customers told us that half a day is what they can plan with"
USUAL_HOURS, SPREAD = 2.4, 0.43
# Who still waits, and for how long: the last one for longer than was promised.
STILL_WAIT = (timedelta(minutes=50), timedelta(hours=2), timedelta(days=3))
MOST_QUESTIONS = 3
BATCH = 2000
WAYS = (Channel.EMAIL, Channel.EMAIL, Channel.FORM, Channel.CHAT)
QUESTIONS = (
    "Can you deliver before the end of the month?",
    "What would it cost for one more location?",
    "Does this work with the network we have?",
    "Who do we call when something breaks?",
    "Could you send the terms once more?",
)
ANSWERS = (
    "Yes, and here is how we would plan it.",
    "Sent the price and the date on one page.",
    "Explained it step by step; they are content.",
    "Proposed two dates for a visit.",
)


def converse(team: Team, *, by: Membership, at: datetime) -> None:
    """Let the customers of all deals ask and be answered, as of this moment."""
    AnswerPromise.objects.make(PROMISED, reason=REASON, seen=0, by=by, at=team.started_at)
    hours = team.work_calendar.hours
    deals = list(team.deals.select_related("organization", "contact").order_by("number"))
    settled = at - 2 * max(STILL_WAIT)
    lately = [
        deal
        for deal in deals
        if deal.closed_at is None and deal.owner_id and deal.opened_at < settled
    ]
    said = [one for deal in deals for one in _about(deal, hours, by=by, at=at)]
    for deal, ago in zip(reversed(lately), STILL_WAIT, strict=False):
        said = [one for one in said if one.deal != deal or one.occurred_at < at - ago]
        said.append(_asked(deal, at - ago, luck(deal.number, "waits"), by=by))
    said.sort(key=lambda one: one.occurred_at)
    Interaction.objects.bulk_create(said, batch_size=BATCH)
    LogEntry.objects.bulk_create(map(_line, said), batch_size=BATCH)
    _start_the_clocks(team, deals, said)


def _about(deal: Deal, hours: WorkHours, *, by: Membership, at: datetime) -> Iterator[Interaction]:
    """A question at the beginning and a few later on, each answered, if it was by now."""
    chance = luck(deal.team.slug, deal.number, "said")
    until = deal.closed_at or at
    for question in range(chance.randint(1, MOST_QUESTIONS)):
        asked_at = deal.opened_at + (until - deal.opened_at) * (question / MOST_QUESTIONS)
        seconds = int(3600 * chance.lognormvariate(log(USUAL_HOURS), SPREAD))
        answered_at = hours.after(asked_at, seconds)
        if answered_at < at:
            yield _asked(deal, asked_at, chance, by=by)
            yield _said(deal, answered_at, Direction.OUT, chance.choice(ANSWERS), chance, by=by)


def _asked(deal: Deal, at: datetime, chance: Random, *, by: Membership) -> Interaction:
    return _said(deal, at, Direction.IN, chance.choice(QUESTIONS), chance, by=by)


def _said(
    deal: Deal, at: datetime, direction: Direction, text: str, chance: Random, *, by: Membership
) -> Interaction:
    return Interaction(
        deal=deal,
        team_id=deal.team_id,
        contact_id=deal.contact_id,
        channel=chance.choice(WAYS) if direction == Direction.IN else Channel.EMAIL,
        direction=direction,
        occurred_at=at,
        logged_at=at,
        text=text,
        by_id=deal.owner_id or by.user_id,
    )


def _line(one: Interaction) -> LogEntry:
    return LogEntry(
        team_id=one.team_id,
        actor_id=one.by_id,
        kind=Happening.INTERACTION_LOGGED,
        subject_label=Interaction._meta.label_lower,
        subject_id=one.pk,
        at=one.occurred_at,
        recorded_at=one.occurred_at,
        details=one.deal.naming()
        | {"channel": one.channel, "direction": one.direction, "since": one.occurred_at},
    )


def _start_the_clocks(team: Team, deals: list[Deal], said: list[Interaction]) -> None:
    terms = TermsOverTime.of(team)
    words: dict[int, list[Interaction]] = {deal.pk: [] for deal in deals}
    for one in said:
        words[one.deal_id].append(one)
    ResponseClock.objects.bulk_create(
        (
            ResponseClock(
                deal=deal,
                team=team,
                opened_by_id=wait.opened_by,
                **facts_of(wait, terms.at(wait.opened_at)),
            )
            for deal in deals
            for wait in waits(words[deal.pk])
        ),
        batch_size=BATCH,
    )
