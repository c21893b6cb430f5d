"""The page on which the columns of the list are chosen."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.choosing import Choice
from crm.columns import Columns
from crm.filters import Vocabulary
from crm.looking import Look
from crm.web import reader_of
from teams.web import TeamRequest, reader_page


@require_safe
@reader_page
def choose(request: TeamRequest) -> HttpResponse:
    """The columns of the address, each with its ways to go, and those that can be added."""
    reader = reader_of(request)
    look = Look.of(request.GET, Vocabulary(reader, request.user))
    if not look.form.is_valid():
        raise Http404
    context = {"choice": Choice(look.wish, Columns(reader))}
    return render(request, "crm/columns.html", context)
