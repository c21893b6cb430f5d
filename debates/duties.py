"""What a person has to do in debates: bring a point, weigh, consent or object, answer a verdict."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy

from debates.models import Debate, Experiment, State
from debates.room import Room
from teams import duties
from teams.models import Membership, Team, User

WORDS = {
    State.REQUESTED: gettext_lazy("Say whether we debate this"),
    State.GATHERING: gettext_lazy("Bring your point"),
    State.CHALLENGING: gettext_lazy("Challenge and weigh the points"),
    State.CONSENTING: gettext_lazy("Consent or object"),
    State.INTEGRATING: gettext_lazy("Consent or object"),
}


@duties.register
def debates_that_wait(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """The open debates that wait for this member, and the verdicts that nobody answered yet."""
    place = Membership(team=team, user=user)
    for debate in team.debates.open().select_related("team", "asked_by").order_by("pk"):
        room = Room(debate, place, day)
        if room.waits_for_me or (room.state == State.REQUESTED and not room.is_late):
            yield duties.Duty(
                what=str(WORDS[room.state]),
                about=debate.question,
                due_on=debate.until,
                url=_url(debate),
            )
    unanswered = Experiment.objects.judged().filter(team=team, answer="")
    for experiment in unanswered.select_related("debate__team").order_by("pk"):
        yield duties.Duty(
            what=str(gettext_lazy("Say what we do now that the figure has told")),
            about=experiment.debate.question,
            due_on=None,
            url=_url(experiment.debate),
        )


def _url(debate: Debate) -> str:
    return reverse("debates:debate", args=[debate.team.slug, debate.pk])
