"""One colleague on one screen: what somebody writes about them."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from reviews.forms import Write
from reviews.models import ReviewError, Words
from reviews.sight import Sight
from reviews.web import find_colleague, find_sight
from teams.models import User
from teams.web import MemberRequest, by_method, member_page, status_of, untraced


@require_safe
@member_page
def read(request: MemberRequest, review: int, person: int) -> HttpResponse:
    """What was written about this colleague so far; who writes no more is led to the round."""
    sight = find_sight(request.member, review)
    about = find_colleague(sight, person)
    if not sight.can_write:
        return redirect("reviews:round", request.team.slug, review)
    initial = Write.filled(sight.words.get(about.pk, Words()))
    form = Write(initial=initial, mode=sight.review.mode, about=about)
    return _page(request, sight, about, form)


@require_POST
@member_page
@untraced
def keep(request: MemberRequest, review: int, person: int) -> HttpResponse:
    """Keep it, and go on with the next. What cannot be is told beside the form, which is kept."""
    sight = find_sight(request.member, review)
    about = find_colleague(sight, person)
    form = Write(request.POST, mode=sight.review.mode, about=about)
    if not form.is_valid():
        return _page(request, sight, about, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        sight.review.write(about, form.words, by=request.member, at=timezone.now())
    except ReviewError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, sight, about, form, status=status_of(refusal))
    following = find_sight(request.member, review).next_after(about)
    if following and "leave" not in request.POST:
        return redirect("reviews:about", request.team.slug, review, following.pk)
    return redirect("reviews:round", request.team.slug, review)


about = by_method(read=read, write=keep)


def _page(
    request: MemberRequest, sight: Sight, about: User, form: Write, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    people = [each.person for each in sight.colleagues]
    context = {
        "sight": sight,
        "about": about,
        "form": form,
        "place": people.index(about) + 1 if about in people else 0,
        "today": timezone.localdate(),
    }
    return render(request, "reviews/about.html", context, status=status)
