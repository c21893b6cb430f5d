"""The draft of a report, for the team alone, and the team's own words about it."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dashboards import reading, writing
from dashboards.drafts import Draft, reported
from dashboards.forms import WriteWords
from dashboards.models import Commentary, CommentaryError, StaleCommentary
from dashboards.models.commentary import WHOLE_REPORT
from dashboards.web import find_draft
from teams.web import MemberRequest, member_page

# The forms on the page, by the KPI they are about.
Forms = dict[str, WriteWords]


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def draft(request: MemberRequest, period: str) -> HttpResponse:
    """The draft, and what to say of the whole report; the report itself once it is published."""
    found = find_draft(request.team, period, at=timezone.now())
    if request.method == "POST":
        return _keep(request, found, WHOLE_REPORT)
    if found.is_published:
        return redirect("dashboards:report", request.team.slug, found.period)
    return _page(request, found)


@require_POST
@member_page
def words(request: MemberRequest, period: str, kpi: str) -> HttpResponse:
    """Say something about one figure."""
    if kpi not in reported():
        raise Http404
    return _keep(request, find_draft(request.team, period, at=timezone.now()), kpi)


def _keep(request: MemberRequest, draft: Draft, kpi: str) -> HttpResponse:
    """Who comes second sees both texts and decides again."""
    form = WriteWords.sent(request.POST, kpi)
    if not form.is_valid():
        return _page(request, draft, {kpi: form}, status=422)
    said = form.cleaned_data
    try:
        kept = Commentary.objects.write(
            draft.period, **said, kpi=kpi, by=request.member, at=timezone.now()
        )
    except StaleCommentary as refusal:
        form = form.beside(draft.commentary(kpi), str(refusal))
        return _page(request, draft, {kpi: form}, status=409)
    except CommentaryError:
        return _page(request, replace(draft, is_published=True), {kpi: form}, status=409)
    if kept:
        messages.success(request, _("Kept. It is published with the report."))
    return redirect("dashboards:draft", request.team.slug, draft.period)


def _page(
    request: MemberRequest, draft: Draft, sent: Forms | None = None, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "draft": draft,
        "period_name": writing.period_name(draft.period),
        "sent": next(iter(sent.values()), None) if sent else None,
    }
    if draft.is_published:
        return render(request, "dashboards/draft_closed.html", context, status=status)
    read = reading.read_payload(draft.payload)
    written = {kpi: WriteWords.about(one) for kpi, one in draft.commentaries.items()}
    forms = {**written, **(sent or {})}
    context |= {
        "headline": read.headline,
        "lede": read.lede,
        "calm_count": len(read.calm),
        "restated": read.restated,
        "effects": read.effects,
        "report_form": forms.get(WHOLE_REPORT) or WriteWords.about(draft.commentary(WHOLE_REPORT)),
        # Whatever changed asks for words; there is nothing to say of the others, unless
        # something was said already.
        "changed": [
            replace(
                one, words_form=forms.get(one.slug) or WriteWords.about(draft.commentary(one.slug))
            )
            for one in read.changed
        ],
        "calm": [replace(one, words_form=forms.get(one.slug)) for one in read.calm],
        "unjudged": [replace(one, words_form=forms.get(one.slug)) for one in read.unjudged],
    }
    return render(request, "dashboards/draft.html", context, status=status)
