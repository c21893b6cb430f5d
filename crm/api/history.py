"""Taking back what the history tells, for programs."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.bulk import BulkFacts
from crm.api.serializers import BatchUndone, Changed, DeletedDeal, Nothing
from crm.api.views import CrmView
from crm.batches import take_all_back
from crm.models import BulkUndo, take_back
from crm.recycling import bin_of
from crm.web import find_batch, find_deleted, find_line, find_subject


class UndoView(CrmView):
    @extend_schema(operation_id="history_undo", request=Nothing, responses=Changed)
    def post(self, request: Request, entry: int) -> Response:
        """Take back what this line tells. The answer says where that can be taken back."""
        line = find_line(self.team, entry)
        self.read(request, Nothing)
        taken = take_back(line, by=self.writer, at=timezone.now())
        deal = find_subject(self.team, line)
        return Response(self.show(Changed, {"deal": deal, "undo": self.undo_of(taken)}))


class RecycleBinView(CrmView):
    @extend_schema(operation_id="recycle_bin_list", responses=DeletedDeal(many=True))
    def get(self, request: Request) -> Response:
        """The deals in the team's recycle bin, the last one first. For members only."""
        if self.member is None:
            raise Http404
        return Response([self.show(DeletedDeal, deal) for deal in bin_of(self.team)])


class RestorationView(CrmView):
    @extend_schema(operation_id="recycle_bin_restore", request=Nothing, responses=Changed)
    def post(self, request: Request, number: int) -> Response:
        """Take a deal out of the recycle bin."""
        deal = find_deleted(self.team, number)
        self.read(request, Nothing)
        return self.act(deal, deal.restore)


class UndoBatchView(CrmView):
    @extend_schema(
        operation_id="history_undo_batch",
        request=Nothing,
        responses={200: BatchUndone, 202: BulkFacts},
    )
    def post(self, request: Request, entry: int) -> Response:
        """Take back everything that was done together with this line, as far as it can be.

        202 where that goes on for a while: ask for the change of many deals how far it is.
        """
        line = find_batch(self.team, entry)
        self.read(request, Nothing)
        undone = take_all_back(line, by=self.writer, at=timezone.now())
        if isinstance(undone, BulkUndo):
            return Response(self.show(BulkFacts, undone.edit), status=status.HTTP_202_ACCEPTED)
        return Response(self.show(BatchUndone, undone))
