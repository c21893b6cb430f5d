"""The book of agreements, and the quick form for a new one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreements import ledger as book
from agreements.calendar import Calendar, month_of
from agreements.forms import Propose
from agreements.refusals import AgreementError
from agreements.register import newest_graves_of
from teams.web import ParticipantRequest, by_method, participant_page, reader_page, status_of


@require_safe
@reader_page
def ledger(request: ParticipantRequest) -> HttpResponse:
    """What was agreed: all of the team, or what concerns whoever reads; a manager reads that."""
    day, asked, place = timezone.localdate(), request.GET, request.place
    shelves = [one for one in book.Book if one == asked.get("book")]
    wish = book.Wish(asked.get("whose") == "mine", *shelves)
    context: dict[str, Any] = {"today": day, "wish": wish}
    if wish.book:
        shelf = book.shelf_of(wish.book, place, day, wish, asked.get("page"))
        return render(request, "agreements/shelf.html", {**context, "shelf": shelf})
    context["sections"] = book.sections(place, day, wish)
    context["record"] = book.record_of(place, day, wish)
    context["graves"] = newest_graves_of(request.team)
    return render(request, "agreements/ledger.html", context)


@require_safe
@reader_page
def calendar(request: ParticipantRequest) -> HttpResponse:
    """What is due in a month, for the same readers."""
    today = timezone.localdate()
    try:
        month = month_of(request.GET.get("month"), today)
    except ValueError:
        raise Http404 from None
    mine = request.GET.get("whose") == "mine"
    context = {"calendar": Calendar.of(month, request.place, today, mine=mine)}
    return render(request, "agreements/calendar.html", context)


@require_safe
@reader_page
def draft(request: ParticipantRequest) -> HttpResponse:
    """The quick form, empty."""
    return _page(request, Propose(place=request.place))


@require_POST
@participant_page
def propose(request: ParticipantRequest) -> HttpResponse:
    """Put an agreement on the table. What cannot be is told beside the form, which is kept."""
    form = Propose(request.POST, place=request.place)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        made = form.propose(at=timezone.now())
    except AgreementError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, status=status_of(refusal))
    messages.success(request, _("It is proposed. It holds once everybody has accepted it."))
    return redirect("agreements:agreement", request.team.slug, made.pk)


new = by_method(read=draft, write=propose)


def _page(request: ParticipantRequest, form: Propose, *, status: int = 200) -> HttpResponse:
    return render(request, "agreements/new.html", {"form": form}, status=status)
