"""The fields that the team adds itself: what it wants to know besides."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from crm.field_forms import AddField, EditField, PlaceField
from crm.forms import first_error
from crm.models import FieldDefinition, FieldError, Target
from crm.web import find_field
from teams import story
from teams.models import LogEntry
from teams.web import MemberRequest, TeamRequest, by_method, member_page, reader_page, status_of


@require_safe
@reader_page
def read(request: TeamRequest) -> HttpResponse:
    """All fields by what they are about, in their order."""
    return _page(request)


@require_POST
@member_page
def add(request: MemberRequest) -> HttpResponse:
    """A new field."""
    form = AddField(request.POST)
    if not form.is_valid():
        return _page(request, added=form, status=422)
    asked = form.cleaned_data
    try:
        FieldDefinition.objects.add(
            asked["target"],
            asked["label"],
            asked["type"],
            options=asked["options"].splitlines(),
            by=request.member,
            at=timezone.now(),
        )
    except FieldError as refusal:
        form.add_error("label", str(refusal))
        return _page(request, added=form, status=422)
    return redirect("crm:fields", request.team.slug)


fields = by_method(read=read, write=add)


@require_POST
@member_page
def field(request: MemberRequest, field: int) -> HttpResponse:
    """Another name, or other choices. Who comes second sees both and decides again."""
    found = find_field(request.team, field)
    form = EditField(request.POST, field=found)
    if not form.is_valid():
        return _page(request, edited=(found, form), status=422)
    label, version = form.cleaned_data["label"], form.cleaned_data["version"]
    try:
        found.edit(label, form.chosen(), version=version, by=request.member, at=timezone.now())
    except FieldError as refusal:
        again = EditField({**request.POST.dict(), "version": found.version}, field=found)
        again.add_error("label", str(refusal))
        return _page(request, edited=(found, again), status=status_of(refusal))
    return redirect("crm:fields", request.team.slug)


@require_POST
@member_page
def field_place(request: MemberRequest, field: int) -> HttpResponse:
    """Another place in the list."""
    form = PlaceField(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect("crm:fields", request.team.slug)
    found = find_field(request.team, field)
    return _act(request, found.place, form.cleaned_data["position"])


@require_POST
@member_page
def field_archiving(request: MemberRequest, field: int) -> HttpResponse:
    """Ask for it no more."""
    return _act(request, find_field(request.team, field).archive)


@require_POST
@member_page
def field_restoring(request: MemberRequest, field: int) -> HttpResponse:
    """Ask for it again."""
    return _act(request, find_field(request.team, field).restore)


def _act(request: MemberRequest, verb: Callable[..., LogEntry], *words: Any) -> HttpResponse:
    try:
        entry = verb(*words, by=request.member, at=timezone.now())
    except FieldError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, story.line(entry))
    return redirect("crm:fields", request.team.slug)


def _page(
    request: TeamRequest,
    *,
    added: AddField | None = None,
    edited: tuple[FieldDefinition, EditField] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with a form that was filled in and refused in place of the fresh one."""
    known = list(request.team.fields.in_order())
    context = {
        "sections": [_section(target, known, added, edited) for target in Target],
        "archived": [each for each in known if each.archived_at],
    }
    return render(request, "crm/fields.html", context, status=status)


def _section(
    target: Target,
    known: list[FieldDefinition],
    added: AddField | None,
    edited: tuple[FieldDefinition, EditField] | None,
) -> dict[str, Any]:
    living = [each for each in known if each.target == target and not each.archived_at]
    failed = added if added and added.data.get("target") == target else None
    return {
        "target": target,
        "fields": [_row(each, edited) for each in living],
        "form": failed or AddField(initial={"target": target}, auto_id=f"{target}-%s"),
        "failed": failed,
    }


def _row(
    field: FieldDefinition, edited: tuple[FieldDefinition, EditField] | None
) -> dict[str, Any]:
    form = edited[1] if edited and edited[0] == field else None
    return {"field": field, "form": form or EditField.about(field), "failed": form}
