"""The team's own process: what it is, how it changes, and every version it had."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.forms import first_error
from crm.models import Pipeline, PipelineError, StageDraft, StalePipeline, needs
from crm.process_form import LeaveProcess, PlaceProcess, ProcessForm
from crm.revisions import history_of
from crm.start_process_form import StartProcess
from crm.web import find_pipeline
from teams import panels, story
from teams.models import LogEntry
from teams.panels import Panel
from teams.refusals import Refusal
from teams.web import MemberRequest, TeamRequest, by_method, member_page, reader_page


@require_safe
@reader_page
def overview(request: TeamRequest) -> HttpResponse:
    """The processes of the team."""
    return _overview(request, StartProcess())


@require_POST
@member_page
def start(request: MemberRequest) -> HttpResponse:
    """Begin another process, with stages to change."""
    form = StartProcess(request.POST)
    if not form.is_valid():
        return _overview(request, form, status=422)
    try:
        begun = Pipeline.start(request.team, **form.words(), by=request.user, at=timezone.now())
    except PipelineError as refusal:
        form.add_error("name", str(refusal))
        return _overview(request, form, status=422)
    return redirect("crm:process", request.team.slug, begun.pk)


processes = by_method(read=overview, write=start)


def _overview(
    request: TeamRequest,
    form: StartProcess,
    *,
    leaving: LeaveProcess | None = None,
    status: int = 200,
) -> HttpResponse:
    in_work = models.Q(deals__outcome="open", deals__deleted_at=None, deals__gone_at=None)
    counted = models.Count("deals", filter=in_work)
    found = request.team.pipelines.in_order().prefetch_related("stages")
    known = list(found.annotate(open_count=counted))
    living = [one for one in known if not one.archived_at]
    outlines = [
        _outline(one, place, leaving, is_last=place == len(living))
        for place, one in enumerate(living, start=1)
    ]
    outlines += [_outline(one, 0, None) for one in known if one.archived_at]
    context = {"processes": outlines, "several": len(living) > 1, "form": form}
    return render(request, "crm/processes.html", context, status=status)


def _outline(
    pipeline: Any, place: int, leaving: LeaveProcess | None, *, is_last: bool = True
) -> dict[str, object]:
    """A process at a glance; `up` and `down` are the places beside it, if there are any."""
    living = [stage for stage in pipeline.stages.all() if stage.archived_at is None]
    failed = leaving if leaving and leaving.pipeline == pipeline else None
    asks = place and pipeline.open_count
    return {
        "pipeline": pipeline,
        "stages": sorted(living, key=lambda stage: stage.position),
        "open_count": pipeline.open_count,
        "up": place - 1,
        "down": 0 if is_last else place + 1,
        "leaving": failed or (LeaveProcess(pipeline=pipeline) if asks else None),
    }


@require_safe
@reader_page
def read(request: TeamRequest, pipeline: int) -> HttpResponse:
    """One process: as a form for the team, and to read for its manager."""
    found = find_pipeline(request.team, pipeline)
    if request.member is None or found.archived_at:
        living, names = found.stages.living().in_order(), needs.askable(request.team)
        drafts = [StageDraft.of(stage) for stage in living]
        stages = [(draft, needs.labels(draft.required, names)) for draft in drafts]
        context = {"pipeline": found, "stages": stages, "panels": _panels(request, found)}
        return render(request, "crm/process_read.html", context)
    return _page(request, ProcessForm(found))


@require_POST
@member_page
def change(request: MemberRequest, pipeline: int) -> HttpResponse:
    """Keep the changed process. Who comes second sees both versions and decides again."""
    form = ProcessForm(find_pipeline(request.team, pipeline), request.POST)
    if "arrange" in request.POST:
        return _page(request, form.arranged(request.POST["arrange"]))
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        revision = form.save(by=request.member, at=timezone.now())
    except StalePipeline as refusal:
        return _page(request, form.beside(str(refusal)), status=409)
    except PipelineError as refusal:
        form.head.add_error(None, str(refusal))
        return _page(request, form, status=422)
    told = _("This is version %(number)s of our process.") % {"number": revision.number}
    messages.success(request, told)
    return redirect("crm:process", request.team.slug, pipeline)


process = by_method(read=read, write=change)


@require_POST
@member_page
def archiving(request: MemberRequest, pipeline: int) -> HttpResponse:
    """Put a process away, its open deals in another one, or take it back."""
    found = find_pipeline(request.team, pipeline)
    if found.archived_at:
        return _act(request, found.bring_back)
    form = LeaveProcess(request.POST, pipeline=found)
    if not form.is_valid():
        return _overview(request, StartProcess(), leaving=form, status=422)
    return _act(request, found.archive, deals_to=form.cleaned_data["deals_to"])


@require_POST
@member_page
def place(request: MemberRequest, pipeline: int) -> HttpResponse:
    """Another place among the processes: the first one has the short way to its board."""
    form = PlaceProcess(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect("crm:processes", request.team.slug)
    return _act(request, find_pipeline(request.team, pipeline).place, form.cleaned_data["position"])


def _act(
    request: MemberRequest, verb: Callable[..., LogEntry], *words: Any, **more: Any
) -> HttpResponse:
    try:
        entry = verb(*words, by=request.member, at=timezone.now(), **more)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, story.line(entry))
    return redirect("crm:processes", request.team.slug)


@require_safe
@reader_page
def history(request: TeamRequest) -> HttpResponse:
    """Every version of every process, with what changed and why."""
    versions = history_of(request.team, sees_people=request.member is not None)
    context = {"versions": versions, "panels": panels.at("versions", request, versions)}
    return render(request, "crm/process_history.html", context)


def _page(
    request: MemberRequest | TeamRequest, form: ProcessForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "pipeline": form.pipeline,
        "form": form,
        "panels": _panels(request, form.pipeline),
    }
    return render(request, "crm/process.html", context, status=status)


def _panels(request: TeamRequest, pipeline: Pipeline) -> list[Panel]:
    return panels.at("process", request, pipeline)
