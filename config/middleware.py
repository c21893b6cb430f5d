"""What happens around every page."""

from collections.abc import Callable
from http import HTTPStatus

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from teams import wall

Page = Callable[[HttpRequest], HttpResponse]


def request_transaction(get_response: Page) -> Page:
    """Run the whole request, rendering included, in one transaction; keep nothing of a refusal.

    No team's rows are shown until a door opens the wall. It stands innermost: sessions, messages
    and sign-in write outside it, so a page whose door made the transaction read only can still
    be answered.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            wall.close()
            response = get_response(request)
            if response.status_code >= HTTPStatus.BAD_REQUEST:
                transaction.set_rollback(True)
        return response

    return middleware


def page_headers(get_response: Page) -> Page:
    """Keep a fragment from being shown as a page: the Back button must not mix the two up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request"])
        return response

    return middleware
