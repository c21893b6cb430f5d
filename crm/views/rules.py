"""The rules of the team: read by everybody who may read, written by the team."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from crm.filter_form import FilterRows
from crm.models import Rule, RuleError, StaleRule
from crm.refusals import FieldError
from crm.rule_form import TypedRule
from crm.rule_words import RuleWords
from crm.rules import LastingVocabulary, Rehearsal, runs_of
from crm.web import find_rule, reader_of
from teams import story
from teams.models import LogEntry
from teams.web import (
    MemberRequest,
    TeamRequest,
    by_method,
    member_page,
    reader_page,
    wants_fragment,
)


@require_safe
@reader_page
def read(request: TeamRequest) -> HttpResponse:
    """All rules of the team in words."""
    known = request.team.rules.select_related("stage", "tag", "source").by_name()
    vocabulary = LastingVocabulary(request.team, timezone.now())
    told = [RuleWords.of(each, vocabulary) for each in known]
    return render(request, "crm/rules.html", {"rules": told})


@require_POST
@member_page
def add(request: MemberRequest) -> HttpResponse:
    """A new rule, or what it would have done, or another row of its conditions."""
    return _write(request, None)


rules = by_method(read=read, write=add)


@require_safe
@member_page
def draft(request: MemberRequest) -> HttpResponse:
    """An empty rule, to be filled in, or the rows of its conditions as they are being filled in."""
    at = timezone.now()
    if wants_fragment(request):
        rows = FilterRows.of(request.GET, LastingVocabulary(request.team, at), checked=False)
        return render(request, "crm/_filter_rows.html", {"rows": rows})
    return _draft(request, None, TypedRule.empty(request.team, at))


@require_safe
@reader_page
def read_one(request: TeamRequest, rule: int) -> HttpResponse:
    """What the rule does, what it would have done lately, and what it did."""
    return _show(request, find_rule(request.team, rule))


def _show(request: TeamRequest, found: Rule, **more: Any) -> HttpResponse:
    reader = reader_of(request)
    context = {
        **more,
        "words": RuleWords.of(found, LastingVocabulary(request.team, reader.at)),
        "tried": Rehearsal.of(found, reader.at),
        "runs": runs_of(found),
        "today": reader.today,
    }
    if request.member:
        context["draft"] = TypedRule.about(found, reader.at)
    return render(request, "crm/rule.html", context)


@require_POST
@member_page
def change(request: MemberRequest, rule: int) -> HttpResponse:
    """Let it be otherwise. Who comes second sees both and decides again."""
    return _write(request, find_rule(request.team, rule))


rule = by_method(read=read_one, write=change)


@require_POST
@member_page
@cache_control(no_store=True)
def secret(request: MemberRequest, rule: int) -> HttpResponse:
    """Another secret for what it tells other programs, shown this once."""
    found = find_rule(request.team, rule)
    found.renew_secret(by=request.member, at=timezone.now())
    return _show(request, found, secret=found.hook_secret)


@require_POST
@member_page
def switching_off(request: MemberRequest, rule: int) -> HttpResponse:
    """Let it rest."""
    return _switch(request, find_rule(request.team, rule), Rule.switch_off)


@require_POST
@member_page
def switching_on(request: MemberRequest, rule: int) -> HttpResponse:
    """Let it work again, from now on."""
    return _switch(request, find_rule(request.team, rule), Rule.switch_on)


def _switch(request: MemberRequest, rule: Rule, verb: Callable[..., LogEntry]) -> HttpResponse:
    try:
        entry = verb(rule, by=request.member, at=timezone.now())
    except RuleError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, story.line(entry))
    return redirect("crm:rule", request.team.slug, rule.pk)


def _write(request: MemberRequest, rule: Rule | None) -> HttpResponse:
    act, at = request.POST.get("do", ""), timezone.now()
    typed = TypedRule.of(request.POST, request.team, at, rule=rule, act=act)
    if not typed.form.is_bound:
        return _draft(request, rule, typed)
    if not typed.is_valid():
        return _draft(request, rule, typed, status=422)
    try:
        if act == "try":
            tried = Rehearsal.of(Rule.objects.draft(typed.wanted(), request.team), at)
            return _draft(request, rule, typed, tried=tried)
        kept = _keep(request, rule, typed)
    except StaleRule as refusal:
        return _meanwhile(request, rule, str(refusal))
    except (RuleError, FieldError) as refusal:
        typed.form.add_error(None, str(refusal))
        return _draft(request, rule, typed, status=422)
    messages.success(request, _("“%(rule)s” is kept.") % {"rule": kept.name})
    return redirect("crm:rule", request.team.slug, kept.pk)


def _keep(request: MemberRequest, rule: Rule | None, typed: TypedRule) -> Rule:
    by, at = request.member, timezone.now()
    if rule is None:
        return Rule.objects.add(typed.wanted(), by=by, at=at)
    rule.change(typed.wanted(), version=typed.form.cleaned_data["version"], by=by, at=at)
    return rule


def _meanwhile(request: MemberRequest, rule: Rule | None, sentence: str) -> HttpResponse:
    """What was typed, beside the rule as it is now; sent once more, it takes its place."""
    assert rule is not None
    data = {**request.POST.dict(), "version": str(rule.version)}
    again = TypedRule.of(data, request.team, timezone.now(), rule=rule, act="")
    again.form.add_error(None, sentence)
    return _draft(request, rule, again, theirs=RuleWords.of(rule, again.vocabulary), status=409)


def _draft(
    request: MemberRequest, rule: Rule | None, draft: TypedRule, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"rule": rule, "draft": draft, "today": reader_of(request).today, **more}
    return render(request, "crm/rule_draft.html", context, status=status)
