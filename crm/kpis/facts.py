"""The facts that several figures of the customer process are counted from."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from crm.happenings import Happening
from crm.models import Category, Deal, Pipeline, Precision, StageVisit
from crm.models.pipeline import OPEN_CATEGORIES
from teams.models import Team

Outcome = Deal.Outcome

CLOSINGS = frozenset(
    {
        Happening.DEAL_WON,
        Happening.DEAL_LOST,
        Happening.DEAL_REOPENED,
        Happening.DEAL_MOVE_UNDONE,
        Happening.DEAL_DELETED,
        Happening.DEAL_RESTORED,
        Happening.COMPANY_IMPORTED,
    }
)
MOVES = CLOSINGS | {Happening.DEAL_ADDED, Happening.DEAL_MOVED}
CLOSED_CATEGORIES = (Category.WON, Category.LOST)
# Both ends of the deal came as dates, so that its length is a number of calendar days.
WHOLE_DAYS = models.ExpressionWrapper(
    Q(opened_precision=Precision.DAY, closed_precision=Precision.DAY),
    output_field=models.BooleanField(),
)
HAS_A_DATE = models.ExpressionWrapper(
    ~Q(opened_precision=Precision.NONE), output_field=models.BooleanField()
)
FIRST_CURRENCY = models.Subquery(
    Pipeline.objects.filter(team=models.OuterRef("team")).in_order().values("currency")[:1]
)


def currency_of(team: Team) -> str:
    """The currency of the team's figures; EUR while it has no process yet."""
    first = team.pipelines.in_order().first()
    return first.currency if first else "EUR"


def closed(teams: Iterable[Team], *outcomes: Outcome) -> QuerySet[Any, Any]:
    """Every deal that has come to one of these outcomes, at its closing."""
    return Deal.objects.filter(team__in=list(teams), outcome__in=outcomes).annotate(
        at=F("closed_at")
    )


def visits(teams: Iterable[Team], *categories: Category) -> QuerySet[StageVisit, Any]:
    """Every visit of a deal to a stage of one of these categories."""
    teams = list(teams)
    return StageVisit.objects.filter(
        team__in=teams, category__in=categories, deal__in=Deal.objects.filter(team__in=teams)
    )


def open_visits(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every visit to a stage in which a deal is open."""
    return visits(teams, *OPEN_CATEGORIES).annotate(began_at=F("entered_at"), ended_at=F("left_at"))


def next_visit(**of_what: Any) -> Exists:
    """Whether the same deal went on to a visit like this."""
    return Exists(
        StageVisit.objects.filter(deal=OuterRef("deal"), number=OuterRef("number") + 1, **of_what)
    )
