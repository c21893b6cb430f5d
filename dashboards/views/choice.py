"""Which figures the team steers by, and by which it did before."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dashboards import following
from dashboards.choice_form import ChooseFigures
from dashboards.models import ChoiceError, StaleChoice
from teams.web import MemberRequest, TeamRequest, by_method, member_page, reader_page


@require_safe
@reader_page
def read(request: TeamRequest) -> HttpResponse:
    """The choice that holds and those before it; the team may choose anew."""
    return _page(request, ChooseFigures.about(request.team) if request.member else None)


@require_POST
@member_page
def choose(request: MemberRequest) -> HttpResponse:
    """Choose other figures from now on. Who comes second sees what was chosen meanwhile."""
    form = ChooseFigures(request.POST)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.save(by=request.member, at=timezone.now())
    except StaleChoice as refusal:
        again = form.beside(request.team, str(refusal))
        return _page(request, again, status=HTTPStatus.CONFLICT)
    except ChoiceError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("The reports show these figures from the next one on."))
    return redirect("dashboards:choice", request.team.slug)


choice = by_method(read=read, write=choose)


def _page(request: TeamRequest, form: ChooseFigures | None, *, status: int = 200) -> HttpResponse:
    found = request.team.figure_choices.newest_first()
    context = {"form": form, "choices": following.told(found), "today": timezone.localdate()}
    return render(request, "dashboards/choice.html", context, status=status)
