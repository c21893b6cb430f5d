"""How debates read in the logbook: what happened, and not a word of what was said."""

import pytest

from debates.happenings import Happening
from teams import story
from teams.models import LogEntry
from tests import debating


@pytest.mark.parametrize("kind", list(Happening))
def test_every_line_has_words_of_its_own(kind):
    line = story.line(LogEntry(kind=kind, details={"slug": "deals-won"}))

    assert "Deals won" in line


def test_no_line_holds_a_word_of_it(anna, bram, mia, now):
    debating.debated("ptarmigan", by=anna, at=now)

    told = str(list(anna.team.logbook.values_list("details", flat=True)))

    assert "ptarmigan" not in told
    assert "Why do we win less" not in told
