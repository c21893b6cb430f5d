"""One round: what the team says to it, how far everybody is, and when one hands in."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reviews.forms import ACTS, Act
from reviews.models import ReviewError
from reviews.sight import Sight
from reviews.web import find_sight
from teams.web import MemberRequest, member_page, status_of, untraced


@require_safe
@member_page
def round_of_review(request: MemberRequest, review: int) -> HttpResponse:
    """How it stands, and what waits for whoever reads."""
    return _page(request, find_sight(request.member, review))


@require_POST
@member_page
def turn(request: MemberRequest, review: int, turn: str) -> HttpResponse:
    """Say something to it. Who comes second is told, and sees how it stands now."""
    if turn not in ACTS:
        raise Http404
    sight, form = find_sight(request.member, review), ACTS[turn](request.POST)
    if not form.is_valid():
        return _page(request, sight, turn, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.do(sight.review, by=request.member, at=timezone.now())
    except ReviewError as refusal:
        form.add_error(None, str(refusal))
        fresh = find_sight(request.member, review)
        return _page(request, fresh, turn, form, status=status_of(refusal))
    messages.success(request, _("That is written down."))
    return redirect("reviews:round", request.team.slug, review)


@require_POST
@member_page
@untraced
def hand_in(request: MemberRequest, review: int) -> HttpResponse:
    """Let one's words count."""
    return _mark(request, review, is_done=True)


@require_POST
@member_page
@untraced
def take_back(request: MemberRequest, review: int) -> HttpResponse:
    """Let one's words not count for now."""
    return _mark(request, review, is_done=False)


def _mark(request: MemberRequest, review: int, *, is_done: bool) -> HttpResponse:
    sight = find_sight(request.member, review)
    verb = sight.review.hand_in if is_done else sight.review.take_back
    try:
        verb(by=request.member, at=timezone.now())
    except ReviewError as refusal:
        fresh = find_sight(request.member, review)
        return _page(request, fresh, refused=str(refusal), status=status_of(refusal))
    return redirect("reviews:round", request.team.slug, review)


def _page(
    request: MemberRequest,
    sight: Sight,
    tried: str = "",
    form: Act | None = None,
    *,
    refused: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page, with the form that was tried as it was filled in."""
    forms = {name: ACTS[name]() for name in sight.acts}
    if form and tried in forms:
        forms[tried] = form
    context = {
        "sight": sight,
        "acts": forms,
        "refused": form.errors if form and tried not in forms else refused,
        "today": timezone.localdate(),
    }
    return render(request, "reviews/round.html", context, status=status)
