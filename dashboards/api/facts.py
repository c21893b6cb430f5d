"""Figures for programs: what a figure is made of, as on its page."""

from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dashboards.facts import Behind, Counts, Fact
from dashboards.figures import Subject
from dashboards.listing import NOBODY_KNOWS, PAGE, facts_of, find, named, url_of
from dashboards.reports import text
from teams.api import TeamView

ASKED = [
    OpenApiParameter("part", str, description="the key of one stage or reason"),
    OpenApiParameter("since", str, description="add up a flow from this period on: 2026-W22"),
    OpenApiParameter("page", int),
]


class SubjectFacts(serializers.Serializer):
    """What a fact is about, and its page."""

    name = serializers.CharField(source="label")
    detail = serializers.CharField()
    url = serializers.CharField()


class FactFacts(serializers.Serializer):
    """One fact. `length` is in the unit of the figure, and `at` null while it had not ended."""

    about = SubjectFacts()
    part = serializers.CharField()
    began_at = serializers.DateTimeField(allow_null=True)
    at = serializers.DateTimeField(allow_null=True)
    amount = serializers.CharField(allow_null=True)
    length = serializers.FloatField(allow_null=True)
    counts = serializers.ChoiceField(choices=[*Counts])


class FactList(serializers.Serializer):
    """A figure as the facts give it now, and a page of them, the newest first.

    `n` counts those that make the figure, `left_out` those without a date, which are listed too.
    """

    kpi = serializers.CharField()
    period = serializers.CharField()
    since = serializers.CharField()
    part = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    numerator = serializers.CharField(allow_null=True)
    denominator = serializers.CharField(allow_null=True)
    n = serializers.IntegerField()
    left_out = serializers.IntegerField()
    page = serializers.IntegerField()
    previous = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    results = FactFacts(many=True)


class FactsView(TeamView):
    @extend_schema(operation_id="figures_facts", parameters=ASKED, responses=FactList)
    def get(self, request: Request, kpi: str, period: str) -> Response:
        """The facts behind a figure: for a manager of published periods, and without people."""
        asked = request.query_params.dict()
        now: datetime = timezone.now()
        try:
            found = find(self.team, kpi, period, asked, member=self.member, at=now)
        except LookupError:
            raise Http404 from None
        page = Paginator(range(found.count), PAGE).get_page(asked.get("page"))
        facts = facts_of(found, page)
        subjects = named(found, facts, sees_people=self.member is not None)
        told = [_told(fact, subjects.get(fact.subject, NOBODY_KNOWS)) for fact in facts]
        return Response(FactList(_listed(found, page, request.path) | {"results": told}).data)


def _listed(found: Behind, page: Page, path: str) -> dict[str, Any]:
    figure = found.figure
    return {
        "kpi": found.kpi.slug,
        "period": str(found.last),
        "since": str(found.first),
        "part": figure.dimension,
        "unit": found.kpi.unit_for(found.team),
        "value": text(figure.value),
        "numerator": text(figure.numerator),
        "denominator": text(figure.denominator),
        "n": figure.n,
        "left_out": figure.left_out,
        "page": page.number,
        "previous": path + url_of(found, page.number - 1) if page.has_previous() else None,
        "next": path + url_of(found, page.number + 1) if page.has_next() else None,
    }


def _told(fact: Fact, subject: Subject) -> dict[str, Any]:
    return {
        "about": subject,
        "part": fact.dimension,
        "began_at": fact.began_at,
        "at": fact.at,
        "amount": text(fact.amount),
        "length": fact.length,
        "counts": fact.counts,
    }
