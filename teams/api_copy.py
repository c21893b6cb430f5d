"""Everything that is held about oneself, for programs: asked for, waited for, fetched."""

from typing import Any, cast

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from teams import copying
from teams.api import StrictJSONParser
from teams.models import PersonalCopy, User
from teams.web import own_page


class CopyFacts(serializers.ModelSerializer):
    """A copy on its way. Once it is there, it is fetched at `url`, for seven days."""

    percent = serializers.SerializerMethodField()
    has_failed = serializers.BooleanField()
    url = serializers.SerializerMethodField()

    class Meta:
        model = PersonalCopy
        fields = ("asked_at", "language", "percent", "has_failed", "rows", "url")

    def get_percent(self, copy: PersonalCopy) -> int:
        return copying.how_far(copy)

    def get_url(self, copy: PersonalCopy) -> str | None:
        return reverse("copy-file") if copy.file else None


class CopyView(APIView):
    parser_classes = [StrictJSONParser]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        return own_page(super().as_view(**initkwargs))

    @extend_schema(operation_id="copy_read", responses=CopyFacts)
    def get(self, request: Request) -> Response:
        """How far the copy is that one asked for last."""
        fresh = PersonalCopy.objects.fresh(timezone.now())
        found = fresh.filter(person=cast("User", request.user)).first()
        if found is None:
            raise Http404
        return Response(CopyFacts(found).data)

    @extend_schema(operation_id="copy_ask", request=None, responses={201: CopyFacts})
    def post(self, request: Request) -> Response:
        """Let a copy of everything be made that is held about whoever asks."""
        person, language = cast("User", request.user), get_language() or "en"
        copy = PersonalCopy.objects.ask(person, language=language, at=timezone.now())
        return Response(CopyFacts(copy).data, status=status.HTTP_201_CREATED)
