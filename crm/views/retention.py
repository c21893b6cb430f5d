"""How long we keep who a contact is: the rule, whom it is about, and the end of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.models import RetentionRule
from crm.refusals import RetentionError, StaleRetention
from crm.retention import Silent, find_rule
from crm.retention_form import Anonymise, KeepContacts
from teams.web import MemberRequest, member_page


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def retention(request: MemberRequest) -> HttpResponse:
    """The rule and whom it is about; another rule, once the form is sent."""
    if request.method != "POST":
        return _page(request)
    form = KeepContacts(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    by, at = request.member, timezone.now()
    try:
        RetentionRule.objects.agree(**form.cleaned_data, by=by, at=at)
    except StaleRetention as refusal:
        form = form.beside(find_rule(request.team), str(refusal))
        return _page(request, form=form, status=409)
    messages.success(request, _("That is kept. Nobody was anonymised yet."))
    return redirect("crm:retention", request.team.slug)


@require_POST
@member_page
def anonymisation(request: MemberRequest) -> HttpResponse:
    """Let a job anonymise those who were shown, for good."""
    form = Anonymise(request.POST)
    if not form.is_valid():
        return _page(request, sure=form, status=422)
    count, by, at = form.cleaned_data["count"], request.member, timezone.now()
    try:
        RetentionRule.objects.ask(count, by=by, at=at)
    except RetentionError as refusal:
        return _page(request, refusal=str(refusal), status=409)
    messages.success(request, _("They are being anonymised. The logbook says when it is done."))
    return redirect("crm:retention", request.team.slug)


def _page(request: MemberRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    rule, at = find_rule(request.team), timezone.now()
    silent = Silent.of(rule, at=at, page=request.GET.get("page"))
    shown = {
        "rule": rule,
        "silent": silent,
        "form": KeepContacts.about(rule),
        "sure": Anonymise(initial={"count": silent.count}),
        "today": timezone.localdate(at),
        **context,
    }
    return render(request, "crm/retention.html", shown, status=status)
