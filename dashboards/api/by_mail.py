"""Which reports of a team somebody gets by mail, for programs: the verb of the page."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dashboards.models import Subscription
from dashboards.models.subscription import DAYS
from teams.api import OwnView, StrictSerializer


class MailChoice(StrictSerializer):
    """The day of the weekly report, 0 for Monday to 6 for Sunday, null for none; and the monthly.

    No day comes before Wednesday, when the report is published.
    """

    weekly_on = serializers.ChoiceField(choices=sorted(DAYS), allow_null=True)
    monthly = serializers.BooleanField()


class MailView(OwnView):
    """Everybody's own choice; nobody reads or writes that of somebody else."""

    @extend_schema(operation_id="reports_by_mail_read", responses=MailChoice)
    def get(self, _request: Request) -> Response:
        """What whoever asks gets by mail."""
        return Response(MailChoice(Subscription.objects.of(self.place)).data)

    @extend_schema(operation_id="reports_by_mail_choose", request=MailChoice, responses=MailChoice)
    def put(self, request: Request) -> Response:
        """Choose it."""
        sent = self.read(request, MailChoice)
        chosen = Subscription.objects.choose(self.place, **sent, at=timezone.now())
        return Response(MailChoice(chosen).data)
