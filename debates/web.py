"""From an address to what it is about: shared by the pages and the API."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from agreements.models import Place, Procedure
from agreements.web import readable_agreement
from crm.models import PipelineRevision
from dashboards import reach
from dashboards.models import Signal
from dashboards.web import find_kpi
from debates.links import Start
from debates.models import Changed, Debate, Experiment
from debates.room import Room
from teams.models import Membership


def find_room(place: Place, pk: int, page: str = "") -> Room:
    """A debate of the team as this person sees it today. Raises Http404."""
    return Room(_find_debate(place, pk), place, timezone.localdate(), page)


def find_link(place: Place, kind: str, pk: int) -> Start:
    """Something from which the chain is walked, where this person reads it. Raises Http404."""
    match kind:
        case "debate":
            return _find_debate(place, pk)
        case "decision":
            decisions = Experiment.objects.filter(team=place.team_id)
            return get_object_or_404(decisions.select_related("team", "debate"), pk=pk)
        case "agreement":
            return readable_agreement(place, pk)
        case "signal":
            return _find_signal(place, pk)
        case _:
            return find_changed(place, kind, pk)


def find_changed(place: Place, kind: str, pk: int) -> Changed:
    """Something that the team changed, so that it may come from a decision. Raises Http404."""
    match kind:
        case "version":
            versions = PipelineRevision.objects.filter(pipeline__team=place.team_id)
            return get_object_or_404(versions.select_related("pipeline__team"), pk=pk)
        case "procedure":
            ours = Procedure.objects.of(place.team).select_related("team")
            return get_object_or_404(ours, pk=pk)
        case _:
            raise Http404


def _find_debate(place: Place, pk: int) -> Debate:
    debates = Debate.objects.filter(team=place.team_id).select_related("team", "asked_by")
    return get_object_or_404(debates, pk=pk)


def _find_signal(place: Place, pk: int) -> Signal:
    member = place if isinstance(place, Membership) else None
    shown = reach.signals_shown(place.team, member=member, at=timezone.now())
    found = get_object_or_404(shown, pk=pk)
    find_kpi(found.kpi)  # a signal may outlive its figure
    return found
