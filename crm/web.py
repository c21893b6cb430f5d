"""From a request to what it is about: shared by the pages and the API."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from crm.cards import Reader
from crm.models import Activity, Deal, FieldDefinition, Interaction, Pipeline
from teams.models import LogEntry, Team
from teams.web import TeamRequest

NAMES = ("pipeline", "stage", "organization", "contact", "product", "owner")


def reader_of(request: TeamRequest) -> Reader:
    """Who reads here, and now."""
    return Reader(request.team, timezone.now(), sees_people=request.member is not None)


def find_deal(team: Team, number: int) -> Deal:
    """The team's deal of this number. Raises Http404."""
    return get_object_or_404(team.deals.select_related(*NAMES), number=number)


def find_pipeline(team: Team, pk: int) -> Pipeline:
    """The team's process of this key, also an archived one. Raises Http404."""
    return get_object_or_404(team.pipelines.select_related("team"), pk=pk)


def find_interaction(deal: Deal, pk: int | str, *, removed: bool = False) -> Interaction:
    """What was said about this deal, unless somebody removed it. Raises Http404."""
    found = deal.interactions.all() if removed else deal.interactions.there()
    if not str(pk).isdecimal():
        raise Http404
    return get_object_or_404(found.select_related("deal__organization", "deal__contact"), pk=pk)


def find_activity(team: Team, pk: int) -> Activity:
    """The team's activity. Raises Http404."""
    names = ("team", "deal__organization", "deal__contact", "organization", "contact", "assignee")
    return get_object_or_404(team.activities.select_related(*names), pk=pk)


def find_move(team: Team, entry: int) -> tuple[Deal, LogEntry]:
    """The line of the team's logbook in which a deal moved, and the deal. Raises Http404."""
    line = get_object_or_404(team.logbook.filter(subject_label=Deal._meta.label_lower), pk=entry)
    return get_object_or_404(team.deals.select_related(*NAMES), pk=line.subject_id), line


def fields_about(team: Team, target: str) -> list[FieldDefinition]:
    """The team's own fields about this, as they are asked for."""
    return list(team.fields.about(target).living().in_order())


def find_field(team: Team, pk: int) -> FieldDefinition:
    """One of the team's own fields. Raises Http404."""
    return get_object_or_404(team.fields.select_related("team"), pk=pk)
