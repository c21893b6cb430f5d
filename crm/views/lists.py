"""What the team chooses from: read by everybody who may read, kept by the team."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_POST, require_safe

from crm.field_forms import PlaceField
from crm.forms import first_error
from crm.list_forms import AddChoice, RenameChoice
from crm.models import ChoiceError
from crm.models.choices import LISTS, Choice
from crm.web import find_choice, find_list
from teams import story
from teams.models import LogEntry
from teams.web import MemberRequest, TeamRequest, member_page, reader_page, status_of


@require_safe
@reader_page
def lists(request: TeamRequest) -> HttpResponse:
    """Every list in its order."""
    return _page(request)


@require_POST
@member_page
def add(request: MemberRequest, word: str) -> HttpResponse:
    """Something new to choose."""
    choices, form = find_list(word).objects, AddChoice(request.POST)
    if not form.is_valid():
        return _page(request, added=(word, form), status=422)
    try:
        choices.add(form.cleaned_data["name"], by=request.member, at=timezone.now())
    except ChoiceError as refusal:
        form.add_error("name", str(refusal))
        return _page(request, added=(word, form), status=422)
    return _back(request, word)


@require_POST
@member_page
def choice(request: MemberRequest, word: str, choice: int) -> HttpResponse:
    """Another name. Who comes second sees both and decides again."""
    found = find_choice(request.team, word, choice)
    form = RenameChoice.about(found, request.POST)
    if not form.is_valid():
        return _page(request, renamed=(found, form), status=422)
    try:
        found.rename(**form.cleaned_data, by=request.member, at=timezone.now())
    except ChoiceError as refusal:
        again = RenameChoice.about(found, {**request.POST.dict(), "version": found.version})
        again.add_error("name", str(refusal))
        return _page(request, renamed=(found, again), status=status_of(refusal))
    return _back(request, word)


@require_POST
@member_page
def place(request: MemberRequest, word: str, choice: int) -> HttpResponse:
    """Another place in the list."""
    form = PlaceField(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return _back(request, word)
    found = find_choice(request.team, word, choice)
    return _act(request, word, found.place, form.cleaned_data["position"])


@require_POST
@member_page
def archiving(request: MemberRequest, word: str, choice: int) -> HttpResponse:
    """Offer it no more."""
    return _act(request, word, find_choice(request.team, word, choice).archive)


@require_POST
@member_page
def restoring(request: MemberRequest, word: str, choice: int) -> HttpResponse:
    """Offer it again."""
    return _act(request, word, find_choice(request.team, word, choice).restore)


def _act(
    request: MemberRequest, word: str, verb: Callable[..., LogEntry], *words: Any
) -> HttpResponse:
    try:
        entry = verb(*words, by=request.member, at=timezone.now())
    except ChoiceError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, story.line(entry))
    return _back(request, word)


def _back(request: MemberRequest, word: str) -> HttpResponse:
    return redirect(reverse("crm:lists", args=[request.team.slug]) + f"#{word}")


def _page(
    request: TeamRequest,
    *,
    added: tuple[str, AddChoice] | None = None,
    renamed: tuple[Choice, RenameChoice] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with a form that was filled in and refused in place of the fresh one."""
    context = {"sections": [_section(request, word, added, renamed) for word in LISTS]}
    return render(request, "crm/lists.html", context, status=status)


def _section(
    request: TeamRequest,
    word: str,
    added: tuple[str, AddChoice] | None,
    renamed: tuple[Choice, RenameChoice] | None,
) -> dict[str, Any]:
    choices = LISTS[word]
    known = list(choices.objects.filter(team=request.team).in_order())
    failed = added[1] if added and added[0] == word else None
    return {
        "word": word,
        "title": capfirst(choices._meta.verbose_name_plural),
        "rows": [_row(each, renamed) for each in known if not each.archived_at],
        "archived": [each for each in known if each.archived_at],
        "form": failed or AddChoice(auto_id=f"{word}-%s"),
        "failed": failed,
    }


def _row(choice: Choice, renamed: tuple[Choice, RenameChoice] | None) -> dict[str, Any]:
    form = renamed[1] if renamed and renamed[0] == choice else None
    return {"choice": choice, "form": form or RenameChoice.about(choice), "failed": form}
