"""All rounds of review of a team, and how one is proposed."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from reviews.forms import Propose
from reviews.models import Mode, ReviewError
from reviews.models.rounds import too_few
from reviews.shelf import shelf_of
from teams.web import MemberRequest, TeamRequest, member_page, reader_page, status_of


@require_safe
@reader_page
def rounds(request: TeamRequest) -> HttpResponse:
    """The rounds that were held, and for the team the one that is going on."""
    page = shelf_of(request.team, request.member, request.GET.get("page"))
    context = {"page": page, "today": timezone.localdate()}
    return render(request, "reviews/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new(request: MemberRequest) -> HttpResponse:
    """Say how we write, and put it before the team."""
    if request.method != "POST":
        return _page(request, Propose())
    form = Propose(request.POST)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made = form.propose(by=request.member, at=timezone.now())
    except ReviewError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, status=status_of(refusal))
    messages.success(request, _("It is proposed. It begins once all of us have consented."))
    return redirect("reviews:round", request.team.slug, made.pk)


def _page(request: MemberRequest, form: Propose, *, status: int = HTTPStatus.OK) -> HttpResponse:
    why_not = too_few(Mode.SEALED, request.team.people().count())
    context = {"form": form, "why_not_sealed": why_not}
    return render(request, "reviews/new.html", context, status=status)
