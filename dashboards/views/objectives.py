"""What the team wants of its figures: all objectives, one of them, and a new one."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboards import catalogue, objectives
from dashboards.figures import Kpi
from dashboards.models import Objective, ObjectiveError, Sense
from dashboards.objective_form import SetObjective, periods_ahead
from dashboards.periods import Period, PeriodKind
from dashboards.reach import last_shown
from dashboards.views.figures import kind_asked_for, kinds_of
from dashboards.web import find_kpi, find_objective
from teams.consent_form import ACTS, Act, forms_for
from teams.web import MemberRequest, TeamRequest, member_page, reader_page, status_of


@require_safe
@reader_page
def objectives_of_the_team(request: TeamRequest) -> HttpResponse:
    """Every objective: what we talk about, what holds, and what came of the others."""
    book = objectives.book(request.team, request.member)
    return render(request, "dashboards/objectives.html", {"book": book})


@require_safe
@reader_page
def objective(request: TeamRequest, objective: int) -> HttpResponse:
    """One objective beside the figure that it is about."""
    return _page(request, find_objective(request, objective))


@require_POST
@member_page
def answer(request: MemberRequest, objective: int, answer: str) -> HttpResponse:
    """Say something to it. Who comes second is told, and sees how it stands now."""
    if answer not in ACTS:
        raise Http404
    found, form = find_objective(request, objective), ACTS[answer](request.POST)
    if not form.is_valid():
        return _page(request, found, answer, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.do(found, by=request.member, at=timezone.now())
    except ObjectiveError as refusal:
        form.add_error(None, str(refusal))
        fresh = find_objective(request, objective)
        return _page(request, fresh, answer, form, status=status_of(refusal))
    messages.success(request, _("That is written down."))
    return redirect("dashboards:objective", request.team.slug, objective)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new(request: MemberRequest, kpi: str) -> HttpResponse:
    """Say what we want of this figure, and put it before the team."""
    which, kind, at = find_kpi(kpi), kind_asked_for(request), timezone.now()
    now = Period.containing(kind, at.astimezone(request.team.zone).date())
    asked: dict[str, Any] = {"kpi": which, "by": request.member, "among": periods_ahead(now)}
    if request.method != "POST":
        initial = {"sense": Sense.MOST if which.direction < 0 else Sense.LEAST, "reference": "own"}
        return _new_page(request, which, kind, SetObjective(initial=initial, **asked))
    form = SetObjective(request.POST, **asked)
    if not form.is_valid():
        return _new_page(request, which, kind, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made = form.propose(at=at)
    except ObjectiveError as refusal:
        form.add_error(None, str(refusal))
        return _new_page(request, which, kind, form, status=status_of(refusal))
    messages.success(request, _("It is proposed. It holds once all of us have consented."))
    return redirect("dashboards:objective", request.team.slug, made.pk)


def _page(
    request: TeamRequest,
    found: Objective,
    tried: str = "",
    form: Act | None = None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page, with the form that was tried as it was filled in."""
    at, member = timezone.now(), request.member
    forms = forms_for(member, found, at, tried, form) if member else {}
    context = {
        "seen": objectives.seen(found),
        "objective": found,
        "answers": found.answers() if member else [],
        "acts": forms,
        "answer_to": reverse("dashboards:objective", args=[request.team.slug, found.pk]),
        "refused": form.errors if form and tried not in forms else None,
        **_figure(request, objectives.figure_of(found), PeriodKind(found.period_kind)),
    }
    return render(request, "dashboards/objective.html", context, status=status)


def _new_page(
    request: MemberRequest, kpi: Kpi, kind: PeriodKind, form: SetObjective, *, status: int = 200
) -> HttpResponse:
    open_already = Objective.objects.open().filter(
        team=request.team, kpi=kpi.slug, period_kind=kind
    )
    context = {
        "kpi": kpi,
        "kind": kind,
        "kinds": kinds_of(request, kind),
        "form": form,
        "there": open_already.first(),
        **_figure(request, kpi, kind),
    }
    return render(request, "dashboards/objective_new.html", context, status=status)


def _figure(request: TeamRequest, kpi: Kpi, kind: PeriodKind) -> dict[str, Any]:
    """The figure that it is about, through time."""
    at = timezone.now()
    last = last_shown(request.team, kind, member=request.member, at=at)
    url = f"{reverse('dashboards:figure', args=[request.team.slug, kpi.slug])}?by={kind}"
    panel = catalogue.page_of(kpi, request.team, last, until=at).panel if last else None
    return {"panel": panel, "figure_url": url}
