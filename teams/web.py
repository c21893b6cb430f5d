"""The doors: every page is reached through exactly one of them.

A door says who may come in and what they may do. Strangers are told that the page does not
exist. A test walks all URLs and asks each for its door.
"""

from collections.abc import Callable
from functools import partial, wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from teams import panels, places, wall
from teams.models import ManagerLink, Membership, Team, User
from teams.once import once
from teams.refusals import Refusal, Stale

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class OwnRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


class TeamRequest(OwnRequest):
    """A request that has passed a team's door. `member` is None for a manager."""

    team: Team
    member: Membership | None


class MemberRequest(TeamRequest):
    """A request of somebody who belongs to the team."""

    member: Membership


class ParticipantRequest(TeamRequest):
    """A request of a member or a manager, about what concerns them themselves."""

    place: Membership | ManagerLink


# A view is called with the request and what its address holds, the team's slug excepted.
View = Callable[..., HttpResponse]


def _with_door(view: View, door: str) -> View:
    view.door = door  # type: ignore[attr-defined]
    return view


def membership_of(user: User, team_slug: str) -> Membership:
    """The person's place in the team. Raises Http404 for strangers and managers alike."""
    member = _member(user, team_slug)
    if member is None:
        raise Http404
    return member


def _member(user: User, team_slug: str) -> Membership | None:
    places = Membership.objects.current().select_related("team")
    member = next(iter(places.filter(team__slug=team_slug, user_id=user.pk)), None)
    if member:
        member.user = user  # who asks is known already
    return member


def _place_in(user: User, team_slug: str) -> Membership | ManagerLink:
    member = _member(user, team_slug)
    if member:
        return member
    links = ManagerLink.objects.current().select_related("team")
    link = get_object_or_404(links, team__slug=team_slug, user_id=user.pk)
    link.user = user  # who asks is known already
    return link


def _bring_in(request: Any, place: Membership | ManagerLink) -> None:
    request.place, request.team = place, place.team
    request.member = place if isinstance(place, Membership) else None


def _open_the_wall(request: TeamRequest) -> None:
    # Whatever is asked for from here on, PostgreSQL shows this team only, and of what is personal
    # what is this member's; and where somebody reads, it refuses to write.
    person = request.member.user_id if request.member else None
    if request.method in SAFE:
        wall.only_read([request.team.pk], person=person)
    else:
        wall.open_for([request.team.pk], person=person)


def untraced(view: View) -> View:
    """Keep nothing of what is sent to this page: no hash of the words, no answer, no moment.

    It says the same thing however often it is sent, so it needs no key to be done once. It stands
    within the door.
    """
    view.is_untraced = True  # type: ignore[attr-defined]
    return view


def _enter(request: HttpRequest, view: View, kwargs: dict[str, Any]) -> HttpResponse:
    if request.method in SAFE or getattr(view, "is_untraced", False):
        return view(request, **kwargs)
    return once(request, partial(view, request, **kwargs))


def member_page(view: View) -> View:
    """Open the page to members of the team; for anyone else it does not exist."""

    @wraps(view)
    def door(request: MemberRequest, team_slug: str, **kwargs: Any) -> HttpResponse:
        _bring_in(request, membership_of(request.user, team_slug))
        _open_the_wall(request)
        with timezone.override(request.team.zone):
            return _enter(request, view, kwargs)

    return _with_door(door, "member")


def reader_page(view: View) -> View:
    """Open the page to members and managers of the team, for reading only."""

    @wraps(view)
    def door(request: TeamRequest, team_slug: str, **kwargs: Any) -> HttpResponse:
        _bring_in(request, _place_in(request.user, team_slug))
        if request.method not in SAFE:
            return HttpResponseNotAllowed(sorted(SAFE))
        _open_the_wall(request)
        with timezone.override(request.team.zone):
            return view(request, **kwargs)

    return _with_door(door, "reader")


def participant_page(view: View) -> View:
    """Open the page to members and managers of the team, for what concerns them themselves.

    It is the only door through which a manager writes; a test lists its pages by name.
    """

    @wraps(view)
    def door(request: ParticipantRequest, team_slug: str, **kwargs: Any) -> HttpResponse:
        _bring_in(request, _place_in(request.user, team_slug))
        _open_the_wall(request)
        with timezone.override(request.team.zone):
            return _enter(request, view, kwargs)

    return _with_door(door, "participant")


def own_page(view: View) -> View:
    """Open the page to any signed-in person, for their own things."""

    @wraps(view)
    def door(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.method in SAFE:
            wall.only_read(team.pk for team in _teams_of(request.user))
        return _enter(request, view, kwargs)

    return _with_door(door, "own")


def public_page(view: View) -> View:
    """Open the page to anyone; a test lists these pages by name."""

    @wraps(view)
    def door(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return _enter(request, view, kwargs)

    return _with_door(login_not_required(door), "public")


def by_method(*, read: View, write: View) -> View:
    """One address with two doors: whoever reads passes the one, whoever writes the other."""

    @wraps(read)
    def door(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return (read if request.method in SAFE else write)(request, **kwargs)

    # Where nobody writes, both are the same.
    names = dict.fromkeys(each.door for each in (read, write))  # type: ignore[attr-defined]
    return _with_door(door, " ".join(names))


def status_of(refusal: Refusal) -> int:
    """What a page answers where a rule refused: somebody was faster, or it cannot be."""
    is_stale = isinstance(refusal, Stale)
    return HTTPStatus.CONFLICT if is_stale else HTTPStatus.UNPROCESSABLE_ENTITY


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page rather than for the page."""
    return request.headers.get("HX-Request") == "true"


def demo_people() -> list[User]:
    """The people a newcomer may be with one click: the first member and manager of the demo."""
    firsts = [
        place.select_related("user").order_by("pk").first()
        for place in (Membership.objects.current(), ManagerLink.objects.current())
    ]
    return [first.user for first in firsts if first]


def _teams_of(user: User | AnonymousUser) -> list[Team]:
    return list(Team.objects.read_by(user).by_name()) if user.is_authenticated else []


def _account_panels(request: HttpRequest) -> list[panels.Panel]:
    return panels.at("account", request, request.user)


def live_url(request: HttpRequest, team: Team) -> str:
    """Where the pages of this team hear that something changed; empty where there is no stream."""
    if not settings.LIVE_PORT:
        return ""
    path = f"/live/{team.slug}/"
    if settings.HTTPS:
        return path
    host = urlsplit(f"//{request.get_host()}").hostname
    return f"http://{host}:{settings.LIVE_PORT}{path}"


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page shows: the team, its places, the theme."""
    theme = request.COOKIES.get("theme", "")
    team = getattr(request, "team", None)
    match = request.resolver_match
    return {
        "demo_people": SimpleLazyObject(demo_people) if settings.DEMO else [],
        "theme": theme if theme in {"light", "dark"} else "",
        "team": team,
        "my_teams": SimpleLazyObject(partial(_teams_of, getattr(request, "user", AnonymousUser()))),
        "strip_is_read": "strip" in request.COOKIES,
        "is_demo": settings.DEMO,
        "account_panels": SimpleLazyObject(partial(_account_panels, request)),
        "can_write": getattr(request, "member", None) is not None,
        "live_url": live_url(request, team) if team else "",
        "places": places.of(team, current=match.view_name if match else "") if team else [],
    }
