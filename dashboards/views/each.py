"""Deal by deal and month by month: pictures for the team alone."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards import cohorts as by_month
from dashboards import each as one_by_one
from dashboards.web import find_kpi
from teams.web import MemberRequest, member_page


@require_safe
@member_page
def each(request: MemberRequest, kpi: str) -> HttpResponse:
    """Every deal behind a figure: how long it took, or how long it stands in its stage."""
    which = find_kpi(kpi)
    if not one_by_one.fits(which):
        raise Http404
    picture = one_by_one.picture(which, request.team, at=timezone.now())
    return render(request, "dashboards/each.html", {"kpi": which, "picture": picture})


@require_safe
@member_page
def cohorts(request: MemberRequest, kpi: str) -> HttpResponse:
    """How far the deals of each month came."""
    which = find_kpi(kpi)
    if not by_month.fits(which):
        raise Http404
    found = by_month.cohorts(which, request.team, at=timezone.now())
    return render(request, "dashboards/cohorts.html", {"kpi": which, "cohorts": found})
