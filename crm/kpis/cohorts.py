"""Deals followed from their first day, the open ones for as long as they have been open."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.happenings import Happening
from crm.kpis.facts import (
    CAME_AT,
    CLOSINGS,
    DEALS,
    HAS_A_DATE,
    WHOLE_DAYS,
    Outcome,
    deals,
    register_of_deals,
)
from dashboards.kpis import Kind, Kpi, Unit
from teams.models import Team


def cycle_time_with_open(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every deal from its first entry to its closing, if there was one."""
    return deals(teams).annotate(
        began_at=F("opened_at"),
        ended_at=F("closed_at"),
        whole_days=WHOLE_DAYS,
        is_dated=HAS_A_DATE,
        came_at=CAME_AT,
        followed_until=F("gone_at"),
    )


def deals_with_outcome(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every deal from its first entry to its closing, and what it came to."""
    return cycle_time_with_open(teams).annotate(came_to=F("outcome"))


register_of_deals(
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
        about=DEALS,
        moved_by=CLOSINGS | {Happening.DEAL_ADDED},
        months=18,
    )
)
register_of_deals(
    Kpi(
        slug="win-rate-cohort",
        name=_("Won within 90 days"),
        explanation=_(
            "Of the deals that began in the 12 months up to the end of the period, the share that"
            " is won within 90 days. A deal that is still open counts for as long as it has been"
            " open, and a lost deal can no longer be won (Aalen-Johansen). There is no figure"
            " before deals have been followed for 90 days. Deals without a first date are left out."
        ),
        kind=Kind.SURVIVAL,
        unit=Unit.SHARE,
        direction=1,
        counter="cycle-time-km",
        facts=deals_with_outcome,
        about=DEALS,
        moved_by=CLOSINGS | {Happening.DEAL_ADDED},
        source=_("The first day of every deal, its last day and its outcome as it stands."),
        months=12,
        outcome=Outcome.WON,
        horizon=90,
    )
)
