"""The log: one JSON object per line, with the place of an error and nothing that people typed."""

import json
import logging
import logging.config
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, OperationalError

from config import logs

SECRET = "Zonnepanelen voor mevrouw Jansen"


@pytest.fixture
def written():
    """What a logger of the product writes; call it for the lines so far."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter())
    log = logging.getLogger("tests.logs")
    log.addHandler(handler)

    def lines() -> list[dict]:
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    yield log, lines
    log.removeHandler(handler)


def fall_over(error: Exception) -> None:
    raise error


def test_a_line_says_when_who_and_what(written):
    log, lines = written

    log.warning("job %s could not be announced", 7)

    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "job 7 could not be announced",
        "level": "warning",
        "logger": "tests.logs",
    }


@pytest.mark.parametrize("door", ["invitations", "questions"])
def test_the_secret_of_a_link_is_left_out(written, door):
    log, lines = written

    log.warning("Gone: %s", f"/{door}/s3cret-token/")

    assert lines()[0]["event"] == f"Gone: /{door}/…/"


def test_an_error_is_known_by_its_kind_and_its_place_only(written):
    log, lines = written
    form = {"title": SECRET}

    try:
        fall_over(IntegrityError(f"duplicate key\nDETAIL: ({form['title']})"))
    except IntegrityError:
        log.exception("the page broke")

    (line,) = lines()
    (error,) = line["exception"]
    assert error["exc_type"] == "IntegrityError"
    assert error["frames"][-1]["name"] == "fall_over"
    assert SECRET not in json.dumps(line)
    assert "locals" not in error["frames"][-1]


def test_what_led_to_an_error_is_as_silent(written):
    log, lines = written

    try:
        try:
            fall_over(ValueError(SECRET))
        except ValueError as first:
            first.add_note(SECRET)
            raise KeyError(SECRET) from first
    except KeyError:
        log.exception("the page broke")

    (line,) = lines()
    assert [error["exc_type"] for error in line["exception"]] == ["KeyError", "ValueError"]
    assert SECRET not in json.dumps(line)


@pytest.mark.parametrize("kind", [OperationalError, ImproperlyConfigured, ConnectionError])
def test_an_error_of_a_machine_says_what_is_wrong_with_it(written, kind):
    log, lines = written

    try:
        fall_over(kind(f"server closed the connection\n{SECRET}"))
    except kind:
        log.exception("the page broke")

    (line,) = lines()
    assert line["exception"][0]["exc_value"] == "server closed the connection"


def test_what_broke_a_page_does_not_reach_the_log(client, written, settings, db, monkeypatch):
    _log, lines = written
    django = logging.getLogger("django.request")
    django.addHandler(logging.getLogger("tests.logs").handlers[0])
    monkeypatch.setattr("teams.forms.ChooseTheme.is_valid", lambda form: form.data[SECRET])
    client.raise_request_exception = False
    try:
        answer = client.post("/theme/", {"theme": "dark", "name": SECRET})
    finally:
        django.removeHandler(logging.getLogger("tests.logs").handlers[0])

    assert answer.status_code == 500
    (line,) = lines()
    assert line["exception"][0]["exc_type"] == "MultiValueDictKeyError"
    assert SECRET not in json.dumps(line)


def test_the_settings_send_everything_to_one_place():
    found = logs.settings(level="WARNING")

    assert found["root"] == {"handlers": ["stderr"], "level": "WARNING"}
    assert all(not each.get("handlers") for each in found["loggers"].values())
