"""Requests for service: done by the day agreed, and done well the first time."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from crm.happenings import Happening
from crm.kpis.facts import (
    CLOSED_CATEGORIES,
    CLOSINGS,
    DEALS,
    OF_A_DEAL,
    SERVICE,
    Outcome,
    next_visit,
    visits,
)
from crm.models import Category, Deal, StageVisit
from dashboards.kpis import Kind, Kpi, Unit, register
from teams.models import Team
from teams.moments import EndOfDay


def requests_due(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every request with a day on which it was expected, at the end of that day."""
    in_time = models.When(outcome=Outcome.WON, closed_at__lte=F("at"), then=1)
    return (
        Deal.everything.counted()
        .filter(team__in=list(teams), pipeline__kind=SERVICE, expected_close_on__isnull=False)
        .annotate(at=EndOfDay("expected_close_on", "team__timezone"))
        .filter(
            Q(gone_at=None) | Q(at__lte=F("gone_at")),
            Q(arrival=None) | Q(at__gt=F("arrival__at")),
            at__gte=F("opened_at"),
        )
        .annotate(numerator=models.Case(in_time, default=0), denominator=Value(1))
    )


def first_time_done(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every request when it was done for the first time, and whether it was never opened again.

    What became of it in the team that it came from is kept with its arrival.
    """
    same_deal = StageVisit.objects.filter(deal=OuterRef("deal"))
    done_before = same_deal.filter(category=Category.WON, number__lt=OuterRef("number"))
    opened_again = same_deal.filter(
        ~next_visit(category__in=CLOSED_CATEGORIES),
        category__in=CLOSED_CATEGORIES,
        left_at__isnull=False,
    )
    return (
        visits(teams, Category.WON)
        .filter(deal__pipeline__kind=SERVICE)
        .exclude(Exists(done_before))
        .exclude(deal__arrival__was_done=True)
        .annotate(
            at=F("entered_at"),
            numerator=models.Case(
                models.When(Exists(opened_again), then=0),
                models.When(deal__arrival__was_closed=True, then=0),
                default=1,
            ),
            denominator=Value(1),
        )
    )


register(
    Kpi(
        slug="on-time",
        name=_("Requests done on time"),
        explanation=_(
            "Of the service requests that were due in the period, the share that was done on or"
            " before the day it was expected. A request that is still open after that day counts as"
            " not on time, and so does one that came to nothing; otherwise the late ones would be"
            " out of sight. A request that was opened again counts by its last closing. Requests"
            " without an expected day, or with one before they began, are not counted."
        ),
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        direction=1,
        counter="first-time-right",
        facts=requests_due,
        about=DEALS,
        moved_by=CLOSINGS | {Happening.DEAL_ADDED, Happening.DEAL_EDITED},
        source=_(
            "The expected day of every request in a service process, and the day it was done."
        ),
    )
)
register(
    Kpi(
        slug="first-time-right",
        name=_("Done right the first time"),
        explanation=_(
            "Of the service requests that were done for the first time in the period, the share"
            " that was never opened again, neither before that day nor after. The figure of a past"
            " period can still fall: what comes back later was not right the first time."
        ),
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        direction=1,
        counter="on-time",
        facts=first_time_done,
        about=OF_A_DEAL,
        moved_by=CLOSINGS,
        source=_(
            "Every visit of a request to the stage where it is done, and where it went from there."
        ),
    )
)
