"""All rounds of review of a team."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reviews.shelf import shelf_of
from teams.web import TeamRequest, reader_page


@require_safe
@reader_page
def rounds(request: TeamRequest) -> HttpResponse:
    """The rounds that were held, and for the team the one that is going on."""
    page = shelf_of(request.team, request.member, request.GET.get("page"))
    context = {"page": page, "today": timezone.localdate()}
    return render(request, "reviews/reviews.html", context)
