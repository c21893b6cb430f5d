"""Which customers go with a part of the team that divides, for programs."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.views import CrmView
from crm.going import looked_after_by_who_goes, page_of_customers
from crm.going_form import KEY, KINDS, MOST, FindGoing
from crm.models import GoingCustomer
from crm.web import find_division
from teams.api import StrictSerializer
from teams.models import Division


class CustomerKeys(serializers.ListField):
    """Customers: o5 is an organization, c7 a contact."""

    child = serializers.RegexField(KEY)

    def to_internal_value(self, data: Any) -> Any:
        """The customers themselves."""
        keys = super().to_internal_value(data)
        return {(KINDS[key[0]], int(key[1:])) for key in keys}


class GoingChoice(StrictSerializer):
    """Who goes, and who of those that went stays after all; of all others it is as it was."""

    goes = CustomerKeys(max_length=MOST)
    stays = CustomerKeys(max_length=MOST, required=False)


class GoingRow(serializers.Serializer):
    """A customer with open deals, as the list shows it."""

    key = serializers.CharField()
    name = serializers.CharField()
    deals = serializers.IntegerField()
    amount = serializers.CharField()
    goes = serializers.BooleanField()


class GoingList(serializers.Serializer):
    """A page of the customers to choose from; once it is proposed, of those that go."""

    count = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    results = GoingRow(many=True)


def listed(request: Request, plan: Division) -> Any:
    """The page of the list that was asked for."""
    asked = request.query_params
    page = page_of_customers(plan, q=FindGoing(asked).words(), page=asked.get("page"))
    shown = {
        "count": page.paginator.count,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "results": page.object_list,
    }
    return GoingList(shown).data


class GoingView(CrmView):
    @extend_schema(
        operation_id="division_customers",
        parameters=[OpenApiParameter("q", str), OpenApiParameter("page", int)],
        responses=GoingList,
    )
    def get(self, request: Request, division: int) -> Response:
        """The customers with open deals, and who of them goes."""
        if self.member is None:
            raise Http404
        plan = find_division(self.team, division)
        return Response(listed(request, plan))

    @extend_schema(
        operation_id="division_choose_customers", request=GoingChoice, responses=GoingList
    )
    def post(self, request: Request, division: int) -> Response:
        """Keep who goes, while it is planned."""
        plan = find_division(self.team, division)
        sent = self.read(request, GoingChoice)
        GoingCustomer.objects.choose(
            plan, sent["goes"], sent.get("stays", ()), by=self.writer, at=timezone.now()
        )
        return Response(listed(request, plan))


class GoingSuggestionView(CrmView):
    @extend_schema(operation_id="division_suggest_customers", request=None, responses=GoingList)
    def post(self, request: Request, division: int) -> Response:
        """Let those go whose open deals are all looked after by people who go."""
        plan = find_division(self.team, division)
        found = looked_after_by_who_goes(plan)
        GoingCustomer.objects.choose(plan, found, by=self.writer, at=timezone.now())
        return Response(listed(request, plan))
