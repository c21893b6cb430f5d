"""What was written to somebody, and how it becomes an agreement."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reviews.forms import HaveRead
from reviews.promising import promised
from reviews.web import find_sight
from teams.web import MemberRequest, member_page


@require_safe
@member_page
def results(request: MemberRequest, review: int) -> HttpResponse:
    """What colleagues wrote to whoever reads; before the end there is nothing here."""
    sight = find_sight(request.member, review)
    if not sight.outcome:
        raise Http404
    context = {
        "sight": sight,
        "reading": HaveRead() if "reading" in sight.acts else None,
        "today": timezone.localdate(),
    }
    return render(request, "reviews/results.html", context)


@require_safe
@member_page
def agreement(request: MemberRequest, review: int, letter: UUID) -> HttpResponse:
    """The form for a new agreement, with what somebody wrote to whoever reads."""
    sight = find_sight(request.member, review)
    mine = sight.review.answers.filter(about=request.member.user_id).select_related("author")
    found = get_object_or_404(mine, pk=letter)
    form = promised(found.text, found.author, by=request.member)
    return render(request, "agreements/new.html", {"form": form})
