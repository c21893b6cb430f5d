"""Notes of the team: written, read, edited and removed."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.file_forms import AttachFile
from crm.forms import SeenInVersion, first_error
from crm.markdown import shown
from crm.models import Note, StaleWork
from crm.note_forms import EditNote, WriteNote
from crm.stream import undo_url
from crm.views.deal import deal_page
from crm.web import find_deal, find_note, reader_of
from teams.models import Team
from teams.web import MemberRequest, TeamRequest, by_method, member_page, reader_page


@require_POST
@member_page
def write(request: MemberRequest, number: int) -> HttpResponse:
    """Write a note about a deal."""
    deal, form = find_deal(request.team, number), WriteNote(request.POST)
    if not form.is_valid():
        return deal_page(request, deal, status=422, note_form=form)
    words = form.cleaned_data
    try:
        Note.objects.write(request.team, deal=deal, **words, by=request.member, at=timezone.now())
    except StaleWork as refusal:
        form.add_error("text", str(refusal))
        return deal_page(request, deal, status=409, note_form=form)
    messages.success(request, _("The note is kept."))
    return redirect("crm:deal", request.team.slug, number)


@require_safe
@reader_page
def read(request: TeamRequest, note: int) -> HttpResponse:
    """One note. A manager sees that it is there."""
    return note_page(request, find_note(request.team, note))


@require_POST
@member_page
def edit(request: MemberRequest, note: int) -> HttpResponse:
    """Write it differently. Who comes second sees both texts and decides again."""
    found, form = find_note(request.team, note), EditNote(request.POST)
    if not form.is_valid():
        return note_page(request, found, status=422, edit_form=form)
    version = form.cleaned_data["version"]
    try:
        found.edit(form.changes(), version=version, by=request.member, at=timezone.now())
    except StaleWork as refusal:
        beside = form.beside(found, str(refusal))
        return note_page(request, found, status=409, edit_form=beside)
    return _done(request, found, _("The note is kept."))


@require_POST
@member_page
def remove(request: MemberRequest, note: int) -> HttpResponse:
    """Put it in the bin, with a way back."""
    found, form = find_note(request.team, note), SeenInVersion(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(_way_back(request, found))
    try:
        line = found.remove(**form.cleaned_data, by=request.member, at=timezone.now())
    except StaleWork as refusal:
        messages.error(request, str(refusal))
        return redirect(_way_back(request, found))
    undo = undo_url(line, request.team.slug)
    return _done(request, found, _("The note is removed."), undo=undo)


@require_POST
@member_page
def reading(request: MemberRequest, note: int) -> HttpResponse:
    """Whom the note mentions has read it."""
    found = find_note(request.team, note)
    found.has_been_read(by=request.member, at=timezone.now())
    return redirect(_way_back(request, found))


def _done(request: MemberRequest, found: Note, text: str, *, undo: str = "") -> HttpResponse:
    messages.success(request, text, extra_tags=f"undo:{undo}" if undo else "")
    return redirect(_way_back(request, found))


def _way_back(request: TeamRequest, found: Note) -> str:
    if found.deal:
        return reader_of(request).url_of(found.deal)
    if found.organization:
        return reverse("crm:customer", args=[request.team.slug, found.organization.pk])
    assert found.contact is not None
    return reverse("crm:contact", args=[request.team.slug, found.contact.pk])


def note_page(
    request: TeamRequest, found: Note, *, status: int = 200, **filled: forms.Form
) -> HttpResponse:
    """The page, with a form that was filled in and refused in place of the fresh one."""
    context = {"note": found, "back_url": _way_back(request, found)}
    if request.member:
        mentions = list(found.mentions.all())
        context |= {
            "html": shown(found.text, [mention.user for mention in mentions]),
            "asks_me": any(
                one.user_id == request.user.pk and one.read_at is None for one in mentions
            ),
            "edit_form": EditNote.about(found),
            "file_form": AttachFile(),
            "files": found.attachments.there().order_by("pk"),
            **filled,
        }
    return render(request, "crm/note.html", context, status=status)


def note_url(team: Team, found: Note) -> str:
    return reverse("crm:note", args=[team.slug, found.pk])


note = by_method(read=read, write=edit)
