"""Every figure by itself."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dashboards import catalogue, cohorts, each, reach, writing
from dashboards.between import between_of
from dashboards.figures import Kpi
from dashboards.periods import Period, PeriodKind
from dashboards.web import find_kpi
from teams import panels
from teams.models import Team
from teams.web import TeamRequest, reader_page


@require_safe
@reader_page
def figures(request: TeamRequest) -> HttpResponse:
    """Every figure of the last whole week or month."""
    kind = kind_asked_for(request)
    last = last_shown(request, kind)
    context: dict[str, Any] = {"kinds": kinds_of(request, kind)}
    if last:
        context |= {
            "entries": catalogue.entries(request.team, last),
            "period_name": writing.period_name(last),
        }
    return render(request, "dashboards/figures.html", context)


@require_safe
@reader_page
def figure(request: TeamRequest, kpi: str) -> HttpResponse:
    """One figure: how it is counted, through time, and in its parts."""
    which = find_kpi(kpi)
    kind = kind_asked_for(request)
    last = last_shown(request, kind)
    context: dict[str, Any] = {
        "kpi": which,
        "kind": kind,
        "kinds": kinds_of(request, kind),
        "panels": panels.at("figure", request, which),
    }
    if request.member:
        context |= _for_the_team(request.team, which)
    if last:
        context |= {
            "page": catalogue.page_of(which, request.team, last, until=timezone.now()),
            "period_name": writing.period_name(last),
            "between": between_of(
                which, request.team, last, sees_signals=request.member is not None
            ),
        }
    return render(request, "dashboards/figure.html", context)


def _for_the_team(team: Team, kpi: Kpi) -> dict[str, str]:
    """Where the team, and nobody else, sees what a figure is made of one by one."""
    fitting = {"each": each.fits(kpi), "cohorts": cohorts.fits(kpi)}
    return {
        f"{name}_url": reverse(f"dashboards:{name}", args=[team.slug, kpi.slug])
        for name, fits in fitting.items()
        if fits
    }


def kind_asked_for(request: TeamRequest) -> PeriodKind:
    """Weeks, or months where somebody asks for them."""
    return PeriodKind.MONTH if request.GET.get("by") == PeriodKind.MONTH else PeriodKind.WEEK


def last_shown(request: TeamRequest, kind: PeriodKind) -> Period | None:
    """Up to where figures are shown to who asks."""
    return reach.last_shown(request.team, kind, member=request.member, at=timezone.now())


def kinds_of(request: TeamRequest, kind: PeriodKind) -> list[dict[str, Any]]:
    """The choice between weeks and months on this very page."""
    names = {PeriodKind.WEEK: _("Weekly"), PeriodKind.MONTH: _("Monthly")}
    return [
        {"label": label, "url": f"{request.path}?by={each}", "current": each is kind}
        for each, label in names.items()
    ]
