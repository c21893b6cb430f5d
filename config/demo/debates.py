"""What the teams of the demo debate: once, with what came of it, and now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from agreements.models import Terms, Verdict
from config.demo.rhythm import DAYS, Calendar
from config.demo.teams import CASTS, ONE_PAGE
from crm.models import PipelineRevision
from dashboards import kpis
from dashboards.engine import measure
from dashboards.models import Measurement
from dashboards.periods import Period, PeriodKind, last_closed
from debates.models import (
    Brought,
    Debate,
    Direction,
    Fallback,
    Next,
    Offer,
    Origin,
    Speaks,
)
from debates.models.course import CLOCK, REVIEW
from debates.models.proposal import ProposalVersion
from teams.models import Job, ManagerLink, Membership, Team

Place = Membership | ManagerLink

# Of a debate of ten working days: when the points are all in, the challenge is over, something is
# proposed, everybody is asked, and all have answered.
ALL_IN, WEIGHED, PROPOSED, ASKED, ANSWERED = 2.5, 5.5, 6.2, 7.3, 8.4
LONG_AGO = "Why does it take us so long from the first call to the signature?"
POINTS = (
    Brought("The full proposal takes us days, and the customer reads one page of it"),
    Brought(
        "We wait for each other’s figures before we dare to name a price",
        words="I only wanted to know what it costs, and by when",
    ),
    Brought("Whoever is on holiday has the only copy of the price list"),
    Brought("A proposal of nine pages asks for nine questions, and each takes a day"),
    Brought("We write it as if the purchaser read it; it is the owner who does"),
    Brought("Nobody knows any more why the part about our history is in it"),
    Brought("In the busy months everything waits, whatever we write"),
    Brought(
        "The board asked for the long proposal once. I do not need it any more", figure="win-rate"
    ),
)
AGAINST = "Large customers ask for the long one; without it we lose them"
FOR = "Of the last ten, nine never came back on anything after page one"
REPLY = "Whoever begins here wonders why we write for ourselves and not for the customer"
SHORTER = (
    "a customer asks for a price",
    "price and date go out on one page",
    "the page is on the deal",
)
LEARNED = "One page is enough; the long one goes out only where somebody asks for it"

NOW = "What keeps us from answering first questions the same day?"
POINTS_NOW = (
    Brought("Questions by mail lie in five mailboxes, and each thinks that another one answers"),
    Brought("After four nobody looks any more", words="I had your competitor on the phone by then"),
    Brought("We answer at once where we know the answer, and wait for days where we do not"),
)
SMALL = (
    "a deal is lost",
    "whoever looks after it asks the customer why",
    "the reason is in the customer’s words",
)
ASKED_BY_MANAGER = "Do the larger orders cost us the small customers?"
TALKED_THROUGH = "We talked it through the same afternoon; what was to be done is done."
NOT_NOW = "We look at this in spring, when the service contracts have run for a year."


def debate(people: Sequence[Membership], manager: ManagerLink, calendar: Calendar) -> None:
    """Let the team debate: the first of them once and now, the other one is asked to."""
    if people[0].team.name == CASTS[0].name:
        _know_the_figures(people[0].team, calendar)
        _debate_once(people, manager, calendar, week=CASTS[0].rhythm.change)
        _debate_now(people, manager, calendar)
    else:
        _ask_and_be_told(people, manager, calendar)
    # What time had to do with debates that are over is done.
    Job.objects.filter(kind__in=[CLOCK, REVIEW], run_at__lte=calendar.at).delete()


def _know_the_figures(team: Team, calendar: Calendar) -> None:
    """What each debate is about is measured, as it would have been when it began."""
    last = last_closed(PeriodKind.WEEK, calendar.at, team.zone)
    first = Period.containing(PeriodKind.WEEK, team.started_at.astimezone(team.zone).date())
    weeks, until = list(first.through(last)), calendar.at
    for slug in ("cycle-time", "first-response", "win-rate"):
        kpi = kpis.get(slug)
        figures = measure(kpi, [team], weeks, until=until)
        Measurement.objects.keep([(kpi, figures)], at=until)


def _debate_once(
    people: Sequence[Membership], manager: ManagerLink, calendar: Calendar, week: int
) -> None:
    """The debate that led to the one-page proposals, which hold since this week, with its end."""
    begun = week * DAYS - ANSWERED
    first, second = people[:2]
    moment = calendar.moment
    if moment(begun - DAYS) < first.team.started_at:
        return
    debate = Debate.objects.begin(
        kpis.get("cycle-time"),
        LONG_AGO,
        days=10,
        fallback=Fallback.TRIAL,
        by=second,
        at=moment(begun),
    )
    everybody: list[Place] = [*people, manager]
    for number, place in enumerate(everybody):
        when = moment(begun + 0.2 + number * ALL_IN / len(everybody))
        debate.bring(POINTS[number % len(POINTS)], by=place, at=when)
    weighed = moment(begun + WEIGHED - 1)
    heavy = debate.points.filter(text=POINTS[0].text).earliest("place")
    debate.argue(heavy, Speaks.AGAINST, AGAINST, by=people[2], at=weighed)
    debate.argue(heavy, Speaks.FOR, FOR, by=people[3], at=weighed)
    debate.reply(REPLY, by=second, at=weighed)
    for number, place in enumerate(everybody):
        debate.weigh(
            {
                point.pk: (nth + number) % 4
                for nth, point in enumerate(debate.points.order_by("place"))
            }
            | {heavy.pk: 4},
            by=place,
            at=weighed,
        )
    debate.run_out(at=moment(begun + WEIGHED))
    offer = Offer(
        terms=Terms(*SHORTER, due_on=calendar.day(begun + 30)),
        doers=(),
        direction=Direction.DOWN,
        smallest=Decimal(2),
        review_on=calendar.day(begun + ANSWERED + 60),
    )
    debate.propose(offer, by=second, at=moment(begun + PROPOSED))
    debate.run_out(at=moment(begun + ASKED))
    version = ProposalVersion.objects.get(debate=debate)
    for place in everybody:
        debate.consent(version, by=place, at=moment(begun + ANSWERED))
    _change_the_process(debate, second, moment(begun + ANSWERED + 0.1))
    _keep(debate, people, calendar, begun + 30)
    debate.evaluate(at=moment(begun + ANSWERED + 61.5))
    experiment = debate.experiments.get()
    if experiment.verdict:
        experiment.answer_with(Next.KEEP, LEARNED, by=first, at=moment(begun + ANSWERED + 63))


def _change_the_process(debate: Debate, by: Membership, at: datetime) -> None:
    """The process asks for one page since then: the team says that it comes from the debate."""
    version = PipelineRevision.objects.get(pipeline__team=by.team, reason=ONE_PAGE)
    Origin.objects.say(version, debate.experiments.get(), by=by, at=at)


def _keep(debate: Debate, people: Sequence[Membership], calendar: Calendar, due: float) -> None:
    """The team kept what it agreed."""
    promise = debate.experiments.get().agreement.promise()
    promise.declare_done(by=people[1], at=calendar.moment(due - 1))
    for member in people:
        promise.judge(Verdict.KEPT, by=member, at=calendar.moment(due))


def _debate_now(people: Sequence[Membership], manager: ManagerLink, calendar: Calendar) -> None:
    """What is debated today: one that waits for a point of the first, and one for her consent."""
    first, *others = people
    begun = calendar.moment(calendar.now - 1)
    debate = Debate.objects.begin(
        kpis.get("first-response"), NOW, days=10, fallback=Fallback.SPLIT, by=others[0], at=begun
    )
    speakers: list[Place] = [*others[:2], manager]
    for place, point in zip(speakers, POINTS_NOW, strict=True):
        debate.bring(point, by=place, at=begun + timedelta(hours=1))
    offer = Offer(
        terms=Terms(*SMALL, due_on=calendar.day(calendar.now + 20)),
        doers=(first.user, others[1].user),
        direction=Direction.UP,
        smallest=Decimal("0.03"),
        review_on=calendar.day(calendar.now + 50),
    )
    Debate.objects.decide_quickly(
        kpis.get("win-rate"),
        offer,
        is_reversible=True,
        by=others[1],
        at=calendar.moment(calendar.now - 0.5),
    )


def _ask_and_be_told(
    people: Sequence[Membership], manager: ManagerLink, calendar: Calendar
) -> None:
    """A manager asks for a debate, and the team says why not now."""
    for request in Debate.objects.open().filter(team=people[0].team).select_related("team"):
        # Why he had to act once was debated at the table.
        request.dismiss(TALKED_THROUGH, by=people[1], at=request.asked_at + timedelta(days=1))
    asked = calendar.moment(calendar.now - 12)
    debate = Debate.objects.request(kpis.get("value-won"), ASKED_BY_MANAGER, by=manager, at=asked)
    debate.dismiss(NOT_NOW, by=people[2], at=calendar.moment(calendar.now - 10))
