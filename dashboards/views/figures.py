"""Every figure by itself."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dashboards import catalogue, kpis, reading
from dashboards.periods import Period, PeriodKind, last_closed
from teams.web import TeamRequest, reader_page


@require_safe
@reader_page
def figures(request: TeamRequest) -> HttpResponse:
    """Every figure of the last whole week or month."""
    kind = _kind_asked_for(request)
    last = _last(request, kind)
    context: dict[str, Any] = {"kinds": _figure_kinds(request, kind)}
    if last:
        context |= {
            "entries": catalogue.entries(request.team, last),
            "period_name": reading.period_name(last),
        }
    return render(request, "dashboards/figures.html", context)


@require_safe
@reader_page
def figure(request: TeamRequest, kpi: str) -> HttpResponse:
    """One figure: how it is counted, through time, and in its parts."""
    try:
        which = kpis.get(kpi)
    except LookupError:
        raise Http404 from None
    kind = _kind_asked_for(request)
    last = _last(request, kind)
    context: dict[str, Any] = {"kpi": which, "kinds": _figure_kinds(request, kind)}
    if last:
        context |= {
            "page": catalogue.page_of(which, request.team, last, until=timezone.now()),
            "period_name": reading.period_name(last),
        }
    return render(request, "dashboards/figure.html", context)


def _kind_asked_for(request: TeamRequest) -> PeriodKind:
    return PeriodKind.MONTH if request.GET.get("by") == PeriodKind.MONTH else PeriodKind.WEEK


def _last(request: TeamRequest, kind: PeriodKind) -> Period | None:
    """Up to where figures are shown: as far as was published; before that to the team alone."""
    report = request.team.reports.of(kind).newest_first().first()
    if report:
        return report.period
    return last_closed(kind, timezone.now(), request.team.zone) if request.member else None


def _figure_kinds(request: TeamRequest, kind: PeriodKind) -> list[dict[str, Any]]:
    names = {PeriodKind.WEEK: _("Weekly"), PeriodKind.MONTH: _("Monthly")}
    return [
        {"label": label, "url": f"{request.path}?by={each}", "current": each is kind}
        for each, label in names.items()
    ]
