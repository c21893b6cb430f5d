"""How agreements read in the logbook: also to a manager, who reads no agreement of others."""

import pytest

from agreements.happenings import Happening
from teams import story
from teams.models import LogEntry


@pytest.mark.parametrize("kind", list(Happening))
def test_every_line_has_words_of_its_own(kind):
    details = {"tacit": False, "automatic": False, "name": "Friday report", "signal": ""}
    details["reason"] = "law"
    line = LogEntry(kind=kind, details=details)

    assert story.line(line) != "Something changed."


@pytest.mark.parametrize(
    ("kind", "mark", "says"),
    [
        (Happening.KEPT, "tacit", "nobody said otherwise"),
        (Happening.BROKEN, "automatic", "nobody said a word"),
    ],
)
def test_what_time_did_says_so(kind, mark, says):
    details = {"tacit": False, "automatic": False, mark: True}

    assert says in story.line(LogEntry(kind=kind, details=details))
