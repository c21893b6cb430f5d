"""From an address to what it is about: shared by the pages and the API."""

from datetime import datetime

from django.http import Http404
from django.shortcuts import get_object_or_404

from dashboards import kpis
from dashboards.drafts import Draft, drafted
from dashboards.figures import Kpi
from dashboards.models import Objective, Report
from dashboards.models.objective import ObjectiveQuerySet
from dashboards.periods import Period
from teams.models import Membership, Team
from teams.web import TeamRequest


def find_kpi(slug: str) -> Kpi:
    """The figure of this name. Raises Http404 where nothing is measured by it."""
    try:
        return kpis.get(slug)
    except LookupError:
        raise Http404 from None


def find_period(text: str) -> Period:
    """The week or month of this name. Raises Http404."""
    try:
        return Period.parse(text)
    except ValueError:
        raise Http404 from None


def find_objective(request: TeamRequest, pk: int) -> Objective:
    """An objective that this person may read. Raises Http404."""
    return get_object_or_404(readable_objectives(request.team, request.member), pk=pk)


def readable_objectives(team: Team, member: Membership | None) -> ObjectiveQuerySet:
    """What this reader may read of the team's objectives; each knows its team."""
    found: ObjectiveQuerySet = team.objectives.visible_to(member).select_related("team")
    return found


def find_report(team: Team, period: str) -> Report:
    """The published report of this period. Raises Http404."""
    wanted = find_period(period)
    return get_object_or_404(
        team.reports.of(wanted.kind).with_receipts(), start_on=wanted.first_day
    )


def find_draft(team: Team, period: str, *, at: datetime) -> Draft:
    """The draft of this period, also when its report was published meanwhile. Raises Http404."""
    wanted = find_period(period)
    is_published = team.reports.of(wanted.kind).filter(start_on=wanted.first_day).exists()
    if not is_published and drafted(team, wanted.kind, None, at=at) != wanted:
        raise Http404
    return Draft(team, wanted, at, is_published)
