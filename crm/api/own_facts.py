"""What the team knows of a customer besides, for programs: the same verb as on the page."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.customs import CustomField
from crm.api.fields import LARGEST
from crm.api.views import CrmView
from crm.models import Contact, Organization, OwnFacts, StaleCustomer
from crm.own_facts import Own
from crm.web import find_contact, find_organization
from teams.api import StrictSerializer


class OwnFactsChanges(StrictSerializer):
    """New values, and the version in which the old were seen; 0 where nothing was written yet."""

    version = serializers.IntegerField(min_value=0, max_value=LARGEST)
    custom = CustomField()


class OwnFactsFacts(serializers.ModelSerializer):
    """What the team knows of one customer, by the keys of its fields. No other team sees it."""

    custom = CustomField()

    class Meta:
        model = OwnFacts
        fields = ("custom", "version")


class BothOwnFacts(serializers.Serializer):
    """Who came second: what was sent, and what stands there now."""

    detail = serializers.CharField()
    yours = OwnFactsChanges()
    theirs = OwnFactsFacts()


class OwnFactsView(CrmView):
    """What the two views below share. Of a person a manager is told nothing."""

    def tell(self, customer: Organization | Contact) -> Response:
        return Response(self.show(OwnFactsFacts, self._own(customer).facts))

    def change(self, request: Request, customer: Organization | Contact) -> Response:
        own = self._own(customer)
        facts = own.facts
        asked = self.read(request, OwnFactsChanges, fields=own.fields, kept=facts.custom)
        version = asked["version"]
        try:
            facts.edit(asked["custom"], version=version, by=self.writer, at=timezone.now())
        except StaleCustomer as refusal:
            return self.both(request, refusal, self.show(OwnFactsFacts, facts))
        return Response(self.show(OwnFactsFacts, facts))

    def _own(self, customer: Organization | Contact) -> Own:
        own = Own.of(customer, self.reader())
        if own is None:
            raise Http404
        return own


class CustomerOwnFactsView(OwnFactsView):
    @extend_schema(operation_id="customers_own_facts", responses=OwnFactsFacts)
    def get(self, request: Request, organization: int) -> Response:
        """What the team knows of an organization besides."""
        return self.tell(find_organization(organization))

    @extend_schema(
        operation_id="customers_own_facts_edit",
        request=OwnFactsChanges,
        responses={200: OwnFactsFacts, 409: BothOwnFacts},
    )
    def patch(self, request: Request, organization: int) -> Response:
        """Write it down, as seen in a version. Who comes second gets both back."""
        return self.change(request, find_organization(organization))


class ContactOwnFactsView(OwnFactsView):
    @extend_schema(operation_id="contacts_own_facts", responses=OwnFactsFacts)
    def get(self, request: Request, contact: int) -> Response:
        """The same of somebody who works there; for members alone."""
        return self.tell(find_contact(self.team, contact))

    @extend_schema(
        operation_id="contacts_own_facts_edit",
        request=OwnFactsChanges,
        responses={200: OwnFactsFacts, 409: BothOwnFacts},
    )
    def patch(self, request: Request, contact: int) -> Response:
        """Write it down, as seen in a version. Who comes second gets both back."""
        return self.change(request, find_contact(self.team, contact))
