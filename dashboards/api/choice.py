"""Which figures the team steers by, for programs: the same verbs as on its page."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from dashboards.api.objectives import KpiField
from dashboards.choice_form import LARGEST
from dashboards.models import FigureChoice, StaleChoice
from dashboards.models.choice import LONGEST_REASON
from teams.api import StrictSerializer, TeamView
from teams.api_fields import LineField

# More than there are figures; what repeats itself beyond it is not read.
MOST_FIGURES = 100


class FigureChoiceDraft(StrictSerializer):
    """The figures by their slugs, and why these. `seen` is the number of the choice that holds."""

    kpis = serializers.ListField(child=KpiField(), max_length=MOST_FIGURES)
    reason = LineField(max_length=LONGEST_REASON)
    seen = serializers.IntegerField(min_value=0, max_value=LARGEST)


class FigureChoiceFacts(serializers.ModelSerializer):
    """A choice, which holds until the next."""

    class Meta:
        model = FigureChoice
        fields = ("number", "since_at", "kpis", "reason")


class BothFigureChoices(serializers.Serializer):
    """Who came second: what was sent, and what was chosen meanwhile."""

    detail = serializers.CharField()
    yours = FigureChoiceDraft()
    theirs = FigureChoiceFacts()


class ChoicesView(TeamView):
    @extend_schema(operation_id="figure_choices_list", responses=FigureChoiceFacts(many=True))
    def get(self, _request: Request) -> Response:
        """By which figures the team steers, and before that by which it did; all without any."""
        return Response(FigureChoiceFacts(self.team.figure_choices.newest_first(), many=True).data)

    @extend_schema(
        operation_id="figure_choices_make",
        request=FigureChoiceDraft,
        responses={200: FigureChoiceFacts, 201: FigureChoiceFacts, 409: BothFigureChoices},
    )
    def post(self, request: Request) -> Response:
        """Steer by other figures from now on; what is chosen already is no change."""
        sent = self.read(request, FigureChoiceDraft)
        try:
            made = FigureChoice.objects.choose(
                sent["kpis"],
                reason=sent["reason"],
                seen=sent["seen"],
                by=self.writer,
                at=timezone.now(),
            )
        except StaleChoice as refusal:
            return self.both(request, refusal, self._last())
        if made is None:
            return Response(self._last())
        return Response(FigureChoiceFacts(made).data, status=status.HTTP_201_CREATED)

    def _last(self) -> Any:
        last = self.team.figure_choices.newest_first().first()
        return last and FigureChoiceFacts(last).data
