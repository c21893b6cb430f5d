"""What the team promises whoever asks, for programs: the same verbs as on its page."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.fields import LARGEST
from crm.api.views import CrmView
from crm.models import AnswerPromise, StalePromise
from crm.models.promise import LONGEST_REASON, MOST_HOURS, SECONDS_OF_HOUR
from teams.api import StrictSerializer
from teams.api_fields import LineField, Person


class PromiseDraft(StrictSerializer):
    """Within how many seconds of working time the team answers, and why.

    `seen` is the number of the promise that holds, 0 where there is none.
    """

    seconds = serializers.IntegerField(min_value=1, max_value=MOST_HOURS * SECONDS_OF_HOUR)
    reason = LineField(max_length=LONGEST_REASON)
    seen = serializers.IntegerField(min_value=0, max_value=LARGEST)


class PromiseFacts(serializers.ModelSerializer):
    """A promise, which holds until the next. Who made it is for members only."""

    by = Person(allow_null=True, required=False)

    class Meta:
        model = AnswerPromise
        fields = ("number", "since_at", "seconds", "reason", "by")

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if not self.context.get("sees_people", True):
            del fields["by"]
        return fields


class BothPromises(serializers.Serializer):
    """Who came second: what was sent, and what was promised meanwhile."""

    detail = serializers.CharField()
    yours = PromiseDraft()
    theirs = PromiseFacts()


class PromisesView(CrmView):
    @extend_schema(operation_id="promises_list", responses=PromiseFacts(many=True))
    def get(self, _request: Request) -> Response:
        """What the team promises, and before it what it promised until then."""
        promises = self.team.answer_promises.newest_first().select_related("by")
        return Response([self.show(PromiseFacts, promise) for promise in promises])

    @extend_schema(
        operation_id="promises_make",
        request=PromiseDraft,
        responses={200: PromiseFacts, 201: PromiseFacts, 409: BothPromises},
    )
    def post(self, request: Request) -> Response:
        """Promise something else from now on; what holds already is no change."""
        draft = self.read(request, PromiseDraft)
        try:
            made = AnswerPromise.objects.make(**draft, by=self.writer, at=timezone.now())
        except StalePromise as refusal:
            return self.both(request, refusal, self._last())
        if made is None:
            return Response(self._last())
        return Response(self.show(PromiseFacts, made), status=status.HTTP_201_CREATED)

    def _last(self) -> Any:
        last = self.team.answer_promises.newest_first().select_related("by").first()
        return last and self.show(PromiseFacts, last)
