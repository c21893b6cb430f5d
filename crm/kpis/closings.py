"""Deals as they are closed: how many, for how much, and how long that took."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, QuerySet, Value
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.happenings import Happening
from crm.kpis.facts import (
    CLOSED_CATEGORIES,
    CLOSINGS,
    DEALS,
    OF_A_DEAL,
    WHOLE_DAYS,
    Outcome,
    closed,
    currency_of,
    in_another_currency,
    next_visit,
    of_no_request,
    register_of_deals,
    visits,
)
from crm.models import LossReason, Precision
from crm.models.choices import NO_REASON
from dashboards.figures import Dimension
from dashboards.kpis import Kind, Kpi, Unit
from teams.models import Team


def deals_won(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """One for every won deal, at its closing."""
    return closed(teams, Outcome.WON).annotate(counted=Value(1))


def deals_lost(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """One for every lost deal, at its closing."""
    return closed(teams, Outcome.LOST).annotate(counted=Value(1))


def value_won(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """The amount of every won deal that has one, at its closing."""
    teams = list(teams)
    return (
        closed(teams, Outcome.WON)
        .filter(amount__isnull=False)
        .exclude(pipeline__in=in_another_currency(teams))
        .annotate(counted=F("amount"))
    )


def win_rate(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """One over one for a won deal, nought over one for a lost deal, at the closing."""
    return closed(teams, Outcome.WON, Outcome.LOST).annotate(
        numerator=models.Case(models.When(outcome=Outcome.WON, then=1), default=0),
        denominator=Value(1),
    )


def cycle_time(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """From the first entry to the closing, for every closed deal whose entry has a date."""
    return (
        closed(teams, Outcome.WON, Outcome.LOST)
        .exclude(opened_precision=Precision.NONE)
        .annotate(began_at=F("opened_at"), whole_days=WHOLE_DAYS)
    )


def reopened(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every closing, at its moment, and whether the deal was opened again afterwards.

    A deal that went from won to lost, or back, was not opened: that is one closing, at the moment
    it was put right.
    """
    teams = list(teams)
    return (
        visits(teams, *CLOSED_CATEGORIES)
        .filter(of_no_request(teams))
        .exclude(next_visit(category__in=CLOSED_CATEGORIES))
        .annotate(
            at=F("entered_at"),
            numerator=models.Case(models.When(left_at__isnull=False, then=1), default=0),
            denominator=Value(1),
        )
    )


# Kept by its key, which stays when the team calls it otherwise: so history stays as it was counted.
REASON = models.functions.Coalesce("loss_reason__key", Value(NO_REASON))


def lost_reasons(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """One for every lost deal, at its closing, by the reason that the team chose."""
    return closed(teams, Outcome.LOST).annotate(counted=Value(1), dimension=REASON)


def reason_names(team: Team) -> dict[str, str]:
    """The reasons for which the team loses deals, as it calls them now."""
    known = LossReason.objects.filter(team=team).in_order()
    return dict(known.values_list("key", "name")) | {NO_REASON: gettext("No reason given")}


register_of_deals(
    Kpi(
        slug="deals-won",
        name=_("Deals won"),
        explanation=_("How many deals were won in the period, by the day they were won."),
        kind=Kind.FLOW,
        unit=Unit.COUNT,
        direction=1,
        counter="win-rate",
        facts=deals_won,
        about=DEALS,
        moved_by=CLOSINGS,
    )
)
register_of_deals(
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
        about=DEALS,
        moved_by=CLOSINGS | {Happening.DEAL_EDITED},
        unit_of=currency_of,
    )
)
register_of_deals(
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
        about=DEALS,
        moved_by=CLOSINGS,
    )
)
register_of_deals(
    Kpi(
        slug="deals-lost",
        name=_("Deals lost"),
        explanation=_("How many deals were lost in the period, by the day they were lost."),
        kind=Kind.FLOW,
        unit=Unit.COUNT,
        direction=-1,
        counter="deals-won",
        facts=deals_lost,
        about=DEALS,
        moved_by=CLOSINGS,
    )
)
register_of_deals(
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
        about=DEALS,
        moved_by=CLOSINGS,
    )
)
register_of_deals(
    Kpi(
        slug="reopened",
        name=_("Closed deals opened again"),
        explanation=_(
            "Of the deals closed in the period, won or lost, the share that was opened again"
            " later. The period is that of the closing, so the figure of a past period can still"
            " rise. A closing that was undone never happened, and a deal put right from won to lost"
            " was not opened again."
        ),
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        direction=-1,
        counter="cycle-time",
        facts=reopened,
        about=OF_A_DEAL,
        moved_by=CLOSINGS,
        source=_("Every visit of a deal to a stage for won or lost, and where it went from there."),
    )
)
register_of_deals(
    Kpi(
        slug="lost-reasons",
        name=_("Why deals were lost"),
        explanation=_(
            "How many deals were lost in the period for each reason, by the day they were lost. A"
            " deal counts for the reason that stands on it now."
        ),
        kind=Kind.FLOW,
        unit=Unit.COUNT,
        direction=-1,
        counter="win-rate",
        facts=lost_reasons,
        about=DEALS,
        moved_by=CLOSINGS,
        source=_("The reason that the team chose for every lost deal."),
        dimension=Dimension(_("Reason"), reason_names, is_ranked=True),
        is_detail=True,
    )
)
