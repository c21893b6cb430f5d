"""The team's own process: what it is, how it changes, and every version it had."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.models import Pipeline, PipelineError, StageDraft, StalePipeline, needs
from crm.process_form import ProcessForm
from crm.revisions import history_of
from crm.start_process_form import StartProcess
from crm.web import find_pipeline
from teams import story
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


def _overview(request: TeamRequest, form: StartProcess, *, status: int = 200) -> HttpResponse:
    found = request.team.pipelines.in_order().prefetch_related("stages")
    context = {"processes": [_outline(one) for one in found], "form": form}
    return render(request, "crm/processes.html", context, status=status)


def _outline(pipeline: Pipeline) -> dict[str, object]:
    living = [stage for stage in pipeline.stages.all() if stage.archived_at is None]
    return {
        "pipeline": pipeline,
        "stages": sorted(living, key=lambda stage: stage.position),
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
        return render(request, "crm/process_read.html", {"pipeline": found, "stages": stages})
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
    """Put a process away that has no open deals, or take it back."""
    found = find_pipeline(request.team, pipeline)
    verb = found.bring_back if found.archived_at else found.archive
    try:
        entry = verb(by=request.member, at=timezone.now())
    except PipelineError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, story.line(entry))
    return redirect("crm:processes", request.team.slug)


@require_safe
@reader_page
def history(request: TeamRequest) -> HttpResponse:
    """Every version of every process, with what changed and why."""
    versions = history_of(request.team, sees_people=request.member is not None)
    return render(request, "crm/process_history.html", {"versions": versions})


def _page(
    request: MemberRequest | TeamRequest, form: ProcessForm, *, status: int = 200
) -> HttpResponse:
    context = {"pipeline": form.pipeline, "form": form}
    return render(request, "crm/process.html", context, status=status)
