"""A newcomer starts a team."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.starting import may_start
from crm.team_form import StartTeam
from teams.models import TeamError
from teams.web import OwnRequest, own_page


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def start_team(request: OwnRequest) -> HttpResponse:
    """Ask what a team is made of, start it, and lead its first member to the empty board."""
    now = timezone.now()
    if request.method != "POST":
        return _page(request, StartTeam(at=now))
    form = StartTeam(request.POST, at=now)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        team = form.draft().start(by=request.user, at=now)
    except TeamError as refusal:
        form.add_error("name", str(refusal))
        return _page(request, form, status=422)
    messages.success(request, _("%(team)s has begun. This is your board.") % {"team": team.name})
    return redirect("crm:board", team.slug)


def _page(request: OwnRequest, form: StartTeam, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "may_start": may_start(request.user)}
    return render(request, "crm/start.html", context, status=status)
