"""The link in an invitation: see who invites, come in."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from teams.cookies import speak
from teams.forms import ComeIn, JoinTeam
from teams.leaving import places_to_leave
from teams.models import Invitation, Team, TeamError, User
from teams.models.invitation import State
from teams.web import public_page


@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show the invitation of this link; whoever has read the mail may say yes, once."""
    found = Invitation.objects.of_link(token).select_related("team", "invited_by").first()
    if found is None:
        return _over(request, _("This link opens nothing (any more)."), status=404)
    state = found.state(timezone.now())
    if state != State.OPEN:
        return _over(request, str(state.label), status=410)
    invited = User.objects.filter(email=found.email).first()
    if request.method != "POST":
        form = None if invited else ComeIn(initial={"name": found.name}, email=found.email)
        return _page(request, found, invited, form)
    if invited:
        return _join(request, found, invited)
    return _begin(request, found)


def _join(request: HttpRequest, found: Invitation, invited: User) -> HttpResponse:
    """Somebody who is known here says yes, signed in as themselves, and may leave another team."""
    if request.user != invited:
        return _page(request, found, invited, None, status=403)
    form = JoinTeam(request.POST, invitation=found, person=invited)
    if not form.is_valid():
        [refused] = form.errors["leaving"]
        return _page(request, found, invited, None, status=422, refusal=refused)
    leaving: Team | None = form.cleaned_data["leaving"]
    try:
        found.accept(invited, leaving=leaving, at=timezone.now())
    except TeamError as refusal:
        return _page(request, found, invited, None, status=409, refusal=str(refusal))
    if leaving:
        left = _("You have left team %(team)s.") % {"team": leaving.name}
        messages.success(request, left)
    return _welcome(request, found)


def _begin(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Somebody new says who they are, and is signed in."""
    form = ComeIn(request.POST, email=found.email)
    if request.user.is_authenticated or not form.is_valid():
        return _page(request, found, None, form, status=422)
    try:
        person = _make(found, form)
    except TeamError as refusal:
        return _page(request, found, None, form, status=409, refusal=str(refusal))
    login(request, person, settings.AUTHENTICATION_BACKENDS[0])
    return _welcome(request, found)


def _make(found: Invitation, form: ComeIn) -> User:
    """Make the person and the member at once. Raises TeamError."""
    try:
        with transaction.atomic():
            person: User = User.objects.create_user(
                found.email, **form.cleaned_data, language=get_language() or ""
            )
            found.accept(person, at=timezone.now())
    except IntegrityError:
        raise TeamError(_("Somebody came in with this address a moment ago.")) from None
    return person


def _welcome(request: HttpRequest, found: Invitation) -> HttpResponse:
    messages.success(request, _("Welcome to team %(team)s.") % {"team": found.team.name})
    response = redirect("home", found.team.slug)
    speak(response, request.user.language)  # type: ignore[union-attr]
    return response


def _page(
    request: HttpRequest,
    found: Invitation,
    invited: User | None,
    form: ComeIn | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"invitation": found, "invited": invited, "form": form, **more}
    if invited and request.user == invited:
        context["places"] = places_to_leave(invited, besides=found.team)
    return render(request, "teams/invitation.html", context, status=status)


def _over(request: HttpRequest, why: str, *, status: int) -> HttpResponse:
    return render(request, "teams/invitation_over.html", {"why": why}, status=status)
