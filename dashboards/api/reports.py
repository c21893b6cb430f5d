"""Drafts of reports and the team's own words about them, for programs: the verb of the page."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dashboards.drafts import Draft, reported
from dashboards.models import Commentary, StaleCommentary
from dashboards.models.commentary import LONGEST
from dashboards.web import find_draft, find_report
from teams.api import StrictSerializer, TeamView
from teams.api_fields import ParagraphsField


class WordsDraft(StrictSerializer):
    """New words, and the version in which the old were seen; 0 where nothing was written yet.

    `kpi` is the figure they are about; empty for the report as a whole. An empty text takes the
    words away.
    """

    kpi = serializers.ChoiceField(choices=reported(), allow_blank=True)
    text = ParagraphsField(allow_blank=True, max_length=LONGEST)
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class WordsFacts(serializers.ModelSerializer):
    """The team's words about one figure, or about the whole report."""

    class Meta:
        model = Commentary
        fields = ("kpi", "text", "version")


class BothWords(serializers.Serializer):
    """Who came second: what was sent, and what stands there now."""

    detail = serializers.CharField()
    yours = WordsDraft()
    theirs = WordsFacts()


class DraftFacts(serializers.Serializer):
    """The report as it would be published now, and what the team says of it so far."""

    published_at = serializers.DateTimeField()
    report = serializers.DictField()
    commentary = WordsFacts(many=True)


class ReportFacts(serializers.Serializer):
    """A published report as it was sealed: its hash is that of `content`, byte by byte."""

    period = serializers.CharField()
    published_at = serializers.DateTimeField()
    content = serializers.CharField()
    sha256 = serializers.CharField()


class ReportView(TeamView):
    @extend_schema(operation_id="reports_read", responses=ReportFacts)
    def get(self, _request: Request, period: str) -> Response:
        """The published report of a week or a month."""
        return Response(ReportFacts(find_report(self.team, period)).data)


class DraftView(TeamView):
    """What the team sees first. Of a draft whoever reads along is told nothing."""

    @extend_schema(operation_id="reports_draft", responses=DraftFacts)
    def get(self, _request: Request, period: str) -> Response:
        """The draft of a report, until it is published."""
        if self.member is None:
            raise Http404
        draft = self._find(period)
        if draft.is_published:
            raise Http404
        return Response(DraftFacts(_facts(draft)).data)

    @extend_schema(
        operation_id="reports_words_write",
        request=WordsDraft,
        responses={200: WordsFacts, 409: BothWords},
    )
    def patch(self, request: Request, period: str) -> Response:
        """Say something in the team's own words. Who comes second gets both back."""
        draft = self._find(period)
        sent = self.read(request, WordsDraft)
        try:
            Commentary.objects.write(draft.period, **sent, by=self.writer, at=timezone.now())
        except StaleCommentary as refusal:
            theirs = WordsFacts(draft.commentary(sent["kpi"])).data
            return self.both(request, refusal, theirs)
        return Response(WordsFacts(draft.commentary(sent["kpi"])).data)

    def _find(self, period: str) -> Draft:
        return find_draft(self.team, period, at=timezone.now())


def _facts(draft: Draft) -> dict[str, Any]:
    return {
        "published_at": draft.published_at,
        "report": draft.payload,
        "commentary": draft.commentaries.values(),
    }
