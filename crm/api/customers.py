"""Customers for programs: organizations, the people there and how to reach them; the same verbs."""

from typing import Any

from django.core.paginator import Page
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm import contacts
from crm import customers as shown
from crm.api.customer_serializers import (
    BothContacts,
    BothCustomers,
    ContactChanges,
    ContactDraft,
    ContactFacts,
    ContactList,
    CustomerChanges,
    CustomerDraft,
    CustomerFacts,
    CustomerList,
    PointDraft,
)
from crm.api.serializers import Nothing
from crm.api.views import CrmView
from crm.customer_forms import (
    CONTACT_SORTS,
    CUSTOMER_SORTS,
    FindByWords,
    FindContacts,
    FindCustomers,
)
from crm.filters import CustomerVocabulary
from crm.listing import Addressed, pages
from crm.models import Contact, Organization, StaleCustomer
from crm.web import find_affiliation, find_contact, find_organization

ASKED = [
    OpenApiParameter("q", str, description="words of the name, the sector or the place"),
    OpenApiParameter(
        "filter",
        str,
        many=True,
        description=(
            "field:operator:value, and what is as good with | between; all of them hold. "
            "A field of the team's own is called organization-KEY and, for members only, "
            "contact-KEY, which is asked of those who work there"
        ),
    ),
    OpenApiParameter("sort", str, enum=list(CUSTOMER_SORTS)),
    OpenApiParameter("page", int),
]


CONTACTS_ASKED = [
    OpenApiParameter(
        "q",
        str,
        description="a part of the name, of the customer or, for members only, of an address",
    ),
    OpenApiParameter("sort", str, enum=list(CONTACT_SORTS)),
    OpenApiParameter("page", int),
]


def _refuse_unless_valid(form: FindByWords) -> None:
    if not form.is_valid():
        raise ValidationError(
            {name: [str(word) for word in words] for name, words in form.errors.items()}
        )


def _page_told(request: Request, wish: Addressed, page: Page) -> dict[str, Any]:
    before, after = pages(wish, page).values()
    return {
        "count": page.paginator.count,
        "page": page.number,
        "previous": request.path + before if before else None,
        "next": request.path + after if after else None,
    }


class CustomersView(CrmView):
    @extend_schema(operation_id="customers_list", parameters=ASKED, responses=CustomerList)
    def get(self, request: Request) -> Response:
        """A page of the organizations of the company."""
        vocabulary = CustomerVocabulary(self.reader())
        form = FindCustomers(request.query_params, vocabulary=vocabulary)
        _refuse_unless_valid(form)
        wish = form.wish()
        page = shown.listed(self.team, wish, page=request.query_params.get("page"))
        listed = _page_told(request, wish, page) | {"results": page.object_list}
        return Response(self.show(CustomerList, listed))

    @extend_schema(
        operation_id="customers_add", request=CustomerDraft, responses={201: CustomerFacts}
    )
    def post(self, request: Request) -> Response:
        """A customer that nobody knew yet."""
        draft = self.read(request, CustomerDraft)
        made = Organization.objects.add(**draft, by=self.writer, at=timezone.now())
        return Response(self.show(CustomerFacts, made), status=status.HTTP_201_CREATED)


class CustomerView(CrmView):
    @extend_schema(operation_id="customers_read", responses=CustomerFacts)
    def get(self, request: Request, organization: int) -> Response:
        """One organization."""
        return Response(self.show(CustomerFacts, find_organization(organization)))

    @extend_schema(
        operation_id="customers_edit",
        request=CustomerChanges,
        responses={200: CustomerFacts, 409: BothCustomers},
    )
    def patch(self, request: Request, organization: int) -> Response:
        """Change what all teams know of it, as seen in a version."""
        found, changes = find_organization(organization), self.read(request, CustomerChanges)
        version = changes.pop("version")
        try:
            found.edit(changes, version=version, by=self.writer, at=timezone.now())
        except StaleCustomer as refusal:
            return self.both(request, refusal, self.show(CustomerFacts, found))
        return Response(self.show(CustomerFacts, found))


class CustomerContactsView(CrmView):
    @extend_schema(operation_id="customers_people", responses=ContactFacts(many=True))
    def get(self, request: Request, organization: int) -> Response:
        """Who works there, as far as the team may know of them."""
        people = shown.people_of(find_organization(organization), self.reader())
        contacts = [worker.contact for worker in people]
        context = {"sees_people": self.member is not None}
        return Response(ContactFacts(contacts, many=True, context=context).data)

    @extend_schema(
        operation_id="customers_contact_add", request=ContactDraft, responses={201: ContactFacts}
    )
    def post(self, request: Request, organization: int) -> Response:
        """Somebody who works there."""
        found, draft = find_organization(organization), self.read(request, ContactDraft)
        name, role = draft["name"], draft.get("role", "")
        made = Contact.objects.add(name, found, role, by=self.writer, at=timezone.now())
        return Response(self.show(ContactFacts, made), status=status.HTTP_201_CREATED)


class ContactsView(CrmView):
    @extend_schema(operation_id="contacts_list", parameters=CONTACTS_ASKED, responses=ContactList)
    def get(self, request: Request) -> Response:
        """A page of the contacts whom the team knows."""
        form = FindContacts(request.query_params)
        _refuse_unless_valid(form)
        wish, reader = form.wish(), self.reader()
        page = contacts.listed(reader, wish, page=request.query_params.get("page"))
        people = list(contacts.people_on(page, reader))
        listed = _page_told(request, wish, page) | {"results": people}
        context = {"sees_people": reader.sees_people}
        return Response(ContactList(listed, context=context).data)


class ContactView(CrmView):
    @extend_schema(operation_id="contacts_read", responses=ContactFacts)
    def get(self, request: Request, contact: int) -> Response:
        """Somebody at a customer."""
        return Response(self.show(ContactFacts, find_contact(self.team, contact)))

    @extend_schema(
        operation_id="contacts_edit",
        request=ContactChanges,
        responses={200: ContactFacts, 409: BothContacts},
    )
    def patch(self, request: Request, contact: int) -> Response:
        """Change who somebody is, as seen in a version."""
        found, changes = find_contact(self.team, contact), self.read(request, ContactChanges)
        version = changes.pop("version")
        try:
            found.edit(changes, version=version, by=self.writer, at=timezone.now())
        except StaleCustomer as refusal:
            return self.both(request, refusal, self.show(ContactFacts, found))
        return Response(self.show(ContactFacts, found))


class ContactPointsView(CrmView):
    @extend_schema(
        operation_id="contacts_point_add", request=PointDraft, responses={201: ContactFacts}
    )
    def post(self, request: Request, contact: int) -> Response:
        """A new way to reach somebody."""
        found, draft = find_contact(self.team, contact), self.read(request, PointDraft)
        found.add_point(**draft, by=self.writer, at=timezone.now())
        return Response(self.show(ContactFacts, found), status=status.HTTP_201_CREATED)


class ContactPointView(CrmView):
    @extend_schema(operation_id="contacts_point_remove", request=None, responses=ContactFacts)
    def delete(self, request: Request, contact: int, point: int) -> Response:
        """Strike out a way to reach somebody."""
        found = find_contact(self.team, contact)
        gone = get_object_or_404(found.points, pk=point)
        found.remove_point(gone, by=self.writer, at=timezone.now())
        return Response(self.show(ContactFacts, found))


class AffiliationEndingView(CrmView):
    @extend_schema(operation_id="affiliations_end", request=Nothing, responses=ContactFacts)
    def post(self, request: Request, affiliation: int) -> Response:
        """They work there no more."""
        found = find_affiliation(self.team, affiliation)
        self.read(request, Nothing)
        found.end(by=self.writer, at=timezone.now())
        return Response(self.show(ContactFacts, found.contact))
