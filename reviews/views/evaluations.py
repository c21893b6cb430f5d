"""Looking back: all evaluations of a team, and one of them with its figures."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reviews.evaluation_forms import Conclude, Follow, Reflect
from reviews.looking_back import Look, shelf
from reviews.models import StaleEvaluation
from reviews.web import find_look
from teams.refusals import Refusal
from teams.web import (
    MemberRequest,
    ParticipantRequest,
    TeamRequest,
    member_page,
    reader_page,
    status_of,
)


@require_safe
@reader_page
def evaluations(request: ParticipantRequest) -> HttpResponse:
    """At which months the team looked back."""
    day = timezone.localdate()
    page = shelf(request.place, day, request.GET.get("page"))
    return render(request, "reviews/evaluations.html", {"page": page, "today": day})


@require_safe
@reader_page
def evaluation(request: ParticipantRequest, month: str) -> HttpResponse:
    """One month: what we said of it, its figures, and what follows."""
    return _page(request, find_look(request.place, month))


@require_POST
@member_page
def begin(request: MemberRequest, month: str) -> HttpResponse:
    """Begin to look back, and lead it."""
    look = find_look(request.member, month)
    try:
        look.evaluation.begin(by=request.member, at=timezone.now())
    except StaleEvaluation as refusal:
        return _refused(request, month, refusal)
    return _done(request, month, _("You lead it. Write together; anybody of us can."))


@require_POST
@member_page
def lead(request: MemberRequest, month: str) -> HttpResponse:
    """Take the lead over."""
    look = find_look(request.member, month)
    try:
        look.evaluation.lead(by=request.member, at=timezone.now())
    except StaleEvaluation as refusal:
        return _refused(request, month, refusal)
    return _done(request, month, _("You lead it now."))


@require_POST
@member_page
def reflect(request: MemberRequest, month: str) -> HttpResponse:
    """Keep what was written. Who comes second sees both texts and decides again."""
    look = find_look(request.member, month)
    form = Reflect(request.POST, there=look.reflections)
    if not form.is_valid():
        return _page(request, look, reflect=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        look.evaluation.write(form.said(), by=request.member)
    except StaleEvaluation as refusal:
        now = find_look(request.member, month)
        again = form.beside(now.reflections, str(refusal))
        return _page(request, now, reflect=again, status=HTTPStatus.CONFLICT)
    return _done(request, month, _("That is written down."))


@require_POST
@member_page
def follow(request: MemberRequest, month: str) -> HttpResponse:
    """Propose to all what follows from it."""
    told = _("It is proposed to all of us.")
    return _try(request, month, "follow", Follow(request.POST), told)


@require_POST
@member_page
def conclude(request: MemberRequest, month: str) -> HttpResponse:
    """End it, and say what of it whoever reads along may see."""
    return _try(request, month, "conclude", Conclude(request.POST), _("We have looked back."))


def _try(
    request: MemberRequest, month: str, name: str, form: Follow | Conclude, told: str
) -> HttpResponse:
    """Call the verb of a form. Who comes second, or is refused, sees the form as it was filled."""
    look = find_look(request.member, month)
    if not form.is_valid():
        return _page(request, look, status=HTTPStatus.UNPROCESSABLE_ENTITY, **{name: form})
    try:
        form.do(look.evaluation, by=request.member, at=timezone.now())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        now = find_look(request.member, month)
        return _page(request, now, status=status_of(refusal), **{name: form})
    return _done(request, month, told)


def _page(
    request: TeamRequest, look: Look, *, status: int = HTTPStatus.OK, **tried: Any
) -> HttpResponse:
    """The page, with the form that was tried as it was filled in."""
    is_open = look.is_member and look.evaluation.is_open
    forms: dict[str, Any] = {}
    if is_open:
        forms = {
            "reflect": Reflect(there=look.reflections),
            "follow": Follow(),
            "conclude": Conclude(),
        } | tried
    refused = None if is_open else next((form.errors for form in tried.values()), None)
    context = {"look": look, "forms": forms, "today": look.day, "refused": refused}
    return render(request, "reviews/evaluation.html", context, status=status)


def _done(request: MemberRequest, month: str, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect("reviews:evaluation", request.team.slug, month)


def _refused(request: MemberRequest, month: str, refusal: Refusal) -> HttpResponse:
    messages.warning(request, str(refusal))
    return _page(request, find_look(request.member, month), status=status_of(refusal))
