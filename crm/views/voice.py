"""What the team asks its customers, and what they say."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.models import Question, VoiceError
from crm.views.answers import refused
from crm.web import find_deal
from teams.web import MemberRequest, member_page


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
