"""How long we keep who a contact is, for programs: the same verbs as on the page."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.fields import LARGEST, NumberField
from crm.api.views import CrmView
from crm.api.work import PAGE
from crm.models import Contact, RetentionRule
from crm.models.retention import FEWEST_MONTHS, MOST_MONTHS
from crm.refusals import StaleRetention
from crm.retention import Silent, find_rule
from teams.api import StrictSerializer


class RetentionDraft(StrictSerializer):
    """Months after the last contact; `seen` is the version that stands, 0 where there is none."""

    months = serializers.IntegerField(min_value=FEWEST_MONTHS, max_value=MOST_MONTHS)
    seen = serializers.IntegerField(min_value=0, max_value=LARGEST)


class AnonymisationDraft(StrictSerializer):
    """How many contacts were shown; if it are others by now, nobody is anonymised."""

    count = NumberField()


class SilentContact(serializers.ModelSerializer):
    """A contact, and when something was last known of them."""

    last_contact_at = serializers.DateTimeField()

    class Meta:
        model = Contact
        fields = ("id", "name", "last_contact_at")


class RetentionFacts(serializers.Serializer):
    """The rule, and a page of those whom it is about, of `count`; null months: no rule yet."""

    months = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()
    count = serializers.IntegerField()
    is_at_work = serializers.BooleanField()
    page = serializers.IntegerField()
    previous = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    results = SilentContact(many=True)


class BothRetentions(serializers.Serializer):
    """Who came second: what was sent, and what stands there now."""

    detail = serializers.CharField()
    yours = RetentionDraft()
    theirs = RetentionFacts()


class AboutRetention(CrmView):
    """What the views below share: how it stands."""

    def facts(self, request: Request) -> Any:
        rule = find_rule(self.team)
        silent = Silent.of(rule, at=timezone.now(), page=request.query_params.get("page"))
        stands = {"months": rule and rule.months, "version": rule.version if rule else 0}
        told = {"count": silent.count, "is_at_work": silent.is_at_work}
        shown = {**stands, **told, **silent.page.listed(request.path)}
        return self.show(RetentionFacts, shown)


class RetentionView(AboutRetention):
    @extend_schema(operation_id="retention_read", parameters=[PAGE], responses=RetentionFacts)
    def get(self, request: Request) -> Response:
        """For how long who a contact is, is kept, and who is silent for longer. For members."""
        if self.member is None:
            raise Http404
        return Response(self.facts(request))

    @extend_schema(
        operation_id="retention_agree",
        request=RetentionDraft,
        responses={200: RetentionFacts, 409: BothRetentions},
    )
    def put(self, request: Request) -> Response:
        """Keep it for so long. Nobody is anonymised by it. Who comes second gets both back."""
        draft = self.read(request, RetentionDraft)
        try:
            RetentionRule.objects.agree(**draft, by=self.writer, at=timezone.now())
        except StaleRetention as refusal:
            return self.both(request, refusal, self.facts(request))
        return Response(self.facts(request))


class AnonymisationView(AboutRetention):
    @extend_schema(
        operation_id="contacts_anonymise",
        request=AnonymisationDraft,
        responses={202: RetentionFacts},
    )
    def post(self, request: Request) -> Response:
        """Let a job anonymise those who were shown. This cannot be undone."""
        seen = self.read(request, AnonymisationDraft)
        RetentionRule.objects.ask(**seen, by=self.writer, at=timezone.now())
        return Response(self.facts(request), status=status.HTTP_202_ACCEPTED)
