"""What reviews and feedback hold of a person: the most personal of all, and for a year at most."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reviews.models import Answer, Draft, Evaluation, Feedback, Seat, Voice
from teams.models import User
from teams.recorded import Entry, Fate, Sees, Topic, register

REVIEWS = Topic(80, _("Reviews and feedback"))
NEVER_CHANGED = _("For good: what stands there is never changed.")
WITH_THE_TEAM = _("As long as the team is there.")


def _drafts_of(person: User) -> models.QuerySet[Draft]:
    # That somebody writes about them nobody is told while the round is open.
    return Draft.objects.filter(author=person).order_by("pk")


def _answers_of(person: User) -> models.QuerySet[Answer]:
    mine = models.Q(about=person) | models.Q(author=person)
    # By their random keys: their order tells nothing.
    return Answer.objects.filter(mine).order_by("pk")


def _forget_answers_to(person: User) -> None:
    Answer.objects.filter(about=person).delete()


def _forget_feedback_to(person: User) -> None:
    # What the team reads is the team's.
    Feedback.objects.filter(receiver=person, published_at=None).delete()


def _feedback_of(person: User) -> models.QuerySet[Feedback]:
    # What they have not opened yet may be put in other words still.
    mine = models.Q(giver=person) | models.Q(receiver=person, is_read=True)
    return Feedback.objects.filter(mine).order_by("pk")


register(
    Entry(
        Evaluation,
        REVIEWS,
        _("The months at which you led looking back"),
        _(
            "At which month, when it began and when you concluded it; who wrote the words is not"
            " kept."
        ),
        [Sees.PERSON, Sees.TEAM],
        WITH_THE_TEAM,
        ["team__name", "month_on", "stage", "due_on", "begun_at", "concluded_at"],
        besides=_("A manager is told when the team looked back, and never who led it."),
    ),
    Entry(
        Voice,
        REVIEWS,
        _("What you said to a round of review"),
        _("That you consented or objected to a round that was proposed, why, and when."),
        [Sees.PERSON, Sees.TEAM],
        NEVER_CHANGED,
        ["team__name", "round_id", "says", "why", "at"],
    ),
    Entry(
        Seat,
        REVIEWS,
        _("Your seat in a round of review"),
        _(
            "That you take part, while the round is open whether you have handed in, and"
            " afterwards whether you were shown something."
        ),
        [Sees.PERSON, Sees.TEAM],
        WITH_THE_TEAM,
        ["team__name", "round_id", "is_done", "outcome", "has_read"],
        besides=_("A manager is told that a round was held, and never who wrote or got something."),
    ),
    Entry(
        Draft,
        REVIEWS,
        _("What you are writing about colleagues"),
        _("Your words while a round is open, under lock; of when you wrote them nothing is kept."),
        [Sees.PERSON],
        _("Until the round is over; then they are deleted, and the words are written anew."),
        ["team__name", "round_id"],
        besides=_("You read them in the round itself: a copy tells only that you are writing."),
        rows=_drafts_of,
    ),
    Entry(
        Answer,
        REVIEWS,
        _("What colleagues wrote to you, and you to them"),
        _(
            "The words of a round that is over. In a sealed round nothing tells who wrote them, not"
            " even to Kring."
        ),
        [Sees.PERSON],
        _("A year after the round; then the words are deleted."),
        ["team__name", "round_id", "mode", "question"],
        Fate.GIVEN,
        besides=_("Words are read by whom they are for, and where they are signed by who wrote."),
        own={"about": ["text"], "author": ["text"]},
        rows=_answers_of,
        erase=_forget_answers_to,
    ),
    Entry(
        Feedback,
        REVIEWS,
        _("Feedback"),
        _("What you wrote to a colleague at any time, and what one wrote to you; signed."),
        [Sees.PERSON],
        _("A year; then it is deleted."),
        ["team__name", "kind", "given_at", "published_at"],
        Fate.GIVEN,
        besides=_(
            "It is between the two of you. An appreciation is read by the team where whoever got it"
            " shows it, with the leave of whoever wrote it."
        ),
        own={"giver": ["text"], "receiver": ["text"]},
        rows=_feedback_of,
        erase=_forget_feedback_to,
    ),
)
