"""What the team means to do: planned, changed, done, dropped and opened again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.forms import SeenInVersion, first_error
from crm.models import Activity, StaleWork
from crm.planned import Planned
from crm.stream import undo_url
from crm.views.deal import deal_page
from crm.web import find_activity, find_deal, reader_of
from crm.work_forms import DoActivity, EditActivity, PlanActivity
from teams import story
from teams.models import LogEntry
from teams.web import MemberRequest, TeamRequest, by_method, member_page, reader_page


@require_POST
@member_page
def plan(request: MemberRequest, number: int) -> HttpResponse:
    """Plan something about a deal."""
    deal = find_deal(request.team, number)
    form = PlanActivity(request.POST, team=request.team)
    if not form.is_valid():
        return deal_page(request, deal, status=422, plan_form=form)
    planned = Activity.objects.plan(
        request.team, deal=deal, **form.cleaned_data, by=request.member, at=timezone.now()
    )
    messages.success(request, _("Planned: %(title)s") % {"title": planned.title})
    return redirect("crm:deal", request.team.slug, number)


@require_safe
@reader_page
def read(request: TeamRequest, activity: int) -> HttpResponse:
    """One activity, and what can be done with it."""
    return _page(request, find_activity(request.team, activity))


@require_POST
@member_page
def change(request: MemberRequest, activity: int) -> HttpResponse:
    """Plan it differently. Who comes second sees both plans and decides again."""
    found = find_activity(request.team, activity)
    form = EditActivity(request.POST, team=request.team)
    if not form.is_valid():
        return _page(request, found, status=422, change_form=form)
    version = form.cleaned_data["version"]
    try:
        found.change(form.changes(), version=version, by=request.member, at=timezone.now())
    except StaleWork as refusal:
        beside = form.beside(found, str(refusal))
        return _page(request, found, status=409, change_form=beside)
    messages.success(request, _("The plan is kept."))
    return redirect(_way_back(request, found))


@require_POST
@member_page
def complete(request: MemberRequest, activity: int) -> HttpResponse:
    """It is done. Where it was the next step, the page of the deal asks for another."""
    found = find_activity(request.team, activity)
    form = DoActivity(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, done_form=form)
    asked, was_next = form.cleaned_data, found.is_next_step
    answer = _act(request, found, found.do, asked["outcome_note"], version=asked["version"])
    if was_next and not found.is_next_step:
        return redirect(f"{_way_back(request, found)}?ask=next")
    return answer


@require_POST
@member_page
def drop(request: MemberRequest, activity: int) -> HttpResponse:
    """It need not be done any more."""
    found = find_activity(request.team, activity)
    form = SeenInVersion(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(_way_back(request, found))
    return _act(request, found, found.drop, **form.cleaned_data)


@require_POST
@member_page
def reopen(request: MemberRequest, activity: int) -> HttpResponse:
    """It is to be done after all."""
    found = find_activity(request.team, activity)
    return _act(request, found, found.reopen)


def _act(
    request: MemberRequest, found: Activity, verb: Callable[..., LogEntry], *words: Any, **seen: Any
) -> HttpResponse:
    """Let the person do this, say what came of it and go back to where it stands."""
    try:
        entry = verb(*words, by=request.member, at=timezone.now(), **seen)
    except StaleWork as refusal:
        messages.error(request, str(refusal))
    else:
        undo = undo_url(entry, request.team.slug)
        tags = f"undo:{undo}" if undo else ""
        messages.success(request, story.line(entry), extra_tags=tags)
    return redirect(_way_back(request, found))


def _way_back(request: TeamRequest, found: Activity) -> str:
    if found.deal:
        return reader_of(request).url_of(found.deal)
    return reverse("crm:calendar", args=[request.team.slug])


def _page(
    request: TeamRequest, found: Activity, *, status: int = 200, **filled: Any
) -> HttpResponse:
    reader = reader_of(request)
    context = {
        "activity": found,
        "entry": Planned.of(found, reader),
        "back_url": _way_back(request, found),
        "change_form": EditActivity.about(found) if request.member else None,
        "done_form": DoActivity(),
        **filled,
    }
    return render(request, "crm/activity.html", context, status=status)


activity = by_method(read=read, write=change)
