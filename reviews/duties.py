"""What is to be done in reviews: answer, write, read what colleagues wrote, look back together."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import writing
from reviews.models import Feedback, Outcome, ReviewRound, Seat, Stage, State, Voice
from teams import duties
from teams.models import Membership, Team, User


@duties.register
def rounds_that_wait(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """The rounds that wait for this member: to be answered, to be written, to be read."""
    mine = Seat.objects.filter(round=OuterRef("pk"), person=user)
    waiting = ReviewRound.objects.filter(
        Exists(mine.filter(is_done=False))
        | Exists(mine.filter(outcome=Outcome.RESULTS, has_read=False)),
        team=team,
        state__in=[State.OPEN, State.RELEASED],
    )
    unanswered = ReviewRound.objects.filter(
        ~Exists(Voice.objects.filter(round=OuterRef("pk"), person=user)),
        team=team,
        state=State.PROPOSED,
    )
    for review in (waiting | unanswered).order_by("pk"):
        what, noun = {
            State.PROPOSED: (_("Say whether we hold a round of review"), "round"),
            State.OPEN: (_("Write to your colleagues"), "round"),
            State.RELEASED: (_("Read what your colleagues wrote"), "results"),
        }[State(review.state)]
        yield duties.Duty(
            what=what,
            about=_("Round of review"),
            due_on=None if review.state == State.RELEASED else review.until,
            url=reverse(f"reviews:{noun}", args=[team.slug, review.pk]),
            is_late=review.state != State.RELEASED and day > (review.until or day),
        )


@duties.register
def feedback_that_waits(user: User, team: Team, _day: date) -> Iterator[duties.Duty]:
    """What colleagues wrote to this member, and nobody has read yet."""
    mine = Feedback.objects.concerning(Membership(team=team, user=user))
    for each in mine.filter(receiver=user, is_read=False).select_related("giver").order_by("pk"):
        yield duties.Duty(
            what=_("Read what %(name)s wrote to you") % {"name": each.giver.name},
            about=each.get_kind_display(),
            due_on=None,
            url=reverse("reviews:piece", args=[team.slug, each.pk]),
        )


@duties.register
def look_back(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """The newest month at which the team has not finished looking back; it is for all of them."""
    del user
    newest = team.evaluations.newest_first().first()
    if newest is None or newest.stage == Stage.CONCLUDED:
        return
    yield duties.Duty(
        what=_("Look back together"),
        about=writing.period_name(newest.month),
        due_on=newest.due_on,
        url=reverse("reviews:evaluation", args=[team.slug, str(newest.month)]),
        is_late=newest.due_on < day,
    )
