"""Deals as a file: asked for, waited for, fetched."""

from typing import cast

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from crm.columns import Columns
from crm.exports import how_far
from crm.filters import Vocabulary
from crm.forms import ChooseExport
from crm.looking import Look
from crm.models import Export
from crm.views.deals import list_page
from crm.web import find_export, reader_of
from teams.web import MemberRequest, member_page, wants_fragment


@require_POST
@member_page
def ask(request: MemberRequest) -> HttpResponse:
    """Let a file be made of what the address asks for."""
    form = ChooseExport(request.POST)
    reader = reader_of(request)
    look = Look.of(request.GET, Vocabulary(reader, request.user))
    if not look.form.is_valid():
        raise Http404
    if not form.is_valid():
        return list_page(request, export_form=form, status=422)
    wish, kind = look.wish, form.cleaned_data["kind"]
    shown = Columns(reader).chosen(wish.columns) if form.cleaned_data["columns"] == "shown" else []
    asked = {
        "filter": wish.filter.as_json(),
        "sort": wish.sort,
        "columns": [column.key for column in shown],
    }
    export = Export.objects.ask(kind, asked, by=request.member, at=timezone.now())
    return redirect("crm:export", request.team.slug, export.pk)


@require_safe
@member_page
def export(request: MemberRequest, export: int) -> HttpResponse:
    """How far the file is; once it is there, where to fetch it."""
    found = find_export(request.team, request.user, export, at=timezone.now())
    context = {"export": found, "percent": how_far(found)}
    template = "crm/_export.html" if wants_fragment(request) else "crm/export.html"
    return render(request, template, context)


@require_safe
@member_page
def file(request: MemberRequest, export: int) -> HttpResponse:
    """The file, for whoever asked for it."""
    found = find_export(request.team, request.user, export, at=timezone.now())
    if not found.file:
        raise Http404
    answer = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name)
    return cast("HttpResponse", answer)
