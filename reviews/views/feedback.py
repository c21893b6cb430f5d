"""Feedback between two of the team, at any time."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reviews.feedback_form import DEEDS, Deed, Give, deeds_open_to
from reviews.feedback_shelf import feedback_of, shown_to
from reviews.models import Feedback, Kind, ReviewError
from reviews.promising import promised
from reviews.web import find_feedback
from teams.web import MemberRequest, member_page, status_of


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def feedback(request: MemberRequest) -> HttpResponse:
    """What whoever reads got and gave, what was shown to the team, and a form to give some."""
    if request.method != "POST":
        return _list(request, Give(by=request.member))
    form = Give(request.POST, by=request.member)
    if not form.is_valid():
        return _list(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.give(at=timezone.now())
    except ReviewError as refusal:
        form.add_error(None, str(refusal))
        return _list(request, form, status=status_of(refusal))
    messages.success(request, _("It is on its way. Until it is read you can change it."))
    return redirect("reviews:feedback", request.team.slug)


@require_safe
@member_page
def piece(request: MemberRequest, feedback: int) -> HttpResponse:
    """One of them, for the two whom it concerns."""
    return _page(request, find_feedback(request.member, feedback))


@require_safe
@member_page
def agreement(request: MemberRequest, feedback: int) -> HttpResponse:
    """The form for a new agreement, with a suggestion that whoever reads got."""
    found = find_feedback(request.member, feedback)
    is_mine = found.receiver_id == request.member.user_id and found.is_read
    if not is_mine or found.kind != Kind.SUGGESTION:
        raise Http404
    form = promised(found.text, found.giver, by=request.member)
    return render(request, "agreements/new.html", {"form": form})


@require_POST
@member_page
def deed(request: MemberRequest, feedback: int, deed: str) -> HttpResponse:
    """Do something with it. Who comes second is told, and sees how it stands now."""
    if deed not in DEEDS:
        raise Http404
    found, form = find_feedback(request.member, feedback), DEEDS[deed](request.POST)
    if not form.is_valid():
        return _page(request, found, deed, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.do(found, by=request.member, at=timezone.now())
    except ReviewError as refusal:
        form.add_error(None, str(refusal))
        fresh = find_feedback(request.member, feedback)
        return _page(request, fresh, deed, form, status=status_of(refusal))
    if deed == "removal":
        messages.success(request, _("It is gone, and nobody has read it."))
        return redirect("reviews:feedback", request.team.slug)
    return redirect("reviews:piece", request.team.slug, feedback)


def _list(request: MemberRequest, form: Give, *, status: int = HTTPStatus.OK) -> HttpResponse:
    context = {
        "page": feedback_of(request.member, request.GET.get("page")),
        "shown": shown_to(request.team),
        "form": form,
    }
    return render(request, "reviews/feedback.html", context, status=status)


def _page(
    request: MemberRequest,
    found: Feedback,
    tried: str = "",
    form: Deed | None = None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page, with the form that was tried as it was filled in."""
    words = {"text": found.text, "may_be_published": found.may_be_published}
    forms = {name: DEEDS[name](initial=words) for name in deeds_open_to(request.member, found)}
    if form and tried in forms:
        forms[tried] = form
    is_mine = found.giver_id == request.member.user_id
    context = {
        "feedback": found,
        "is_mine": is_mine,
        "is_open": is_mine or found.is_read,
        "can_be_agreed": not is_mine and found.is_read and found.kind == Kind.SUGGESTION,
        "deeds": forms,
        "refused": form.errors if form and tried not in forms else None,
    }
    return render(request, "reviews/piece.html", context, status=status)
