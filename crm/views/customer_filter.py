"""The page on which a filter of customers is built."""

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.customer_forms import FindCustomers
from crm.customers import CustomerWish
from crm.filters import CustomerVocabulary, Filter
from crm.views.building import Building
from crm.web import reader_of
from teams.web import TeamRequest, reader_page

KEPT = ("q", "sort")


@require_safe
@reader_page
def build(request: TeamRequest) -> HttpResponse:
    """The filter of the list of customers."""
    vocabulary = CustomerVocabulary(reader_of(request))
    building = Building(
        "crm/customer_filter.html",
        vocabulary,
        keeps=KEPT,
        standing=lambda: _wish(request, vocabulary).filter,
        shown=lambda filter_: _shown(request, vocabulary, filter_),
        nothing=_("Nothing is asked yet: all customers. Choose a field and add a condition."),
    )
    return building.answer(request)


def _shown(request: TeamRequest, vocabulary: CustomerVocabulary, filter_: Filter) -> HttpResponse:
    wish = replace(_wish(request, vocabulary), filter=filter_)
    return redirect(reverse("crm:customers", args=[request.team.slug]) + wish.address())


def _wish(request: TeamRequest, vocabulary: CustomerVocabulary) -> CustomerWish:
    form = FindCustomers(request.GET, vocabulary=vocabulary)
    if not form.is_valid():
        raise Http404
    return form.wish()
