"""The work with a customer, for programs: the same verbs as on the page of a deal."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.serializers import Nothing
from crm.api.views import CrmView
from crm.api.work_serializers import (
    BothInteractions,
    InteractionChanges,
    InteractionDraft,
    InteractionFacts,
    InteractionList,
    Seen,
)
from crm.models import Interaction, StaleWork
from crm.models.interaction import contacts_of
from crm.paging import page_of
from crm.web import find_deal, find_interaction

PAGE = OpenApiParameter("page", int)


class InteractionsView(CrmView):
    @extend_schema(operation_id="interactions_list", parameters=[PAGE], responses=InteractionList)
    def get(self, request: Request, number: int) -> Response:
        """What was said about a deal, the newest first."""
        found = find_deal(self.team, number).interactions.there().newest_first()
        page = page_of(found.select_related("contact", "by"), request.query_params.get("page"))
        return Response(self.show(InteractionList, page.listed(request.path)))

    @extend_schema(
        operation_id="interactions_log",
        request=InteractionDraft,
        responses={201: InteractionFacts},
    )
    def post(self, request: Request, number: int) -> Response:
        """Write down what was said."""
        deal = find_deal(self.team, number)
        draft = self.read(request, InteractionDraft, contacts=contacts_of(deal))
        made = Interaction.objects.log(deal, **draft, by=self.writer, at=timezone.now())
        return Response(self.show(InteractionFacts, made), status=status.HTTP_201_CREATED)


class InteractionView(CrmView):
    @extend_schema(
        operation_id="interactions_edit",
        request=InteractionChanges,
        responses={200: InteractionFacts, 409: BothInteractions},
    )
    def patch(self, request: Request, number: int, interaction: int) -> Response:
        """Correct it, as seen in a version. Who comes second gets both versions back."""
        deal = find_deal(self.team, number)
        found = find_interaction(deal, interaction)
        changes = self.read(request, InteractionChanges, contacts=contacts_of(deal))
        version = changes.pop("version")
        try:
            found.edit(changes, version=version, by=self.writer, at=timezone.now())
        except StaleWork as refusal:
            return self.both(request, refusal, self.show(InteractionFacts, found))
        return Response(self.show(InteractionFacts, found))


class InteractionRemovalView(CrmView):
    @extend_schema(operation_id="interactions_remove", request=Seen, responses=InteractionFacts)
    def post(self, request: Request, number: int, interaction: int) -> Response:
        """Put it in the bin, as seen in a version."""
        found = find_interaction(find_deal(self.team, number), interaction)
        seen = self.read(request, Seen)
        found.remove(**seen, by=self.writer, at=timezone.now())
        return Response(self.show(InteractionFacts, found))


class InteractionReturnView(CrmView):
    @extend_schema(operation_id="interactions_return", request=Nothing, responses=InteractionFacts)
    def post(self, request: Request, number: int, interaction: int) -> Response:
        """Take it out of the bin."""
        found = find_interaction(find_deal(self.team, number), interaction, removed=True)
        self.read(request, Nothing)
        found.put_back(by=self.writer, at=timezone.now())
        return Response(self.show(InteractionFacts, found))
