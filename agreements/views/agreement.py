"""One agreement with its whole history, and what its parties do about it."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreements import history
from agreements.forms import ACTS, Act
from agreements.refusals import AgreementError
from agreements.sight import Sight
from agreements.web import find_agreement
from teams import panels
from teams.web import ParticipantRequest, participant_page, reader_page, status_of


@require_safe
@reader_page
def agreement(request: ParticipantRequest, agreement: int) -> HttpResponse:
    """How it stands, what can be done about it, and how it came about."""
    return _page(request, find_agreement(request.place, agreement))


@require_POST
@participant_page
def act(request: ParticipantRequest, agreement: int, act: str) -> HttpResponse:
    """Do one thing about it. Who comes second is told, and sees how it stands now."""
    if act not in ACTS:
        raise Http404
    sight = find_agreement(request.place, agreement)
    form = ACTS[act](request.POST, sight=sight, day=sight.open_acts.get(act))
    if not form.is_valid():
        return _page(request, sight, act, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.do(sight.agreement, by=request.place, at=timezone.now())
    except AgreementError as refusal:
        return _refused(request, agreement, act, form, refusal)
    messages.success(request, _("That is written down."))
    return redirect("agreements:agreement", request.team.slug, agreement)


def _refused(
    request: ParticipantRequest, pk: int, act: str, form: Act, refusal: AgreementError
) -> HttpResponse:
    form.add_error(None, str(refusal))
    fresh = find_agreement(request.place, pk)
    return _page(request, fresh, act, form, status=status_of(refusal))


def _page(
    request: ParticipantRequest,
    sight: Sight,
    tried: str = "",
    form: Act | None = None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page, with the form that was tried as it was filled in."""
    forms = {name: ACTS[name](sight=sight, day=day) for name, day in sight.open_acts.items()}
    if form and tried in forms:
        forms[tried] = form
    context = {
        "sight": sight,
        "acts": forms,
        "refused": form.errors if form and tried not in forms else None,
        "history": history.of(sight.agreement),
        "today": sight.day,
        "panels": panels.at("agreement", request, sight.agreement),
    }
    return render(request, "agreements/agreement.html", context, status=status)
