"""The work with a customer, for programs: the same verbs as on the page of a deal."""

from datetime import date
from typing import cast

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.serializers import Nothing
from crm.api.views import CrmView
from crm.api.work_serializers import (
    ActivityChanges,
    ActivityDraft,
    ActivityFacts,
    ActivityList,
    BothActivities,
    BothInteractions,
    Completion,
    InteractionChanges,
    InteractionDraft,
    InteractionFacts,
    InteractionList,
    Seen,
)
from crm.calendar import LOOKS, WHO, span
from crm.models import Activity, Contact, Interaction, Organization, StaleWork
from crm.models.interaction import contacts_of
from crm.web import find_activity, find_deal, find_interaction
from crm.work_forms import FindActivities
from teams.models import User
from teams.paging import page_of

PAGE = OpenApiParameter("page", int)


class InteractionsView(CrmView):
    @extend_schema(operation_id="interactions_list", parameters=[PAGE], responses=InteractionList)
    def get(self, request: Request, number: int) -> Response:
        """What was said about a deal, the newest first."""
        found = find_deal(self.team, number).interactions.there().newest_first()
        page = page_of(found.select_related("contact", "by"), request.query_params.get("page"))
        return Response(self.show(InteractionList, page.listed(request.path)))

    @extend_schema(
        operation_id="interactions_log",
        request=InteractionDraft,
        responses={201: InteractionFacts},
    )
    def post(self, request: Request, number: int) -> Response:
        """Write down what was said."""
        deal = find_deal(self.team, number)
        draft = self.read(request, InteractionDraft, contacts=contacts_of(deal))
        made = Interaction.objects.log(deal, **draft, by=self.writer, at=timezone.now())
        return Response(self.show(InteractionFacts, made), status=status.HTTP_201_CREATED)


class InteractionView(CrmView):
    @extend_schema(
        operation_id="interactions_edit",
        request=InteractionChanges,
        responses={200: InteractionFacts, 409: BothInteractions},
    )
    def patch(self, request: Request, number: int, interaction: int) -> Response:
        """Correct it, as seen in a version. Who comes second gets both versions back."""
        deal = find_deal(self.team, number)
        found = find_interaction(deal, interaction)
        contacts = contacts_of(deal, found.contact_id)
        changes = self.read(request, InteractionChanges, contacts=contacts)
        version = changes.pop("version")
        try:
            found.edit(changes, version=version, by=self.writer, at=timezone.now())
        except StaleWork as refusal:
            return self.both(request, refusal, self.show(InteractionFacts, found))
        return Response(self.show(InteractionFacts, found))


class InteractionRemovalView(CrmView):
    @extend_schema(operation_id="interactions_remove", request=Seen, responses=InteractionFacts)
    def post(self, request: Request, number: int, interaction: int) -> Response:
        """Put it in the bin, as seen in a version."""
        found = find_interaction(find_deal(self.team, number), interaction)
        seen = self.read(request, Seen)
        found.remove(**seen, by=self.writer, at=timezone.now())
        return Response(self.show(InteractionFacts, found))


class InteractionReturnView(CrmView):
    @extend_schema(operation_id="interactions_return", request=Nothing, responses=InteractionFacts)
    def post(self, request: Request, number: int, interaction: int) -> Response:
        """Take it out of the bin."""
        found = find_interaction(find_deal(self.team, number), interaction, removed=True)
        self.read(request, Nothing)
        found.put_back(by=self.writer, at=timezone.now())
        return Response(self.show(InteractionFacts, found))


CALENDAR = [
    OpenApiParameter("look", str, enum=list(LOOKS), default="month"),
    OpenApiParameter("on", date, description="a day of the month or week; today unless given"),
    OpenApiParameter("who", str, enum=list(WHO), description="for members only"),
]


class ActivitiesView(CrmView):
    @extend_schema(operation_id="activities_list", parameters=CALENDAR, responses=ActivityList)
    def get(self, request: Request) -> Response:
        """What stands on the calendar of a month, a week or the next four weeks."""
        reader = self.reader()
        form = FindActivities(request.query_params, sees_people=reader.sees_people)
        if not form.is_valid():
            raise ValidationError(
                {name: [str(word) for word in words] for name, words in form.errors.items()}
            )
        look = form.wish()
        first, last = span(look.look, look.on or reader.today)
        mine = cast("User", request.user) if look.who else None
        found = self.team.activities.on_calendar(first, last, assignee=mine)
        shown = {"first": first, "last": last, "results": found.select_related("done_by")}
        return Response(self.show(ActivityList, shown))

    @extend_schema(
        operation_id="activities_plan", request=ActivityDraft, responses={201: ActivityFacts}
    )
    def post(self, request: Request) -> Response:
        """Plan something."""
        deals = self.team.deals.select_related("organization", "contact")
        draft = self.read(
            request,
            ActivityDraft,
            deals=deals,
            organizations=Organization.objects.filter(deals__team=self.team).distinct(),
            contacts=Contact.objects.filter(deals__team=self.team).distinct(),
            people=self.team.people(),
        )
        made = Activity.objects.plan(self.team, **draft, by=self.writer, at=timezone.now())
        return Response(self.show(ActivityFacts, made), status=status.HTTP_201_CREATED)


class ActivityView(CrmView):
    @extend_schema(operation_id="activities_read", responses=ActivityFacts)
    def get(self, request: Request, activity: int) -> Response:
        """One activity."""
        return Response(self.show(ActivityFacts, find_activity(self.team, activity)))

    @extend_schema(
        operation_id="activities_change",
        request=ActivityChanges,
        responses={200: ActivityFacts, 409: BothActivities},
    )
    def patch(self, request: Request, activity: int) -> Response:
        """Plan it differently, as seen in a version. Who comes second gets both plans back."""
        found = find_activity(self.team, activity)
        changes = self.read(request, ActivityChanges, people=self.team.people())
        version = changes.pop("version")
        try:
            found.change(changes, version=version, by=self.writer, at=timezone.now())
        except StaleWork as refusal:
            return self.both(request, refusal, self.show(ActivityFacts, found))
        return Response(self.show(ActivityFacts, found))


class ActivityCompletionView(CrmView):
    @extend_schema(operation_id="activities_do", request=Completion, responses=ActivityFacts)
    def post(self, request: Request, activity: int) -> Response:
        """It is done, and this came of it."""
        found = find_activity(self.team, activity)
        sent = self.read(request, Completion)
        note = sent.get("outcome_note", "")
        found.do(note, version=sent["version"], by=self.writer, at=timezone.now())
        return Response(self.show(ActivityFacts, found))


class ActivityRemovalView(CrmView):
    @extend_schema(operation_id="activities_drop", request=Seen, responses=ActivityFacts)
    def post(self, request: Request, activity: int) -> Response:
        """It need not be done any more."""
        found = find_activity(self.team, activity)
        found.drop(**self.read(request, Seen), by=self.writer, at=timezone.now())
        return Response(self.show(ActivityFacts, found))


class ActivityReopeningView(CrmView):
    @extend_schema(operation_id="activities_reopen", request=Nothing, responses=ActivityFacts)
    def post(self, request: Request, activity: int) -> Response:
        """It is to be done after all."""
        found = find_activity(self.team, activity)
        self.read(request, Nothing)
        found.reopen(by=self.writer, at=timezone.now())
        return Response(self.show(ActivityFacts, found))
