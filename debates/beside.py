"""What debates show on other pages: below a figure, a report, an agreement and a frame."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from agreements.models import Agreement
from dashboards import kpis
from dashboards.figures import Kpi
from debates.models import Debate, Experiment
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
    context = {"debates": debates, "kpi": kpi, "can_begin": not is_open}
    return Panel("debates/_below_a_figure.html", context)


@register("agreement")
def beside_an_agreement(_request: HttpRequest, agreement: Agreement) -> Panel | None:
    """The debate that it comes from, the figure that it was about, and what that said since."""
    found = Experiment.objects.filter(agreement=agreement).select_related("debate")
    experiment = found.first()
    if experiment is None:
        return None
    return Panel("debates/_beside_an_agreement.html", {"experiment": experiment})


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
