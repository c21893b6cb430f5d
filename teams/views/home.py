"""Choose a team; and today: what is for you, what is for us, what happened."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from teams import duties, panels, story
from teams.models import LogEntry, Team
from teams.web import OwnRequest, TeamRequest, own_page, reader_page

LINES_OF_TODAY = 10


@require_safe
@own_page
def teams(request: OwnRequest) -> HttpResponse:
    """Choose a team, or go straight in where there is one only."""
    own = list(Team.objects.of_member(request.user).by_name())
    followed = list(Team.objects.followed_by(request.user).by_name())
    match [*own, *followed]:
        case [only]:
            return redirect("home", only.slug)
        case [] if request.user.is_staff:
            return redirect("admin:index")
    context = {
        "own": own,
        "followed": followed,
        "beside_followed": panels.at("followed", request, request.user),
        "panels": panels.at("teams", request, request.user),
    }
    return render(request, "teams/teams.html", context)


@require_safe
@reader_page
def home(request: TeamRequest) -> HttpResponse:
    """Today: what is for you, what is for us, what happened."""
    today = timezone.localdate()
    logbook = request.team.logbook.all() if request.member else request.team.logbook.read_along()
    entries = logbook.select_related("actor").newest_first()[:LINES_OF_TODAY]
    return render(
        request,
        "teams/home.html",
        {
            "today": today,
            "is_dividing": request.team.divisions.is_dividing(is_member=request.member is not None),
            "duties": duties.of(request.user, request.team, day=today) if request.member else [],
            "panels": panels.at("today", request, request.team),
            "happened": [_told(entry, request) for entry in entries],
        },
    )


def _told(entry: LogEntry, request: TeamRequest) -> dict[str, object]:
    # A manager reads what the team did, not who of the team did it.
    return {
        "at": entry.at,
        "who": entry.actor if request.member else None,
        "line": story.line(entry),
    }
