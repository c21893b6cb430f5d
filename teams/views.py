"""The pages of the ground floor: choose a team, today, look and language, the demo's people."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from teams import duties, panels, story
from teams.forms import ChooseDemoPerson, ChooseTheme
from teams.models import LogEntry, Team, User
from teams.web import TeamRequest, own_page, public_page, reader_page

LINES_OF_TODAY = 10
A_YEAR = 31_536_000  # seconds


class OwnRequest(HttpRequest):
    user: User


@require_GET
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
        "panels": panels.at("teams", request, request.user),
    }
    return render(request, "teams/teams.html", context)


@require_GET
@reader_page
def home(request: TeamRequest) -> HttpResponse:
    """Today: what is for you, what is for us, what happened."""
    today = timezone.localdate()
    entries = request.team.logbook.select_related("actor").newest_first()[:LINES_OF_TODAY]
    return render(
        request,
        "teams/home.html",
        {
            "today": today,
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


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if safe else "/")


@require_POST
@public_page
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen look in a cookie, so that the server paints the first page right."""
    form = ChooseTheme(request.POST)
    response = _back(request)
    if form.is_valid() and form.cleaned_data["theme"]:
        response.set_cookie(
            "theme",
            form.cleaned_data["theme"],
            max_age=A_YEAR,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@require_POST
@public_page
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo's people with one click; outside the demo it does not exist."""
    form = ChooseDemoPerson(request.POST)
    if not settings.DEMO or not form.is_valid():
        raise Http404
    login(request, form.cleaned_data["person"], settings.AUTHENTICATION_BACKENDS[0])
    return redirect("teams")
