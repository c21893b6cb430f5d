"""How soon customers are answered, and whether that is as soon as the team promised."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache, partial
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from crm.happenings import Happening
from crm.kpis.facts import OF_A_DEAL
from crm.models import ResponseClock, TermsOverTime
from crm.models.promise import SECONDS_OF_HOUR
from dashboards.kpis import Kind, Kpi, Unit, register
from teams.models import Team

SPOKEN = frozenset(
    {
        Happening.INTERACTION_LOGGED,
        Happening.INTERACTION_EDITED,
        Happening.INTERACTION_REMOVED,
        Happening.INTERACTION_RETURNED,
        Happening.DEAL_DELETED,
        Happening.DEAL_RESTORED,
        Happening.DEALS_WENT_ON,
        Happening.DEALS_CAME,
    }
)


def clocks(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every wait for an answer, and how many working hours it lasted, if it is over."""
    hours = F("business_seconds") / Value(SECONDS_OF_HOUR, output_field=models.FloatField())
    return (
        ResponseClock.objects.living()
        .filter(team__in=list(teams))
        .annotate(
            began_at=F("opened_at"),
            ended_at=F("answered_at"),
            is_dated=Value(value=True),
            came_at=F("deal__arrival__at"),
            followed_until=F("gone_at"),
            length=models.ExpressionWrapper(hours, output_field=models.FloatField()),
        )
    )


def promises_due(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every wait for which an answer was promised, at the moment by which it was.

    Of a customer who waited while their deal went on in another team, the one counts that they
    were with at that moment.
    """
    in_time = models.When(Q(answered_at__lte=F("due_at")), then=1)
    return (
        ResponseClock.objects.living()
        .filter(
            Q(gone_at=None) | Q(answered_at__isnull=False) | Q(due_at__lte=F("gone_at")),
            Q(deal__arrival=None) | Q(due_at__gt=F("deal__arrival__at")),
            team__in=list(teams),
            due_at__isnull=False,
        )
        .annotate(at=F("due_at"), numerator=models.Case(in_time, default=0), denominator=Value(1))
    )


def working_hours(team: Team) -> Callable[[datetime, datetime], float]:
    """How many working hours lie between two moments, by the calendar that held at the first."""
    # Asked for with the first wait: most teams of a week may have none.
    terms = cache(partial(TermsOverTime.of, team))

    def between(began: datetime, ended: datetime) -> float:
        return terms().at(began).hours.seconds_between(began, ended) / SECONDS_OF_HOUR

    return between


register(
    Kpi(
        slug="first-response",
        name=_("Working hours to an answer"),
        explanation=_(
            "After this many working hours half of the customers were answered, of those who"
            " turned to us in the period and waited. A wait ends with the first mail, call, visit"
            " or chat by one of us; what a machine sends ends none. Whoever still waits at the end"
            " of the period counts for as long as they waited by then (Kaplan-Meier); where more"
            " than half still wait, the middle is not reached yet. Hours outside the team's"
            " working hours do not count, and a phone call or a meeting leaves nobody waiting."
        ),
        kind=Kind.SURVIVAL,
        unit=Unit.HOURS,
        direction=-1,
        counter="answered-in-time",
        facts=clocks,
        about=OF_A_DEAL,
        clock=working_hours,
        moved_by=SPOKEN,
        source=_("What was written down about every deal: who spoke, how and when."),
    )
)
register(
    Kpi(
        slug="answered-in-time",
        name=_("Answered as promised"),
        explanation=_(
            "Of the customers to whom an answer was due in the period, the share that had it by"
            " then. Due is the end of the working hours that the team had promised when they"
            " turned to us. Whoever is still not answered counts as not in time; otherwise those"
            " who wait longest would be out of sight. Without a promise nothing is due."
        ),
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        direction=1,
        counter="first-response",
        facts=promises_due,
        about=OF_A_DEAL,
        moved_by=SPOKEN,
        source=_("What was written down about every deal, and what the team had promised."),
    )
)
