"""That a report was read: one side says so, the other sees it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from dashboards.models import Receipt, Report, Side
from dashboards.web import find_report
from teams.web import TeamRequest, participant_page, wants_fragment


@require_POST
@participant_page
def receipt(request: TeamRequest, period: str) -> HttpResponse:
    """Whoever says so has read the report, for their side."""
    report = find_report(request.team, period)
    Receipt.note(report, side_of(request), at=timezone.now())
    if not wants_fragment(request):
        return redirect("dashboards:report", request.team.slug, report.period)
    read = receipts(request, find_report(request.team, period))
    return render(request, "dashboards/_receipts.html", read)


def side_of(request: TeamRequest) -> Side:
    """For whom this person reads."""
    return Side.TEAM if request.member else Side.MANAGEMENT


def receipts(request: TeamRequest, report: Report) -> dict[str, Any]:
    """What the page says of who has read this report, which was asked for `with_receipts`."""
    read_at = {Side.TEAM: report.team_read_at, Side.MANAGEMENT: report.management_read_at}
    return {
        "report": report,
        "is_read": read_at[side_of(request)] is not None,
        "team_read_at": read_at[Side.TEAM],
        "management_read_at": read_at[Side.MANAGEMENT],
    }
