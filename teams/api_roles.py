"""Roles, for programs: the same verbs as on their pages."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from teams.api import Reason, StrictSerializer, TeamView
from teams.api_charter import SaidAnswer
from teams.api_fields import LineField, OneOf, ParagraphsField, Person
from teams.models import Nomination, Role
from teams.models.consent import LONGEST_REASON
from teams.models.role import LONGEST_LINE, LONGEST_NAME, LONGEST_TEXT, MOST_MONTHS
from teams.roles import roles_of, seen


class RoleDraft(StrictSerializer):
    """How it is called, what it is for, and what it looks after."""

    name = LineField(max_length=LONGEST_NAME)
    purpose = LineField(max_length=LONGEST_LINE)
    accountabilities = ParagraphsField(max_length=LONGEST_TEXT)


class NominationDraft(StrictSerializer):
    """Who of the team is proposed for a role, for how many months, and why."""

    person = OneOf("people")
    months = serializers.IntegerField(min_value=1, max_value=MOST_MONTHS)
    why = LineField(max_length=LONGEST_REASON)


class NominationFacts(serializers.ModelSerializer):
    """That somebody is proposed for a role or holds it."""

    person = Person()
    proposed_by = Person()

    class Meta:
        model = Nomination
        fields: tuple[str, ...] = (
            "id",
            "person",
            "proposed_by",
            "months",
            "why",
            "state",
            "answer_by",
            "agreed_on",
            "held_until",
            "over_on",
            "ended_why",
        )


class AskedNomination(NominationFacts):
    """That somebody is proposed for a role, with who of the team has said what."""

    answers = SaidAnswer(many=True)

    class Meta(NominationFacts.Meta):
        fields = (*NominationFacts.Meta.fields, "answers")


class RoleWords(serializers.ModelSerializer):
    """What a role is for, and what it looks after."""

    class Meta:
        model = Role
        fields = (
            "id",
            "name",
            "purpose",
            "accountabilities",
            "begun_at",
            "closed_at",
            "closed_why",
        )


class RoleFacts(serializers.Serializer):
    """A role, and until when it is held. The team alone is told by whom, and who is proposed."""

    role = RoleWords()
    held_until = serializers.DateField(allow_null=True)
    holding = NominationFacts(allow_null=True)
    proposed = NominationFacts(allow_null=True)


class RoleInFull(RoleFacts):
    """The same of one, with who has said what to who is proposed."""

    proposed = AskedNomination(allow_null=True)


class _RolesView(TeamView):
    def find(self, pk: int) -> Role:
        """A role of the team. Raises Http404."""
        found: Any = self.team.roles.select_related("team")
        role: Role = get_object_or_404(found, pk=pk)
        return role

    def in_full(self, pk: int) -> Any:
        """How it stands now, as far as who asks may know. Raises Http404."""
        try:
            found = seen(self.team, pk, timezone.localdate(), sees_people=self.member is not None)
        except Role.DoesNotExist:
            raise Http404 from None
        return RoleInFull(found).data


class RolesView(_RolesView):
    @extend_schema(operation_id="roles_list", responses=RoleFacts(many=True))
    def get(self, _request: Request) -> Response:
        """All that the team has, by name."""
        sees_people = self.member is not None
        found = roles_of(self.team, timezone.localdate(), sees_people=sees_people)
        return Response(RoleFacts(found, many=True).data)

    @extend_schema(operation_id="roles_begin", request=RoleDraft, responses={201: RoleInFull})
    def post(self, request: Request) -> Response:
        """Write down another one."""
        sent = self.read(request, RoleDraft)
        made = Role.objects.begin(**sent, by=self.writer, at=timezone.now())
        return Response(self.in_full(made.pk), status=status.HTTP_201_CREATED)


class RoleView(_RolesView):
    @extend_schema(operation_id="roles_read", responses=RoleInFull)
    def get(self, _request: Request, role: int) -> Response:
        """One of them."""
        return Response(self.in_full(role))


class NominationView(_RolesView):
    @extend_schema(
        operation_id="roles_nominate", request=NominationDraft, responses={201: AskedNomination}
    )
    def post(self, request: Request, role: int) -> Response:
        """Propose somebody for it; who does so has consented."""
        found = self.find(role)
        sent = self.read(request, NominationDraft, people=self.team.people())
        made = found.nominate(**sent, by=self.writer, at=timezone.now())
        return Response(AskedNomination(made).data, status=status.HTTP_201_CREATED)


class ResignationView(_RolesView):
    @extend_schema(operation_id="roles_lay_down", request=None, responses=RoleInFull)
    def post(self, _request: Request, role: int) -> Response:
        """Lay it down, as whoever holds it."""
        found = self.find(role)
        found.lay_down(by=self.writer, at=timezone.now())
        return Response(self.in_full(role))


class ClosingView(_RolesView):
    @extend_schema(operation_id="roles_close", request=Reason, responses=RoleInFull)
    def post(self, request: Request, role: int) -> Response:
        """Need it no longer, while nobody holds it."""
        found = self.find(role)
        found.close(self.read(request, Reason)["why"], by=self.writer, at=timezone.now())
        return Response(self.in_full(role))


class _NominationsView(_RolesView):
    def find_asked(self, role: int, pk: int) -> Nomination:
        """A nomination for this role. Raises Http404."""
        found: Any = self.find(role).nominations.select_related("team", "role", "person")
        nomination: Nomination = get_object_or_404(found, pk=pk)
        return nomination


class NominationConsentView(_NominationsView):
    @extend_schema(operation_id="nominations_consent", request=None, responses=AskedNomination)
    def post(self, _request: Request, role: int, nomination: int) -> Response:
        """Say yes to it."""
        found = self.find_asked(role, nomination)
        found.consent(by=self.writer, at=timezone.now())
        return Response(AskedNomination(found).data)


class NominationObjectionView(_NominationsView):
    @extend_schema(operation_id="nominations_object", request=Reason, responses=AskedNomination)
    def post(self, request: Request, role: int, nomination: int) -> Response:
        """Say what harm it would do, which takes it off the table."""
        found = self.find_asked(role, nomination)
        found.object(self.read(request, Reason)["why"], by=self.writer, at=timezone.now())
        return Response(AskedNomination(found).data)


class NominationEndView(_NominationsView):
    @extend_schema(operation_id="nominations_end", request=Reason, responses=AskedNomination)
    def post(self, request: Request, role: int, nomination: int) -> Response:
        """Want it no longer, while it is proposed."""
        found = self.find_asked(role, nomination)
        found.drop(self.read(request, Reason)["why"], by=self.writer, at=timezone.now())
        return Response(AskedNomination(found).data)
