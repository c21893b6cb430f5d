"""A row of the list, changed where it stands."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.columns import BETWEEN, Columns
from crm.listing import Row
from crm.models import Deal
from crm.row_form import EditRow
from crm.rows import change_row
from crm.web import find_deal, reader_of
from teams.models import LogEntry
from teams.refusals import Refusal
from teams.web import MemberRequest, member_page, wants_fragment


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def row(request: MemberRequest, number: int) -> HttpResponse:
    """The small form of a row; once it is kept, the row again."""
    deal = find_deal(request.team, number)
    if request.method != "POST":
        return _asked(request, deal, EditRow.of_row(deal))
    form = EditRow(request.POST, deal=deal)
    if not form.is_valid():
        return _asked(request, deal, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    version, member = form.cleaned_data["version"], request.member
    try:
        lines = change_row(deal, form.changes(), version=version, by=member, at=timezone.now())
    except Refusal as refusal:
        again = form.beside(deal, str(refusal))
        return _asked(request, deal, again, status=HTTPStatus.CONFLICT)
    return _kept(request, find_deal(request.team, number), lines)


def _asked(
    request: MemberRequest, deal: Deal, form: EditRow, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    template = "crm/_row_edited.html" if wants_fragment(request) else "crm/row.html"
    return render(request, template, {**_around(request, deal), "form": form}, status=status)


def _kept(request: MemberRequest, deal: Deal, lines: list[LogEntry]) -> HttpResponse:
    text = _("%(deal)s is kept as you wrote it.") % deal.naming()
    undo = reverse("crm:undo-batch", args=[request.team.slug, lines[0].pk]) if lines else ""
    if not wants_fragment(request):
        messages.success(request, text, extra_tags=f"undo:{undo}" if undo else "")
        return redirect(_around(request, deal)["way_back"])
    reader = reader_of(request)
    columns = Columns(reader).chosen(request.GET.get("columns", "").split(BETWEEN))
    context = {**_around(request, deal), "rows": [Row.of(deal, reader, columns)]}
    said = {"text": text, "undo": undo, "is_kept": True}
    return render(request, "crm/_row_kept.html", {**context, **said})


def _around(request: MemberRequest, deal: Deal) -> dict[str, Any]:
    asked = request.GET.urlencode()
    back = reverse("crm:deals", args=[request.team.slug])
    return {"deal": deal, "here": f"?{asked}", "way_back": f"{back}?{asked}#deal-{deal.number}"}
