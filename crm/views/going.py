"""Which customers go with a part of the team that divides: the list, and the choice."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.going import address, looked_after_by_who_goes, page_of_customers
from crm.going_form import ChooseCustomers, FindGoing
from crm.models import GoingCustomer
from crm.web import find_division
from teams.models import Division
from teams.refusals import Refusal
from teams.web import MemberRequest, by_method, member_page, status_of


@require_safe
@member_page
def read(request: MemberRequest, division: int) -> HttpResponse:
    """The customers to choose from; once the plan is proposed, those that go."""
    return _page(request, find_division(request.team, division))


@require_POST
@member_page
def choose(request: MemberRequest, division: int) -> HttpResponse:
    """Keep who of those on this page of the list goes."""
    plan, form = find_division(request.team, division), ChooseCustomers(request.POST)
    if not form.is_valid():
        sentence = next(iter(form.errors.values()))[0]
        return _page(request, plan, refusal=sentence, status=422)
    choice = form.choice()

    def keep() -> str:
        GoingCustomer.objects.choose(plan, **choice, by=request.member, at=timezone.now())
        return _("The choice is kept.")

    return _kept(request, plan, keep)


@require_POST
@member_page
def suggestion(request: MemberRequest, division: int) -> HttpResponse:
    """Let those go whose deals are looked after by people who go."""
    plan = find_division(request.team, division)

    def keep() -> str:
        found = looked_after_by_who_goes(plan)
        GoingCustomer.objects.choose(plan, found, by=request.member, at=timezone.now())
        return ngettext(
            "%(n)d customer is looked after by who goes alone, and goes along.",
            "%(n)d customers are looked after by who goes alone, and go along.",
            len(found),
        ) % {"n": len(found)}

    return _kept(request, plan, keep)


going = by_method(read=read, write=choose)


def _kept(request: MemberRequest, plan: Division, keep: Callable[[], str]) -> HttpResponse:
    try:
        text = keep()
    except Refusal as refusal:
        plan.refresh_from_db()
        return _page(request, plan, refusal=str(refusal), status=status_of(refusal))
    messages.success(request, text)
    words = FindGoing(request.GET).words()
    return redirect(address(plan, q=words, page=request.GET.get("page", "1")[:6]))


def _page(
    request: MemberRequest, plan: Division, *, status: int = 200, **told: Any
) -> HttpResponse:
    form = FindGoing(request.GET)
    words = form.words()
    page = page_of_customers(plan, q=words, page=request.GET.get("page"))
    context = {
        "plan": plan,
        "page": page,
        "form": form,
        "here": address(plan, q=words, page=page.number),
        "can_choose": plan.is_planned,
        "previous_url": _beside(plan, words, page, -1),
        "next_url": _beside(plan, words, page, 1),
        "words": words,
        **told,
    }
    return render(request, "crm/going.html", context, status=status)


def _beside(plan: Division, words: str, page: Page, step: int) -> str:
    there = page.has_next() if step > 0 else page.has_previous()
    return address(plan, q=words, page=page.number + step) if there else ""
