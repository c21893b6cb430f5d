"""What customers say of the help they had, and how many of those asked say anything."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from crm.happenings import Happening
from crm.kpis.facts import OF_A_DEAL
from crm.models import Deal, Question
from dashboards.kpis import Kind, Kpi, Unit, register
from teams.models import Team

# An aggregate of people's answers needs as many, so that it is nobody's answer.
FEWEST_ANSWERS = 4


def _standing(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    teams = list(teams)
    deals = Deal.everything.counted().filter(team__in=teams)
    return Question.objects.standing().filter(team__in=teams, deal__in=deals)


def scores(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """The score of every answer, at the moment it came in."""
    return (
        _standing(teams)
        .filter(answered_at__isnull=False)
        .annotate(at=F("answered_at"), numerator=F("score"), denominator=Value(1))
    )


def responses(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every question at the end of its 30 days, and whether it was answered by then."""
    answered = models.When(answered_at__isnull=False, then=1)
    return _standing(teams).annotate(
        at=F("expires_at"),
        numerator=models.Case(answered, default=0),
        denominator=Value(1),
    )


MOVED_BY = frozenset(
    {
        Happening.QUESTION_ASKED,
        Happening.QUESTION_ANSWERED,
        Happening.QUESTION_WITHDRAWN,
        Happening.DEAL_DELETED,
        Happening.DEAL_RESTORED,
    }
)

register(
    Kpi(
        slug="customer-score",
        name=_("What customers say of our help"),
        explanation=_(
            "The average of the answers to “How well did we help you?” that came in during the"
            " period: 1 is not at all, 5 is very well. An answer counts on the day it came in, so"
            " the figure of a past period stays as it is. With fewer than 4 answers there is no"
            " figure."
        ),
        kind=Kind.RATIO,
        unit=Unit.SCORE,
        direction=1,
        counter="customer-response-rate",
        facts=scores,
        about=OF_A_DEAL,
        moved_by=MOVED_BY,
        source=_("The answers of customers, by the link that they receive after a closing."),
        least=FEWEST_ANSWERS,
    )
)
register(
    Kpi(
        slug="customer-response-rate",
        name=_("Customers who answered"),
        explanation=_(
            "Of the questions whose 30 days ended in the period, the share that was answered. A"
            " question that can still be answered does not count yet, whether it was or not;"
            " otherwise quick answers alone would make the newest figure. One that was withdrawn"
            " never counts."
        ),
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        direction=1,
        counter="customer-score",
        facts=responses,
        about=OF_A_DEAL,
        moved_by=MOVED_BY,
        source=_("Every question to a customer that was not withdrawn."),
    )
)
