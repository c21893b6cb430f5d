"""The facts that several figures of the customer process are counted from."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from crm.happenings import Happening
from crm.models import Category, Deal, Pipeline, Precision, StageVisit
from crm.models.stage import OPEN_CATEGORIES
from dashboards.figures import Subject, Subjects
from dashboards.kpis import Kpi, register
from teams.models import Team

Outcome = Deal.Outcome

# A deal counts by the process in which it stands: with a transfer its whole past counts elsewhere.
CLOSINGS = frozenset(
    {
        Happening.DEAL_TRANSFERRED,
        Happening.DEAL_WON,
        Happening.DEAL_LOST,
        Happening.DEAL_REOPENED,
        Happening.DEAL_MOVE_UNDONE,
        Happening.DEAL_DELETED,
        Happening.DEAL_RESTORED,
        Happening.COMPANY_IMPORTED,
        Happening.DEALS_WENT_ON,
        Happening.DEALS_CAME,
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
    # The oldest: whoever puts the processes in another order changes no figure.
    Pipeline.objects.filter(team=models.OuterRef("team")).order_by("pk").values("currency")[:1]
)


def in_another_currency(teams: Iterable[Team]) -> QuerySet[Pipeline]:
    """The processes whose amounts are not summed: few, to be left out by name."""
    return Pipeline.objects.filter(team__in=list(teams)).exclude(currency=FIRST_CURRENCY)


def currency_of(team: Team) -> str:
    """The currency of the team's figures; EUR while it has no process yet."""
    oldest = team.pipelines.order_by("pk").first()
    return oldest.currency if oldest else "EUR"


def deals_named(team: Team, keys: Collection[int], *, sees_people: bool) -> dict[int, Subject]:
    """The deals of these keys. A customer who is a person is a person, also to a manager."""
    deals = Deal.everything.counted().filter(team=team, pk__in=keys)
    deals = deals.select_related("organization")
    if sees_people:
        deals = deals.select_related("contact")
    return {
        deal.pk: Subject(
            label=deal.title,
            detail=deal.customer if sees_people else str(deal.organization or ""),
            url=reverse("crm:deal", args=[team.slug, deal.number]),
        )
        for deal in deals
    }


# Facts that are deals themselves, and facts that belong to one.
DEALS = Subjects(_("Deal"), "pk", deals_named)
OF_A_DEAL = replace(DEALS, column="deal_id")


SERVICE = Pipeline.Kind.SERVICE
APART = _("Requests in a process for service do not count here; they have figures of their own.")


def register_of_deals(kpi: Kpi) -> Kpi:
    """Register a figure that leaves requests for service out, and let it say so."""
    told = format_lazy("{} {}", kpi.explanation, APART)
    return register(replace(kpi, explanation=told, version=kpi.version + 1))


def deals(teams: Iterable[Team]) -> QuerySet[Deal, Any]:
    """Every deal but the requests for service: done in a day, they would drown the others."""
    ours = Deal.everything.counted().filter(team__in=list(teams))
    return ours.exclude(pipeline__kind=SERVICE)


def of_no_request(teams: Iterable[Team]) -> Q:
    """The same of what belongs to a deal."""
    # A join, and no list of deals: the planner sees through it, and finds those of the teams.
    return Q(deal__team__in=list(teams), deal__deleted_at=None) & ~Q(deal__pipeline__kind=SERVICE)


def closed(teams: Iterable[Team], *outcomes: Outcome) -> QuerySet[Any, Any]:
    """Every deal that has come to one of these outcomes, at its closing."""
    return deals(teams).filter(outcome__in=outcomes).annotate(at=F("closed_at"))


def visits(teams: Iterable[Team], *categories: Category) -> QuerySet[StageVisit, Any]:
    """Every visit of a deal to a stage of one of these categories."""
    of_the_teams = Q(team__in=list(teams))
    # By name: few deals are deleted, and a join would look at each of all the others.
    deleted = Deal.everything.deleted().filter(of_the_teams)
    found = StageVisit.objects.filter(of_the_teams, category__in=categories)
    return found.exclude(deal__in=deleted)


def open_visits(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every visit to a stage in which a deal is open."""
    return visits(teams, *OPEN_CATEGORIES).annotate(began_at=F("entered_at"), ended_at=F("left_at"))


# Until then another team counted the deal.
CAME_AT = F("arrival__at")


def next_visit(**of_what: Any) -> Exists:
    """Whether the same deal went on to a visit like this."""
    return Exists(
        StageVisit.objects.filter(deal=OuterRef("deal"), number=OuterRef("number") + 1, **of_what)
    )
