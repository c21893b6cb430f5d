"""How the pages look, and what a newcomer has read already."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from teams.cookies import remember
from teams.forms import ChooseTheme
from teams.web import own_page, public_page


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if safe else "/")


@require_POST
@public_page
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen look in a cookie."""
    form = ChooseTheme(request.POST)
    response = _back(request)
    if form.is_valid() and form.cleaned_data["theme"]:
        remember(response, "theme", form.cleaned_data["theme"])
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@require_POST
@own_page
def strip(request: HttpRequest) -> HttpResponse:
    """Put the strip for newcomers away."""
    response = _back(request)
    remember(response, "strip", "read")
    return response
