"""Our team: who belongs to it, who is invited, who reads along."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from teams import panels
from teams.forms import InvitePerson
from teams.inviting import invite, invite_again
from teams.models import CharterVersion, Invitation, TeamError
from teams.models.team import EASY_TO_KNOW, LARGEST_CELL, NEARLY_FULL
from teams.web import MemberRequest, TeamRequest, by_method, member_page, reader_page


@require_safe
@reader_page
def read(request: TeamRequest) -> HttpResponse:
    """Who is in the team and around it; no figure about anybody."""
    return _page(request)


@require_POST
@member_page
def ask(request: MemberRequest) -> HttpResponse:
    """Invite somebody by mail."""
    form = InvitePerson(request.POST)
    if form.is_valid():
        try:
            invite(**form.cleaned_data, by=request.member, at=timezone.now())
        except TeamError as refusal:
            form.add_error("email", str(refusal))
    if not form.is_valid():
        return _page(request, form, status=422)
    messages.success(request, _("An invitation is on its way to %(email)s.") % form.cleaned_data)
    return redirect("people", request.team.slug)


people = by_method(read=read, write=ask)


@require_POST
@member_page
def again(request: MemberRequest, invitation: int) -> HttpResponse:
    """Send an invitation again, with a new link."""
    found = get_object_or_404(request.team.invitations, pk=invitation)
    return _act(
        request,
        lambda: invite_again(found, by=request.member, at=timezone.now()),
        _("An invitation is on its way to %(email)s.") % {"email": found.email},
    )


@require_POST
@member_page
def withdrawal(request: MemberRequest, invitation: int) -> HttpResponse:
    """Take an invitation back."""
    found = get_object_or_404(request.team.invitations, pk=invitation)
    return _act(
        request,
        lambda: found.withdraw(by=request.member, at=timezone.now()),
        _("The invitation to %(email)s is withdrawn.") % {"email": found.email},
    )


def _act(request: MemberRequest, verb: Callable[[], None], text: str) -> HttpResponse:
    try:
        verb()
    except TeamError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, text)
    return redirect("people", request.team.slug)


def _page(
    request: TeamRequest, form: InvitePerson | None = None, *, status: int = 200
) -> HttpResponse:
    team, now = request.team, timezone.now()
    places = list(team.memberships.current().select_related("user").order_by("user__name", "pk"))
    links = team.manager_links.current().select_related("user").order_by("user__name", "pk")
    taken = team.places_taken(now)
    context: dict[str, Any] = {
        "members": [place.user for place in places],
        "managers": [link.user for link in links],
        "free": max(LARGEST_CELL - taken, 0),
        "largest": LARGEST_CELL,
        "is_forming": CharterVersion.objects.in_force(team) is None,
        "is_dividing": team.divisions.is_dividing(is_member=request.member is not None),
        "is_large": len(places) > EASY_TO_KNOW,
        "is_nearly_full": len(places) >= NEARLY_FULL,
        "panels": panels.at("team", request, team),
    }
    if request.member:
        context["form"] = form or InvitePerson()
        context["invitations"] = [_waiting(each, now) for each in _unanswered(request)]
    return render(request, "teams/people.html", context, status=status)


def _unanswered(request: TeamRequest) -> list[Invitation]:
    return list(request.team.invitations.unanswered().latest_first()[: 2 * LARGEST_CELL])


def _waiting(invitation: Invitation, now: Any) -> dict[str, Any]:
    return {"invitation": invitation, "is_over": invitation.expires_at <= now}
