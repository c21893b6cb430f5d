"""Leaving one's team, after a page that says what happens."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from teams.forms import LeaveTeam
from teams.leaving import roles_of
from teams.models import TeamError
from teams.web import MemberRequest, member_page, status_of


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def leaving(request: MemberRequest) -> HttpResponse:
    """Say what happens when somebody leaves, and let them."""
    if request.method != "POST":
        return _page(request, LeaveTeam(member=request.member))
    form = LeaveTeam(request.POST, member=request.member)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.save(at=timezone.now())
    except TeamError as refusal:
        # Who came or went meanwhile is counted anew.
        fresh = LeaveTeam({}, member=request.member)
        fresh.add_error(None, str(refusal))
        return _page(request, fresh, status=status_of(refusal))
    messages.success(request, _("You have left team %(team)s.") % {"team": request.team.name})
    return redirect("teams")


def _page(request: MemberRequest, form: LeaveTeam, *, status: int = HTTPStatus.OK) -> HttpResponse:
    context = {"form": form, "roles": roles_of(request.user, [request.team.pk])}
    return render(request, "teams/leaving.html", context, status=status)
