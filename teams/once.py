"""What is sent twice has one effect: a double click, a retry, a browser that sends again.

A form carries a key of its own, new with each rendering (`{% once %}`); a program sends one in the
header `Idempotency-Key`. The first answer is kept under the key, in the transaction of what was
done, and whoever sends the same again gets it again. The doors ask here, after they know who it is:
whoever may not come in (any more) is not told what was answered. See docs/adr/0009.
"""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from teams.models import SentOnce
from teams.models.sent import StillAtIt

HEADER = "Idempotency-Key"
FIELD = "once"
NOT_ITS_WORDS = {FIELD, "csrfmiddlewaretoken"}
LASTS = timedelta(hours=24)
# A string of the HTTP standard (RFC 8941), or what most programs send: the same without quotes.
KEY = re.compile(r'"([!#-\[\]-~]{1,200})"|([!#-\[\]-~]{1,200})', re.ASCII)


class SentWrongly(Exception):  # noqa: N818
    """This cannot be taken; with a status and a sentence for whoever sent it."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def once(request: HttpRequest, page: Callable[[], HttpResponse]) -> HttpResponse:
    """The page's answer to what is sent; to what was sent before, the first answer once more."""
    written = _written(request)
    if written is None:
        return page()
    try:
        sent, is_first = _begin(request, written)
    except SentWrongly as refusal:
        return _refused(request, refusal.status, str(refusal))
    return _answered(request, sent, page) if is_first else _again(request, sent)


def _begin(request: HttpRequest, written: str) -> tuple[SentOnce, bool]:
    """What is kept of this sending, and whether it is the first. Raises SentWrongly."""
    if not KEY.fullmatch(written):
        text = _("The key of this form or call cannot be read.")
        raise SentWrongly(HTTPStatus.BAD_REQUEST, text)
    sealed = _sealed(request)
    try:
        sent, is_first = SentOnce.objects.begin(_named(request, written), sealed, at=timezone.now())
    except StillAtIt as refusal:
        raise SentWrongly(HTTPStatus.CONFLICT, str(refusal)) from None
    if sent.payload_hash != sealed:
        text = _("This was sent already, with something else in it. Open the page again.")
        raise SentWrongly(HTTPStatus.UNPROCESSABLE_ENTITY, text)
    return sent, is_first


def _is_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _written(request: HttpRequest) -> str | None:
    """The key as it was sent; None where there is none."""
    if HEADER in request.headers or _is_program(request):
        return request.headers.get(HEADER)
    return request.POST.get(FIELD)


def _named(request: HttpRequest, written: str) -> str:
    """Under what a thing is kept: who sent it, to which address, with which key."""
    who = request.user.pk or request.META.get("CSRF_COOKIE", "")
    named = [who, request.method, request.path, written.strip('"')]
    return sha256(json.dumps(named).encode()).hexdigest()


def _sealed(request: HttpRequest) -> str:
    """A hash of what was sent, its key left out. Raises SentWrongly for more than is read."""
    if _is_program(request) and request.content_type != "multipart/form-data":
        return sha256(_body(request)).hexdigest()
    words = [[name, *said] for name, said in request.POST.lists() if name not in NOT_ITS_WORDS]
    seal = sha256(json.dumps(words).encode())
    for name, files in request.FILES.lists():
        for file in files:
            seal.update(f"{name}:{file.name}:{file.size}:".encode())
            for chunk in file.chunks():
                seal.update(chunk)
            file.seek(0)
    return seal.hexdigest()


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig:
        text = _("This is too long.")
        raise SentWrongly(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text) from None


def _answered(
    request: HttpRequest, sent: SentOnce, page: Callable[[], HttpResponse]
) -> HttpResponse:
    response = page()
    # Of a refusal nothing is kept, its key neither: it may be sent again.
    if response.status_code < HTTPStatus.BAD_REQUEST:
        if isinstance(response, SimpleTemplateResponse):
            response.render()
        sent.keep(_kept(request, response), response.content)
    return response


def _kept(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    storage = cast("Any", messages.get_messages(request))
    # Reading the messages would take them from the next page.
    said = storage._queued_messages  # noqa: SLF001
    return {
        "status": response.status_code,
        "headers": dict(response.headers),
        "cookies": [cookie.OutputString() for cookie in response.cookies.values()],
        "messages": [[each.level, str(each.message), each.extra_tags] for each in said],
    }


def _again(request: HttpRequest, sent: SentOnce) -> HttpResponse:
    answer = sent.answer
    response = HttpResponse(bytes(sent.body), status=answer["status"], headers=answer["headers"])
    for cookie in answer["cookies"]:
        response.cookies.load(cookie)
    for level, text, tags in answer["messages"]:
        messages.add_message(request, level, text, extra_tags=tags)
    return response


def _refused(request: HttpRequest, status: HTTPStatus, text: str) -> HttpResponse:
    if _is_program(request):
        return JsonResponse({"detail": text}, status=status)
    if request.headers.get("HX-Request") == "true":
        toast = {"text": text, "kind": "bad"}
        response = render(request, "components/_toast.html", toast, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#toasts", "beforeend"
        return response
    again = {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
    template = "sent_already.html" if status in again else "400.html"
    shown = {"sentence": text, "status": status.value, "way_back": _way_back(request)}
    return render(request, template, shown, status=status)


def _way_back(request: HttpRequest) -> str:
    """The page on which the form stood."""
    page = request.headers.get("Referer", "")
    return page if url_has_allowed_host_and_scheme(page, {request.get_host()}) else "/"
