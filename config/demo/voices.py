"""What the demo's customers say of the help they had: some four in ten of those asked."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from config.demo.rhythm import luck
from crm.happenings import Happening
from crm.models import Asking, Deal, Pipeline, Question, StageDraft, StageVisit
from crm.models.voice import LASTS, hashed
from teams.models import LogEntry, Membership, Team

WHY_WE_ASK = "We want to hear from every customer how we helped"
ANSWER = 0.4
# How often each score is given, and how many of those who answer write something.
SCORES = {5: 44, 4: 33, 3: 13, 2: 7, 1: 3}
WRITE = 0.55
DAYS_TO_ANSWER = 3.0
# In the language in which the customer was asked.
WORDS = {
    5: (
        ("en", "Everything worked on the first day. Thank you!"),
        ("en", "You called back when you said you would. That does not happen to us often."),
        ("en", "One page with the price and the date: it can always be this clear."),
        ("nl", "Snel geholpen, en precies zoals afgesproken."),
        ("nl", "Fijn dat iedereen van het team wist waar onze vraag over ging."),
    ),
    4: (
        ("en", "Friendly and quick. The invoice came a little late."),
        ("en", "Good work. We would have liked to know the date somewhat earlier."),
        ("nl", "Tevreden, alleen was de handleiding in het Engels."),
        ("nl", "De monteur kwam een uur later, verder prima."),
    ),
    3: (
        ("en", "The result is good. It took longer than we expected."),
        ("nl", "Het werkt nu, maar we moesten er twee keer om vragen."),
        ("nl", "De offerte was niet duidelijk over de levertijd."),
    ),
    2: (
        ("en", "We had to explain our question three times."),
        ("nl", "Niemand belde terug; we moesten er zelf achteraan."),
    ),
    1: (
        ("en", "It failed on the second day and nobody picked up the phone."),
        ("nl", "Na zes weken werkt het nog altijd niet."),
    ),
}


def ask_everybody(pipeline: Pipeline, *, by: Membership, at: datetime) -> None:
    """Let the team agree to ask every customer whom it served."""
    pipeline.change(
        [StageDraft.of(stage) for stage in pipeline.stages.in_order()],
        reason=WHY_WE_ASK,
        seen=pipeline.current_revision().number,
        asks_customer=Asking.WON,
        by=by,
        at=at,
    )


def let_customers_speak(team: Team, *, at: datetime) -> None:
    """Ask about every deal that was won where the process asks, and let some customers answer."""
    closings = StageVisit.objects.running().filter(
        team=team,
        deal__outcome=Deal.Outcome.WON,
        deal__pipeline__asks_customer=Asking.WON,
    )
    deals = closings.select_related("deal__team", "deal__organization", "deal__contact")
    questions = [_question(one, at=at) for one in deals.order_by("entered_at", "pk")]
    Question.objects.bulk_create(questions)
    lines = [line for question in questions for line in _lines(question)]
    LogEntry.objects.bulk_create(sorted(lines, key=lambda line: line.at))


def _question(closing: StageVisit, *, at: datetime) -> Question:
    deal, asked_at = closing.deal, closing.entered_at
    chance = luck(deal.team.slug, "voice", deal.number)
    question = Question(
        deal=deal,
        team=deal.team,
        closing=closing,
        seed=UUID(int=chance.getrandbits(128)),
        asked_at=asked_at,
        expires_at=asked_at + LASTS,
    )
    question.token_hash = hashed(question.link)
    answered_at = asked_at + timedelta(days=chance.expovariate(1 / DAYS_TO_ANSWER), minutes=11)
    if chance.random() < ANSWER and answered_at < min(question.expires_at, at):
        (question.score,) = chance.choices(list(SCORES), list(SCORES.values()))
        question.answered_at = answered_at
        question.language, words = chance.choice(WORDS[question.score])
        question.words = words if chance.random() < WRITE else ""
    return question


def _lines(question: Question) -> Iterator[LogEntry]:
    """What the logbook tells of it: that it was asked, and that an answer came."""
    yield _line(Happening.QUESTION_ASKED, question.deal, question, at=question.asked_at)
    if question.answered_at:
        yield _line(Happening.QUESTION_ANSWERED, question, question, at=question.answered_at)


def _line(
    kind: Happening, subject: Deal | Question, question: Question, *, at: datetime
) -> LogEntry:
    return LogEntry(
        team=question.team,
        kind=kind,
        subject_label=subject._meta.label_lower,
        subject_id=subject.pk,
        at=at,
        recorded_at=at,
        details=question.deal.naming(),
    )
