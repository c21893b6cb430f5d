"""Customers who wait for an answer, for programs."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.views import CrmView
from crm.waiting import Queue


class WaitingFacts(serializers.Serializer):
    """Who waits about which deal; `due_at` is null where nothing was promised."""

    number = serializers.IntegerField()
    customer = serializers.CharField()
    about = serializers.CharField()
    since = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    is_late = serializers.BooleanField()


class WaitingList(serializers.Serializer):
    """Everybody who waits, the most urgent first; `late` for longer than was promised."""

    count = serializers.IntegerField()
    late = serializers.IntegerField()
    shown = WaitingFacts(many=True)


class WaitingView(CrmView):
    @extend_schema(operation_id="waiting_list", responses=WaitingList)
    def get(self, _request: Request) -> Response:
        """Customers who wait for an answer, and until when it was promised."""
        queue = Queue.of(self.team, self.reader().at)
        return Response(self.show(WaitingList, queue))
