"""For programs: what may be there already, and two customers that become one."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.alike import Likely, contacts_like, contacts_reached_at, customers_like
from crm.api.customer_serializers import (
    ContactMerging,
    CustomerMerging,
    LikelyFacts,
    MergedContact,
    MergedCustomer,
)
from crm.api.views import CrmView
from crm.customer_forms import LookAround
from crm.models import Contact, Organization
from crm.web import find_contact, find_organization

TYPED = OpenApiParameter("name", str)
REACHED = OpenApiParameter("value", str, description="an e-mail address, a number, or a link")


class LookingView(CrmView):
    """Only who may add something looks for what is there already."""

    def typed(self, request: Request) -> dict[str, str]:
        if self.member is None:
            raise Http404
        form = LookAround(request.query_params)
        form.is_valid()
        return form.cleaned_data

    def answer(self, likely: list[Likely]) -> Response:
        return Response([self.show(LikelyFacts, each) for each in likely])


class CustomersAlikeView(LookingView):
    @extend_schema(
        operation_id="customers_alike", parameters=[TYPED], responses=LikelyFacts(many=True)
    )
    def get(self, request: Request) -> Response:
        """The customers that may be meant by this name."""
        return self.answer(customers_like(self.typed(request)["name"], self.team))


class ContactsAlikeView(LookingView):
    @extend_schema(
        operation_id="contacts_alike",
        parameters=[TYPED, REACHED],
        responses=LikelyFacts(many=True),
    )
    def get(self, request: Request) -> Response:
        """The people whom the team knows, by their name or by how to reach them."""
        typed = self.typed(request)
        if typed["value"]:
            return self.answer(contacts_reached_at(typed["value"], self.team))
        return self.answer(contacts_like(typed["name"], self.team))


class CustomerMergerView(CrmView):
    @extend_schema(
        operation_id="customers_merge", request=CustomerMerging, responses=MergedCustomer
    )
    def post(self, request: Request, organization: int) -> Response:
        """Let another customer become a part of this one."""
        found, wish = (
            find_organization(organization),
            self.read(request, CustomerMerging, organizations=Organization.objects.all()),
        )
        entry = found.absorb(**wish, by=self.writer, at=timezone.now())
        merged = {"customer": find_organization(organization), "undo": self.undo_of(entry)}
        return Response(self.show(MergedCustomer, merged))


class ContactMergerView(CrmView):
    @extend_schema(operation_id="contacts_merge", request=ContactMerging, responses=MergedContact)
    def post(self, request: Request, contact: int) -> Response:
        """Let another contact become a part of this one."""
        found = find_contact(self.team, contact)
        wish = self.read(request, ContactMerging, contacts=Contact.objects.known_to(self.team))
        entry = found.absorb(**wish, by=self.writer, at=timezone.now())
        merged = {"contact": find_contact(self.team, contact), "undo": self.undo_of(entry)}
        return Response(self.show(MergedContact, merged))
