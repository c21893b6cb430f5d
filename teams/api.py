"""What the APIs of all apps have in common: their door, how they read and how they refuse."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import wraps
from typing import IO, Any, cast

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, serializers, status
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from teams.api_fields import LineField
from teams.models import ManagerLink, Membership, Team, User
from teams.models.consent import LONGEST_REASON
from teams.once import HEADER
from teams.refusals import Refusal
from teams.web import (
    SAFE,
    ParticipantRequest,
    TeamRequest,
    View,
    by_method,
    member_page,
    participant_page,
    reader_page,
    untraced,
)

MOST_BYTES = 1_000_000


class Conflict(exceptions.APIException):
    """A rule said no, with its sentence."""

    status_code = status.HTTP_409_CONFLICT


class StrictJSONParser(JSONParser):
    """JSON without its surprises: no key twice, no NaN, no 1e9, no endless body."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise exceptions.ParseError(_("This is too long."))
        try:
            return json.loads(
                body.decode(),
                object_pairs_hook=_each_once,
                parse_float=_plain,
                parse_constant=_plain,
            )
        except (ValueError, RecursionError):
            raise exceptions.ParseError(_("This is not the JSON that we read.")) from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _plain(number: str) -> Decimal:
    if not number.lstrip("-").replace(".", "", 1).isdecimal():
        raise ValueError("a number with an exponent, or none at all")
    return Decimal(number)


class StrictSerializer(serializers.Serializer):
    """Reads exactly the fields that it knows; what else is sent is refused by name."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        if unknown:
            # Half a surrogate pair cannot be sent back.
            names = (name.encode("ascii", "backslashreplace").decode() for name in unknown)
            raise serializers.ValidationError({name: [_("Nobody knows this.")] for name in names})
        return super().to_internal_value(data)


class Reason(StrictSerializer):
    """Why somebody objects to something, or wants it no longer."""

    why = LineField(max_length=LONGEST_REASON)


class Schema(AutoSchema):
    """How the API is described: whatever changes something may carry a key."""

    def get_override_parameters(self) -> list[Any]:
        if self.method in SAFE or getattr(self.view, "is_untraced", False):
            return []
        told = "sent again with the same key, it has no second effect"
        return [OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, description=told)]


class TeamView(APIView):
    """A thing of a team. Members read and write; managers read, in a read-only transaction."""

    parser_classes = [StrictJSONParser]
    door_to_write: Callable[[View], View] = staticmethod(member_page)
    # Whether nothing is kept of what is sent here; see `teams.web.untraced`.
    is_untraced = False
    team: Team
    member: Membership | None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        view = super().as_view(**initkwargs)
        return _team_door(untraced(view) if cls.is_untraced else view, cls.door_to_write)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        passed = cast("TeamRequest", request)
        self.team, self.member = passed.team, passed.member

    @property
    def writer(self) -> Membership:
        """Who writes; the door lets nobody but members do so."""
        assert self.member is not None
        return self.member

    def read(
        self, request: Request, kind: type[serializers.Serializer], **context: Any
    ) -> dict[str, Any]:
        """What was sent, checked. Raises ValidationError."""
        sent = kind(data=request.data, context=context)
        sent.is_valid(raise_exception=True)
        return dict(sent.validated_data)

    def both(self, request: Request, refusal: Refusal, theirs: Any) -> Response:
        """For who came second: what was sent, and what stands there now."""
        both = {"detail": str(refusal), "yours": request.data, "theirs": theirs}
        return Response(both, status=status.HTTP_409_CONFLICT)

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(Conflict(str(exc)) if isinstance(exc, Refusal) else exc)


class OwnView(TeamView):
    """What concerns whoever asks: members and managers read and write it."""

    door_to_write = staticmethod(participant_page)
    place: Membership | ManagerLink

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.place = cast("ParticipantRequest", request).place


def _team_door(
    view: Callable[..., Any], door_to_write: Callable[[View], View]
) -> Callable[..., HttpResponseBase]:
    doors = by_method(read=reader_page(view), write=door_to_write(view))

    @wraps(doors)
    def door(request: HttpRequest, team_slug: str, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return view(request, **kwargs)  # it says itself that somebody must sign in
        try:
            return doors(request, team_slug=team_slug, **kwargs)
        except Http404:
            # Whoever may read and was turned away wanted to write.
            writes = request.method not in SAFE
            return _turned_away(is_manager=writes and _reads(request.user, team_slug))

    return door


def _reads(user: User, team_slug: str) -> bool:
    return Team.objects.followed_by(user).filter(slug=team_slug).exists()


def _turned_away(*, is_manager: bool) -> JsonResponse:
    # Only a manager knows that there is something here: a stranger is told nothing.
    if is_manager:
        text = _("You are reading. The team decides here.")
        return JsonResponse({"detail": text}, status=status.HTTP_403_FORBIDDEN)
    return JsonResponse({"detail": _("Not found.")}, status=status.HTTP_404_NOT_FOUND)
