"""What debates show on other pages, about a figure, an agreement, a change and a frame."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement, Procedure
from crm.models import Pipeline
from crm.revisions import Version
from dashboards import kpis, reach
from dashboards.figures import Kpi
from debates.links import decision_behind, name_of, unusual_since
from debates.models import Changed, Debate, Experiment, Origin
from debates.models.origin import OriginQuerySet
from debates.origin_form import NameOrigin
from teams.models import Frame, Team
from teams.panels import Panel, register

NEWEST = 5


class Way(NamedTuple):
    """From a figure that changed to its debate."""

    name: str
    url: str


@register("changed")
def below_what_changed(request: HttpRequest, slugs: Sequence[str]) -> Panel | None:
    """For each figure that changed the way to its debate, which asks nothing of the database."""
    team: Any = getattr(request, "team", None)
    if not slugs or team is None:
        return None
    new = reverse("debates:new", args=[team.slug])
    ways = [Way(str(kpis.get(slug).name), f"{new}?kpi={slug}") for slug in slugs]
    return Panel("debates/_below_what_changed.html", {"ways": ways})


@register("figure")
def below_a_figure(request: HttpRequest, kpi: Kpi) -> Panel | None:
    """The newest debates about it, and the way to another one."""
    team: Any = getattr(request, "team", None)
    if kpi.is_detail or team is None:
        return None
    debates = list(Debate.objects.filter(team=team, kpi=kpi.slug).newest_first()[:NEWEST])
    is_open = any(debate.is_open for debate in debates)
    context = {
        "debates": debates,
        "kpi": kpi,
        "can_begin": not is_open,
        "signals": _signals_of(request, kpi),
    }
    return Panel("debates/_below_a_figure.html", context)


def _signals_of(request: Any, kpi: Kpi) -> list[tuple[int, str]]:
    """The latest signals in it that this reader sees, each by its key and in words."""
    shown = reach.signals_shown(request.team, member=request.member, at=timezone.now())
    return [(one.pk, unusual_since(one)) for one in shown.filter(kpi=kpi.slug)[:NEWEST]]


@register("agreement")
def beside_an_agreement(_request: HttpRequest, agreement: Agreement) -> Panel:
    """The debate that it comes from, and what the figure that it was about said since."""
    found = Experiment.objects.filter(agreement=agreement).select_related("debate")
    context = {"experiment": found.first(), "agreement": agreement}
    return Panel("debates/_beside_an_agreement.html", context)


@register("frame")
def below_a_frame(_request: HttpRequest, frame: Frame) -> Panel:
    """The debate that was asked for with it, or that none could be."""
    kpi = figure_of_the_goal(frame.team)
    # The one that was open on it already will do.
    since = Debate.objects.open() | Debate.objects.filter(asked_at__gte=frame.announced_at)
    found = since.filter(team=frame.team, kpi=kpi.slug).newest_first().first() if kpi else None
    return Panel("debates/_below_a_frame.html", {"debate": found})


def figure_of_the_goal(team: Team) -> Kpi | None:
    """The figure that the team's goal is a number of, if a debate can be about it."""
    return next((kpi for kpi in kpis.standing_alone() if kpi.slug == team.goal_kpi), None)


@register("procedure")
def beside_a_procedure(request: HttpRequest, procedure: Procedure) -> Panel | None:
    """From which decision it was put on trial or buried, and where the team says so."""
    return None if procedure.is_alive else _origin(request, procedure, "procedure")


@register("process")
def below_a_process(request: HttpRequest, pipeline: Pipeline) -> Panel:
    """From which decision its latest version comes, and where the team says so."""
    version = pipeline.revisions.select_related("pipeline__team").order_by("-number")[0]
    return _origin(request, version, "version")


@register("versions")
def beside_versions(_request: HttpRequest, versions: Sequence[Version]) -> Panel:
    """From which decision each of them comes."""
    found = Origin.objects.filter(revision__in=[version.pk for version in versions])
    return _beside_each("version", {one.revision_id: one for one in _told(found)})


@register("graves")
def beside_graves(_request: HttpRequest, graves: Sequence[Procedure]) -> Panel:
    """From which decision each procedure was buried."""
    found = Origin.objects.filter(procedure__in=graves, over_at=None)
    return _beside_each("procedure", {one.procedure_id: one for one in _told(found)})


def _told(origins: OriginQuerySet) -> OriginQuerySet:
    return origins.select_related("experiment__debate", "experiment__version")


def _beside_each(kind: str, origins: dict[int | None, Origin]) -> Panel:
    behind = {key: name_of(origin.experiment) for key, origin in origins.items()}
    return Panel("debates/_beside_each.html", {"behind": behind, "kind": kind})


def _origin(request: HttpRequest, changed: Changed, kind: str) -> Panel:
    member: Any = getattr(request, "member", None)
    decision = decision_behind(changed)
    form = NameOrigin(changed=changed) if member else None
    context = {
        "changed": changed,
        "kind": kind,
        "behind": name_of(decision) if decision else "",
        "form": form if form and form.has_choice else None,
    }
    return Panel("debates/_origin.html", context)
