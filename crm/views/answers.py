"""What a page answers after a change, or after a refusal: a part of the board, or the way back."""

from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from crm.board import Board
from crm.filters import Vocabulary
from crm.forms import AddDeal
from crm.looking import Look, looking_context
from crm.models import Deal, DealError, Pipeline, StaleDeal
from crm.stream import undo_url
from crm.waiting import Queue
from crm.web import reader_of
from teams import story
from teams.models import LogEntry, User
from teams.web import SAFE, MemberRequest, TeamRequest, wants_fragment

# Where somebody is led back to; what only takes forms cannot be shown.
PAGES = frozenset(
    {
        "crm:board", "crm:board-of", "crm:deals", "crm:deal", "crm:bulk-edit", "crm:recycle-bin",
        "crm:customer", "crm:contact", "crm:note", "crm:calendar",
    }
)  # fmt: skip


def board_context(
    request: TeamRequest,
    pipeline: Pipeline | None,
    failed: AddDeal | None = None,
    drawn: Collection[int] | None = None,
) -> dict[str, Any]:
    """What the templates of the board show; `failed` is the form of a deal that was refused.

    `drawn` are the stages whose cards will be drawn, where that is not all of them.
    """
    reader = reader_of(request)
    look = _look(request, Vocabulary(reader, request.user))
    narrowed = look.wish.filter.of_board()
    board = Board.of(pipeline, reader, drawn, narrowed)
    pipelines = list(request.team.pipelines.living().in_order())
    for column in board.columns:
        if request.member and column.stage.is_open:
            column.add_form = add_form(request, column.stage.pk)
            if failed and failed.data.get("stage") == str(column.stage.pk):
                column.add_form, column.add_error = failed, _("This deal was not added yet.")
    return {
        "pipeline": board.pipeline,
        "board_url": board_url(request, pipeline),
        "pipelines": pipelines,
        # Among several processes, what leads from a board to the list stays in its own.
        "only": f"&pipeline={pipeline.pk}" if pipeline and len(pipelines) > 1 else "",
        "columns": board.columns,
        "summary": board.summary,
        # Only the whole board shows who waits, and the faces.
        "queue": SimpleLazyObject(partial(Queue.counted, request.team, reader.at)),
        "people": SimpleLazyObject(partial(people_of, request)),
        "filter_words": narrowed.words,
        **looking_context(look, "board"),
        "clear_url": reverse("crm:board", args=[request.team.slug]),
    }


def board_url(request: TeamRequest, pipeline: Pipeline | None) -> str:
    """Where the board of this process stands: the first one has the short address, too."""
    if pipeline is None:
        return reverse("crm:board", args=[request.team.slug])
    return reverse("crm:board-of", args=[request.team.slug, pipeline.pk])


def _look(request: TeamRequest, vocabulary: Vocabulary) -> Look:
    """What the board's address asks; after a change, the address of the board it was made on."""
    if request.method in SAFE:
        look = Look.of(request.GET, vocabulary)
        if not look.form.is_valid():
            raise Http404
        return look
    seen = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    # The board of the first process, or one of another.
    on_board = seen.path.startswith(board_url(request, None))
    with suppress(Http404):
        look = Look.of(QueryDict(seen.query if on_board else ""), vocabulary)
        if look.form.is_valid():
            return look
    return Look.of_nothing(vocabulary)


def changed_context(request: TeamRequest, pipeline: Pipeline, *stages: int) -> dict[str, Any]:
    """The board again, and which of its columns are to be drawn anew."""
    context = board_context(request, pipeline, drawn=stages)
    changed = [column for column in context["columns"] if column.stage.pk in stages]
    return {**context, "changed": changed}


def add_form(request: TeamRequest, stage_id: int | str, data: Any = None) -> AddDeal:
    """The form at the foot of a column. Its fields have names of their own on the page."""
    return AddDeal(data, team=request.team, auto_id=f"add-{stage_id}-%s")


def people_of(request: TeamRequest) -> list[User]:
    """The faces above the board; a manager sees none."""
    if request.member is None:
        return []
    members = request.team.memberships.current().select_related("user")
    return [member.user for member in members.order_by("user__name", "pk")]


def act(
    request: MemberRequest,
    deal: Deal,
    verb: Callable[..., LogEntry],
    *words: Any,
    stale: Callable[[str], HttpResponse] | None = None,
    **seen: Any,
) -> HttpResponse:
    """Let the person do this to the deal, and answer with what came of it.

    `stale` answers when somebody was faster, where there are two versions to show.
    """
    left = deal.stage_id
    try:
        entry = verb(*words, by=request.member, at=timezone.now(), **seen)
    except DealError as refusal:
        if stale and isinstance(refusal, StaleDeal):
            return stale(str(refusal))
        return refused(request, deal, str(refusal), status=409)
    undo = undo_url(entry, request.team.slug)
    return changed(request, deal, left, deal.stage_id, text=story.line(entry), undo=undo)


def changed(
    request: MemberRequest, deal: Deal, *stages: int, text: str, undo: str = "", redo: str = ""
) -> HttpResponse:
    """Say what was done and show it: the touched columns, or the page that the person was on."""
    if not wants_fragment(request):
        return _lead_back(request, deal, text, undo=undo, redo=redo)
    context = changed_context(request, deal.pipeline, *stages)
    said = {"text": text, "undo": undo, "redo": redo}
    return render(request, "crm/_moved.html", {**context, **said})


def said(request: MemberRequest, text: str, *, undo: str = "", redo: str = "") -> HttpResponse:
    """Say what was done to something that no board shows."""
    if not wants_fragment(request):
        return _lead_back(request, None, text, undo=undo, redo=redo)
    context = {"text": text, "undo": undo, "redo": redo, "live": True}
    return render(request, "components/_toast.html", context)


def refused(request: MemberRequest, deal: Deal | None, text: str, *, status: int) -> HttpResponse:
    """Say why nothing was done, with the board or the deal as it stands now."""
    if not wants_fragment(request):
        messages.error(request, text)
        return redirect(_way_back(request, deal))
    pipeline = deal.pipeline if deal else request.team.pipelines.in_order().first()
    context = board_context(request, pipeline)
    return render(request, "crm/_refused.html", {**context, "text": text}, status=status)


def _lead_back(
    request: MemberRequest, deal: Deal | None, text: str, *, undo: str, redo: str
) -> HttpResponse:
    tags = f"undo:{undo}" if undo else f"redo:{redo}" if redo else ""
    messages.success(request, text, extra_tags=tags)
    return redirect(_way_back(request, deal))


def _way_back(request: MemberRequest, deal: Deal | None) -> str:
    """The page that the person came from, with its filters; else the deal's, or the board."""
    came_from = request.headers.get("Referer", "").removeprefix(request.build_absolute_uri("/"))
    try:
        page = resolve("/" + came_from.partition("?")[0])
    except Resolver404:
        page = None
    # What was deleted has no page of its own any more.
    pages = PAGES - {"crm:deal"} if deal and deal.deleted_at else PAGES
    if page and page.view_name in pages and page.kwargs["team_slug"] == request.team.slug:
        return "/" + came_from.partition("#")[0]
    if deal is None or deal.deleted_at:
        return board_url(request, deal.pipeline if deal else None)
    return reverse("crm:deal", args=[request.team.slug, deal.number])
