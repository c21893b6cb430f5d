"""Requests that no page could understand are turned away at the gate, with a sentence."""

import codecs
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
FORM = "application/x-www-form-urlencoded"


class UnreadableRequest(Exception):  # noqa: N818
    """Nobody can understand this; with a status and a sentence for whoever sent it."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def readable_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let in only requests in a known method whose address and form are text in UTF-8.

    It stands behind what chooses the language, and before everything that reads a form.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            check(request)
        except UnreadableRequest as trouble:
            return _turned_away(request, trouble)
        return get_response(request)

    return middleware


def check(request: HttpRequest) -> None:
    """Raises UnreadableRequest."""
    if request.method not in METHODS:
        raise UnreadableRequest(
            HTTPStatus.METHOD_NOT_ALLOWED, _("Nothing here is asked like that.")
        )
    if not _in_utf8(request):
        raise UnreadableRequest(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("Only texts in UTF-8 can be read here.")
        )
    # A server hands over the address as bytes in the clothes of a text.
    query = unquote_to_bytes(request.META.get("QUERY_STRING", "").encode("latin-1", "replace"))
    if b"\0" in query or not _is_text(query):
        raise _unreadable()
    if request.content_type == FORM and not _is_text(unquote_to_bytes(_body(request))):
        raise _unreadable()


def _in_utf8(request: HttpRequest) -> bool:
    named = (request.content_params or {}).get("charset", "utf-8")
    try:
        return codecs.lookup(named).name == "utf-8"
    except LookupError:
        return False


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig:
        raise UnreadableRequest(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("This is too long.")
        ) from None


def _is_text(sent: bytes) -> bool:
    try:
        sent.decode()
    except UnicodeDecodeError:
        return False
    return True


def _unreadable() -> UnreadableRequest:
    return UnreadableRequest(
        HTTPStatus.BAD_REQUEST, _("There are characters in it that cannot be read.")
    )


def _turned_away(request: HttpRequest, trouble: UnreadableRequest) -> HttpResponse:
    response: HttpResponse
    if request.path.startswith("/api/"):
        response = JsonResponse({"detail": str(trouble)}, status=trouble.status)
    else:
        shown = {"status": trouble.status.value, "sentence": str(trouble)}
        response = HttpResponse(render_to_string("400.html", shown), status=trouble.status)
    if trouble.status == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ", ".join(METHODS)
    return response
