"""How the teams of the demo look back: the first for some months now, the other one lately."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from agreements.models import Terms, clocks
from config.demo.rhythm import Calendar
from config.demo.teams import CASTS
from dashboards.periods import Period, PeriodKind, last_closed
from reviews.models import Evaluation, Question, Said
from teams.models import Membership

# So many working days after the report came they sit together, at this time of the day; and when
# the others have accepted.
TOGETHER, IN_THE_MORNING, ACCEPTED = 3, timedelta(hours=10), timedelta(hours=4)
FOR = timedelta(weeks=10)
SHOWN = (Question.HAPPENED, Question.CHANGES)
# The oldest first; each has an answer to every question, in their order.
FIRST_TEAM = (
    (
        "Ten new customers a week, and nobody waits longer than a day for a first answer.",
        "Eight a week. First answers took a day and a half in the middle of the month.",
        "The price on one page: nobody asked us what it costs a second time.",
        "Two were away at once, and nobody knew who looked after their customers.",
        "That we wait for each other more than for any customer.",
        "Whoever goes away hands over by name, on the deal. We stop sending the long proposal.",
    ),
    (
        "To hand over by name, and to come back to a day for a first answer.",
        "Handed over in all cases but one. First answers: a day, within what is normal for us.",
        "Handing over takes two minutes; we thought that it would take half an hour.",
        "The one that was not handed over was a large one, and lay for nine days.",
        "Customers do not mind another name, as long as they are told.",
        "The name stands on the deal before anybody leaves. We stop the Monday list by mail.",
    ),
    (
        "To win as many of the small ones as in summer.",
        "The win rate lies below what is normal for the eighth week in a row. It is no chance.",
        "Nobody panicked, and nobody worked late: we looked at the figure and asked for a debate.",
        "The small ones wait behind the large orders, and some have gone by then.",
        "What we lose is not price: four of five had answered us within an hour.",
        "We ask everybody who said no why, in their own words.",
    ),
)
OTHER_TEAM = (
    (
        "To answer in time, and to lose nothing in the change of the season.",
        "Answered in time nine times of ten. Nothing that can be told from chance.",
        "The rule that plans a call after a week does what we used to forget.",
        "Service requests come in by three ways, and one of them nobody reads on Fridays.",
        "That we are calmer than we feel: no figure left its range.",
        "One of us reads the third way on Fridays. Nothing to stop.",
    ),
)
AGREED = (
    "a customer says no",
    "whoever looks after it asks why, in the customer’s words",
    "the reason is on the deal",
)


def look_back(people: Sequence[Membership], calendar: Calendar) -> None:
    """Let the team look back at its latest months; of those before it did not begin to."""
    team = people[0].team
    told = FIRST_TEAM if team.name == CASTS[0].name else OTHER_TEAM
    months = _published(team.started_at, calendar, people[0])
    for month in months:
        # As the report of the month will ask for it, on its day.
        Evaluation.objects.ask(team, month, at=_published_at(month, people[0]))
    latest = months[-len(told) :] if months else []
    # Where the demo has fewer months, the newest words are told.
    for nth, (month, answers) in enumerate(zip(latest, told[-len(latest) :], strict=True)):
        leader = people[nth % len(people)]
        at = min(_sitting(month, leader), calendar.at - ACCEPTED)
        _hold(month, answers, leader, at, people, is_newest=month == latest[-1])


def _hold(
    month: Period,
    answers: Sequence[str],
    leader: Membership,
    at: datetime,
    people: Sequence[Membership],
    *,
    is_newest: bool,
) -> None:
    evaluation = Evaluation.objects.get(team=leader.team, month_on=month.first_day)
    evaluation.begin(by=leader, at=at)
    said = {question: Said(text, 0) for question, text in zip(Question, answers, strict=True)}
    evaluation.write(said, by=leader)
    if is_newest and len(people) > 1:
        terms = Terms(*AGREED, (at + FOR).date())
        agreement = evaluation.agree(terms, by=leader, at=at)
        for member in people:
            if member != leader:
                agreement.accept(1, by=member, at=at + ACCEPTED)
    evaluation.conclude(SHOWN, by=leader, at=at)


def _published(started_at: datetime, calendar: Calendar, member: Membership) -> list[Period]:
    """The whole months of the team whose reports have come by now, the oldest first."""
    team = member.team
    month = Period.containing(PeriodKind.MONTH, started_at.astimezone(team.zone).date())
    months = list(month.through(last_closed(PeriodKind.MONTH, calendar.at, team.zone)))
    return [one for one in months if _published_at(one, member) <= calendar.at]


def _published_at(month: Period, member: Membership) -> datetime:
    return month.published_at(member.team.zone, member.team.workdays)


def _sitting(month: Period, member: Membership) -> datetime:
    day = clocks.today(member.team, _published_at(month, member))
    sitting = clocks.workdays_after(member.team, day, TOGETHER)
    return clocks.start_of(member.team, sitting) + IN_THE_MORNING
