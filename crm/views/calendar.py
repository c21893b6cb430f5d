"""The calendar of what the team means to do."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.calendar import LOOKS, WHO, Calendar
from crm.web import reader_of
from crm.work_forms import FindActivities
from teams.web import TeamRequest, reader_page


@require_safe
@reader_page
def calendar(request: TeamRequest) -> HttpResponse:
    """A month, a week or an agenda, as the address asks for it."""
    reader = reader_of(request)
    form = FindActivities(request.GET, sees_people=reader.sees_people)
    if not form.is_valid():
        raise Http404
    look = form.wish()
    context = {
        "look": look,
        "calendar": Calendar.of(look, reader, request.user),
        "looks": [(key, name, look.address(look=key)) for key, name in LOOKS.items()],
        "whose": [
            ("", _("Everybody’s"), look.address(who="")),
            *((key, name, look.address(who=key)) for key, name in WHO.items()),
        ],
    }
    return render(request, "crm/calendar.html", context)
