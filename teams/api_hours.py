"""When the team works, for programs: the same verbs as on its page."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from teams import countries
from teams.api import StrictSerializer, TeamView
from teams.hours_form import (
    DAYS,
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_DAY,
    MOST_CLOSED_DAYS,
    HoursField,
    written,
)
from teams.models import StaleHours, WorkCalendar
from teams.worktime import WorkHours

_out_of_time = gettext_lazy("Choose a day between 1990 and 2100.")


@extend_schema_field(str)
class HoursOfDay(serializers.Field):
    """The hours of one day of the week, as 9:00-12:30, 13:00-17:00; empty on a day off."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or len(data) > LONGEST_DAY:
            raise serializers.ValidationError(_("Write the hours like 9:00-12:30, 13:00-17:00."))
        try:
            return HoursField(required=False).clean(data)
        except ValidationError as refusal:
            raise serializers.ValidationError(refusal.messages) from None

    def to_representation(self, value: Any) -> str:
        return written(value)


class HoursDraft(StrictSerializer):
    """The hours of the seven days from Monday on, and `seen`, the number of those that hold.

    `closed_days` are days off besides the public holidays of `country`, two letters of ISO 3166.
    """

    seen = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    week = serializers.ListField(child=HoursOfDay(), min_length=len(DAYS), max_length=len(DAYS))
    closed_days = serializers.ListField(
        child=serializers.DateField(
            validators=[
                MinValueValidator(date(FIRST_YEAR, 1, 1), _out_of_time),
                MaxValueValidator(date(LAST_YEAR, 12, 31), _out_of_time),
            ]
        ),
        max_length=MOST_CLOSED_DAYS,
    )
    country = serializers.ChoiceField(choices=sorted(countries.names()))


class HoursFacts(serializers.Serializer):
    """The hours that hold since some moment."""

    number = serializers.IntegerField()
    since_at = serializers.DateTimeField()
    week = serializers.ListField(child=HoursOfDay())
    closed_days = serializers.ListField(child=serializers.DateField())
    country = serializers.CharField()


class BothHours(serializers.Serializer):
    """Who came second: what was sent, and what holds now."""

    detail = serializers.CharField()
    yours = HoursDraft()
    theirs = HoursFacts()


class HoursView(TeamView):
    @extend_schema(operation_id="hours_read", responses=HoursFacts)
    def get(self, _request: Request) -> Response:
        """When the team works."""
        return Response(HoursFacts(self.team.work_calendar).data)

    @extend_schema(
        operation_id="hours_agree", request=HoursDraft, responses={200: HoursFacts, 409: BothHours}
    )
    def put(self, request: Request) -> Response:
        """Work by these hours from now on. Who comes second gets both back."""
        sent = self.read(request, HoursDraft)
        hours = WorkHours(
            self.team.zone, sent["country"], tuple(sent["week"]), frozenset(sent["closed_days"])
        )
        try:
            WorkCalendar.objects.agree(hours, seen=sent["seen"], by=self.writer, at=timezone.now())
        except StaleHours as refusal:
            return self.both(request, refusal, HoursFacts(self.team.work_calendar).data)
        return Response(HoursFacts(self.team.work_calendar).data)
