"""Files of the team: attached, fetched and removed."""

from typing import Any, cast

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.file_forms import AttachFile
from crm.models import Attachment, StaleWork, WorkError
from crm.stream import undo_url
from crm.views.deal import deal_page
from crm.views.notes import note_page, note_url
from crm.web import find_deal, find_file, find_note, reader_of
from teams.web import MemberRequest, member_page

# It is never shown as a page of ours; and were it, it could do nothing.
SANDBOX = "default-src 'none'; sandbox"


@require_POST
@member_page
def attach_to_deal(request: MemberRequest, number: int) -> HttpResponse:
    """Keep a file with a deal."""
    deal, form = find_deal(request.team, number), AttachFile(request.POST, request.FILES)
    if not form.is_valid() or not _attached(request, form, deal=deal):
        return deal_page(request, deal, status=422, file_form=form)
    return redirect("crm:deal", request.team.slug, number)


@require_POST
@member_page
def attach_to_note(request: MemberRequest, note: int) -> HttpResponse:
    """Keep a file with a note."""
    found, form = find_note(request.team, note), AttachFile(request.POST, request.FILES)
    if not form.is_valid() or not _attached(request, form, note=found):
        return note_page(request, found, status=422, file_form=form)
    return redirect("crm:note", request.team.slug, note)


def _attached(request: MemberRequest, form: AttachFile, **thing: Any) -> bool:
    """Whether the file is kept now; if not, the form says why."""
    file, at = form.cleaned_data["file"], timezone.now()
    try:
        Attachment.objects.attach(file, file.name, by=request.member, at=at, **thing)
    except WorkError as refusal:
        form.add_error("file", str(refusal))
        return False
    messages.success(request, _("The file is kept."))
    return True


@require_safe
@member_page
def read(request: MemberRequest, file: int) -> HttpResponse:
    """The file itself, always to be saved and never shown."""
    found = find_file(request.team, file)
    try:
        opened = default_storage.open(found.key)
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(
        opened, as_attachment=True, filename=found.name, content_type=found.content_type
    )
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return cast("HttpResponse", answer)


@require_POST
@member_page
def remove(request: MemberRequest, file: int) -> HttpResponse:
    """Put it in the bin, with a way back."""
    found = find_file(request.team, file)
    try:
        line = found.remove(by=request.member, at=timezone.now())
    except StaleWork as refusal:
        messages.error(request, str(refusal))
    else:
        undo = undo_url(line, request.team.slug)
        messages.success(request, _("The file is removed."), extra_tags=f"undo:{undo}")
    return redirect(_way_back(request, found))


def _way_back(request: MemberRequest, found: Attachment) -> str:
    if found.deal:
        return reader_of(request).url_of(found.deal)
    assert found.note is not None
    return note_url(request.team, found.note)
