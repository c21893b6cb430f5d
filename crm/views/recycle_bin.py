"""The team's recycle bin. Only the team sees it: what it threw away is its own affair."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from crm.recycling import PAGE, bin_of, discarded
from crm.views.answers import act
from crm.web import find_deal, find_deleted
from teams.web import MemberRequest, member_page


@require_safe
@member_page
def recycle_bin(request: MemberRequest) -> HttpResponse:
    """What was deleted in the last thirty days, the last one first."""
    page = Paginator(bin_of(request.team), PAGE).get_page(request.GET.get("page"))
    rows = discarded(list(page), at=timezone.now())
    around = {
        "previous_url": f"?page={page.number - 1}" if page.has_previous() else "",
        "next_url": f"?page={page.number + 1}" if page.has_next() else "",
    }
    return render(request, "crm/recycle_bin.html", {"page": page, "rows": rows, **around})


@require_POST
@member_page
def deletion(request: MemberRequest, number: int) -> HttpResponse:
    """Put a deal in the recycle bin."""
    deal = find_deal(request.team, number)
    return act(request, deal, deal.discard)


@require_POST
@member_page
def restoration(request: MemberRequest, number: int) -> HttpResponse:
    """Take a deal out of the recycle bin."""
    deal = find_deleted(request.team, number)
    return act(request, deal, deal.restore)
