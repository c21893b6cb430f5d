"""What Kring records of people, and the copy that somebody asks for of what it holds about them."""

from itertools import groupby
from typing import cast

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from teams import copying, recorded
from teams.models import PersonalCopy
from teams.models.copy import KEPT
from teams.web import OwnRequest, own_page, wants_fragment


@require_safe
@own_page
def what_is_recorded(request: OwnRequest) -> HttpResponse:
    """What is recorded, who sees it and how long it is kept; the same for everybody."""
    topics = groupby(recorded.all_entries(), key=lambda entry: entry.topic)
    context = {"topics": [(topic, list(entries)) for topic, entries in topics]}
    return render(request, "teams/recorded.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def copy(request: OwnRequest) -> HttpResponse:
    """Ask for everything that is held about oneself, and see how far it is."""
    now = timezone.now()
    if request.method == "POST":
        PersonalCopy.objects.ask(request.user, language=get_language() or "en", at=now)
        return redirect("copy")
    asked = PersonalCopy.objects.fresh(now).filter(person=request.user).first()
    context = {
        "copy": asked,
        "percent": copying.how_far(asked) if asked else 0,
        "until": asked.asked_at + KEPT if asked else None,
    }
    template = "teams/_copy.html" if wants_fragment(request) else "teams/copy.html"
    return render(request, template, context)


@require_safe
@own_page
def copy_file(request: OwnRequest) -> HttpResponse:
    """The file, for whoever it is about."""
    fresh = PersonalCopy.objects.fresh(timezone.now())
    found = get_object_or_404(fresh, person=request.user)
    if not found.file:
        raise Http404
    answer = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name)
    return cast("HttpResponse", answer)
