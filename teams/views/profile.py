"""One's own page."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from teams import panels
from teams.cookies import speak
from teams.forms import Profile
from teams.web import OwnRequest, own_page


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def profile(request: OwnRequest) -> HttpResponse:
    """See and change one's name and language; look and password have pages of their own."""
    if request.method != "POST":
        return _page(request, Profile.of(request.user))
    form = Profile(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    request.user.edit(**form.cleaned_data, at=timezone.now())
    chosen = request.user.language
    with translation.override(chosen or translation.get_language()):
        messages.success(request, _("Your profile is kept."))
    response = redirect("profile")
    if chosen:
        speak(response, chosen)
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response


def _page(request: OwnRequest, form: Profile, *, status: int = 200) -> HttpResponse:
    shown = {"form": form, "panels": panels.at("profile", request, request.user)}
    return render(request, "teams/profile.html", shown, status=status)
