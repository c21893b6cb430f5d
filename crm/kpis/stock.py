"""What is there at the end of a period."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.happenings import Happening
from crm.kpis.facts import (
    CLOSINGS,
    OF_A_DEAL,
    currency_of,
    in_another_currency,
    of_no_request,
    open_visits,
    register_of_deals,
)
from crm.models import OpenSpell
from dashboards.kpis import Kind, Kpi, Unit
from teams.happenings import Happening as People
from teams.models import Membership, Team

# In a smaller team what each has would point at somebody.
SMALLEST_COUNTED = 6


def open_work(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every open deal, for as long as it was; in stretches of which none overlap."""
    teams = list(teams)
    return OpenSpell.objects.filter(of_no_request(teams), team__in=teams)


def open_deals(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every visit to a stage in which a deal is open."""
    teams = list(teams)
    return open_visits(teams).filter(of_no_request(teams))


def members(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Everybody of the teams, for as long as they were; nobody is told of from here."""
    places = Membership.objects.filter(team__in=list(teams))
    return places.annotate(began_at=F("since_at"), ended_at=F("until_at"))


def pipeline_value(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """What every open deal was thought to be worth, for as long as it was."""
    teams = list(teams)
    return (
        open_work(teams)
        .filter(amount__isnull=False)
        .exclude(deal__pipeline__in=in_another_currency(teams))
        .annotate(counted=F("amount"))
    )


def next_steps(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """One for every open deal, for as long as its next step was known, and nought before."""
    return open_work(teams).annotate(
        counted=models.Case(models.When(has_step=True, then=1), default=0)
    )


register_of_deals(
    Kpi(
        slug="open-deals",
        name=_("Open deals"),
        explanation=_("How many deals were open at the end of the period."),
        kind=Kind.STOCK,
        unit=Unit.COUNT,
        direction=0,
        counter="cycle-time-km",
        facts=open_deals,
        about=OF_A_DEAL,
        moved_by=CLOSINGS | {Happening.DEAL_ADDED},
    )
)
register_of_deals(
    Kpi(
        slug="span-of-open-work",
        name=_("Span of open work"),
        explanation=_(
            "How many deals were open at the end of the period for each member that the team had"
            " then: all of them together, divided by all. It tells whether there is more work at"
            " once than so many people can look after, and of nobody how much they do. Counted in"
            " teams of six or more only: in a smaller one the number would point at somebody."
        ),
        kind=Kind.STOCK,
        unit=Unit.EACH,
        direction=0,
        counter="cycle-time-km",
        facts=open_work,
        per=members,
        least=SMALLEST_COUNTED,
        about=OF_A_DEAL,
        moved_by=CLOSINGS | {Happening.DEAL_ADDED, People.MEMBER_WELCOMED, People.MEMBER_LEFT},
        source=_("The time in which every deal was open, and in which everybody was a member."),
    )
)
register_of_deals(
    Kpi(
        slug="pipeline-value",
        name=_("Value of open deals"),
        explanation=_(
            "The amounts of the deals that were open at the end of the period, as they stood then:"
            " an amount that was changed later counts from the day of the change. A deal without an"
            " amount adds nothing, and neither does one in another currency than that of the first"
            " process. No chance of winning is reckoned in."
        ),
        kind=Kind.STOCK,
        unit=Unit.MONEY,
        direction=0,
        counter="win-rate-cohort",
        facts=pipeline_value,
        about=OF_A_DEAL,
        moved_by=CLOSINGS | {Happening.DEAL_ADDED, Happening.DEAL_EDITED},
        source=_("The time in which every deal was open, and its amount in that time."),
        unit_of=currency_of,
    )
)
register_of_deals(
    Kpi(
        slug="next-step-coverage",
        name=_("Open deals with a next step"),
        explanation=_(
            "Of the deals that were open at the end of the period, the share of which somebody had"
            " said what happens next. It does not matter by when."
        ),
        kind=Kind.STOCK,
        unit=Unit.SHARE,
        direction=1,
        counter="cycle-time-km",
        facts=next_steps,
        about=OF_A_DEAL,
        moved_by=CLOSINGS | {Happening.DEAL_ADDED, Happening.STEP_PLANNED},
        source=_("The time in which every deal was open, and when its next step was written down."),
    )
)
