"""The people of the demo, whom a newcomer may be."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from teams.cookies import speak
from teams.forms import ChooseDemoPerson
from teams.web import public_page


@require_POST
@public_page
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo's people with one click; outside the demo it does not exist."""
    form = ChooseDemoPerson(request.POST)
    if not settings.DEMO or not form.is_valid():
        raise Http404
    person = form.cleaned_data["person"]
    login(request, person, settings.AUTHENTICATION_BACKENDS[0])
    response = redirect("teams")
    speak(response, person.language)
    return response
