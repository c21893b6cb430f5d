"""The contract of non-intervention: what a manager keeps off, and who has signed and agreed."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreements.clauses import CLAUSES
from agreements.contract_form import SignContract
from agreements.contracts import contracts_of
from agreements.models import AgreementError
from teams.web import ParticipantRequest, by_method, participant_page, reader_page, status_of


@require_safe
@reader_page
def read(request: ParticipantRequest) -> HttpResponse:
    """The clauses, each with how it is kept; whoever manages the team can sign."""
    return _page(request)


@require_POST
@participant_page
def sign(request: ParticipantRequest) -> HttpResponse:
    """Sign it as the manager. A member is told whose promise it is."""
    form = SignContract(request.POST)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made = form.save(by=request.place, at=timezone.now())
    except AgreementError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, status=status_of(refusal))
    messages.success(request, _("You have signed. It holds once everybody of the team agrees."))
    return redirect("agreements:agreement", request.team.slug, made.pk)


contract = by_method(read=read, write=sign)


def _page(
    request: ParticipantRequest, form: SignContract | None = None, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    day = timezone.localdate()
    contracts = contracts_of(request.place, day)
    if form is None and request.member is None and not contracts.open:
        form = SignContract(initial=SignContract.usual(day))
    context = {"clauses": CLAUSES, "contracts": contracts, "form": form, "today": day}
    return render(request, "agreements/contract.html", context, status=status)
