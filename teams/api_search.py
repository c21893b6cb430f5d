"""What somebody can find, for programs."""

from typing import cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from teams.api import TeamView
from teams.models import User
from teams.search import DO, Query, few_of_each


class HitFacts(serializers.Serializer):
    """Something that was found, and the address of its page."""

    title = serializers.CharField()
    about = serializers.CharField()
    url = serializers.CharField()


class GroupFacts(serializers.Serializer):
    """The first hits of one kind; `has_more`: there are others."""

    kind = serializers.CharField(source="kind.key")
    name = serializers.CharField(source="kind.name")
    has_more = serializers.BooleanField()
    hits = HitFacts(many=True)


class SearchFacts(serializers.Serializer):
    """What was looked for, as it was understood, and what was found."""

    q = serializers.CharField()
    groups = GroupFacts(many=True)


class SearchView(TeamView):
    @extend_schema(
        operation_id="search",
        parameters=[OpenApiParameter("q", str, description="the beginnings of words")],
        responses=SearchFacts,
    )
    def get(self, request: Request) -> Response:
        """The first hits of every kind, in all teams that the person reads, this one first."""
        user = cast("User", request.user)
        query = Query.by(user, self.team, request.query_params.get("q", ""))
        # What the frame of a page can do is nothing for a program.
        groups = [group for group in few_of_each(user, query) if group.kind != DO]
        return Response(SearchFacts({"q": query.text, "groups": groups}).data)
