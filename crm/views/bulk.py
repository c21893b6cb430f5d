"""Many deals at once: which, what becomes of them, and what came of it."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from crm.bulk import MOST, change_many, sentences_about
from crm.bulk_form import NUMBERS, ChangeMany
from crm.filters import Vocabulary
from crm.listing import chosen
from crm.looking import Look
from crm.models import BulkEdit, Deal
from crm.models.deals import DealQuerySet
from crm.web import find_bulk_edit, offered, reader_of
from teams.web import MemberRequest, member_page, wants_fragment

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def bulk(request: MemberRequest) -> HttpResponse:
    """Ask what becomes of the deals that were chosen, and do it."""
    if request.method != "POST":
        return _page(request, _read(_asked_for(request)))
    form = ChangeMany(request.POST, team=request.team)
    valid, numbers = form.is_valid(), form.cleaned_data.get("deals", [])
    deals = _read(request.team.deals.filter(number__in=numbers))
    if not valid or not deals:
        return _page(request, deals, form, status=422)
    edit = change_many(deals, form.change(), by=request.member, at=timezone.now())
    if edit.refused or not edit.is_done:
        return redirect("crm:bulk-edit", request.team.slug, edit.pk)
    undo = f"undo:{_undo_url(edit)}" if edit.first_line else ""
    messages.success(request, sentences_about(edit), extra_tags=undo)
    return redirect(reverse("crm:deals", args=[request.team.slug]) + f"?{_way_back(request)}")


@require_safe
@member_page
def edit(request: MemberRequest, edit: int) -> HttpResponse:
    """How far it is; once it is done, what came of it."""
    found = find_bulk_edit(request.team, edit)
    context = {"edit": found, "undo_url": _undo_url(found) if found.can_be_taken_back else ""}
    template = "crm/_bulk_edit.html" if wants_fragment(request) else "crm/bulk_edit.html"
    return render(request, template, context)


def _page(
    request: MemberRequest,
    deals: Sequence[Deal],
    form: ChangeMany | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    numbers = ",".join(str(deal.number) for deal in deals)
    context = {
        "deals": deals,
        "shown": deals[:SHOWN],
        "form": form or ChangeMany(initial={"deals": numbers}, team=request.team),
        "offered": offered(request.team),
        "too_many": len(deals) > MOST,
        "most": MOST,
        "way_back": _way_back(request),
    }
    return render(request, "crm/bulk.html", context, status=status)


def _asked_for(request: MemberRequest) -> DealQuerySet:
    """The deals that were ticked, or all that the address asks for.

    Who looks at one person's deals ticks them one by one: how many there are is told nowhere.
    Raises Http404 for what cannot be asked.
    """
    asked = request.GET
    if not asked.get("all"):
        numbers = asked.getlist("deal")
        if not all(NUMBERS.fullmatch(number) and "," not in number for number in numbers):
            raise Http404
        return request.team.deals.filter(number__in=numbers)
    look = Look.of(_without(asked, "all", "deal"), Vocabulary(reader_of(request), request.user))
    if not look.form.is_valid() or look.wish.filter.is_personal:
        raise Http404
    return chosen(request.team, look.wish)


def _read(deals: DealQuerySet) -> list[Deal]:
    """These deals, and one more than can be changed at once."""
    names = ("pipeline", "organization", "contact")
    return list(deals.select_related(*names).order_by("-number")[: MOST + 1])


def _undo_url(edit: BulkEdit) -> str:
    return reverse("crm:undo-batch", args=[edit.team.slug, edit.first_line_id])


def _way_back(request: MemberRequest) -> str:
    return _without(request.GET, "all", "deal").urlencode()


def _without(asked: QueryDict, *names: str) -> QueryDict:
    rest = asked.copy()
    for name in names:
        rest.pop(name, None)
    return rest
