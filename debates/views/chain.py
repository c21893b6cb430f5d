"""The chain from any of its links, and where the team says from which decision a change comes."""

from http import HTTPStatus
from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from debates.chain import Chains
from debates.links import Start
from debates.models import Changed, DebateError
from debates.origin_form import NameOrigin
from debates.web import find_changed, find_link
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
def chain(request: ParticipantRequest, kind: str, start: int) -> HttpResponse:
    """From the customers to what it did, as far as whoever reads may read each link."""
    found = find_link(request.place, kind, start)
    form = NameOrigin(changed=found) if request.member and isinstance(found, Changed) else None
    return _page(request, (kind, start), found, form)


@require_POST
@member_page
def origin(request: MemberRequest, kind: str, start: int) -> HttpResponse:
    """Say from which decision a change comes. What cannot be is told beside the form."""
    changed = find_changed(request.member, kind, start)
    form = NameOrigin(request.POST, changed=changed)
    if not form.is_valid():
        return _page(request, (kind, start), changed, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.save(by=request.member, at=timezone.now())
    except DebateError as refusal:
        form.add_error(None, str(refusal))
        fresh = find_changed(request.member, kind, start)
        return _page(request, (kind, start), fresh, form, status=status_of(refusal))
    messages.success(request, _("That is written down."))
    return redirect("debates:chain", request.team.slug, kind, start)


def _page(
    request: TeamRequest,
    where: tuple[str, int],
    found: Start,
    form: NameOrigin | None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    place = request.member or cast("ParticipantRequest", request).place
    context = {
        "chain": Chains(place, timezone.now()).of(found),
        "kind": where[0],
        "start": where[1],
        "form": form,
    }
    return render(request, "debates/chain.html", context, status=status)
