"""The live stream: whoever may read a team hears that something changed, and not what."""

import http.client
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction

from tests import builders
from tests.streams import live_stream

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def live(transactional_db) -> Iterator[int]:
    with live_stream() as port:
        yield port


@pytest.fixture
def ask(live):
    """Ask the stream for something, as somebody; what was opened is closed after the test."""
    opened = []

    def asking(path, client=None, *, method="GET", origin="", cookie="nobody"):
        if client:
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        connection = http.client.HTTPConnection("127.0.0.1", live, timeout=10)
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}", "Origin": origin}
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        opened.extend([response, connection])
        return response

    yield asking
    for thing in opened:
        thing.close()


def heard(response):
    """The next thing the stream says, without the line that says when to come back."""
    while True:
        line = response.readline()
        assert line, "the stream ended"
        if line.startswith((b"event:", b":")):
            return line.strip()


def test_a_team_mate_hears_that_something_changed(ask, team, bram, brams, deal, anna, now):
    stream = ask(f"/live/{team.slug}/", brams)
    assert stream.status == 200
    assert stream.headers["content-type"] == "text/event-stream"
    assert stream.readline() == b"retry: 3000\n"

    builders.won(deal, by=anna, at=now)

    assert heard(stream) == b"event: changed"
    assert stream.readline() == b"data: \n"


def test_a_manager_hears_it_too(ask, team, mias, deal, anna, now):
    stream = ask(f"/live/{team.slug}/", mias)

    builders.won(deal, by=anna, at=now)

    assert heard(stream) == b"event: changed"


def test_nothing_is_heard_of_what_was_taken_back(ask, team, brams, deal, anna, now):
    stream = ask(f"/live/{team.slug}/", brams)

    with transaction.atomic():
        builders.won(deal, by=anna, at=now)
        transaction.set_rollback(True)
    deal.refresh_from_db()
    deal.take(by=anna, at=now)

    assert heard(stream) == b"event: changed"
    assert deal.outcome == "open"


def test_strangers_and_former_members_hear_nothing(ask, team, bram, brams, carlas, now):
    bram.leave(by=None, at=now)

    assert [ask(f"/live/{team.slug}/", who).status for who in (carlas, brams, None)] == [404] * 3


@pytest.mark.parametrize("path", ["/", "/live/", "/live/nowhere/", "/teams/rijnmond/"])
def test_there_is_nothing_else_here(ask, team, brams, path):
    assert ask(path, brams).status == 404


def test_it_is_only_for_listening(ask, team, brams):
    assert ask(f"/live/{team.slug}/", brams, method="POST").status == 405


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("http://localhost:8000", "http://localhost:8000"), ("http://evil.example", None)],
)
def test_only_pages_of_this_host_may_listen(ask, team, brams, origin, allowed):
    stream = ask(f"/live/{team.slug}/", brams, origin=origin)

    assert stream.headers["access-control-allow-origin"] == allowed


@pytest.mark.parametrize("cookie", ["a b=\x01;;=;", "", "x" * 3000])
def test_a_nonsense_cookie_is_a_stranger(ask, team, cookie):
    assert ask(f"/live/{team.slug}/", cookie=cookie).status == 404


def test_pages_say_where_the_stream_is(annas, team, pipeline, settings):
    board = f"/teams/{team.slug}/board/"
    assert b"data-live" not in annas.get(board).content

    settings.LIVE_PORT = 8001
    assert b'data-live="http://testserver:8001/live/rijnmond/"' in annas.get(board).content

    settings.HTTPS = True
    assert b'data-live="/live/rijnmond/"' in annas.get(board).content
