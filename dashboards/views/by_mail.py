"""Which reports of a team somebody gets by mail: each for themselves."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dashboards.forms import ChooseMail
from dashboards.models import Subscription
from teams.web import ParticipantRequest, by_method, participant_page, reader_page


@require_safe
@reader_page
def chosen(request: ParticipantRequest) -> HttpResponse:
    """What was chosen, and the form to choose otherwise."""
    return _page(request, ChooseMail.of(Subscription.objects.of(request.place)))


@require_POST
@participant_page
def choose(request: ParticipantRequest) -> HttpResponse:
    """Keep the choice."""
    form = ChooseMail(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    Subscription.objects.choose(request.place, **form.cleaned_data, at=timezone.now())
    messages.success(request, _("Your choice is kept."))
    return redirect("dashboards:by-mail", request.team.slug)


by_mail = by_method(read=chosen, write=choose)


def _page(request: ParticipantRequest, form: ChooseMail, *, status: int = 200) -> HttpResponse:
    return render(request, "dashboards/by_mail.html", {"form": form}, status=status)
