"""The book of agreements for programs: to read it, and to propose one."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.api.serializers import AgreementDraft, AgreementList, WholeAgreement
from agreements.models import Agreement
from agreements.proposing import Who, people_besides, propose
from agreements.sight import Sight
from agreements.web import find_agreement
from teams.api import OwnView
from teams.api_fields import Person
from teams.models import User
from teams.paging import page_of
from teams.web import reader_page

ASKED = [
    OpenApiParameter("whose", str, enum=["mine"], description="those to which I am a party"),
    OpenApiParameter("page", int),
]


class BookView(OwnView):
    """What the views of agreements share: how one is shown."""

    def shown(self, pk: int) -> Any:
        """How it stands by now, for whoever asks. Raises Http404."""
        return WholeAgreement(find_agreement(self.place, pk)).data


class AgreementsView(BookView):
    @extend_schema(operation_id="agreements_list", parameters=ASKED, responses=AgreementList)
    def get(self, request: Request) -> Response:
        """What was agreed: all of the team; for a manager what they are a party to."""
        asked = request.query_params
        found = Agreement.objects.visible_to(self.place)
        if asked.get("whose") == "mine":
            found = found.concerning(self.place)
        page = page_of(found.with_everything().order_by("-pk"), asked.get("page"))
        sights = [Sight(one, self.place, timezone.localdate()) for one in page.rows]
        return Response(AgreementList({**page.listed(request.path), "results": sights}).data)

    @extend_schema(
        operation_id="agreements_propose", request=AgreementDraft, responses={201: WholeAgreement}
    )
    def post(self, request: Request) -> Response:
        """Put an agreement on the table; it holds once everybody has accepted it."""
        people = people_besides(self.team, self.place.user)
        sent = self.read(request, AgreementDraft, people=people)
        who, terms = Who(sent["who"]), AgreementDraft.terms_in(sent)
        made = propose(who, sent["others"], terms, by=self.place, at=timezone.now())
        return Response(self.shown(made.pk), status=status.HTTP_201_CREATED)


class AgreementView(BookView):
    door_to_write = staticmethod(reader_page)  # there is nothing to write

    @extend_schema(operation_id="agreements_read", responses=WholeAgreement)
    def get(self, _request: Request, agreement: int) -> Response:
        """One agreement."""
        return Response(self.shown(agreement))


class PeopleView(OwnView):
    door_to_write = staticmethod(reader_page)  # there is nothing to write

    @extend_schema(operation_id="agreements_people", responses=Person(many=True))
    def get(self, _request: Request) -> Response:
        """With whom whoever asks can agree on something."""
        people: Iterable[User] = people_besides(self.team, self.place.user)
        return Response(Person(people, many=True).data)
