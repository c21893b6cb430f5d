"""The second wall around a request, where the request is a part of the test's own transaction."""

from collections.abc import Callable
from http import HTTPStatus

from django.db import connection
from django.http import HttpRequest, HttpResponse

from teams import wall

Page = Callable[[HttpRequest], HttpResponse]


def open_again(get_response: Page) -> Page:
    """Leave the wall as open as the test had it: in production the settings end with the request.

    It asks past Django, so that a test that counts queries counts those of the page.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not connection.in_atomic_block:
            return get_response(request)
        before = _ask(wall.NOW)
        response = get_response(request)
        # What is refused is rolled back, and takes its settings along.
        if response.status_code < HTTPStatus.BAD_REQUEST and not connection.needs_rollback:
            _ask(wall.FOR_THIS_TRANSACTION, *(each or "" for each in before))
        return response

    return middleware


def _ask(statement: str, *words: str) -> tuple[str, ...]:
    with connection.connection.cursor() as cursor:
        cursor.execute(statement, words)
        return cursor.fetchone()
