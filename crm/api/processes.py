"""The team's processes, for programs: the same verbs and refusals as on their pages."""

from django.db import models
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.process_serializers import (
    BothProcesses,
    ItemFacts,
    ItemState,
    Leaving,
    ProcessChange,
    ProcessDraft,
    ProcessFacts,
    ProcessPlace,
    RevisionFacts,
    Transfer,
)
from crm.api.serializers import Changed, Nothing
from crm.api.views import CrmView
from crm.models import Pipeline, Stage, StalePipeline
from crm.pages import checklist_of
from crm.revisions import history_of
from crm.start_process_form import first_stages
from crm.web import find_deal, find_pipeline
from teams.models import Team


class ProcessView(CrmView):
    """What the views of processes share."""

    def facts(self, pipeline: Pipeline) -> object:
        return self.show(ProcessFacts, _with_all(self.team).get(pk=pipeline.pk))


def _with_all(team: Team) -> models.QuerySet[Pipeline]:
    found = team.pipelines.in_order().prefetch_related("stages")
    return found.annotate(last_number=models.Max("revisions__number"))


class ProcessesView(ProcessView):
    @extend_schema(operation_id="pipelines_list", responses=ProcessFacts(many=True))
    def get(self, request: Request) -> Response:
        """The team's processes in their order, also the archived ones."""
        return Response(ProcessFacts(_with_all(self.team), many=True).data)

    @extend_schema(
        operation_id="pipelines_start", request=ProcessDraft, responses={201: ProcessFacts}
    )
    def post(self, request: Request) -> Response:
        """Begin another process, with stages to change."""
        draft = self.read(request, ProcessDraft)
        stages = first_stages(draft["kind"])
        by, at = self.writer.user, timezone.now()
        begun = Pipeline.start(self.team, **draft, stages=stages, by=by, at=at)
        return Response(self.facts(begun), status=status.HTTP_201_CREATED)


class OneProcessView(ProcessView):
    @extend_schema(operation_id="pipelines_read", responses=ProcessFacts)
    def get(self, request: Request, pipeline: int) -> Response:
        """One process."""
        return Response(self.facts(find_pipeline(self.team, pipeline)))

    @extend_schema(
        operation_id="pipelines_change",
        request=ProcessChange,
        responses={200: ProcessFacts, 409: BothProcesses},
    )
    def put(self, request: Request, pipeline: int) -> Response:
        """Let the process be these stages in this order; a stage that is left out is archived."""
        found = find_pipeline(self.team, pipeline)
        change = self.read(request, ProcessChange)
        try:
            found.change(change.pop("stages"), **change, by=self.writer, at=timezone.now())
        except StalePipeline as refusal:
            return self.both(request, refusal, self.facts(found))
        return Response(self.facts(found))


class ProcessArchivingView(ProcessView):
    @extend_schema(operation_id="pipelines_archive", request=Leaving, responses=ProcessFacts)
    def post(self, request: Request, pipeline: int) -> Response:
        """Put a process away; its open deals go on in a stage of another one."""
        found = find_pipeline(self.team, pipeline)
        words = self.read(request, Leaving, stages=Stage.objects.of_team(self.team))
        found.archive(by=self.writer, at=timezone.now(), deals_to=words.get("deals_to"))
        return Response(self.facts(found))


class ProcessRestoringView(ProcessView):
    @extend_schema(operation_id="pipelines_restore", request=Nothing, responses=ProcessFacts)
    def post(self, request: Request, pipeline: int) -> Response:
        """Work with an archived process again."""
        found = find_pipeline(self.team, pipeline)
        self.read(request, Nothing)
        found.bring_back(by=self.writer, at=timezone.now())
        return Response(self.facts(found))


class ProcessPlaceView(ProcessView):
    @extend_schema(operation_id="pipelines_place", request=ProcessPlace, responses=ProcessFacts)
    def put(self, request: Request, pipeline: int) -> Response:
        """Another place among the processes."""
        found = find_pipeline(self.team, pipeline)
        words = self.read(request, ProcessPlace)
        found.place(words["position"], by=self.writer, at=timezone.now())
        return Response(self.facts(found))


class RevisionsView(CrmView):
    @extend_schema(operation_id="pipelines_revisions", responses=RevisionFacts(many=True))
    def get(self, request: Request, pipeline: int) -> Response:
        """Every version of a process, the newest first."""
        found = find_pipeline(self.team, pipeline)
        versions = history_of(self.team, sees_people=False, only=found)
        return Response(RevisionFacts(versions, many=True).data)


class DealProcessView(CrmView):
    @extend_schema(operation_id="deals_transfer", request=Transfer, responses=Changed)
    def put(self, request: Request, number: int) -> Response:
        """Let a deal go on in a stage of another process."""
        deal = find_deal(self.team, number)
        words = self.read(request, Transfer, stages=Stage.objects.of_team(self.team))
        return self.act(deal, deal.transfer_to, words["stage"], seen_in=words["seen_in"])


class DealChecklistView(CrmView):
    @extend_schema(operation_id="deals_checklist", responses=ItemFacts(many=True))
    def get(self, request: Request, number: int) -> Response:
        """What to think of in the deal's present stage, and what of it is done."""
        return self._items(number)

    @extend_schema(operation_id="deals_tick", request=ItemState, responses=ItemFacts(many=True))
    def put(self, request: Request, number: int) -> Response:
        """Say that an item is done, or not yet."""
        deal = find_deal(self.team, number)
        words = self.read(request, ItemState)
        deal.tick(words["item"], done=words["done"], by=self.writer, at=timezone.now())
        return self._items(number)

    def _items(self, number: int) -> Response:
        checks = checklist_of(find_deal(self.team, number), self.reader())
        return Response(ItemFacts(checks, many=True).data)
