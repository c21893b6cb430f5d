"""Saved views, for programs: the same verbs as above the list of deals."""

from collections.abc import Callable
from typing import Any, cast

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.fields import ColumnsField, FilterField, NumberField, SortField
from crm.api.serializers import Nothing
from crm.api.views import CrmView
from crm.filters import EVERYTHING
from crm.filters.tree import lines_of
from crm.listing import NEWEST, Wish
from crm.looking import as_kept, views_of
from crm.models import SavedView
from crm.models.view import LONGEST_VIEW_NAME
from crm.refusals import StaleView
from crm.web import find_view
from teams.api import StrictSerializer
from teams.api_fields import LineField
from teams.models import User


class ViewDraft(StrictSerializer):
    """A question about the deals and its name, for the team or (`own`) for oneself.

    Nothing is added to its lines: `outcome:is:open` asks for the open ones alone.
    """

    name = LineField(max_length=LONGEST_VIEW_NAME)
    own = serializers.BooleanField(required=False)
    filter = FilterField(required=False)
    sort = SortField(required=False)
    columns = ColumnsField(required=False)
    layout = serializers.ChoiceField(choices=SavedView.Layout.choices, required=False)


class ViewChanges(StrictSerializer):
    """Another name or another question, and the version in which the view was seen."""

    version = NumberField()
    name = LineField(max_length=LONGEST_VIEW_NAME, required=False)
    filter = FilterField(required=False)
    sort = SortField(required=False)
    columns = ColumnsField(required=False)
    layout = serializers.ChoiceField(choices=SavedView.Layout.choices, required=False)


class ViewFacts(serializers.ModelSerializer):
    """A question about the deals that is kept under a name. At `deals` its answer is read."""

    own = serializers.SerializerMethodField()
    filter = serializers.SerializerMethodField()
    deals = serializers.SerializerMethodField()

    class Meta:
        model = SavedView
        fields = ("id", "name", "own", "filter", "sort", "columns", "layout", "version", "deals")

    def get_own(self, view: SavedView) -> bool:
        return not view.is_the_teams

    def get_filter(self, view: SavedView) -> list[str]:
        return lines_of(view.filter)

    def get_deals(self, view: SavedView) -> str:
        return f"{reverse('crm-api:deals', args=[view.team.slug])}?view={view.pk}"


class BothViews(serializers.Serializer):
    """Who came second: what was sent, and what stands there now."""

    detail = serializers.CharField()
    yours = ViewChanges()
    theirs = ViewFacts()


class ViewsView(CrmView):
    @extend_schema(operation_id="views_list", responses=ViewFacts(many=True))
    def get(self, request: Request) -> Response:
        """The team's views and one's own; for a manager those that ask for nobody."""
        return Response([self.show(ViewFacts, view) for view in views_of(self.vocabulary(request))])

    @extend_schema(operation_id="views_add", request=ViewDraft, responses={201: ViewFacts})
    def post(self, request: Request) -> Response:
        """Keep a question under a name."""
        draft = self.read(request, ViewDraft, vocabulary=self.vocabulary(request))
        wish = Wish(
            draft.get("filter", EVERYTHING),
            draft.get("sort", NEWEST),
            columns=tuple(draft.get("columns", ())),
        )
        asked = as_kept(wish, draft.get("layout", SavedView.Layout.LIST))
        view = SavedView.objects.add(
            draft["name"], asked, own=draft.get("own", False), by=self.writer, at=timezone.now()
        )
        return Response(self.show(ViewFacts, view), status=status.HTTP_201_CREATED)


class OneViewView(CrmView):
    """What the views of one saved view share."""

    def find(self, request: Request, view: int) -> SavedView:
        return find_view(self.team, cast("User", request.user), view)

    def change(self, view: SavedView, verb: Callable[..., Any], **seen: int) -> Response:
        verb(**seen, by=self.writer, at=timezone.now())
        return Response(self.show(ViewFacts, view))


class ViewView(OneViewView):
    @extend_schema(
        operation_id="views_change",
        request=ViewChanges,
        responses={200: ViewFacts, 409: BothViews},
    )
    def patch(self, request: Request, view: int) -> Response:
        """Another name or question, as seen in a version. Who comes second gets both back."""
        found = self.find(request, view)
        asked = self.read(request, ViewChanges, vocabulary=self.vocabulary(request))
        version, name = asked.pop("version"), asked.pop("name", found.name)
        if "filter" in asked:
            asked["filter"] = asked["filter"].as_json()
        try:
            found.change(name, asked, version=version, by=self.writer, at=timezone.now())
        except StaleView as refusal:
            found.refresh_from_db()
            return self.both(request, refusal, self.show(ViewFacts, found))
        return Response(self.show(ViewFacts, found))


class ViewRemovalView(OneViewView):
    @extend_schema(operation_id="views_remove", request=Nothing, responses=ViewFacts)
    def post(self, request: Request, view: int) -> Response:
        """Take it away."""
        found = self.find(request, view)
        self.read(request, Nothing)
        return self.change(found, found.discard)


class ViewUndoView(OneViewView):
    @extend_schema(operation_id="views_undo", request=Nothing, responses=ViewFacts)
    def post(self, request: Request, view: int, version: int) -> Response:
        """Take back the change or removal that made this version; once more, make it anew."""
        found = self.find(request, view)
        self.read(request, Nothing)
        return self.change(found, found.undo, version=version)
