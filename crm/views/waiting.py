"""Customers who wait for an answer, and what we promise them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.models import StalePromise
from crm.promise_form import MakePromise
from crm.waiting import Queue
from teams.web import MemberRequest, TeamRequest, by_method, member_page, reader_page


@require_safe
@reader_page
def waiting(request: TeamRequest) -> HttpResponse:
    """Everybody who waits, the most urgent first."""
    context = {
        "queue": Queue.of(request.team, timezone.now()),
        "promise": request.team.answer_promises.newest_first().first(),
        "today": timezone.localdate(),
    }
    return render(request, "crm/waiting.html", context)


@require_safe
@reader_page
def read(request: TeamRequest) -> HttpResponse:
    """What we promise, and what we promised before."""
    return _page(request, MakePromise.about(request.team) if request.member else None)


@require_POST
@member_page
def make(request: MemberRequest) -> HttpResponse:
    """Promise something else from now on. Who comes second sees what was promised meanwhile."""
    form = MakePromise(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        form.save(by=request.member, at=timezone.now())
    except StalePromise as refusal:
        return _page(request, form.beside(request.team, str(refusal)), status=409)
    messages.success(request, _("That is our promise from now on. Who waits already keeps theirs."))
    return redirect("crm:promise", request.team.slug)


promise = by_method(read=read, write=make)


def _page(request: TeamRequest, form: MakePromise | None, *, status: int = 200) -> HttpResponse:
    found = request.team.answer_promises.newest_first()
    if request.member:
        found = found.select_related("by")
    context = {"form": form, "promises": list(found), "today": timezone.localdate()}
    return render(request, "crm/promise.html", context, status=status)
