"""What the people of the demo tell each other: once unsigned, now what they are glad of."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from config.demo.rhythm import DAYS, Calendar
from config.demo.teams import CASTS
from reviews.models import Feedback, Kind, Mode, ReviewRound, Words
from reviews.models.course import CLOCK, REMIND, TELL
from teams.models import Job, Membership

# In which week the first team held its sealed round, and the other one its round of appreciation.
HELD, HELD_BY_OTHERS = -2, -4
TO_WRITE = 5

HELPS = (
    "You call back the same day, also when you have no answer yet",
    "Customers hear from you before they have to ask",
    "You write offers that a baker reads in one go",
    "You know who decides at a customer, and you say it in a sentence",
    "When something goes wrong you are the first to say so",
    "You stay calm with people who shout",
    "You ask one question more than I would, and it is often the one",
    "Your notes are so good that I could take over tomorrow",
)
ASKS = (
    "Tell us earlier when your week is too full; we would take something over",
    "Let us see an offer before it goes out, at least the large ones",
    "Say it in the room, not afterwards at the coffee machine",
    "Take me along to a visit once: I learn more from that than from a note",
    "Do not answer mails on Sunday, we all feel that we should too",
    "Close what you know is lost; we look at it every Monday",
    "Ask for help on Tuesday rather than on Friday",
    "Leave a gap of half an hour between two calls",
)
AGREEMENTS = (
    "That we look at each other’s open offers on Wednesday",
    "That you hand over your deals before a holiday, with one line each",
    "That I may interrupt you when a customer is on the line",
    "That we ring the customer together after a complaint",
    "That we both write down who promised what, the same day",
    "That we change places for a morning each month",
    "That you tell me when I talk too long in a visit",
    "That nobody waits longer than a day for a price from the other",
)
GLAD = (
    "You stayed on the line with the care home until it worked",
    "You took my customers when my daughter was ill, and told me nothing of the mess",
    "You laughed at my mistake, and then we mended it",
    "You said what we all thought, and kindly",
    "You drew the network on a napkin, and he signed",
    "You came in early so that I could go home early",
)
GO_ON = (
    "Asking why twice",
    "Bringing the cake when we lose, not when we win",
    "Reading an offer aloud before you send it",
    "Being honest with a customer about what we cannot do",
    "Keeping the list of who waits for us",
    "Whistling",
)

SUGGESTION = "Shall we call together next time? You know the building, I know the price."
QUESTION = "How do you get the school to decide before the summer? Mine always waits."
THANKS = (
    "You explained the contract to me three times and never sighed. Thank you.",
    "Because of your note I knew in a minute what the clinic wanted. That was worth gold.",
)


def tell_each_other(people: Sequence[Membership], calendar: Calendar) -> None:
    """Let the team look back on working together, and write now if it is the first one."""
    if people[0].team.name == CASTS[0].name:
        _hold(people, Mode.SEALED, calendar, week=HELD)
        _write_now(people, calendar)
        _give(people, calendar)
    else:
        _hold(people, Mode.APPRECIATION, calendar, week=HELD_BY_OTHERS)
    # What time had to do with rounds that are over is done.
    kinds = [CLOCK, REMIND, TELL]
    Job.objects.filter(kind__in=kinds, run_at__lte=calendar.at).delete()


def _hold(people: Sequence[Membership], mode: Mode, calendar: Calendar, *, week: int) -> None:
    """A round that is over: all wrote but the last, and everybody could read theirs."""
    begun = week * DAYS
    if calendar.moment(begun - DAYS) < people[0].team.started_at:
        return
    made = _begun(people, mode, calendar.moment(begun))
    for nth, member in enumerate(people[:-1]):
        when = calendar.moment(begun + 1 + nth / len(people))
        _write_to_all(made, member, nth, at=when)
        made.hand_in(by=member, at=when)
    made.run_out(at=calendar.moment(begun + TO_WRITE + 1.5))
    for member in people[1:]:
        made.note_read(by=member, at=calendar.moment(begun + TO_WRITE + 2))
    made.run_out(at=calendar.at)


def _write_now(people: Sequence[Membership], calendar: Calendar) -> None:
    """The round that goes on: some have handed in, and the first has begun to write."""
    made = _begun(people, Mode.APPRECIATION, calendar.moment(calendar.now - 1))
    at = calendar.moment(calendar.now - 0.5)
    for nth, member in enumerate(people[1:4]):
        _write_to_all(made, member, nth, at=at)
        made.hand_in(by=member, at=at)
    first = people[0]
    for colleague in made.colleagues_of(first.user)[:2]:
        made.write(colleague, Words((HELPS[0], "", "")), by=first, at=at)


def _begun(people: Sequence[Membership], mode: Mode, at: datetime) -> ReviewRound:
    """One of them proposed it, and all consented within the hour."""
    proposer, *others = (people[1], people[0], *people[2:])
    made = ReviewRound.objects.propose(mode, TO_WRITE, by=proposer, at=at)
    for member in others:
        made.consent(by=member, at=at + timedelta(hours=1))
    return made


def _write_to_all(made: ReviewRound, member: Membership, nth: int, *, at: datetime) -> None:
    asked = (HELPS, ASKS, AGREEMENTS) if made.mode == Mode.SEALED else (HELPS, GLAD, GO_ON)
    for to, colleague in enumerate(made.colleagues_of(member.user)):
        texts = [texts[(nth + to) % len(texts)] for texts in asked]
        made.write(colleague, Words((texts[0], texts[1], texts[2])), by=member, at=at)


def _give(people: Sequence[Membership], calendar: Calendar) -> None:
    """Feedback of the last days: some of it is on its way, some was shown to the team."""
    first, second, third, fourth = people[:4]
    for days, (giver, receiver), text in (
        (9, (second, first), THANKS[0]),
        (6, (third, fourth), THANKS[1]),
    ):
        at = calendar.moment(calendar.now - days)
        given = Feedback.objects.give(
            Kind.APPRECIATION, text, receiver.user, may_be_published=True, by=giver, at=at
        )
        given.open(by=receiver, at=at + timedelta(hours=2))
        given.publish(by=receiver, at=at + timedelta(hours=3))
    at = calendar.moment(calendar.now - 1)
    Feedback.objects.give(Kind.SUGGESTION, SUGGESTION, first.user, by=third, at=at)
    asked = Feedback.objects.give(Kind.QUESTION, QUESTION, second.user, by=first, at=at)
    asked.open(by=second, at=at + timedelta(hours=1))
