"""What the team asks its customers, and what they say."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.answers import Answers
from crm.models import Question, VoiceError
from crm.views.answers import refused
from crm.web import find_deal, reader_of
from teams.web import MemberRequest, TeamRequest, member_page, reader_page


@require_POST
@member_page
def ask(request: MemberRequest, number: int) -> HttpResponse:
    """Ask the customer of a closed deal how well we helped."""
    deal = find_deal(request.team, number)
    try:
        Question.objects.ask(deal, by=request.member, at=timezone.now())
    except VoiceError as refusal:
        return refused(request, deal, str(refusal), status=409)
    messages.success(request, _("The question is ready. The customer answers by its link."))
    return redirect("crm:deal", request.team.slug, deal.number)


@require_safe
@reader_page
def answers(request: TeamRequest) -> HttpResponse:
    """What customers said, the newest first."""
    asked = request.GET
    found = Answers.of(reader_of(request), score=asked.get("score"), page=asked.get("page"))
    return render(request, "crm/answers.html", {"answers": found})
