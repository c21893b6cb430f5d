"""What the reviews of a team are measured by."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import F, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dashboards import writing
from dashboards.figures import Subject, Subjects
from dashboards.kpis import Kind, Kpi, Unit, mark, register
from reviews.happenings import Happening
from reviews.models import Evaluation, ReviewRound
from reviews.models.box import SMALLEST_SEALED
from teams.models import Team
from teams.moments import EndOfDay

# A month has one evaluation, so a share is one of a year of them.
MONTHS = 12


def held(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every evaluation at the end of its last day, and whether it was concluded by then."""
    due = EndOfDay("due_on", "team__timezone")
    in_time = models.When(concluded_at__lte=due, then=1)
    return Evaluation.objects.filter(team__in=list(teams)).annotate(
        at=due,
        denominator=Value(1),
        numerator=models.Case(in_time, default=0),
    )


def took_part(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Each round of a team of six or more when its results were released: who was asked and who
    handed in, as numbers.
    """
    held = ReviewRound.objects.held().filter(team__in=list(teams), asked__gte=SMALLEST_SEALED)
    return held.annotate(at=F("released_at"), numerator=F("took_part"), denominator=F("asked"))


def _named(team: Team, keys: Collection[int], *, sees_people: bool) -> Mapping[int, Subject]:
    """At which month was looked back; whoever reads along is led to what was concluded."""
    found = Evaluation.objects.filter(team=team, pk__in=keys)
    readable = found if sees_people else found.concluded()
    urls = {one.pk: _url(team, one) for one in readable}
    return {
        one.pk: Subject(writing.period_name(one.month), "", urls.get(one.pk, "")) for one in found
    }


def _url(team: Team, evaluation: Evaluation) -> str:
    return reverse("reviews:evaluation", args=[team.slug, str(evaluation.month)])


def _rounds(team: Team, keys: Collection[int], *, sees_people: bool) -> Mapping[int, Subject]:
    """The rounds, of which everybody who reads along sees that they were held."""
    url = reverse("reviews:reviews", args=[team.slug])
    return dict.fromkeys(keys, Subject(gettext("Round of review"), "", url))


mark(
    Happening.EVALUATION_CONCLUDED,
    page="reviews:evaluations",
    says=_("The team looked back at its work"),
)

register(
    Kpi(
        slug="evaluations-on-time",
        name=_("Looking back in time"),
        explanation=_(
            "Of the months whose report was out, the share at which the team had looked back within"
            " ten working days, over the last twelve months: six questions beside its own figures,"
            " answered and concluded. A team that never looks back repeats itself."
        ),
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        direction=1,
        counter="agreements-kept",
        facts=held,
        about=Subjects(_("Evaluations"), "pk", _named),
        moved_by=frozenset({Happening.EVALUATION_CONCLUDED}),
        source=_("When the report of a month was out, and when the team had looked back at it."),
        months=MONTHS,
    )
)
register(
    Kpi(
        slug="review-participation",
        name=_("Taking part in reviews"),
        explanation=_(
            "Of everybody who was asked to write to their colleagues, the share that did, in the"
            " rounds of review whose results were released in the period. Counted in teams of six"
            " or more only: in a smaller one the number would point at somebody. What was written"
            " is counted nowhere, and neither is how much of it."
        ),
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        direction=1,
        counter="agreements-kept",
        facts=took_part,
        about=Subjects(_("Rounds of review"), "pk", _rounds),
        moved_by=frozenset({Happening.RELEASED}),
        source=_("How many were asked in a round of review, and how many handed in."),
    )
)
