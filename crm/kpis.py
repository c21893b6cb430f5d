"""What the customer process is measured by.

A deal counts by its outcome as it stands: one that was won, reopened and then lost is lost. Money
is in the currency of the team's first pipeline; deals of another currency are not summed.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from crm.happenings import Happening
from crm.models import Deal, Pipeline, Precision, StageVisit
from crm.models.pipeline import OPEN_CATEGORIES
from dashboards.kpis import Kind, Kpi, Unit, mark, register
from teams.models import Team

Outcome = Deal.Outcome

CLOSINGS = frozenset(
    {
        Happening.DEAL_WON,
        Happening.DEAL_LOST,
        Happening.DEAL_REOPENED,
        Happening.DEAL_MOVE_UNDONE,
        Happening.COMPANY_IMPORTED,
    }
)
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


def _closed(teams: Iterable[Team], *outcomes: Outcome) -> QuerySet[Any, Any]:
    return Deal.objects.filter(team__in=list(teams), outcome__in=outcomes).annotate(
        at=F("closed_at")
    )


def deals_won(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """One for every won deal, at its closing."""
    return _closed(teams, Outcome.WON).annotate(counted=Value(1))


def deals_lost(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """One for every lost deal, at its closing."""
    return _closed(teams, Outcome.LOST).annotate(counted=Value(1))


def value_won(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """The amount of every won deal that has one, at its closing."""
    return (
        _closed(teams, Outcome.WON)
        .filter(amount__isnull=False, pipeline__currency=FIRST_CURRENCY)
        .annotate(counted=F("amount"))
    )


def win_rate(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """One over one for a won deal, nought over one for a lost deal, at the closing."""
    return _closed(teams, Outcome.WON, Outcome.LOST).annotate(
        numerator=models.Case(models.When(outcome=Outcome.WON, then=1), default=0),
        denominator=Value(1),
    )


def cycle_time(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """From the first entry to the closing, for every closed deal whose entry has a date."""
    return (
        _closed(teams, Outcome.WON, Outcome.LOST)
        .exclude(opened_precision=Precision.NONE)
        .annotate(began_at=F("opened_at"), whole_days=WHOLE_DAYS)
    )


def cycle_time_with_open(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every deal from its first entry to its closing, if there was one."""
    return Deal.objects.filter(team__in=list(teams)).annotate(
        began_at=F("opened_at"),
        ended_at=F("closed_at"),
        whole_days=WHOLE_DAYS,
        is_dated=HAS_A_DATE,
    )


def open_deals(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every visit to a stage in which a deal is open."""
    return StageVisit.objects.filter(team__in=list(teams), category__in=OPEN_CATEGORIES).annotate(
        began_at=F("entered_at"), ended_at=F("left_at")
    )


register(
    Kpi(
        slug="deals-won",
        name=_("Deals won"),
        explanation=_("How many deals were won in the period, by the day they were won."),
        kind=Kind.FLOW,
        unit=Unit.COUNT,
        direction=1,
        counter="win-rate",
        facts=deals_won,
        moved_by=CLOSINGS,
    )
)
register(
    Kpi(
        slug="value-won",
        name=_("Value won"),
        explanation=_(
            "The amounts of the deals won in the period, by the day they were won. A deal without"
            " an amount adds nothing."
        ),
        kind=Kind.FLOW,
        unit=Unit.MONEY,
        direction=1,
        counter="deals-won",
        facts=value_won,
        moved_by=CLOSINGS | {Happening.DEAL_EDITED},
        unit_of=currency_of,
    )
)
register(
    Kpi(
        slug="win-rate",
        name=_("Win rate of closed deals"),
        explanation=_(
            "Of the deals closed in the period, won or lost, the share that was won. Deals that"
            " are still open do not count."
        ),
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        direction=1,
        counter="open-deals",
        facts=win_rate,
        moved_by=CLOSINGS,
    )
)
register(
    Kpi(
        slug="deals-lost",
        name=_("Deals lost"),
        explanation=_("How many deals were lost in the period, by the day they were lost."),
        kind=Kind.FLOW,
        unit=Unit.COUNT,
        direction=-1,
        counter="deals-won",
        facts=deals_lost,
        moved_by=CLOSINGS,
    )
)
register(
    Kpi(
        slug="cycle-time",
        name=_("Days from first contact to the end"),
        explanation=_(
            "Half of the deals closed in the period took at most this many days from their first"
            " stage to their end, won or lost. Deals that are still open do not count, which makes"
            " this figure look shorter than life; the next measure counts them."
        ),
        kind=Kind.DURATION,
        unit=Unit.DAYS,
        direction=-1,
        counter="cycle-time-km",
        facts=cycle_time,
        moved_by=CLOSINGS,
    )
)
register(
    Kpi(
        slug="cycle-time-km",
        name=_("Days to the end, open deals counted too"),
        explanation=_(
            "After this many days half of the deals of the last 18 months are closed; open deals"
            " count for as long as they have been open (Kaplan-Meier). Deals without a first date"
            " are left out."
        ),
        kind=Kind.SURVIVAL,
        unit=Unit.DAYS,
        direction=-1,
        counter="win-rate",
        facts=cycle_time_with_open,
        moved_by=CLOSINGS | {Happening.DEAL_ADDED},
        months=18,
    )
)
register(
    Kpi(
        slug="open-deals",
        name=_("Open deals"),
        explanation=_("How many deals were open at the end of the period."),
        kind=Kind.STOCK,
        unit=Unit.COUNT,
        direction=0,
        counter="cycle-time-km",
        facts=open_deals,
        moved_by=CLOSINGS | {Happening.DEAL_ADDED},
    )
)

mark(Happening.PIPELINE_REVISED)
