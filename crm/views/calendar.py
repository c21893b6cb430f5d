"""The calendar of what the team means to do."""

from collections.abc import Iterable
from dataclasses import replace

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.calendar import LOOKS, WHO, Calendar
from crm.filters import Vocabulary
from crm.looking import Look as DealsLook
from crm.looking import looking_context
from crm.web import reader_of
from crm.work_forms import FindActivities
from teams.web import TeamRequest, reader_page


@require_safe
@reader_page
def calendar(request: TeamRequest) -> HttpResponse:
    """A month, a week or an agenda, as the address asks for it, of the deals that it asks for."""
    reader = reader_of(request)
    form = FindActivities(request.GET, sees_people=reader.sees_people)
    deals = DealsLook.of(_without(request.GET, form.fields), Vocabulary(reader, request.user))
    if not form.is_valid() or not deals.form.is_valid():
        raise Http404
    look = replace(form.wish(), wish=deals.wish)
    context = {
        **looking_context(deals, "calendar"),
        "views": deals.shelf_at(reverse("crm:calendar", args=[request.team.slug])),
        "filter_words": look.narrowed.words,
        "clear_url": look.address(wish=None),
        "is_of_a_person": look.narrowed.is_personal,
        "look": look,
        "calendar": Calendar.of(look, reader, request.user),
        "looks": [(key, name, look.address(look=key)) for key, name in LOOKS.items()],
        "whose": [
            ("", _("Everybody’s"), look.address(who="")),
            *((key, name, look.address(who=key)) for key, name in WHO.items()),
        ],
    }
    return render(request, "crm/calendar.html", context)


def _without(asked: QueryDict, names: Iterable[str]) -> QueryDict:
    rest = asked.copy()
    for name in names:
        rest.pop(name, None)
    return rest
